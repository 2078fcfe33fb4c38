//! The examples of a roadmap: which run together, with what, and whether they print what the
//! page says. Starts no process itself.

use std::collections::HashMap;

use crate::diagnostic::Place;
use crate::interpreter::{Job, Part, Ran};
use crate::roadmap::{Example, Roadmap, Section, Topic};

/// Examples that run in one process: the first, and those that follow it.
#[derive(Clone, Debug)]
pub struct Chain<'a> {
    pub examples: Vec<&'a Example>,
}

/// What became of one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub place: Place,
    pub result: Verdict,
    /// What the page should say it prints, where it ran.
    pub printed: Option<String>,
    /// Major and minor version of what it ran in.
    pub ran_in: Option<(u32, u32)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    /// It prints something else than the page says; what, line by line.
    Differs(String),
    /// It could not run to its end, or ended in another way than it should; why, in full.
    Failed(String),
    /// Why not, in a sentence.
    NotRun(String),
}

/// The chains of all topics whose file, id or title contains `filter`.
pub fn chains<'a>(roadmap: &'a Roadmap, filter: &str) -> Vec<Chain<'a>> {
    let topics = roadmap.all_topics().filter(|(section, topic)| matches(section, topic, filter));
    topics.flat_map(|(_, topic)| topic_chains(topic)).collect()
}

fn matches(section: &Section, topic: &Topic, filter: &str) -> bool {
    [&*section.place.path, &topic.id, &topic.title.text].iter().any(|text| text.contains(filter))
}

/// Fences in other languages, and those only shown, stand between without breaking a chain.
fn topic_chains(topic: &Topic) -> Vec<Chain<'_>> {
    let mut chains: Vec<Chain<'_>> = Vec::new();
    for example in topic.examples.iter().filter(|one| one.is_python() && !one.run.no_run) {
        match chains.last_mut() {
            Some(last) if example.run.follows => last.examples.push(example),
            _ => chains.push(Chain { examples: vec![example] }),
        }
    }
    chains
}

/// A program that runs a session and prints where it answers otherwise.
fn session_check(session: &str) -> String {
    let session = serde_json::Value::from(session);
    format!(
        "import doctest, sys\n\
         parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)\n\
         globs = {{'__name__': '__main__'}}\n\
         test = parser.get_doctest({session}, globs, 'session', '/example.py', 0)\n\
         runner.run(test, out=sys.stdout.write)\n"
    )
}

/// Examples that have to parse, with what is wrong with those that do not.
pub fn data(roadmap: &Roadmap, filter: &str) -> Vec<Outcome> {
    let topics = roadmap.all_topics().filter(|(section, topic)| matches(section, topic, filter));
    let examples = topics.flat_map(|(_, topic)| &topic.examples);
    let outcomes = examples.filter(|example| !example.run.no_run).filter_map(|example| {
        let result = parse_data(example)?;
        Some(Outcome {
            place: example.place.clone(),
            result: result.map_or_else(Verdict::Failed, |()| Verdict::Passed),
            printed: None,
            ran_in: None,
        })
    });
    outcomes.collect()
}

fn parse_data(example: &Example) -> Option<Result<(), String>> {
    let code = &*example.code;
    match &*example.language {
        "json" => {
            let parsed = serde_json::from_str::<serde_json::Value>(code);
            Some(parsed.map(drop).map_err(|error| format!("this is not JSON: {error}")))
        }
        "toml" => {
            let parsed = toml::from_str::<toml::Table>(code);
            Some(parsed.map(drop).map_err(|error| format!("this is not TOML: {error}")))
        }
        "yaml" | "yml" => {
            let mut events = saphyr_parser::Parser::new_from_str(code);
            let wrong = events.find_map(Result::err);
            Some(wrong.map_or(Ok(()), |error| Err(format!("this is not YAML: {error}"))))
        }
        _ => None,
    }
}

impl Chain<'_> {
    /// What the chain needs: the newest version of all its parts, and their packages.
    pub fn python(&self) -> Option<(u32, u32)> {
        self.examples.iter().filter_map(|example| example.run.python).max()
    }

    pub fn packages(&self) -> Vec<&str> {
        let all = self.examples.iter().flat_map(|example| &example.run.packages);
        all.map(String::as_str).collect()
    }

    pub fn job(&self) -> Job {
        let mut used: HashMap<String, usize> = HashMap::new();
        let parts = self.examples.iter().map(|example| {
            let name = file_name(example);
            let count = used.entry(name.clone()).or_insert(0);
            *count += 1;
            let file_name = match count {
                1 => name,
                number => format!("{}_{number}.py", name.trim_end_matches(".py")),
            };
            let code = match example.is_session() {
                true => session_check(&example.code),
                false => example.code.clone(),
            };
            Part { file_name, code }
        });
        let stdin = self.examples.iter().filter_map(|example| example.run.stdin.as_deref());
        Job { parts: parts.collect(), stdin: stdin.map(unescape).collect() }
    }
}

