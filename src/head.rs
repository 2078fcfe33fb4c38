//! The titles of a file with their attributes: `### 🟢 title {#id needs=a,b was=c}`. Takes the
//! attributes and a section's icon out of the text that is shown.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::attributes::{self, Attribute};
use crate::config::is_id;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::markdown::Node;
use crate::outline::{FileOutline, Nodes};
use crate::roadmap::{PinAt, Reference};
use crate::script::split_icon;
use crate::source::Source;

/// What a heading or an item says at the end of its first line, and its icon.
#[derive(Debug, Default)]
pub struct Head {
    pub icon: Option<String>,
    pub id: Option<Reference>,
    pub needs: Vec<Reference>,
    pub was: Vec<Reference>,
    /// The title in the file, attributes and icon left out.
    pub span: Range<usize>,
    pub pin_at: Option<PinAt>,
}

/// The heads of a file, by the node of the heading or item.
pub type Heads = HashMap<usize, Head>;

/// Reads the attributes of every heading and of every item that is a topic, and takes them out
/// of the text.
pub fn read(
    source: &Source,
    nodes: &mut [Node<'_>],
    file: &FileOutline,
) -> (Heads, Vec<Diagnostic>) {
    let mut reader = Reader { source, problems: Vec::new(), heads: HashMap::new() };
    for index in 0..nodes.len() {
        if matches!(nodes[index].event, Event::Start(Tag::Heading { .. })) {
            let inner = index + 1..nodes[index].end;
            reader.head(nodes, index, inner);
        }
    }
    let topics = file.sections.iter().flat_map(|section| &section.levels);
    let topics: Vec<_> = topics.flat_map(|level| &level.topics).collect();
    for topic in &topics {
        if matches!(nodes[topic.node].event, Event::Start(Tag::Item)) {
            reader.head(nodes, topic.node, topic.title.clone());
        }
    }
    reader.icons(nodes, file);
    let sections = file.sections.iter().filter_map(|section| section.heading);
    let topics = topics.iter().map(|topic| topic.node).chain(sections);
    reader.only_topics_have_needs(&topics.collect());
    (reader.heads, reader.problems)
}

struct Reader<'a> {
    source: &'a Source,
    problems: Vec<Diagnostic>,
    heads: Heads,
}

impl Reader<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        Place { path: self.source.path.clone(), span }
    }

    fn icons(&mut self, nodes: &mut [Node<'_>], file: &FileOutline) {
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
        self.misplaced(&nodes[title], head.span.end);
        self.heads.insert(index, head);
    }

    /// `{#` in a title, whose end is given, would be shown to the learner.
    fn misplaced(&mut self, title: &[Node<'_>], end: usize) {
        let texts = title.iter().filter(|node| matches!(node.event, Event::Text(_)));
        let found = texts.filter_map(|node| {
            let start = node.span.start;
            let raw = self.source.text.get(start..node.span.end.min(end))?;
            let open = raw.find("{#").filter(|&open| !raw[..open].ends_with('\\'))?;
            let close = raw[open..].find('}').map_or(raw.len(), |close| open + close + 1);
            Some(start + open..start + close)
        });
        let places = found.map(|span| self.place(span));
        let problems: Vec<Diagnostic> = places.map(diagnostic::misplaced_attributes).collect();
        self.problems.extend(problems);
    }

    fn attribute(&mut self, head: &mut Head, attribute: &Attribute<'_>) {
        if let Some(id) = attribute.name.strip_prefix('#').filter(|_| attribute.value.is_none()) {
            let place = self.place(attribute.span.clone());
            if !is_id(id) {
                self.problems.push(diagnostic::bad_id(place, id));
            } else if head.id.is_some() {
                self.problems.push(diagnostic::repeated_attribute(place, "#id"));
            } else {
                head.id = Some(Reference { id: id.to_owned(), place });
            }
            return;
        }
        let list = match attribute.name {
            "needs" => &mut head.needs,
            "was" => &mut head.was,
            _ => {
                let place = self.place(attribute.span.clone());
                let known = ["#id", "needs", "was"];
                self.problems.push(diagnostic::unknown_attribute(place, attribute.name, known));
                return;
            }
        };
        let mut offset = attribute.value_span.start;
        for id in attribute.value.unwrap_or_default().split(',') {
            let start = offset + id.len() - id.trim_start().len();
            let place = self.place(start..start + id.trim().len());
            offset += id.len() + 1;
            match id.trim() {
                "" => {
                    let wanted = "ids of topics, separated by commas";
                    let place = self.place(attribute.span.clone());
                    let problem = diagnostic::bad_attribute(place, attribute.name, wanted);
                    self.problems.push(problem);
                }
                id => list.push(Reference { id: id.to_owned(), place }),
            }
        }
    }

    /// Of headings that are no topics an id is all that means anything; of sections not even
    /// that (`parse` tells it).
    fn only_topics_have_needs(&mut self, others: &HashSet<usize>) {
        let rest = self.heads.iter().filter(|(node, _)| !others.contains(node));
        let needs = rest.clone().flat_map(|(_, head)| &head.needs).map(|one| ("needs", one));
        let was = rest.flat_map(|(_, head)| &head.was).map(|one| ("was", one));
        let problems = needs
            .chain(was)
            .map(|(name, reference)| diagnostic::heading_attributes(reference.place.clone(), name));
        self.problems.extend(problems);
    }
}
