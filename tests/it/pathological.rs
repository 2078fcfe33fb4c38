//! Text that is made to hurt: nothing panics or overflows its stack, not in a worker thread
//! either, and twice the text takes about twice the time.

use std::fmt::Write;
use std::fs;
use std::time::{Duration, Instant};

use roadmap_site::memo::Memo;
use roadmap_site::site;

use crate::fixture::{self, Project, diagnostics, section};

/// Text of about this many bytes.
type Shape = fn(usize) -> String;

const SHAPES: &[(&str, Shape)] = &[
    ("quotes", |n| format!("{}a", ">".repeat(n / 8))),
    ("quotes over lines", |n| "> ".repeat(90).repeat(n / 180) + "a"),
    ("items in items", |n| format!("{}a", "- ".repeat(n / 8))),
    ("items indented", |n| indented(n, "- a")),
    ("quotes and items", |n| format!("{}a", "> - ".repeat(n / 16))),
    ("open brackets", |n| "[".repeat(n)),
    ("nested brackets", |n| format!("{}a{}", "[".repeat(n / 2), "]".repeat(n / 2))),
    ("open links", |n| "[a](".repeat(n / 4)),
    ("open images", |n| "![a](<b".repeat(n / 7)),
    ("nested images", |n| format!("{}{}", "![".repeat(n / 4), "](a)".repeat(n / 4))),
    ("link titles", |n| "[a](b \"".repeat(n / 7)),
    ("reference definitions", |n| numbered(n, |i| format!("[a{i}]: b\n"))),
    ("references", |n| format!("[a]: b\n\n{}", "[a] ".repeat(n / 4))),
    ("emphasis opened", |n| "*a **a ".repeat(n / 7)),
    ("emphasis closed", |n| "a* ".repeat(n / 3)),
    ("emphasis in turns", |n| "*a_ ".repeat(n / 4)),
    ("emphasis in brackets", |n| "[*_a".repeat(n / 4)),
    ("emphasis, one long run", |n| format!("{}a{}", "*".repeat(n / 2), "*".repeat(n / 2))),
    ("emphasis next to Chinese", |n| "中**（a）**文".repeat(n / 22)),
    ("strikethrough", |n| "~~a ~".repeat(n / 5)),
    ("footnote openings", |n| "[^".repeat(n / 2)),
    ("footnote openings over lines", |n| "[^\n".repeat(n / 3)),
    ("footnotes", |n| numbered(n / 2, |i| format!("a[^{i}]\n")) + &definitions(n / 2)),
    ("footnotes in one lesson", |n| numbered(n / 2, |i| format!("[^{i}]")) + &definitions(n / 2)),
    ("footnotes not used", definitions),
    ("footnotes not defined", |n| numbered(n, |i| format!("[^x{i}] "))),
    ("a wide table", |n| format!("{0}\n{1}\n{0}", "|a".repeat(n / 8), "|-".repeat(n / 8))),
    ("a long table", |n| format!("|a|b|\n|-|-|\n{}", "|c|d|\n".repeat(n / 6))),
    ("code spans", |n| (1..n / 100).map(|i| format!("{}a", "`".repeat(i % 200))).collect()),
    ("open code spans", |n| "`a``b```c".repeat(n / 9)),
    ("entities", |n| "&amp;&#0;&x".repeat(n / 11)),
    ("backslashes", |n| "\\".repeat(n)),
    ("tags opened", |n| "<kbd>".repeat(n / 5)),
    ("tags closed", |n| "</kbd>".repeat(n / 6)),
    ("tags in another case", |n| "<RT>".repeat(n / 4)),
    ("blocks opened", |n| "<details>\n\n".repeat(n / 11)),
    ("comments opened", |n| "<!--".repeat(n / 4)),
    ("comments", |n| "<!-- a -->".repeat(n / 10)),
    ("angles", |n| "<".repeat(n)),
    ("autolinks", |n| "<a:b".repeat(n / 4)),
    ("declarations", |n| "<!A <![CDATA[".repeat(n / 13)),
    ("braces", |n| format!("- {}", "{#".repeat(n / 2))),
    ("titles with braces", |n| "#### {#a b=\"".repeat(n / 12)),
    ("headings, all the same", |n| "#### a\n".repeat(n / 7)),
    ("headings that meet", |n| numbered(n, |i| format!("#### a\n\n#### a-{i}\n"))),
    ("headings of all depths", |n| "###### a\n#### b\n##### c\n".repeat(n / 25)),
    ("one long word", |n| "a".repeat(n)),
    ("one long line of Chinese", |n| "中".repeat(n / 3)),
    ("line breaks", |n| "中\n".repeat(n / 4)),
    ("line breaks in emphasis", |n| "**中**\n".repeat(n / 8)),
    ("fences", |n| "```text\n```\n".repeat(n / 12)),
    ("a long fence", |n| format!("```python\n{}```\n", "x = f(1, \"a\")\n".repeat(n / 28))),
    ("an open fence", |n| format!("```python\n{}", "def f(): pass\n".repeat(n / 28))),
    ("a long line of code", |n| format!("```python\n{}\n```\n", "f(".repeat(n / 16))),
    ("a long string", |n| format!("```python\n\"{}\"\n```\n", "a".repeat(n / 4))),
    ("attributes of a fence", |n| format!("```text {}\n```", "mark=1 ".repeat(n / 28))),
    ("marks of a fence", |n| format!("```text mark={}\n1\n```", "1,".repeat(n / 8) + "1")),
    ("callouts", |n| "> [!note] a\n> b\n\n".repeat(n / 17)),
    ("callouts in callouts", |n| {
        (1..90)
            .map(|i| format!("{} [!note] a\n", ">".repeat(i)))
            .collect::<String>()
            .repeat(n / 5000)
    }),
    ("questions", |n| "> [!question] a\n> b\n> ---\n> c\n\n".repeat(n / 31)),
    ("stars that stay", |n| "a ** b\n".repeat(n / 14)),
    ("accents", |n| "é".repeat(n / 2)),
    ("mojibake", |n| "å\u{ad}¦ a ".repeat(n / 10)),
    ("bidi controls", |n| "\u{202e}a\n".repeat(n / 20)),
    ("tabs", |n| "\t".repeat(n)),
    ("blank lines", |n| "\n".repeat(n)),
    ("broken links", |n| numbered(n / 8, |i| format!("[a](nowhere-{i}.md) "))),
    ("broken anchors", |n| numbered(n / 16, |i| format!("#### heading {i}\n[a](#nowhere-{i})\n"))),
];