/// An example with a caption like a file's name is that file.
fn file_name(example: &Example) -> String {
    let plain = |name: &&String| {
        let stem = name.strip_suffix(".py").unwrap_or("");
        !stem.is_empty() && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    example.title.as_ref().filter(plain).cloned().unwrap_or_else(|| "example.py".into())
}

/// `\n` in an attribute is a line end, `\\` a backslash.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            other => plain.push(other),
        }
    }
    plain
}

/// Compares what an example did with what the page says.
pub fn judge(example: &Example, ran: &Ran, source_line: usize) -> (Verdict, String) {
    let mut printed = ran.stdout.clone();
    let shown = example.output.as_ref().map_or("", |output| &output.text);
    if example.run.raises.is_some() && !ran.last_line.is_empty() {
        if !printed.is_empty() && !printed.ends_with('\n') {
            printed.push('\n');
        }
        printed.push_str(&ran.last_line);
        printed.push('\n');
    }
    let verdict = match (&example.run.raises, &ran.exception) {
        (None, Some(_)) => {
            let traceback = in_markdown(&ran.stderr, example, source_line);
            Verdict::Failed(format!("it ended in an exception\n{traceback}"))
        }
        (Some(wanted), None) => {
            Verdict::Failed(format!("it must raise `{wanted}`, but ended well"))
        }
        (Some(wanted), Some(raised)) if !is_named(raised, wanted) => {
            let traceback = in_markdown(&ran.stderr, example, source_line);
            Verdict::Failed(format!("it must raise `{wanted}`, not `{raised}`\n{traceback}"))
        }
        _ if example.is_session() && !ran.stdout.is_empty() => {
            let answers = in_markdown(&ran.stdout, example, source_line);
            Verdict::Failed(format!("the session answers otherwise\n{answers}"))
        }
        _ if example.run.varies => Verdict::Passed,
        // The last line of the exception may be shown or not.
        _ if same(shown, &printed) || same(shown, &ran.stdout) => Verdict::Passed,
        _ => Verdict::Differs(difference(shown, &printed)),
    };
    (verdict, printed)
}

/// `json.decoder.JSONDecodeError` is `JSONDecodeError` too.
fn is_named(raised: &str, wanted: &str) -> bool {
    raised == wanted || raised.rsplit('.').next() == wanted.rsplit('.').next()
}

fn same(shown: &str, printed: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
    };
    lines(shown) == lines(printed)
}

/// What the page says and what was printed, line by line.
fn difference(shown: &str, printed: &str) -> String {
    if shown.is_empty() {
        let lines: Vec<String> = printed.lines().map(|line| format!("  + {line}")).collect();
        return format!("it prints what no `output` fence shows\n{}", lines.join("\n"));
    }
    let changes = similar_lines(shown, printed);
    format!("its output differs (- page, + run)\n{}", changes.join("\n"))
}

/// The lines of both texts, those in common once (a longest common subsequence).
fn similar_lines(old: &str, new: &str) -> Vec<String> {
    const LINES_MAX: usize = 400;
    let old: Vec<&str> = old.trim_end().lines().map(str::trim_end).take(LINES_MAX).collect();
    let new: Vec<&str> = new.trim_end().lines().map(str::trim_end).take(LINES_MAX).collect();
    let mut length = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            length[i][j] = match old[i] == new[j] {
                true => length[i + 1][j + 1] + 1,
                false => length[i + 1][j].max(length[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(format!("    {}", old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || length[i + 1][j] >= length[i][j + 1]) {
            lines.push(format!("  - {}", old[i]));
            i += 1;
        } else {
            lines.push(format!("  + {}", new[j]));
            j += 1;
        }
    }
    lines
}

/// A traceback with the lines of the Markdown file in the place of those of the example.
fn in_markdown(stderr: &str, example: &Example, source_line: usize) -> String {
    let name = file_name(example);
    let lines = stderr.trim_end().lines().map(|line| {
        let Some((before, rest)) = line.split_once("File \"") else { return format!("  {line}") };
        let Some((file, rest)) = rest.split_once("\", line ") else { return format!("  {line}") };
        if !file.ends_with(&format!("/{name}")) {
            return format!("  {line}");
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest[..digits].parse::<usize>().unwrap_or(0) + source_line;
        format!("  {before}File \"{}\", line {number}{}", example.place.path, &rest[digits..])
    });
    lines.collect::<Vec<_>>().join("\n")
}
