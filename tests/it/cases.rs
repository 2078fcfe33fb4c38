//! Runs every `tests/cases/**/*.txt`. A case is some prose, files, and what must come out:
//!
//! ```text
//! What the case shows.
//! --- content/01-a.md ---
//! # Title
//! === diagnostics
//! === page a/ .lesson
//! ```
//!
//! - `--- PATH ---` begins a file, `--- PATH (escaped) ---` one with `\r`, `\xEF`, `\u{202E}`
//!   and `\` at a line's end for no line end. Without a `site.toml` there is a default one.
//! - `=== diagnostics`: what the terminal shows.
//! - `=== outline`: the model.
//! - `=== $ roadmap-site check`: the real program; with a folder before the `$`, run there.
//!   `=== cat PATH`: a file of the project afterwards.
//! - `=== page a/ SELECTOR`: every element of the page that is `#id`, `.class` or a tag of this
//!   name. `=== file PATH`: a whole file of the output. `=== files`: their paths.
//!
//! `UPDATE=1 cargo test` writes the expected parts anew; read the diff before you accept it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use roadmap_site::output::Output;
use roadmap_site::roadmap::{Example, Roadmap};
use roadmap_site::site::Built;
use roadmap_site::source::Sources;

use crate::command;
use crate::fixture::{self, Project};
use crate::html;

struct Case {
    /// Everything before the first expected part, as it stands in the file.
    head: String,
    files: Vec<(String, Vec<u8>)>,
    /// What is asked for and what is expected.
    parts: Vec<(String, String)>,
}

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let update = std::env::var_os("UPDATE").is_some();
    let files = case_files(&root);
    assert!(files.len() > 100, "the cases are gone: {}", files.len());
    let run = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let (shown, problems) = run(&parse(&text));
        let mut failures: Vec<String> =
            problems.iter().map(|problem| format!("{name}: {problem}\n")).collect();
        if shown != text && update {
            fs::write(path, shown).unwrap();
        } else if shown != text {
            failures.push(format!("{name}\n{}", difference(&text, &shown)));
        }
        failures
    };
    let failures: Vec<String> = files.par_iter().flat_map_iter(run).collect();
    let count = failures.len();
    assert!(failures.is_empty(), "{count} problems in case files:\n\n{}", failures.join("\n"));
}

fn case_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(case_files(&path));
        } else {
            let text = path.extension().is_some_and(|extension| extension == "txt");
            assert!(text, "{} is no case file", path.display());
            files.push(path);
        }
    }
    files.sort();
    files
}

fn parse(text: &str) -> Case {
    let mut case = Case { head: String::new(), files: Vec::new(), parts: Vec::new() };
    let mut escaped = false;
    for line in text.split_inclusive('\n') {
        if let Some(asked) = line.strip_prefix("=== ") {
            case.parts.push((asked.trim_end().to_owned(), String::new()));
            continue;
        }
        if let Some((_, expected)) = case.parts.last_mut() {
            expected.push_str(line);
            continue;
        }
        case.head.push_str(line);
        let name = line.trim_end().strip_prefix("--- ").and_then(|name| name.strip_suffix(" ---"));
        if let Some(name) = name {
            let plain = name.strip_suffix(" (escaped)");
            escaped = plain.is_some();
            case.files.push((plain.unwrap_or(name).to_owned(), Vec::new()));
        } else if let Some((_, bytes)) = case.files.last_mut() {
            match escaped {
                true => unescape(line, bytes),
                false => bytes.extend(line.as_bytes()),
            }
        }
    }
    case
}

/// Appends a line with its escapes resolved.
fn unescape(line: &str, bytes: &mut Vec<u8>) {
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        bytes.extend(&rest.as_bytes()[..at]);
        let kind = rest[at + 1..].chars().next().expect("an escape has a letter");
        rest = &rest[at + 1 + kind.len_utf8()..];
        match kind {
            '\n' => {}
            'r' => bytes.push(b'\r'),
            '\\' => bytes.push(b'\\'),
            'x' => {
                bytes.push(u8::from_str_radix(&rest[..2], 16).expect("two digits"));
                rest = &rest[2..];
            }
            'u' => {
                let (code, after) = rest[1..].split_once('}').expect("\\u{…}");
                let code = u32::from_str_radix(code, 16).expect("a code point");
                let character = char::from_u32(code).expect("a character");
                bytes.extend(character.to_string().as_bytes());
                rest = after;
            }
            other => panic!("there is no escape \\{other}"),
        }
    }
    bytes.extend(rest.as_bytes());
}

/// The case file as it should be, and what is wrong in the pages whatever the case expects.
fn run(case: &Case) -> (String, Vec<String>) {
    let project = Project::new(&case.files);
    let (sources, built) = project.build();
    let mut shown = case.head.clone();
    for (asked, _) in &case.parts {
        let _ = writeln!(shown, "=== {asked}");
        shown.push_str(&match asked.split_once("$ roadmap-site") {
            Some((folder, arguments)) => command(&project, folder, arguments),
            None => part(asked, &project, &sources, &built),
        });
    }
    let all_html = sources.config.html == roadmap_site::config::Html::All;
    let mut problems: Vec<String> = Vec::new();
    if let Some(output) = &built.output {
        problems.extend(html::problems(output, all_html));
    }
    if case.parts.is_empty() {
        problems.push("it expects nothing".into());
    }
    (shown, problems)
}

