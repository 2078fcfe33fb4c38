//! The pipeline on one screen: sources in, the site and everything that is wrong with it out.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::check;
use crate::diagnostic::{self, Diagnostic};
use crate::lock::Lock;
use crate::memo::Memo;
use crate::output::Output;
use crate::parse::Parsed;
use crate::render;
use crate::roadmap::{Roadmap, Section, TopicPlace};
use crate::source::Sources;

/// What a build makes.
pub struct Built {
    /// None if there are errors: nothing of a broken site is ever published.
    pub output: Option<Output>,
    pub roadmap: Roadmap,
    pub lock: Lock,
    /// Sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Builds the whole site in memory. Reads and writes nothing.
pub fn build(sources: &Sources, memo: &mut Memo) -> Built {
    let mut diagnostics = sources.problems.clone();
    let theme = memo.theme(sources);
    let words = theme.as_ref().map(|theme| theme.words.clone()).unwrap_or_default();
    let parsed = memo.parse_all(sources, &words);
    diagnostics.extend(parsed.iter().flat_map(|parsed| parsed.problems.clone()));
    let roadmap = assemble(sources, &parsed);
    let (lock, problems) = sources.lock.as_ref().map(Lock::parse).unwrap_or_default();
    let readable = problems.is_empty().then_some(&lock);
    diagnostics.extend(problems);
    diagnostics.extend(check::check(sources, &roadmap, readable));
    if roadmap.sections.is_empty() && diagnostics.is_empty() {
        diagnostics.push(match sources.config.one_file() {
            true => diagnostic::no_sections(&sources.config.content),
            false => diagnostic::no_content(&sources.config.content),
        });
    }
    let mut output = None;
    match theme {
        Err(problems) => diagnostics.extend(problems),
        Ok(_) if diagnostics.iter().any(Diagnostic::is_error) => {}
        Ok(theme) => match render::render(sources, &theme, &roadmap, &lock) {
            Ok(rendered) => output = Some(rendered),
            Err(problems) => diagnostics.extend(problems),
        },
    }
    keep_causes(&mut diagnostics);
    sort(&mut diagnostics);
    Built { output, roadmap, lock, diagnostics }
}

/// Sections in order, drafts left out, every topic findable by its id.
fn assemble(sources: &Sources, parsed: &[Arc<Parsed>]) -> Roadmap {
    let home = parsed.iter().find(|parsed| parsed.title.is_some());
    let title = sources.config.title.clone();
    let title = title.or_else(|| home.and_then(|home| home.title.clone()).map(|t| t.text));
    let introduction = parsed.iter().find(|parsed| !parsed.introduction.is_empty());
    let all = parsed.iter().flat_map(|parsed| &parsed.sections);
    let (drafts, mut sections): (Vec<_>, Vec<Arc<Section>>) =
        all.cloned().partition(|section| section.front.draft);
    sections.sort_by_key(|section| section_number(&section.place.path));
    Roadmap {
        title: title.unwrap_or_else(|| sources.config.id.clone()),
        introduction: introduction.map(|p| p.introduction.clone()).unwrap_or_default(),
        introduction_links: parsed.iter().flat_map(|p| p.introduction_links.clone()).collect(),
        introduction_anchors: parsed.iter().flat_map(|p| p.introduction_anchors.clone()).collect(),
        topics: topics(&sections),
        drafts: drafts.iter().map(|section| section.place.path.to_string()).collect(),
        sections,
    }
}

/// `9-a.md` comes before `10-b.md`; in the one-file form all sections have the same file and
/// stay in its order.
fn section_number(path: &str) -> (u32, String) {
    let name = crate::url::file_name(path);
    crate::url::section_slug(name).map_or((0, String::new()), |(n, slug)| (n, slug.to_owned()))
}

fn topics(sections: &[Arc<Section>]) -> BTreeMap<String, TopicPlace> {
    let mut topics = BTreeMap::new();
    for (section, found) in sections.iter().enumerate() {
        for (level, found) in found.levels.iter().enumerate() {
            for (topic, found) in found.topics.iter().enumerate() {
                let place = TopicPlace { section, level, topic };
                topics.entry(found.id.clone()).or_insert(place);
            }
        }
    }
    topics
}

/// Of a file that could not be decoded only that is told, not what follows from it.
fn keep_causes(diagnostics: &mut Vec<Diagnostic>) {
    let path = |problem: &Diagnostic| problem.place.as_ref().map(|place| place.path.clone());
    let encoding = diagnostics.iter().filter(|problem| problem.rule == "encoding");
    let unread: HashSet<_> = encoding.filter_map(path).collect();
    diagnostics.retain(|problem| {
        problem.rule == "encoding" || path(problem).is_none_or(|path| !unread.contains(&path))
    });
}

fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref();
        place.map(|place| (place.path.clone(), place.span.start, place.span.end))
    };
    diagnostics.sort_by(|a, b| {
        key(a).cmp(&key(b)).then_with(|| a.rule.cmp(b.rule)).then_with(|| a.message.cmp(&b.message))
    });
    diagnostics.dedup();
}
