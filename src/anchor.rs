//! The anchors of a page: an id for every heading and topic, each once. Explicit ids keep their
//! names, titles give way to them.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::diagnostic::{self, Diagnostic};
use crate::head::{Head, Heads};
use crate::html::plain;
use crate::markdown::Node;
use crate::outline::{self, Nodes, SectionOutline};
use crate::script::slug;

/// Hands out each name once: a repeated one gets `-2`, `-3` and so on.
#[derive(Default)]
pub struct Unique {
    used: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Unique {
    pub fn take(&mut self, name: &str) -> String {
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
pub struct Anchors<'a> {
    nodes: &'a [Node<'a>],
    heads: &'a Heads,
    pub by_node: HashMap<usize, String>,
    pub problems: Vec<Diagnostic>,
}

impl<'a> Anchors<'a> {
    pub fn new(nodes: &'a [Node<'a>], heads: &'a Heads) -> Anchors<'a> {
        Anchors { nodes, heads, by_node: HashMap::new(), problems: Vec::new() }
    }

    /// Names everything in a section's page; returns its anchors.
    pub fn of_section(&mut self, section: &SectionOutline) -> Vec<String> {
        let mut marked: Vec<usize> = Vec::new();
        let mut parts: Vec<Nodes> = section.introduction.clone();
        let mut topics = HashSet::new();
        for level in &section.levels {
            marked.extend(level.heading);
            for topic in &level.topics {
                marked.push(topic.node);
                topics.insert(topic.node);
                parts.extend(topic.before.iter().chain(&topic.lesson).cloned());
            }
            parts.extend(level.closing.iter().cloned());
        }
        self.assign(marked, &parts, &topics)
    }

    /// Names the headings of a text that is no section.
    pub fn of_blocks(&mut self, parts: &[Nodes]) -> Vec<String> {
        self.assign(Vec::new(), parts, &HashSet::new())
    }

    fn assign(
        &mut self,
        mut all: Vec<usize>,
        parts: &[Nodes],
        topics: &HashSet<usize>,
    ) -> Vec<String> {
        let is_heading =
            |index: &usize| matches!(self.nodes[*index].event, Event::Start(Tag::Heading { .. }));
        all.extend(parts.iter().cloned().flatten().filter(is_heading));
        let mut unique = Unique::default();
        let mut holders: HashMap<&str, usize> = HashMap::new();
        for &index in &all {
            let Some(id) = self.id(index) else { continue };
            // Of two topics the whole roadmap is asked: `check::duplicate_ids`.
            let both_topics = |other: &usize| topics.contains(other) && topics.contains(&index);
            if holders.get(&*id.id).is_some_and(|other| !both_topics(other)) {
                self.problems.push(diagnostic::duplicate_anchor(id.place.clone(), &id.id));
            }
            holders.entry(&id.id).or_insert(index);
            unique.used.insert(id.id.clone());
            self.by_node.insert(index, id.id.clone());
        }
        for &index in &all {
            if self.id(index).is_none() {
                let title = title_text(self.nodes, index);
                let anchor = unique.take(&non_empty(slug(&title), "section"));
                self.by_node.insert(index, anchor);
            }
        }
        all.iter().map(|index| self.by_node[index].clone()).collect()
    }

    fn id(&self, index: usize) -> Option<&'a crate::roadmap::Reference> {
        let head: &'a Head = &self.heads[&index];
        head.id.as_ref()
    }
}

pub fn non_empty(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
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
