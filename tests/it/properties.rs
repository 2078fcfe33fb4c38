//! What holds for every text: nothing panics, places are real, ids are unique, and the bytes of
//! a site depend on nothing but its sources.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use proptest::prelude::*;
use roadmap_site::diagnostic::Diagnostic;
use roadmap_site::markdown;
use roadmap_site::memo::Memo;
use roadmap_site::output::Output;
use roadmap_site::script::{is_cjk, slug};
use roadmap_site::site::{self, Built};
use roadmap_site::source::{self, Sources};
use roadmap_site::{config, pin};

use crate::fixture::{self, Project, section};
use crate::html;

/// Pieces of the content format, and what lies between them.
fn markdown_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => "[a-z]{1,4}",
        1 => "\\PC{1,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "\\",
    "# ",
    "## ",
    "### ",
    "#### ",
    "- ",
    "- [ ] ",
    "1. ",
    "> ",
    "> [!note] ",
    "> [!question] ",
    "> [!",
    "---\n",
    "> ---\n",
    "+++\n",
    "```python ",
    "```text\n",
    "```output\n",
    "```\n",
    "~~~",
    "{#",
    "{#a}",
    "{#b needs=a}",
    "{",
    "}",
    " was=c",
    " needs=",
    "=",
    "\"",
    "title=\"x\"",
    "mark=1-2",
    "file=x.py#r",
    "follows",
    "**",
    "*",
    "_",
    "~~",
    "`",
    "``",
    "[",
    "]",
    "(",
    ")",
    "](#a)",
    "](01-a.md)",
    "](x.png)",
    "![",
    "[^1]",
    "[^1]: ",
    "[x]: y",
    "<",
    ">",
    "<kbd>",
    "</kbd>",
    "<details>",
    "<summary>",
    "</details>",
    "<br>",
    "<!--",
    "-->",
    "<div",
    "&amp;",
    "&#0;",
    "&",
    "| a | b |\n|---|:-:|\n",
    "|",
    "中",
    "文",
    "，",
    "。",
    "（",
    "）",
    "「",
    "」",
    "**注意：**",
    "🟢",
    "é",
    "e\u{301}",
    "\u{202e}",
    "\u{feff}",
    "\0",
    "\r",
    "\r\n",
    "\u{2028}",
    "\u{a0}",
    "http://a.b",
    "javascript:",
    "{{ 1 }}",
    "{% x %}",
    "ß",
    "İ",
    "å\u{ad}¦",
];

/// Every place is a range of its file, on the bounds of characters.
fn check_places(sources: &Sources, problems: &[Diagnostic]) {
    for problem in problems {
        let Some(place) = &problem.place else { continue };
        let Some(text) = sources.text(&place.path) else { continue };
        let cut = text.get(place.span.clone());
        let source = &text[..text.len().min(400)];
        assert!(cut.is_some(), "{problem:?} is not a place in {source:?}");
    }
}