fn numbered(bytes: usize, line: fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&line(number));
    }
    text
}

fn definitions(bytes: usize) -> String {
    format!("\n\n{}", numbered(bytes, |i| format!("[^{i}]: b\n")))
}

/// Lines each one level deeper than the one before; their length makes it quadratic by itself.
fn indented(bytes: usize, line: &str) -> String {
    let mut text = String::new();
    for depth in 0.. {
        if text.len() >= bytes {
            break;
        }
        let _ = writeln!(text, "{}{line}", "  ".repeat(depth));
    }
    text
}

/// What this takes of one worker's time, which other programs on a busy machine do not add to.
fn time(work: impl FnOnce() + Send) -> Duration {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        let before = thread_time();
        work();
        thread_time() - before
    })
}

fn parse_time(text: &str) -> Duration {
    let sources = fixture::sources(text);
    time(|| {
        let parsed = fixture::parse(&sources);
        assert!(parsed.problems.iter().all(|problem| problem.rule != "parser"), "it panicked");
    })
}

fn build_time(project: &Project) -> Duration {
    let sources = project.read();
    time(|| drop(site::build(&sources, &mut Memo::default())))
}

fn thread_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|field| field.parse().ok());
    match nanoseconds {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => START.get_or_init(Instant::now).elapsed(),
    }
}

/// Four times the text may take thirteen times as long (caches fill up: parsing itself shows ten to
/// eleven); quadratic growth takes sixteen times.
const GROWTH_MAX: u32 = 13;
const WORTH_MEASURING: Duration = Duration::from_millis(60);

