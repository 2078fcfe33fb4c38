//! The reference site of this repository, and the roadmap it began with as one file.

use std::path::Path;

use roadmap_site::config::Overrides;
use roadmap_site::memo::Memo;
use roadmap_site::output::{OutFile, Output};
use roadmap_site::site::{self, Built};
use roadmap_site::source::{self, Sources};

use crate::fixture::{Project, diagnostics, page};
use crate::html;

const ROADMAP: &str = include_str!("../sites/roadmap.md");

fn reference() -> (Sources, Built) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = source::read(root, &Overrides::default()).expect("there is a site.toml");
    let built = site::build(&sources, &mut Memo::default());
    (sources, built)
}

fn output(built: &Built) -> &Output {
    built.output.as_ref().expect("there are no errors")
}

/// The lines of the roadmap that are topics, as they are written.
fn lines() -> Vec<&'static str> {
    ROADMAP.lines().filter_map(|line| line.strip_prefix("- ")).map(str::trim_end).collect()
}

/// The titles of a site's topics, as they are written in its files.
fn titles(sources: &Sources, built: &Built) -> Vec<String> {
    let titles = built.roadmap.all_topics().map(|(_, topic)| {
        let text = sources.text(&topic.place.path).expect("a topic stands in a file");
        text[topic.place.span.clone()].to_owned()
    });
    titles.collect()
}

#[test]
fn the_reference_site_says_the_roadmap_word_for_word() {
    let (sources, built) = reference();
    assert_eq!(diagnostics(&sources, &built), "");
    assert_eq!(built.roadmap.sections.len(), 17);
    assert_eq!(lines().len(), 153);
    assert_eq!(titles(&sources, &built), lines());
    let headings = ROADMAP.lines().filter_map(|line| line.strip_prefix("## "));
    let sections = built.roadmap.sections.iter().map(|section| {
        let icon = section.icon.as_deref().unwrap_or_default();
        format!("{icon} {}", section.title.text)
    });
    assert_eq!(sections.collect::<Vec<_>>(), headings.collect::<Vec<_>>());
    let levels = ROADMAP.lines().filter_map(|line| line.strip_prefix("### "));
    let written = built.roadmap.sections.iter().flat_map(|section| &section.levels);
    let written = written.map(|level| level.title.as_ref().map_or("", |title| &*title.text));
    assert_eq!(written.collect::<Vec<_>>(), levels.collect::<Vec<_>>());
}

#[test]
fn every_topic_of_the_reference_site_has_a_short_id_of_its_own() {
    let (_, built) = reference();
    for (_, topic) in built.roadmap.all_topics() {
        assert!(topic.pinned, "{}", topic.id);
        let plain =
            topic.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        assert!(plain && topic.id.len() <= 30, "{}", topic.id);
        assert!(built.lock.get(&topic.id).is_some_and(|entry| !entry.retired), "{}", topic.id);
    }
    for section in &built.roadmap.sections {
        assert!(!section.introduction.is_empty(), "{} has no introduction", section.slug);
    }
}

#[test]
fn the_unchanged_roadmap_is_a_site_of_one_file() {
    let site = "id = \"python\"\ncontent = \"roadmap.md\"\n";
    let (sources, built) = Project::new(&[("site.toml", site), ("roadmap.md", ROADMAP)]).build();
    assert_eq!(diagnostics(&sources, &built), "");
    assert_eq!(built.roadmap.title, "Python Mastery Roadmap");
    assert_eq!(built.roadmap.sections.len(), 17);
    assert_eq!(titles(&sources, &built), lines());
    let own = ["progress/index.html", "today/index.html"];
    let pages = output(&built).files.keys().filter(|path| path.ends_with("/index.html"));
    assert_eq!(pages.filter(|path| !own.contains(&path.as_str())).count(), 17);
    assert_eq!(html::problems(output(&built), false), [] as [String; 0]);
}

#[test]
fn every_page_of_the_reference_site_is_whole() {
    let (_, built) = reference();
    assert_eq!(html::problems(output(&built), false), [] as [String; 0]);
    assert!(output(&built).files.values().all(|file| !matches!(file, OutFile::Copy(_))));
}

#[test]
fn every_topic_can_be_read_without_a_script() {
    let (_, built) = reference();
    for section in &built.roadmap.sections {
        let page = page(output(&built), &format!("{}/", section.slug)).expect("it has a page");
        for topic in section.topics() {
            let found = html::cut(page, &format!("#{}", topic.anchor));
            assert_eq!(found.len(), 1, "`{}` is not in its page", topic.id);
            let element = found[0];
            assert!(element.contains(&topic.title.html), "{}", topic.id);
            assert!(element.contains(&topic.lesson), "{}", topic.id);
        }
        assert!(page.ends_with("</html>\n"), "{} has no final line end", section.slug);
    }
}

/// Everything between these two, in all places.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

#[test]
fn highlighted_code_is_at_most_twice_its_source() {
    let (_, built) = reference();
    let (mut shown, mut source) = (0, 0);
    for (_, topic) in built.roadmap.all_topics() {
        for code in between(&topic.lesson, "<pre><code", "</code></pre>") {
            let (_, code) = code.split_once('>').expect("a tag ends");
            shown += code.len();
        }
        let examples = topic.examples.iter().filter(|example| !example.run.hidden);
        source += examples.map(|example| example.code.len()).sum::<usize>();
    }
    assert!(source > 0 && shown <= 2 * source, "{shown} bytes for {source}");
}

#[test]
fn sites_far_from_the_root_and_with_a_domain_have_the_same_pages() {
    let (sources, built) = reference();
    let mut elsewhere = sources.clone();
    elsewhere.config.base_url = "https://example.org/deep/down/".into();
    let there = site::build(&elsewhere, &mut Memo::default());
    let (here, there) = (output(&built), output(&there));
    for (path, file) in here.files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let (OutFile::Text(one), Some(OutFile::Text(other))) = (file, there.files.get(path)) else {
            panic!("{path} is not in both")
        };
        let links = |text: &str| {
            let all = between(text, "href=\"", "\"").into_iter().map(str::to_owned);
            all.filter(|target| !target.contains("://")).collect::<Vec<String>>()
        };
        if path == "404.html" {
            assert!(
                links(other)
                    .iter()
                    .all(|target| target.starts_with("/deep/down/") || target.starts_with('#'))
            );
        } else {
            assert_eq!(links(one), links(other), "{path}");
        }
    }
    let sitemap = page(there, "sitemap.xml").expect("with an address there is a sitemap");
    assert_eq!(between(sitemap, "<loc>https://example.org/deep/down/", "</loc>").len(), 18);
}
