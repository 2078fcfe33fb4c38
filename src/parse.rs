//! One file to its sections, with HTML. Depends on that file, the files it includes, the
//! settings and the words; never on another section, so that a result can be kept.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use pulldown_cmark::{Event, Tag};

use crate::anchor::{Anchors, Unique, non_empty};
use crate::callout;
use crate::config::FrontMatter;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::footnote::footnote_label;
use crate::head::{self, Head, Heads};
use crate::highlight::Highlighted;
use crate::html::{Scope, Writer, plain};
use crate::link::{anchor_form, hash};
use crate::markdown::{self, Node};
use crate::outline::{self, FileOutline, LevelOutline, Nodes, SectionOutline, TopicOutline};
use crate::roadmap::{Example, Level, Link, PinAt, Section, Title, Topic};
use crate::script::slug;
use crate::search;
use crate::source::{Source, Sources};
use crate::theme::Words;
use crate::url;

/// What a file holds, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The title of `index.md` or of the one file.
    pub title: Option<Title>,
    /// HTML, of `index.md` or of the one file.
    pub introduction: String,
    pub introduction_links: Vec<Link>,
    pub introduction_anchors: Vec<String>,
    pub sections: Vec<Arc<Section>>,
    pub problems: Vec<Diagnostic>,
    /// Other files that the HTML was made from.
    pub dependencies: BTreeSet<String>,
    pub highlighted: Highlighted,
}

/// Parses one content file. Never fails: what is wrong is in `problems`. Code that is in `known`
/// is not highlighted again.
pub fn parse(source: &Source, sources: &Sources, words: &Words, known: &Highlighted) -> Parsed {
    // pulldown-cmark has had panics on strange input (its issue 1097).
    let parsed = catch_unwind(AssertUnwindSafe(|| parse_file(source, sources, words, known)));
    parsed.unwrap_or_else(|_| Parsed {
        problems: vec![diagnostic::parser_panic(&source.path)],
        ..Parsed::default()
    })
}

fn parse_file(source: &Source, sources: &Sources, words: &Words, known: &Highlighted) -> Parsed {
    let (front, mut problems) = FrontMatter::parse(source);
    problems.extend(bidi_controls(source));
    let mut nodes = markdown::parse(&source.text, front.end);
    let (callouts, more) = callout::find(source, &mut nodes);
    problems.extend(more);
    let name = url::file_name(&source.path);
    let file = match (sources.config.one_file(), name) {
        (true, _) => outline::one_file(&nodes),
        (false, "index.md") => outline::text_file(&nodes),
        (false, _) => outline::section_file(&nodes),
    };
    let (heads, more) = head::read(source, &mut nodes, &file);
    problems.extend(more);
    let slugs = slugs(sources, source, &file, &heads, &nodes);
    let mut anchors = Anchors::new(&nodes, &heads);
    let per_section: Vec<Vec<String>> =
        file.sections.iter().map(|section| anchors.of_section(section)).collect();
    let introduction_anchors = anchors.of_blocks(&file.introduction);
    problems.append(&mut anchors.problems);
    let mut pages = HashMap::new();
    for (slug, anchors) in slugs.iter().zip(&per_section) {
        for anchor in anchors {
            // The first of two is what GitHub leads to.
            pages.entry(anchor_form(anchor)).or_insert_with(|| slug.clone());
        }
    }
    let (footnotes, repeated) = footnotes(&nodes);
    problems.extend(repeated.into_iter().map(|index| {
        let place = Place { path: source.path.clone(), span: nodes[index].span.clone() };
        diagnostic::repeated_footnote(place)
    }));
    let scope = Scope {
        source,
        sources,
        words,
        known,
        nodes: &nodes,
        pages,
        section_names: section_names(&nodes, &file, &heads, &slugs),
        callouts,
        footnotes,
        anchors: anchors.by_node,
    };
    let builder = Builder { scope: &scope, heads: &heads, file: &file, front, problems };
    builder.build(&slugs, per_section, introduction_anchors)
}

fn bidi_controls(source: &Source) -> Vec<Diagnostic> {
    let found = source.text.char_indices().filter(|(_, c)| crate::script::is_bidi_control(*c));
    let problems = found.map(|(at, character)| {
        let span = at..at + character.len_utf8();
        diagnostic::bidi_control(Place { path: source.path.clone(), span }, character)
    });
    problems.collect()
}

/// The definitions of footnotes by label, and the nodes of those whose label is taken.
fn footnotes(nodes: &[Node<'_>]) -> (HashMap<String, usize>, Vec<usize>) {
    let mut first = HashMap::new();
    let mut repeated = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        if let Event::Start(Tag::FootnoteDefinition(label)) = &node.event
            && *first.entry(footnote_label(label)).or_insert(index) != index
        {
            repeated.push(index);
        }
    }
    (first, repeated)
}

// ---- sections by name ----------------------------------------------------------------------

