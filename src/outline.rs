//! The skeleton of a file: which nodes are sections, levels, topics and lessons. Works on
//! top-level blocks alone and makes no HTML.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::markdown::Node;

/// A run of nodes, by index.
pub type Nodes = Range<usize>;

/// A section and the blocks that belong to it.
#[derive(Debug, PartialEq, Eq)]
pub struct SectionOutline {
    /// Its heading node; None if the file has none.
    pub heading: Option<usize>,
    pub introduction: Vec<Nodes>,
    pub levels: Vec<LevelOutline>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct LevelOutline {
    /// None where a section has its topics directly.
    pub heading: Option<usize>,
    pub topics: Vec<TopicOutline>,
    pub closing: Vec<Nodes>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct TopicOutline {
    /// The heading or item node.
    pub node: usize,
    /// Inline nodes of the title.
    pub title: Nodes,
    /// What stands between the topic before and this one.
    pub before: Vec<Nodes>,
    /// Inline nodes that follow the title in an item's first paragraph.
    pub first_paragraph: Option<Nodes>,
    pub lesson: Vec<Nodes>,
}

/// What a file is made of: one section, or a site's title and all its sections.
#[derive(Debug, PartialEq, Eq)]
pub struct FileOutline {
    /// The site's title in the one-file form.
    pub heading: Option<usize>,
    /// Headings of the first depth beyond the first.
    pub second_titles: Vec<usize>,
    pub introduction: Vec<Nodes>,
    pub sections: Vec<SectionOutline>,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    start: usize,
    /// One past its last node.
    end: usize,
    kind: BlockKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BlockKind {
    Heading(usize),
    List,
    Rule,
    Footnote,
    Other,
}

fn blocks(nodes: &[Node<'_>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < nodes.len() {
        let kind = match &nodes[start].event {
            Event::Start(Tag::Heading { level, .. }) => BlockKind::Heading(*level as usize),
            Event::Start(Tag::List(_)) => BlockKind::List,
            Event::Start(Tag::FootnoteDefinition(_)) => BlockKind::Footnote,
            Event::Rule => BlockKind::Rule,
            _ => BlockKind::Other,
        };
        let end = nodes[start].end + 1;
        // Footnotes are written where they are used.
        if kind != BlockKind::Footnote {
            blocks.push(Block { start, end, kind });
        }
        start = end;
    }
    blocks
}

/// A section file: its only `#` is the section.
pub fn section_file(nodes: &[Node<'_>]) -> FileOutline {
    let blocks = blocks(nodes);
    let titles = headings(&blocks, 1);
    let (lead, body) = match titles.first() {
        Some(&first) => (&blocks[..first], &blocks[first + 1..]),
        None => (&blocks[..0], &blocks[..]),
    };
    // A second title is a mistake; what stands below it is read as if it were not there.
    let body: Vec<Block> =
        body.iter().filter(|block| block.kind != BlockKind::Heading(1)).copied().collect();
    let mut section = section(nodes, titles.first().map(|&at| blocks[at].start), &body, 1);
    section.introduction.splice(0..0, spans(lead));
    FileOutline {
        heading: None,
        second_titles: titles.iter().skip(1).map(|&at| blocks[at].start).collect(),
        introduction: Vec::new(),
        sections: vec![section],
    }
}

/// The one-file form: `#` is the site, each `##` a section, all else one deeper.
pub fn one_file(nodes: &[Node<'_>]) -> FileOutline {
    let blocks = blocks(nodes);
    let titles = headings(&blocks, 1);
    let groups = split(&blocks, 2);
    let lead = &blocks[..groups.first().map_or(blocks.len(), |group| group.start)];
    let sections = groups.iter().map(|group| {
        section(nodes, Some(blocks[group.start].start), &blocks[group.start + 1..group.end], 2)
    });
    let text: Vec<Block> =
        lead.iter().filter(|block| block.kind != BlockKind::Heading(1)).copied().collect();
    FileOutline {
        heading: titles.first().map(|&at| blocks[at].start),
        second_titles: titles.iter().skip(1).map(|&at| blocks[at].start).collect(),
        introduction: spans(trim_rules(&text)),
        sections: sections.collect(),
    }
}

/// A page that is text only: `index.md`. Its `#` heading is the site's title.
pub fn text_file(nodes: &[Node<'_>]) -> FileOutline {
    let blocks = blocks(nodes);
    let titles = headings(&blocks, 1);
    let text: Vec<Block> =
        blocks.iter().filter(|block| block.kind != BlockKind::Heading(1)).copied().collect();
    FileOutline {
        heading: titles.first().map(|&at| blocks[at].start),
        second_titles: titles.iter().skip(1).map(|&at| blocks[at].start).collect(),
        introduction: spans(trim_rules(&text)),
        sections: Vec::new(),
    }
}

/// Indices of the blocks that are headings of this depth.
fn headings(blocks: &[Block], depth: usize) -> Vec<usize> {
    let found = blocks.iter().enumerate();
    found.filter(|(_, block)| block.kind == BlockKind::Heading(depth)).map(|(at, _)| at).collect()
}

/// One group of blocks for each heading of this depth, the heading first.
fn split(blocks: &[Block], depth: usize) -> Vec<Range<usize>> {
    let starts = headings(blocks, depth);
    let ends = starts.iter().skip(1).copied().chain([blocks.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn section(
    nodes: &[Node<'_>],
    heading: Option<usize>,
    body: &[Block],
    depth: usize,
) -> SectionOutline {
    let groups = split(body, depth + 1);
    let (introduction, levels) = match groups.first() {
        None => direct_topics(nodes, body),
        Some(first) => (&body[..first.start], levels(nodes, body, &groups)),
    };
    SectionOutline { heading, introduction: spans(trim_rules(introduction)), levels }
}

/// A section without levels: its headings, or else the items of its lists, are the topics.
fn direct_topics<'a>(nodes: &[Node<'_>], body: &'a [Block]) -> (&'a [Block], Vec<LevelOutline>) {
    let first = match shallowest(body) {
        Some(depth) => body.iter().position(|block| block.kind == BlockKind::Heading(depth)),
        None => body.iter().position(|block| block.kind == BlockKind::List),
    };
    let Some(first) = first else { return (body, Vec::new()) };
    (&body[..first], vec![level(nodes, None, &body[first..])])
}

fn levels(nodes: &[Node<'_>], body: &[Block], groups: &[Range<usize>]) -> Vec<LevelOutline> {
    let has_topics = |group: &Range<usize>| {
        let inner = &body[group.start + 1..group.end];
        shallowest(inner).is_some() || inner.iter().any(|block| block.kind == BlockKind::List)
    };
    if groups.iter().any(has_topics) {
        let levels = groups.iter().map(|group| {
            let heading = Some(body[group.start].start);
            level(nodes, heading, &body[group.start + 1..group.end])
        });
        return levels.collect();
    }
    // No heading holds anything that could be a topic: then they are the topics themselves.
    vec![level(nodes, None, &body[groups[0].start..])]
}

fn shallowest(blocks: &[Block]) -> Option<usize> {
    let depths = blocks.iter().filter_map(|block| match block.kind {
        BlockKind::Heading(depth) => Some(depth),
        _ => None,
    });
    depths.min()
}

fn level(nodes: &[Node<'_>], heading: Option<usize>, body: &[Block]) -> LevelOutline {
    match shallowest(body) {
        Some(depth) => heading_topics(heading, body, depth),
        None => list_topics(nodes, heading, body),
    }
}

fn heading_topics(heading: Option<usize>, body: &[Block], depth: usize) -> LevelOutline {
    let groups = split(body, depth);
    let mut before = spans(trim_rules(&body[..groups[0].start]));
    let topics = groups.iter().map(|group| {
        let head = body[group.start];
        TopicOutline {
            node: head.start,
            title: head.start + 1..head.end - 1,
            before: std::mem::take(&mut before),
            first_paragraph: None,
            lesson: spans(trim_rules(&body[group.start + 1..group.end])),
        }
    });
    LevelOutline { heading, topics: topics.collect(), closing: Vec::new() }
}

fn list_topics(nodes: &[Node<'_>], heading: Option<usize>, body: &[Block]) -> LevelOutline {
    let mut topics = Vec::new();
    let mut pending: Vec<Block> = Vec::new();
    for block in body {
        if block.kind != BlockKind::List {
            pending.push(*block);
            continue;
        }
        let mut before = spans(trim_rules(&pending));
        pending.clear();
        let mut item = block.start + 1;
        while item < block.end - 1 {
            topics.push(item_topic(nodes, item, std::mem::take(&mut before)));
            item = nodes[item].end + 1;
        }
    }
    LevelOutline { heading, topics, closing: spans(trim_rules(&pending)) }
}

/// An item as a topic: its first line is the title, all else its lesson.
fn item_topic(nodes: &[Node<'_>], item: usize, before: Vec<Nodes>) -> TopicOutline {
    let end = nodes[item].end;
    let mut start = item + 1;
    if matches!(nodes[start].event, Event::TaskListMarker(_)) {
        start += 1;
    }
    // A loose item wraps its first line into a paragraph, a tight one does not.
    let (mut first, mut last, mut rest) = (start, start, start);
    if matches!(nodes[start].event, Event::Start(Tag::Paragraph)) {
        (first, last, rest) = (start + 1, nodes[start].end, nodes[start].end + 1);
        if matches!(nodes[first].event, Event::TaskListMarker(_)) {
            first += 1;
        }
    } else {
        while last < end && !is_block(&nodes[last].event) {
            last = nodes[last].end + 1;
        }
        rest = rest.max(last);
    }
    let mut line_end = first;
    while line_end < last && !matches!(nodes[line_end].event, Event::SoftBreak | Event::HardBreak) {
        line_end = nodes[line_end].end + 1;
    }
    TopicOutline {
        node: item,
        title: first..line_end,
        before,
        first_paragraph: (line_end < last).then_some(line_end + 1..last),
        lesson: Some(rest..end).filter(|lesson| !lesson.is_empty()).into_iter().collect(),
    }
}

/// Whether an event begins a block, where inline text ends.
pub fn is_block(event: &Event<'_>) -> bool {
    match event {
        Event::Rule => true,
        Event::Start(tag) => !matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ),
        _ => false,
    }
}

/// Rules between sections, levels and lists are decoration.
fn trim_rules(mut blocks: &[Block]) -> &[Block] {
    while let [Block { kind: BlockKind::Rule, .. }, rest @ ..] = blocks {
        blocks = rest;
    }
    while let [rest @ .., Block { kind: BlockKind::Rule, .. }] = blocks {
        blocks = rest;
    }
    blocks
}

/// The blocks as runs of nodes, neighbours joined.
fn spans(blocks: &[Block]) -> Vec<Nodes> {
    let mut spans: Vec<Nodes> = Vec::new();
    for block in blocks {
        match spans.last_mut() {
            Some(last) if last.end == block.start => last.end = block.end,
            _ => spans.push(block.start..block.end),
        }
    }
    spans
}
