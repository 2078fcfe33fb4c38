//! `init --from` keeps every word of any outline, and of a plain one makes a project in which
//! nothing is wrong.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use proptest::prelude::*;
use roadmap_site::project::{Project, Request, project};
use roadmap_site::source::{self, FileBody};

use crate::command::{run, tree};

fn request(outline: &str) -> Request {
    let (outline, _) = source::decode("outline.md", outline.as_bytes());
    Request {
        outline: Some(outline),
        title: None,
        language: None,
        folder: "Folder".into(),
        beside: BTreeMap::new(),
        missing: Vec::new(),
    }
}

/// How often each word stands in a text: runs of letters and digits.
fn words(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.for_each(|part| *words.entry(part.to_owned()).or_default() += 1);
    words
}

/// The words of an outline that a project has lost, or has less often.
fn lost(outline: &str, project: &Project) -> Vec<String> {
    let mut all = String::new();
    for (path, body) in &project.files {
        // An id of a section is the name of its file.
        all.push_str(&format!("{path}\n"));
        if let FileBody::Memory(bytes) = body {
            all.push_str(std::str::from_utf8(bytes).unwrap());
            all.push('\n');
        }
    }
    let kept = words(&all);
    let missing = words(outline).into_iter();
    let missing = missing.filter(|(word, count)| kept.get(word).is_none_or(|kept| kept < count));
    missing.map(|(word, _)| word).collect()
}

/// Headings of any depth, lists in lists, paragraphs and rules.
fn plain_outline() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(vec!["alpha", "Beta", "闭包", "two words", "`code`", "x1"]);
    let heading =
        (1..6usize, word()).prop_map(|(depth, word)| format!("{} {word}\n\n", "#".repeat(depth)));
    let item = (0..3usize, any::<bool>(), word()).prop_map(|(depth, boxed, word)| {
        format!("{}- {}{word}\n", "  ".repeat(depth), if boxed { "[ ] " } else { "" })
    });
    let list = prop::collection::vec(item, 1..6).prop_map(|items| {
        // The first item is not deeper than the list.
        format!("{}\n", items.concat().trim_start())
    });
    let block = prop_oneof![
        4 => heading,
        3 => list,
        1 => word().prop_map(|word| format!("{word} and more.\n\n")),
        1 => Just("---\n\n".to_owned()),
        1 => word().prop_map(|word| format!("{word}\n===\n\n")),
        1 => word().prop_map(|word| format!("{word}\n---\n\n")),
        1 => word().prop_map(|word| format!("> ## {word}\n>\n> - {word}\n\n")),
    ];
    prop::collection::vec(block, 0..14).prop_map(|blocks| blocks.concat())
}

/// What an outline is made of, in no order at all.
fn any_outline() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\n",
        "\n\n",
        "\n\n",
        " ",
        "  ",
        "    ",
        "\t",
        "# ",
        "## ",
        "### ",
        "###### ",
        "- ",
        "* ",
        "1. ",
        "- [x] ",
        "> ",
        "---\n",
        "===\n",
        "```\n",
        "<b>",
        "<T>",
        "</div>",
        "<!-- ",
        " -->",
        "[^1]",
        "\n[^1]: ",
        "[a][r]",
        "\n[r]: http://e.example/p\n",
        "![i](http://e.example/i.png)",
        "[![",
        "](",
        ")",
        "{#id}",
        "**",
        "`",
        "\\",
        "闭包",
        "word",
        "🟢 ",
        "：",
        "| a | b |\n|---|---|\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plain_outline_becomes_a_project_without_problems(outline in plain_outline()) {
        let Some(project) = project(&request(&outline)) else { return Ok(()) };
        prop_assert_eq!(lost(&outline, &project), Vec::<String>::new());
        prop_assert_eq!(&project.built.diagnostics, &[]);
        prop_assert!(project.built.output.is_some());
    }

    #[test]
    fn no_word_of_any_outline_is_lost(outline in any_outline()) {
        let Some(project) = project(&request(&outline)) else { return Ok(()) };
        prop_assert_eq!(lost(&outline, &project), Vec::<String>::new());
    }
}

#[test]
fn the_roadmap_itself_keeps_its_lines_its_sections_and_its_topics() {
    let outline = include_str!("../sites/roadmap.md");
    let project = project(&request(outline)).unwrap();
    assert_eq!(project.built.diagnostics, []);
    let roadmap = &project.built.roadmap;
    assert_eq!((roadmap.sections.len(), roadmap.all_topics().count()), (17, 153));
    let pages: Vec<&str> = project.sources.pages.iter().map(|page| &*page.text).collect();
    let mut made: Vec<String> = pages
        .concat()
        .lines()
        .map(|line| {
            line.rsplit_once(" {#")
                .map_or(line, |(title, _)| title)
                .trim_start_matches('#')
                .to_owned()
        })
        .filter(|line| !line.is_empty())
        .collect();
    let mut given: Vec<String> = outline
        .lines()
        .map(|line| line.trim_start_matches('#').trim_end().to_owned())
        .filter(|line| !line.is_empty() && line != "---")
        .collect();
    made.sort();
    given.sort();
    assert_eq!(made, given);
}

/// Editors of this repository and of its users take it from there.
#[test]
fn the_schema_of_this_repository_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/.github/site.schema.json");
    let schema = roadmap_site::setting::schema();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, &schema).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), schema, "`UPDATE=1 cargo test` writes it anew");
}

#[test]
fn what_is_written_is_what_was_built_and_a_failure_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("o.md"), "# A\n\n- one\n- two\n").unwrap();
    let ran = run(folder.path(), &["init", "new", "--from", "o.md"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let before = tree(&folder.path().join("new"));
    let again = run(folder.path(), &["init", "new", "--from", "o.md"]);
    assert_eq!((again.code, &*again.stdout), (2, ""));
    assert!(tree(&folder.path().join("new")) == before);
    // A file where a folder has to be.
    fs::create_dir(folder.path().join("other")).unwrap();
    fs::write(folder.path().join("other/content"), "mine").unwrap();
    let ran = run(folder.path(), &["init", "other", "--from", "o.md"]);
    assert_eq!(ran.code, 2);
    let left = tree(&folder.path().join("other"));
    let files = left.iter().filter(|(_, entry)| matches!(entry, crate::command::Entry::File(_)));
    assert_eq!(files.count(), 1, "only what was there before");
}