/// The slug of each section: of the file's name, or in the one-file form the heading's id or
/// the slug of its title.
fn slugs(
    sources: &Sources,
    source: &Source,
    file: &FileOutline,
    heads: &Heads,
    nodes: &[Node<'_>],
) -> Vec<String> {
    if !sources.config.one_file() {
        let slug = url::section_slug(url::file_name(&source.path)).map(|(_, slug)| slug);
        return slug.into_iter().map(str::to_owned).collect();
    }
    let mut used = Unique::default();
    let slugs = file.sections.iter().map(|section| {
        let heading = section.heading.expect("in the one-file form a heading makes a section");
        let id = heads[&heading].id.as_ref().map(|id| id.id.clone());
        let title = plain(&nodes[heading + 1..nodes[heading].end]);
        used.take(&id.unwrap_or_else(|| non_empty(slug(&title), "section")))
    });
    slugs.collect()
}

/// What a link can call a section whose heading makes it: its slug, and the anchor that GitHub
/// gives to the heading, in which an icon leaves its space behind.
fn section_names(
    nodes: &[Node<'_>],
    file: &FileOutline,
    heads: &Heads,
    slugs: &[String],
) -> HashMap<String, String> {
    let mut names = HashMap::new();
    for (section, page) in file.sections.iter().zip(slugs) {
        let Some(heading) = section.heading else { continue };
        let title = plain(&nodes[heading + 1..nodes[heading].end]);
        for name in names_of(page, &title, &heads[&heading]) {
            names.entry(name).or_insert_with(|| page.clone());
        }
    }
    names
}

fn names_of(page: &str, title: &str, head: &Head) -> Vec<String> {
    let slug = slug(title);
    let with_icon = head.icon.as_ref().map(|_| format!("-{slug}"));
    let names = [Some(page.to_owned()), Some(slug), with_icon];
    names.into_iter().flatten().map(|name| anchor_form(&name)).collect()
}

// ---- building ------------------------------------------------------------------------------

struct Builder<'a> {
    scope: &'a Scope<'a>,
    heads: &'a Heads,
    file: &'a FileOutline,
    front: FrontMatter,
    problems: Vec<Diagnostic>,
}

impl Builder<'_> {
    fn build(
        mut self,
        slugs: &[String],
        anchors: Vec<Vec<String>>,
        introduction_anchors: Vec<String>,
    ) -> Parsed {
        let mut parsed = Parsed { introduction_anchors, ..Parsed::default() };
        for &heading in &self.file.second_titles {
            let place = self.place(self.scope.nodes[heading].span.clone());
            self.problems.push(diagnostic::second_title(place));
        }
        let mut used = BTreeSet::new();
        let mut writer = Writer::new(self.scope, "");
        parsed.title = self
            .file
            .heading
            .map(|heading| writer.title(heading + 1..self.scope.nodes[heading].end));
        parsed.introduction = writer.fragment(":site", 2, None, &self.file.introduction);
        parsed.introduction_links = std::mem::take(&mut writer.found.links);
        used.append(&mut writer.found.used_footnotes);
        parsed.dependencies.append(&mut writer.found.dependencies);
        parsed.highlighted.append(&mut writer.found.highlighted);
        self.problems.append(&mut writer.found.problems);
        for ((outline, slug), anchors) in self.file.sections.iter().zip(slugs).zip(anchors) {
            let page = format!("{slug}/");
            let mut writer = Writer::new(self.scope, &page);
            let section = self.section(&mut writer, outline, slug, anchors);
            parsed.sections.push(Arc::new(section));
            used.append(&mut writer.found.used_footnotes);
            parsed.dependencies.append(&mut writer.found.dependencies);
            parsed.highlighted.append(&mut writer.found.highlighted);
            self.problems.append(&mut writer.found.problems);
        }
        for (label, &node) in &self.scope.footnotes {
            if !used.contains(label) {
                let place = self.place(self.scope.nodes[node].span.clone());
                self.problems.push(diagnostic::unused_footnote(place, label));
            }
        }
        parsed.problems = self.problems;
        parsed
    }

    fn place(&self, span: std::ops::Range<usize>) -> Place {
        Place { path: self.scope.source.path.clone(), span }
    }

    fn section(
        &mut self,
        writer: &mut Writer<'_>,
        outline: &SectionOutline,
        slug: &str,
        anchors: Vec<String>,
    ) -> Section {
        let head = outline.heading.map(|heading| &self.heads[&heading]);
        let title = match outline.heading {
            Some(heading) => writer.title(heading + 1..self.scope.nodes[heading].end),
            None => {
                self.problems.push(diagnostic::no_title(&self.scope.source.path));
                Title { heading: slug.to_owned(), html: slug.to_owned(), text: slug.to_owned() }
            }
        };
        let place = self.place(head.map_or(0..0, |head| head.span.clone()));
        let icon = head.and_then(|head| head.icon.clone());
        if title.text.is_empty() {
            self.problems.push(diagnostic::empty_title(place.clone(), "section"));
        }
        self.section_attributes(head);
        // Only in the one-file form does a link name a section by an anchor.
        let one_file = self.scope.sources.config.one_file();
        let head = head.filter(|_| one_file);
        let names = head.map(|head| names_of(slug, &title.text, head)).unwrap_or_default();
        let introduction = writer.fragment(":introduction", 2, None, &outline.introduction);
        let levels: Vec<Level> =
            outline.levels.iter().map(|level| self.level(writer, level, slug)).collect();
        if levels.iter().all(|level| level.topics.is_empty()) && !self.front.draft {
            self.problems.push(diagnostic::empty_section(place.clone(), &title.text));
        }
        Section {
            slug: slug.to_owned(),
            icon,
            records: search::records(&title, &introduction, &levels),
            title,
            introduction,
            summary: self.summary(&outline.introduction),
            levels,
            front: self.front.clone(),
            anchors: anchors.iter().map(|anchor| anchor_form(anchor)).collect(),
            names,
            links: std::mem::take(&mut writer.found.links),
            amount: writer.found.amount,
            place,
        }
    }

    /// A section is named by its file; only the one-file form takes an id from the heading.
    fn section_attributes(&mut self, head: Option<&Head>) {
        let Some(head) = head else { return };
        let one_file = self.scope.sources.config.one_file();
        let id = head.id.iter().filter(|_| !one_file);
        for reference in id.chain(&head.needs).chain(&head.was) {
            self.problems.push(diagnostic::section_attributes(reference.place.clone()));
        }
    }

    fn summary(&self, introduction: &[Nodes]) -> String {
        let mut nodes = introduction.iter().cloned().flatten();
        let first = nodes
            .find(|&index| matches!(self.scope.nodes[index].event, Event::Start(Tag::Paragraph)));
        let first = first.map(|index| &self.scope.nodes[index + 1..self.scope.nodes[index].end]);
        first.map(plain).unwrap_or_default()
    }

    fn level(&mut self, writer: &mut Writer<'_>, outline: &LevelOutline, slug: &str) -> Level {
        let nodes = self.scope.nodes;
        let title = outline.heading.map(|heading| writer.title(heading + 1..nodes[heading].end));
        let anchor = outline.heading.map(|heading| self.scope.anchors[&heading].clone());
        let topics: Vec<Topic> =
            outline.topics.iter().map(|topic| self.topic(writer, topic, slug)).collect();
        let span = outline.heading.map_or(0..0, |heading| self.heads[&heading].span.clone());
        let place = self.place(span);
        if title.as_ref().is_some_and(|title| title.text.is_empty()) {
            self.problems.push(diagnostic::empty_title(place.clone(), "level"));
        }
        if let (Some(title), true) = (&title, topics.is_empty()) {
            self.problems.push(diagnostic::empty_level(place.clone(), &title.text));
        }
        let anchor = anchor.unwrap_or_default();
        let closing = writer.fragment(&format!("{anchor}:end"), 3, None, &outline.closing);
        Level { title, anchor, topics, closing, place }
    }

    fn topic(&mut self, writer: &mut Writer<'_>, outline: &TopicOutline, slug: &str) -> Topic {
        let head = &self.heads[&outline.node];
        let anchor = self.scope.anchors[&outline.node].clone();
        let title = writer.title(outline.title.clone());
        let place = self.place(head.span.clone());
        if title.text.is_empty() {
            self.problems.push(diagnostic::empty_title(place.clone(), "topic"));
        }
        let id = match &head.id {
            Some(id) => id.id.clone(),
            None => format!("{slug}/{anchor}"),
        };
        let before = writer.fragment(&format!("{anchor}:before"), 4, None, &outline.before);
        let first = outline.first_paragraph.clone();
        let lesson = writer.fragment(&anchor, 4, first.clone(), &outline.lesson);
        let examples = std::mem::take(&mut writer.found.examples);
        Topic {
            id,
            pinned: head.id.is_some(),
            hash: self.lesson_hash(first.iter().chain(&outline.lesson), &examples),
            anchor,
            title,
            before,
            lesson,
            needs: head.needs.clone(),
            was: head.was.clone(),
            examples,
            pin_at: head.pin_at.unwrap_or(PinAt::Line(head.span.end)),
            place,
        }
    }

    /// The hash of a lesson's source and of the code it includes, so that a new version of this
    /// program changes no hash; empty without a lesson.
    fn lesson_hash<'n>(
        &self,
        parts: impl Iterator<Item = &'n Nodes>,
        examples: &[Example],
    ) -> String {
        let text = &self.scope.source.text;
        let mut lesson = String::new();
        for part in parts {
            let start = self.scope.nodes[part.start].span.start;
            let end = self.scope.nodes[part.clone()].iter().map(|node| node.span.end).max();
            lesson.push_str(text[start..end.unwrap_or(start)].trim_end());
        }
        if lesson.is_empty() {
            return lesson;
        }
        lesson.extend(examples.iter().map(|example| &*example.code));
        hash(lesson.as_bytes(), 12)
    }
}