/// Every part of a page that is made from this text, whether or not it is a site.
fn check_parts(text: &str) {
    let sources = fixture::sources(text);
    let parsed = fixture::parse(&sources);
    check_places(&sources, &parsed.problems);
    assert!(parsed.problems.iter().all(|problem| problem.rule != "parser"), "it panicked");
    let section = &parsed.sections[0];
    let mut parts = vec![&section.introduction, &section.title.html];
    for level in &section.levels {
        parts.push(&level.closing);
        parts.extend(level.title.as_ref().map(|title| &title.html));
        for topic in &level.topics {
            parts.extend([&topic.title.html, &topic.before, &topic.lesson]);
        }
    }
    for part in parts {
        assert_eq!(html::fragment_problems(part), [] as [String; 0], "{part}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_mask_keeps_lengths_and_can_be_taken_off(text in markdown_text()) {
        if let Some(mask) = markdown::mask(&text) {
            prop_assert_eq!(mask.text.len(), text.len());
            prop_assert_eq!(mask.unmask(&mask.text), text.as_str());
            for (one, other) in text.chars().zip(mask.text.chars()) {
                prop_assert!(one == other || is_cjk(one));
            }
        }
    }

    #[test]
    fn text_without_chinese_beside_its_stars_has_no_mask(text in "[a-z*~ \\.,!(）。\n]{0,40}") {
        let runs = text.split(['*', '~']);
        let inner: Vec<&str> = runs.collect();
        let beside = inner.windows(2).any(|pair| {
            pair[0].ends_with(is_cjk) || pair[1].starts_with(is_cjk)
        });
        if !beside {
            prop_assert!(markdown::mask(&text).is_none());
        }
    }

    #[test]
    fn nodes_cover_real_places_and_close_what_they_open(text in markdown_text()) {
        let nodes = markdown::parse(&text, 0);
        for (index, node) in nodes.iter().enumerate() {
            prop_assert!(text.get(node.span.clone()).is_some(), "{:?}", node);
            prop_assert!(node.end >= index && node.end < nodes.len());
        }
    }

    #[test]
    fn no_text_makes_a_part_that_a_browser_has_to_repair(text in markdown_text()) {
        check_parts(&text);
    }

    #[test]
    fn no_lesson_makes_a_part_that_a_browser_has_to_repair(text in markdown_text()) {
        check_parts(&format!("# 甲\n\n## 一\n\n### 二 {{#two}}\n\n{}\n", text.replace('#', "")));
    }

    #[test]
    fn any_bytes_can_be_decoded(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (source, problems) = source::decode("a.md", &bytes);
        prop_assert!(!source.text.contains(['\r', '\0']));
        for place in problems.iter().filter_map(|problem| problem.place.as_ref()) {
            prop_assert!(source.text.get(place.span.clone()).is_some() || source.text.is_empty());
        }
        if std::str::from_utf8(&bytes).is_err() {
            prop_assert!(!problems.is_empty());
        }
    }

    #[test]
    fn slugs_hold_nothing_that_needs_escaping(title in "\\PC{0,20}") {
        let slug = slug(&title);
        prop_assert!(slug.is_empty() || config::is_id(&slug), "{:?} -> {:?}", title, slug);
        prop_assert_eq!(slug.to_lowercase(), slug.clone());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whole_sites_of_any_text_are_whole(text in markdown_text()) {
        let (sources, built) = section(&text).build();
        check_places(&sources, &built.diagnostics);
        if let Some(output) = &built.output {
            prop_assert_eq!(html::problems(output, false), [] as [String; 0]);
        }
    }

    #[test]
    fn any_bytes_as_a_file_are_a_page_or_a_message(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let project = Project::new(&[("content/01-a.md", &bytes), ("content/roadmap.lock", &bytes)]);
        let (sources, built) = project.build();
        check_places(&sources, &built.diagnostics);
        prop_assert!(built.output.is_some() || !built.diagnostics.is_empty());
    }

    #[test]
    fn any_settings_are_used_or_told(text in "[a-z_=\"'\\[\\]{}#.,\n \\PC]{0,80}") {
        let project = Project::new(&[("site.toml", &*text), ("content/01-a.md", "# 甲\n\n- 一\n")]);
        let (sources, built) = project.build();
        check_places(&sources, &built.diagnostics);
    }

    #[test]
    fn line_ends_and_the_byte_order_mark_change_nothing(text in markdown_text()) {
        let text = text.replace('\r', "\n");
        let text = format!("# 甲\n\n- 一 {{#one}}\n\n{text}");
        let variants = [
            text.clone(),
            text.replace('\n', "\r\n"),
            text.replace('\n', "\r"),
            format!("\u{feff}{}", text.replace('\n', "\r\n")),
        ];
        let built = variants.map(|text| section(&text).build().1);
        let [first, rest @ ..] = &built;
        for other in rest {
            prop_assert_eq!(&first.diagnostics, &other.diagnostics);
            prop_assert_eq!(different_files(first, other), [] as [&str; 0]);
        }
    }
}

/// The paths of files that two builds do not have alike.
fn different_files<'a>(one: &'a Built, other: &'a Built) -> Vec<&'a str> {
    let files = |built: &'a Built| built.output.as_ref().map(|output| &output.files);
    let (Some(one), Some(other)) = (files(one), files(other)) else {
        let same = files(one).is_some() == files(other).is_some();
        return if same { Vec::new() } else { vec!["only one of the two is a site"] };
    };
    let paths = one.keys().chain(other.keys());
    paths.filter(|path| one.get(*path) != other.get(*path)).map(String::as_str).collect()
}

// ---- whole projects --------------------------------------------------------------------------

/// Sections that are fine, and refer to each other.
fn project_files() -> impl Strategy<Value = Vec<(String, String)>> {
    let topic = ("[a-z]{1,3}|[中文闭包]{1,3}", any::<bool>(), "(讲解。|`code`|- a\n  - b){0,2}");
    let section = prop::collection::vec(topic, 1..6);
    prop::collection::vec(section, 1..6).prop_map(|sections| {
        let mut files = vec![("content/data.txt".to_owned(), "x".to_owned())];
        for (number, topics) in sections.iter().enumerate() {
            let mut text = format!("# 章 {number}\n\n[下](01-s0.md)与[数据](data.txt)\n\n## 级\n");
            for (index, (title, pinned, lesson)) in topics.iter().enumerate() {
                let id = format!(" {{#t{number}-{index}}}");
                let id = if *pinned { id } else { String::new() };
                text.push_str(&format!("\n### {title}{id}\n\n{lesson}\n"));
            }
            files.push((format!("content/{:02}-s{number}.md", number + 1), text));
        }
        files
    })
}

fn output(built: &Built) -> &Output {
    built.output.as_ref().unwrap_or_else(|| panic!("{:?}", built.diagnostics))
}

/// How many projects are made and edited; `SEQUENCES=200` by hand.
fn sequences() -> u32 {
    std::env::var("SEQUENCES").ok().and_then(|count| count.parse().ok()).unwrap_or(25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: sequences(), failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_order_of_files_and_the_number_of_threads_do_not_matter(files in project_files()) {
        let first = Project::new(&files);
        let second = Project::new(&[("content/zzz.txt", "x")]);
        for (path, text) in files.iter().rev() {
            second.write(path, text);
        }
        fs::remove_file(second.root().join("content/zzz.txt")).unwrap();
        let one = first.build().1;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let other = pool.install(|| second.build().1);
        let again = first.build().1;
        prop_assert_eq!(different_files(&one, &other), [] as [&str; 0]);
        prop_assert_eq!(different_files(&one, &again), [] as [&str; 0]);
        prop_assert_eq!(html::problems(output(&one), false), [] as [String; 0]);
    }

    #[test]
    fn ids_are_unique_and_addresses_as_well(files in project_files()) {
        let (_, built) = Project::new(&files).build();
        let mut ids = HashSet::new();
        for (_, topic) in built.roadmap.all_topics() {
            prop_assert!(ids.insert(topic.id.clone()), "{}", topic.id);
        }
        for section in &built.roadmap.sections {
            let anchors: HashSet<&String> = section.anchors.iter().collect();
            prop_assert_eq!(anchors.len(), section.anchors.len());
        }
    }

    #[test]
    fn a_warm_memo_gives_what_an_empty_one_gives(
        files in project_files(),
        edits in prop::collection::vec((0_usize..8, 0_usize..6, markdown_text()), 1..8),
    ) {
        let project = Project::new(&files);
        let mut memo = Memo::default();
        site::build(&project.read(), &mut memo);
        for (kind, number, text) in &edits {
            edit(&project, *kind, *number, text);
            let sources = project.read();
            let warm = site::build(&sources, &mut memo);
            let cold = site::build(&sources, &mut Memo::default());
            prop_assert_eq!(&warm.diagnostics, &cold.diagnostics);
            prop_assert_eq!(different_files(&warm, &cold), [] as [&str; 0]);
            prop_assert_eq!(&warm.roadmap, &cold.roadmap);
        }
    }

    #[test]
    fn pinning_adds_ids_and_nothing_else(files in project_files(), variant in 0_usize..4) {
        let files: Vec<(String, String)> = files.into_iter().map(|(path, text)| {
            let text = match variant {
                0 => text,
                1 => text.replace('\n', "\r\n"),
                2 => format!("\u{feff}{text}"),
                _ => format!("\u{feff}{}", text.replace('\n', "\r\n")),
            };
            (path, text)
        }).collect();
        let project = Project::new(&files);
        let pin = |project: &Project| {
            let (sources, built) = project.build();
            pin::pin(&sources, &built.roadmap, &built.lock).unwrap()
        };
        let topics = project.build().1.roadmap.all_topics().count();
        let pinned = pin(&project);
        prop_assert_eq!(pinned.recorded, topics);
        for (path, text) in &files {
            let now = fs::read_to_string(project.root().join(path)).unwrap();
            prop_assert_eq!(&without_ids(&now), &without_ids(text));
        }
        let (_, built) = project.build();
        prop_assert_eq!(&built.diagnostics, &[]);
        prop_assert!(built.roadmap.all_topics().all(|(_, topic)| topic.pinned));
        let before = all_files(&project);
        prop_assert_eq!(pin(&project), pin::Pinned::default());
        prop_assert_eq!(all_files(&project), before);
    }
}

/// One change to a project, as an author makes them.
fn edit(project: &Project, kind: usize, number: usize, text: &str) {
    let page = format!("content/{:02}-s{number}.md", number + 1);
    let path = project.root().join(&page);
    match kind {
        0 => project.write(&page, format!("# 甲\n\n- 一\n\n{text}")),
        1 => project.write("content/data.txt", text),
        2 => project
            .write(&page, "# 甲\n\n- 一\n\n  ```text file=data.txt\n  ```\n\n  ![x](a.png)\n"),
        3 => project.write("content/a.png", text),
        4 => drop(fs::remove_file(path)),
        5 => drop(fs::remove_file(project.root().join("content/data.txt"))),
        6 => project.write("themes/default/i18n/zh-CN.toml", format!("note = \"{number}\"\n")),
        _ => project.write("site.toml", format!("id = \"x{number}\"\ntitle = \"T\"\n")),
    }
}

fn without_ids(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| match line.find(" {#") {
        Some(at) => format!("{}{}", &line[..at], &line[line.find('}').unwrap() + 1..]),
        None => line.to_owned(),
    });
    lines.collect()
}

fn all_files(project: &Project) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let entries = fs::read_dir(project.root().join("content")).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}