/// Err if the time grows with the square of the size.
fn grows_evenly(name: &str, size: usize, time: &dyn Fn(usize) -> Duration) -> Result<(), String> {
    let mut tries = String::new();
    for _ in 0..3 {
        let (small, large) = (time(size), time(size * 4));
        if large < WORTH_MEASURING || large <= small * GROWTH_MAX {
            return Ok(());
        }
        let _ = write!(tries, " {small:?} to {large:?};");
    }
    Err(format!("{name}:{tries}"))
}

#[test]
fn no_shape_of_text_takes_time_that_grows_with_its_square() {
    let mut problems = Vec::new();
    for (name, shape) in SHAPES {
        let lesson = |size| format!("# 甲\n\n## 一\n\n### 二 {{#two}}\n\n{}\n", shape(size));
        let time = |size| parse_time(&lesson(size));
        problems.extend(grows_evenly(name, 16_000, &time).err());
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn no_number_of_topics_takes_time_that_grows_with_its_square() {
    let shapes: &[(&str, Shape)] = &[
        ("topics, all the same", |n| "- a\n".repeat(n / 4)),
        ("ids, all the same", |n| "- a {#a}\n".repeat(n / 9)),
        ("needs in a row", |n| numbered(n, |i| format!("- a {{#a{i} needs=a{}}}\n", i + 1))),
        ("needs that there are not", |n| numbered(n, |i| format!("- a {{#a{i} needs=b{i}}}\n"))),
        ("one topic that needs all", |n| numbered(n, |i| format!("- a {{#a{i} needs=a0,a1}}\n"))),
        ("one topic that was all", |n| format!("- a {{#a was={}}}\n", "b,".repeat(n / 2) + "b")),
        ("levels", |n| "## a\n- b\n".repeat(n / 9)),
        ("a long title", |n| format!("- {}", "中".repeat(n / 3))),
    ];
    let mut problems = Vec::new();
    for (name, shape) in shapes {
        let time = |size| build_time(&section(&format!("# 甲\n\n{}\n", shape(size))));
        problems.extend(grows_evenly(name, 16_000, &time).err());
    }
    let locked = |size: usize| {
        let lock = numbered(size, |i| format!("gone{i} = \"标题 {i}\"\n"));
        let topics = numbered(size, |i| format!("- 题目 {i} {{#new{i}}}\n"));
        let section = format!("# 甲\n\n{topics}");
        let files = [("content/01-a.md", section), ("content/roadmap.lock", lock)];
        build_time(&Project::new(&files))
    };
    problems.extend(grows_evenly("ids that vanished", 16_000, &locked).err());
    let one_file = |size: usize| {
        let sections = numbered(size, |i| format!("## 章 {i}\n\n- 题 {i}，见[上](#题-0)\n\n"));
        let site = "id = \"x\"\ncontent = \"a.md\"\n".to_owned();
        build_time(&Project::new(&[("site.toml", site), ("a.md", format!("# 甲\n\n{sections}"))]))
    };
    problems.extend(grows_evenly("sections of one file", 4_000, &one_file).err());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn settings_as_deep_as_can_be_are_told() {
    for text in ["a = [".repeat(50_000), "[a.".repeat(50_000), "a = {b = ".repeat(50_000)] {
        let front = format!("+++\n{text}\n+++\n# 甲\n\n- 一\n");
        let files =
            [("site.toml", &text), ("content/01-a.md", &front), ("content/roadmap.lock", &text)];
        let (_, built) = Project::new(&files).build();
        assert!(built.output.is_none());
    }
}

#[test]
fn a_hundred_thousand_headings_and_a_line_of_a_megabyte_are_a_page() {
    let headings = "#### a\n\n".repeat(100_000);
    let (_, built) = section(&format!("# 甲\n\n## 一\n\n### 二\n\n{headings}")).build();
    assert_eq!(built.roadmap.sections[0].anchors.len(), 100_002);
    let line = "中文，English **强调** `code`。".repeat(25_000);
    let (sources, built) = section(&format!("# 甲\n\n- 一\n\n  {line} <b>\n")).build();
    assert!(built.output.is_some());
    assert!(diagnostics(&sources, &built).len() < 10_000, "the excerpt is cut");
}