/// What the program prints and how it ends.
fn command(project: &Project, folder: &str, arguments: &str) -> String {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let ran = command::run(&project.root().join(folder), &arguments);
    let root = project.root().canonicalize().unwrap().display().to_string();
    let mut shown = format!("exit code {}\n", ran.code);
    for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if !text.is_empty() {
            let _ = writeln!(shown, "--- {name}");
            let lines = text.lines().map(|line| format!("{}\n", line.trim_end()));
            shown.extend(lines.map(|line| line.replace(&root, "ROOT")));
        }
    }
    shown
}

/// A file, with what is no plain line end made visible.
fn cat(project: &Project, path: &str) -> String {
    let bytes = fs::read(project.root().join(path));
    let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.unwrap_or_else(|error| format!("({})\n", error.kind()));
    let text = text.replace('\r', "\\r").replace('\u{feff}', "\\xEF\\xBB\\xBF");
    if text.ends_with('\n') { text } else { text + "\\\n" }
}

fn part(asked: &str, project: &Project, sources: &Sources, built: &Built) -> String {
    let mut words = asked.split(' ');
    let no_site = "(no site)\n".to_owned();
    match (words.next(), words.next(), words.next()) {
        (Some("cat"), Some(path), None) => cat(project, path),
        (Some("diagnostics"), None, None) => fixture::diagnostics(sources, built),
        (Some("outline"), None, None) => outline(&built.roadmap),
        (Some("page"), path, selector) => built.output.as_ref().map_or(no_site, |output| {
            let page = fixture::page(output, path.unwrap_or_default());
            let page = page.unwrap_or_else(|| panic!("there is no page for `{asked}`"));
            let selector = selector.unwrap_or("main");
            // The theme's own dialogs and menus are no part of what the content made.
            let main = html::cut(page, "main").concat();
            let found = match html::cut(&main, selector) {
                found if found.is_empty() => html::cut(page, selector),
                found => found,
            };
            let found: String = found.iter().map(|element| format!("{element}\n")).collect();
            if found.is_empty() { "(nothing)\n".into() } else { found }
        }),
        (Some("file"), Some(path), None) => built.output.as_ref().map_or(no_site, |output| {
            fixture::page(output, path).unwrap_or("(no such file)\n").to_owned()
        }),
        (Some("files"), None, None) => built.output.as_ref().map_or(no_site, files),
        _ => panic!("`{asked}` cannot be asked for"),
    }
}

fn files(output: &Output) -> String {
    let paths = output.files.keys().filter(|path| !path.starts_with("assets/"));
    paths.map(|path| format!("{path}\n")).collect()
}

fn outline(roadmap: &Roadmap) -> String {
    let mut text = format!("site \"{}\"\n", roadmap.title);
    for section in &roadmap.sections {
        let icon = section.icon.as_ref().map(|icon| format!(" icon={icon}")).unwrap_or_default();
        let title = &section.title.text;
        let _ = writeln!(text, "section {} \"{title}\"{icon}", section.slug);
        for level in &section.levels {
            let title = level.title.as_ref().map_or("-".into(), |t| format!("\"{}\"", t.text));
            let anchor = if level.anchor.is_empty() { "" } else { " #" };
            let _ = writeln!(text, "  level {title}{anchor}{}", level.anchor);
            for topic in &level.topics {
                let _ = write!(text, "    topic {} \"{}\"", topic.id, topic.title.text);
                let _ = write!(text, " #{}", topic.anchor);
                for (name, list) in [("needs", &topic.needs), ("was", &topic.was)] {
                    let ids: Vec<&str> = list.iter().map(|reference| &*reference.id).collect();
                    if !ids.is_empty() {
                        let _ = write!(text, " {name}={}", ids.join(","));
                    }
                }
                text.push_str(if topic.lesson.is_empty() { "\n" } else { " with a lesson\n" });
                topic.examples.iter().for_each(|example| text.push_str(&example_line(example)));
            }
        }
    }
    for draft in &roadmap.drafts {
        let _ = writeln!(text, "draft {draft}");
    }
    text
}

fn example_line(example: &Example) -> String {
    let run = &example.run;
    let mut line = format!("      example {}", example.language);
    for (name, flag) in [
        ("no-run", run.no_run),
        ("follows", run.follows),
        ("hidden", run.hidden),
        ("varies", run.varies),
        ("predict", run.predict),
    ] {
        line.push_str(&if flag { format!(" {name}") } else { String::new() });
    }
    for (name, value) in [("raises", &run.raises), ("stdin", &run.stdin)] {
        if let Some(value) = value {
            let _ = write!(line, " {name}={value:?}");
        }
    }
    if !run.packages.is_empty() {
        let _ = write!(line, " packages={}", run.packages.join(","));
    }
    if let Some((major, minor)) = run.python {
        let _ = write!(line, " python={major}.{minor}");
    }
    let _ = write!(line, " {:?}", example.code);
    if let Some(output) = &example.output {
        let _ = write!(line, " prints {:?}", output.text);
    }
    line + "\n"
}

/// The lines in which two texts differ, with the line before each stretch.
fn difference(expected: &str, shown: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), shown.lines().collect());
    let same_start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[same_start..], &new[same_start..]);
    let reversed = old_rest.iter().rev().zip(new_rest.iter().rev());
    let same_end = reversed.take_while(|(a, b)| a == b).count();
    let mut text = String::new();
    for line in &old[same_start.saturating_sub(3)..same_start] {
        let _ = writeln!(text, "    {line}");
    }
    for line in &old_rest[..old_rest.len() - same_end] {
        let _ = writeln!(text, "  - {line}");
    }
    for line in &new_rest[..new_rest.len() - same_end] {
        let _ = writeln!(text, "  + {line}");
    }
    for line in old_rest[old_rest.len() - same_end..].iter().take(3) {
        let _ = writeln!(text, "    {line}");
    }
    text
}
