//! One file to its sections, with HTML. Depends on that file, the files it includes, the
//! settings and the words; never on another section, so that a result can be kept.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::attributes;
use crate::callout;
use crate::config::{FrontMatter, is_id};
use crate::diagnostic::{self, Diagnostic, Place};
use crate::html::{Scope, Writer, plain};
use crate::link::{anchor_form, hash};
use crate::markdown::{self, Node};
use crate::outline::{self, FileOutline, LevelOutline, Nodes, SectionOutline, TopicOutline};
use crate::roadmap::{Example, Level, Link, PinAt, Reference, Section, Title, Topic};
use crate::script::{slug, split_icon};
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
}

/// Parses one content file. Never fails: what is wrong is in `problems`.
pub fn parse(source: &Source, sources: &Sources, words: &Words) -> Parsed {
    // pulldown-cmark has had panics on strange input (its issue 1097).
    let parsed = catch_unwind(AssertUnwindSafe(|| parse_file(source, sources, words)));
    parsed.unwrap_or_else(|_| Parsed {
        problems: vec![diagnostic::parser_panic(&source.path)],
        ..Parsed::default()
    })
}

fn parse_file(source: &Source, sources: &Sources, words: &Words) -> Parsed {
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
    let mut heads = Heads { source, problems, heads: HashMap::new() };
    heads.read(&mut nodes, &file);
    let Heads { heads, problems, .. } = heads;
    let slugs = slugs(sources, source, &file, &heads, &nodes);
    let mut anchors = Anchors::default();
    let per_section: Vec<Vec<String>> =
        file.sections.iter().map(|section| anchors.of_section(&nodes, section, &heads)).collect();
    let introduction_anchors = anchors.of_blocks(&nodes, &file.introduction, &heads);
    let pages = slugs.iter().zip(&per_section).flat_map(|(slug, anchors)| {
        anchors.iter().map(move |anchor| (anchor_form(anchor), slug.clone()))
    });
    let scope = Scope {
        source,
        sources,
        words,
        nodes: &nodes,
        pages: pages.collect(),
        callouts,
        footnotes: footnotes(&nodes),
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

fn footnotes(nodes: &[Node<'_>]) -> HashMap<String, usize> {
    let definitions = nodes.iter().enumerate().filter_map(|(index, node)| match &node.event {
        Event::Start(Tag::FootnoteDefinition(label)) => Some((label.to_string(), index)),
        _ => None,
    });
    definitions.collect()
}

// ---- titles and their attributes -----------------------------------------------------------

/// What a heading or an item says at the end of its first line, and its icon.
#[derive(Debug, Default)]
struct Head {
    icon: Option<String>,
    id: Option<Reference>,
    needs: Vec<Reference>,
    was: Vec<Reference>,
    /// The title in the file, attributes and icon left out.
    span: std::ops::Range<usize>,
    pin_at: Option<PinAt>,
}

struct Heads<'a> {
    source: &'a Source,
    problems: Vec<Diagnostic>,
    /// By the node of the heading or item.
    heads: HashMap<usize, Head>,
}

impl Heads<'_> {
    /// Reads the attributes of every heading and of every item that is a topic, and takes them
    /// out of the text.
    fn read(&mut self, nodes: &mut [Node<'_>], file: &FileOutline) {
        for index in 0..nodes.len() {
            if matches!(nodes[index].event, Event::Start(Tag::Heading { .. })) {
                let inner = index + 1..nodes[index].end;
                self.head(nodes, index, inner);
            }
        }
        let topics = file.sections.iter().flat_map(|section| &section.levels);
        for topic in topics.flat_map(|level| &level.topics) {
            if matches!(nodes[topic.node].event, Event::Start(Tag::Item)) {
                self.head(nodes, topic.node, topic.title.clone());
            }
        }
        let titles = file.heading.into_iter().chain(file.sections.iter().filter_map(|s| s.heading));
        for heading in titles {
            let Some(node) = nodes.get_mut(heading + 1) else { continue };
            if let Event::Text(text) = &node.event
                && let (Some(icon), rest) = split_icon(text)
                && let Some(head) = self.heads.get_mut(&heading)
            {
                head.icon = Some(icon.to_owned());
                node.event = Event::Text(rest.to_owned().into());
            }
        }
    }

    fn head(&mut self, nodes: &mut [Node<'_>], index: usize, title: Nodes) {
        let mut head = Head::default();
        let first = nodes.get(title.start).map_or(0, |node| node.span.start);
        let Some(last) = title.clone().next_back() else {
            head.span = nodes[index].span.clone();
            self.heads.insert(index, head);
            return;
        };
        let node = &mut nodes[last];
        head.span = first..node.span.end;
        head.pin_at = Some(PinAt::Line(node.span.end));
        let raw = &self.source.text[node.span.clone()];
        if matches!(node.event, Event::Text(_))
            && let Some((text_end, braces)) = attributes::trailing(raw)
        {
            let offset = node.span.start + braces.start;
            let parsed = attributes::parse(&raw[braces], offset);
            head.span.end = node.span.start + text_end;
            head.pin_at = Some(PinAt::Attributes(offset));
            for attribute in parsed {
                self.attribute(&mut head, &attribute);
            }
            if let Event::Text(text) = &node.event {
                let kept = text.rfind('{').map_or("", |open| text[..open].trim_end());
                node.event = Event::Text(kept.to_owned().into());
            }
        }
        self.heads.insert(index, head);
    }

    fn attribute(&mut self, head: &mut Head, attribute: &attributes::Attribute<'_>) {
        let place = |span| Place { path: self.source.path.clone(), span };
        if let Some(id) = attribute.name.strip_prefix('#').filter(|_| attribute.value.is_none()) {
            let place = place(attribute.span.clone());
            if !is_id(id) {
                self.problems.push(diagnostic::bad_id(place, id));
            } else if head.id.is_some() {
                self.problems.push(diagnostic::repeated_attribute(place, attribute.name));
            } else {
                head.id = Some(Reference { id: id.to_owned(), place });
            }
            return;
        }
        let list = match attribute.name {
            "needs" => &mut head.needs,
            "was" => &mut head.was,
            _ => {
                let place = place(attribute.span.clone());
                let known = ["#id", "needs", "was"];
                self.problems.push(diagnostic::unknown_attribute(place, attribute.name, known));
                return;
            }
        };
        let mut offset = attribute.value_span.start;
        for id in attribute.value.unwrap_or_default().split(',') {
            let place = place(offset..offset + id.len());
            offset += id.len() + 1;
            match id.trim() {
                "" => {
                    let wanted = "ids of topics, separated by commas";
                    let problem = diagnostic::bad_attribute(place, attribute.name, wanted);
                    self.problems.push(problem);
                }
                id => list.push(Reference { id: id.to_owned(), place }),
            }
        }
    }
}

/// The slug of each section: of the file's name, or in the one-file form the heading's id or
/// the slug of its title.
fn slugs(
    sources: &Sources,
    source: &Source,
    file: &FileOutline,
    heads: &HashMap<usize, Head>,
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

fn non_empty(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

// ---- anchors -------------------------------------------------------------------------------

/// Hands out each name once: a repeated one gets `-2`, `-3` and so on.
#[derive(Default)]
struct Unique {
    used: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Unique {
    fn take(&mut self, name: &str) -> String {
        if self.used.insert(name.to_owned()) {
            return name.to_owned();
        }
        let next = self.next.entry(name.to_owned()).or_insert(2);
        loop {
            let candidate = format!("{name}-{next}");
            *next += 1;
            if self.used.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// The anchor of every heading and topic of a file.
#[derive(Default)]
struct Anchors {
    by_node: HashMap<usize, String>,
}

impl Anchors {
    /// Explicit ids keep their names; titles give way to them.
    fn of_section(
        &mut self,
        nodes: &[Node<'_>],
        section: &SectionOutline,
        heads: &HashMap<usize, Head>,
    ) -> Vec<String> {
        let mut marked: Vec<usize> = Vec::new();
        let mut parts: Vec<Nodes> = section.introduction.clone();
        for level in &section.levels {
            marked.extend(level.heading);
            for topic in &level.topics {
                marked.push(topic.node);
                parts.extend(topic.before.iter().chain(&topic.lesson).cloned());
            }
            parts.extend(level.closing.iter().cloned());
        }
        self.assign(nodes, &marked, &parts, heads)
    }

    fn of_blocks(
        &mut self,
        nodes: &[Node<'_>],
        parts: &[Nodes],
        heads: &HashMap<usize, Head>,
    ) -> Vec<String> {
        self.assign(nodes, &[], parts, heads)
    }

    fn assign(
        &mut self,
        nodes: &[Node<'_>],
        marked: &[usize],
        parts: &[Nodes],
        heads: &HashMap<usize, Head>,
    ) -> Vec<String> {
        let inner = parts.iter().cloned().flatten();
        let headings =
            inner.filter(|&index| matches!(nodes[index].event, Event::Start(Tag::Heading { .. })));
        let mut all: Vec<usize> = marked.to_vec();
        all.extend(headings);
        let mut unique = Unique::default();
        for index in &all {
            if let Some(id) = &heads[index].id {
                unique.used.insert(id.id.clone());
                self.by_node.insert(*index, id.id.clone());
            }
        }
        for index in &all {
            if heads[index].id.is_none() {
                let title = title_text(nodes, *index);
                let anchor = unique.take(&non_empty(slug(&title), "section"));
                self.by_node.insert(*index, anchor);
            }
        }
        all.iter().map(|index| self.by_node[index].clone()).collect()
    }
}

/// The title of a heading or of an item's first line.
fn title_text(nodes: &[Node<'_>], index: usize) -> String {
    let inner = &nodes[index + 1..nodes[index].end];
    let in_line = |node: &Node<'_>| match &node.event {
        Event::Start(Tag::Paragraph) => true,
        Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => false,
        other => !outline::is_block(other),
    };
    let line_end = inner.iter().position(|node| !in_line(node)).unwrap_or(inner.len());
    plain(&inner[..line_end])
}

// ---- building ------------------------------------------------------------------------------

struct Builder<'a> {
    scope: &'a Scope<'a>,
    heads: &'a HashMap<usize, Head>,
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
        parsed.introduction = writer.fragment("site", 2, None, &self.file.introduction);
        parsed.introduction_links = std::mem::take(&mut writer.found.links);
        used.append(&mut writer.found.used_footnotes);
        parsed.dependencies.append(&mut writer.found.dependencies);
        self.problems.append(&mut writer.found.problems);
        for ((outline, slug), anchors) in self.file.sections.iter().zip(slugs).zip(anchors) {
            let page = format!("{slug}/");
            let mut writer = Writer::new(self.scope, &page);
            let section = self.section(&mut writer, outline, slug, anchors);
            parsed.sections.push(Arc::new(section));
            used.append(&mut writer.found.used_footnotes);
            parsed.dependencies.append(&mut writer.found.dependencies);
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
                Title { html: slug.to_owned(), text: slug.to_owned() }
            }
        };
        let place = self.place(head.map_or(0..0, |head| head.span.clone()));
        self.section_attributes(head);
        let introduction = writer.fragment("introduction", 2, None, &outline.introduction);
        let levels: Vec<Level> =
            outline.levels.iter().map(|level| self.level(writer, level, slug)).collect();
        if levels.iter().all(|level| level.topics.is_empty()) && !self.front.draft {
            self.problems.push(diagnostic::empty_section(place.clone(), &title.text));
        }
        Section {
            slug: slug.to_owned(),
            icon: head.and_then(|head| head.icon.clone()),
            title,
            introduction,
            summary: self.summary(&outline.introduction),
            levels,
            front: self.front.clone(),
            anchors: anchors.iter().map(|anchor| anchor_form(anchor)).collect(),
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
            self.problems.push(diagnostic::stray_attributes(reference.place.clone()));
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
        if let (Some(title), true) = (&title, topics.is_empty()) {
            self.problems.push(diagnostic::empty_level(place.clone(), &title.text));
        }
        let anchor = anchor.unwrap_or_default();
        let closing = writer.fragment(&format!("{anchor}-end"), 3, None, &outline.closing);
        Level { title, anchor, topics, closing, place }
    }

    fn topic(&mut self, writer: &mut Writer<'_>, outline: &TopicOutline, slug: &str) -> Topic {
        let head = &self.heads[&outline.node];
        let anchor = self.scope.anchors[&outline.node].clone();
        let title = writer.title(outline.title.clone());
        let place = self.place(head.span.clone());
        if title.text.is_empty() {
            self.problems.push(diagnostic::empty_topic_title(place.clone()));
        }
        let id = match &head.id {
            Some(id) => id.id.clone(),
            None => format!("{slug}/{anchor}"),
        };
        let before = writer.fragment(&format!("{anchor}-before"), 4, None, &outline.before);
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
