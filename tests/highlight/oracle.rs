//! Compares the highlighter with CPython's own `tokenize` and `ast`, on its standard library.
//! Needs `python3`, or the interpreter that the variable PYTHON names.

use std::fs;
use std::process::Command;

use roadmap_site::highlight::{self, Token};

#[test]
fn agrees_with_cpython() {
    let mut file = None;
    let (mut files, mut tokens) = (0, 0);
    let mut wrong = Vec::new();
    for line in oracle().lines() {
        let Some(expected) = Expected::parse(line) else {
            files += 1;
            file = Some(File::read(line));
            continue;
        };
        let file = file.as_ref().expect("a path comes before its tokens");
        tokens += 1;
        if let Some(found) = file.contradicts(&expected) {
            wrong.push(format!("{}:{}: {found}", file.path, expected.line_index + 1));
        }
    }
    println!("{files} files, {tokens} tokens, {} wrong", wrong.len());
    assert!(files > 50 && tokens > 50_000, "the oracle saw {files} files, {tokens} tokens");
    let shown = &wrong[..wrong.len().min(40)];
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), shown.join("\n"));
}

/// Each token costs 9 bytes, so what counts is how many tokens there are for each byte of source.
/// The modules of the standard library stand for ordinary programs.
#[test]
fn html_is_at_most_twice_the_source() {
    let folder = python(&["-c", "import sysconfig; print(sysconfig.get_path('stdlib'), end='')"]);
    let entries = fs::read_dir(folder).expect("the standard library is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.sort();
    let (mut source_bytes, mut html_bytes) = (0, 0);
    for path in paths.iter().step_by(3) {
        let text = fs::read_to_string(path).expect("modules are UTF-8");
        let lines = highlight::highlight("python", &text).expect("Python is known");
        source_bytes += text.len();
        html_bytes += lines.iter().map(|line| line.len() + 1).sum::<usize>();
    }
    let ratio = html_bytes as f64 / source_bytes as f64;
    println!("{html_bytes} / {source_bytes} = {ratio:.3}");
    assert!(ratio < 2.0, "{html_bytes} / {source_bytes} = {ratio:.3}");
}

fn oracle() -> String {
    python(&[concat!(env!("CARGO_MANIFEST_DIR"), "/tests/highlight/oracle.py")])
}

fn python(arguments: &[&str]) -> String {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_string());
    let mut command = Command::new(python);
    let output = command.args(["-X", "utf8"]).args(arguments).output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("Python prints UTF-8")
}

/// One line of the oracle: what the bytes from `start` to `end` of a line are.
struct Expected<'a> {
    line_index: usize,
    start: usize,
    end: usize,
    kind: &'a str,
}

impl Expected<'_> {
    /// `None`: the line is a path.
    fn parse(line: &str) -> Option<Expected<'_>> {
        let mut fields = line.split('\t');
        let mut number = || fields.next()?.parse().ok();
        let (line_index, start, end) = (number()?, number()?, number()?);
        Some(Expected { line_index, start, end, kind: fields.next()? })
    }

    /// The classes that the kind may have; `-` is none.
    fn classes(&self) -> &'static str {
        match self.kind {
            "string" => "sep",
            "comment" => "c",
            "number" => "n",
            "keyword" => "k",
            "async" => "kd",
            "declaration" => "d",
            "word-operator" => "w",
            "constant" | "ellipsis" => "l",
            "operator" => "o",
            "decorator" => "oa",
            "conversion" => "i",
            "punctuation" => "-ia",
            "def" => "fm",
            "class" => "j",
            "attribute" => "-uma",
            "name" => "-btxumvla",
            kind => panic!("the oracle knows `{kind}`, this test does not"),
        }
    }
}

struct File {
    path: String,
    lines: Vec<(String, Vec<Token>)>,
}

impl File {
    fn read(path: &str) -> File {
        let text = fs::read_to_string(path).expect("the oracle read it too");
        let tokens = highlight::tokens("python", &text).expect("Python is known");
        let lines = text.split_terminator('\n').map(String::from).zip(tokens).collect();
        File { path: path.to_string(), lines }
    }

    /// What the highlighter says instead; white space has no class.
    fn contradicts(&self, expected: &Expected) -> Option<String> {
        let (line, tokens) = &self.lines[expected.line_index];
        let text = &line[expected.start..expected.end];
        for (at, character) in text.char_indices() {
            let at = expected.start + at;
            let token = tokens.iter().find(|token| token.range.contains(&at));
            let class = token.map_or('-', |token| token.class.letter());
            if !character.is_whitespace() && !expected.classes().contains(class) {
                return Some(format!("{} `{text}` is `{class}` in `{line}`", expected.kind));
            }
        }
        None
    }
}
