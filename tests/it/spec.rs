//! The examples of the CommonMark specification through our parser: repairing emphasis next to
//! Chinese changes none of them.

use std::path::PathBuf;

use pulldown_cmark::{Event, Parser};
use roadmap_site::markdown;
use roadmap_site::script::is_cjk;

/// The options that our parser sets (`markdown::options`), for comparison.
fn options() -> pulldown_cmark::Options {
    use pulldown_cmark::Options;
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
}

/// The Markdown of every example; None if the specification is not there.
fn examples() -> Option<Vec<String>> {
    let folder = "tests/browser/node_modules/commonmark-spec/spec.txt";
    let installed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let path = std::env::var_os("COMMONMARK_SPEC").map_or(installed, PathBuf::from);
    let Ok(spec) = std::fs::read_to_string(&path) else {
        let message = format!("{} is not there: `npm install` in tests/browser", path.display());
        assert!(std::env::var_os("CI").is_none(), "{message}");
        println!("skipped: {message}");
        return None;
    };
    let fence = "`".repeat(32);
    let start = format!("\n{fence} example\n");
    let blocks = spec.split(&*start).skip(1);
    let examples = blocks.map(|block| {
        let (markdown, _) = block.split_once("\n.\n").expect("an example has two parts");
        format!("{markdown}\n").replace('→', "\t")
    });
    let examples: Vec<String> = examples.collect();
    assert!(examples.len() >= 640, "there are {} examples", examples.len());
    Some(examples)
}

fn ours(text: &str) -> String {
    let mut html = String::new();
    let events = markdown::parse(text, 0).into_iter().map(|node| node.event);
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

fn theirs(text: &str) -> String {
    let mut html = String::new();
    // Neighbouring texts are one for us; to the HTML that makes no difference.
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(text, options()));
    html
}

#[test]
fn every_example_is_as_without_the_mask() {
    for example in examples().unwrap_or_default() {
        assert_eq!(ours(&example), theirs(&example), "{example}");
    }
}

/// All text that is shown, code and addresses included, without the delimiters of emphasis.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for node in markdown::parse(text, 0) {
        match node.event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                shown.push_str(&text);
            }
            _ => {}
        }
    }
    shown.chars().filter(|c| is_cjk(*c)).collect()
}

#[test]
fn with_chinese_beside_its_stars_no_character_of_an_example_is_lost() {
    for example in examples().unwrap_or_default() {
        for (around, before, after) in [("*", "中", "（"), ("*", "。", "文"), ("_", "，", "字")]
        {
            let changed = example.replace(around, &format!("{before}{around}{after}"));
            let plain = shown_by_plain_parser(&changed);
            assert_eq!(shown(&changed), plain, "{changed}");
        }
    }
}

/// The same characters, by a parser that knows no mask: emphasis is another, text is not. Only
/// examples in which the stars are no structure (rules, lists, addresses) can be compared.
fn shown_by_plain_parser(text: &str) -> String {
    let mut shown = String::new();
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                shown.push_str(&text);
            }
            _ => {}
        }
    }
    shown.chars().filter(|c| is_cjk(*c)).collect()
}
