//! One heading of an outline: what it says, and the edits that change its markup, never its
//! words.

use pulldown_cmark::{Event, Tag};

use crate::attributes;
use crate::edit::Edit;
use crate::html::plain;
use crate::markdown::Node;
use crate::script::split_icon;

const DEPTH_MAX: usize = 6;

/// A heading's words without icon and attributes, on one line, and its id.
pub fn title(nodes: &[Node<'_>], heading: usize) -> (String, Option<String>) {
    let text = plain(&nodes[heading + 1..nodes[heading].end]);
    let (title, id) = match attributes::trailing(&text) {
        Some((end, braces)) => {
            let id = attributes::parse(&text[braces], 0)
                .into_iter()
                .find_map(|one| one.name.strip_prefix('#').map(str::to_owned));
            (&text[..end], id)
        }
        None => (&*text, None),
    };
    let title = split_icon(title).1.split_whitespace().collect::<Vec<_>>().join(" ");
    (title, id)
}

/// The start of the line that holds this byte.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The edits that give a heading this depth.
pub fn deepen(text: &str, nodes: &[Node<'_>], heading: usize, depth: usize) -> Vec<Edit> {
    let Event::Start(Tag::Heading { level, .. }) = &nodes[heading].event else { return vec![] };
    let depth = depth.min(DEPTH_MAX);
    if *level as usize == depth {
        return Vec::new();
    }
    let span = nodes[heading].span.clone();
    let marks = "#".repeat(depth);
    if text[span.clone()].starts_with('#') {
        return vec![(span.start..span.start + *level as usize, marks)];
    }
    // Underlined: only the first two depths can be.
    let content = content(nodes, heading);
    let underline = content.end..span.start + text[span.clone()].trim_end().len();
    let line = match depth {
        1 => text[underline.clone()].replace('-', "="),
        2 => text[underline.clone()].replace('=', "-"),
        _ => String::new(),
    };
    let mut edits = vec![(underline, line)];
    if depth > 2 {
        edits.push((span.start..span.start, format!("{marks} ")));
        for (at, _) in text[content.clone()].match_indices('\n') {
            edits.push((content.start + at..content.start + at + 1, " ".into()));
        }
    }
    edits
}

/// The edits that make a paragraph of bold text of a heading.
pub fn embolden(text: &str, nodes: &[Node<'_>], heading: usize) -> Vec<Edit> {
    let span = nodes[heading].span.clone();
    let content = content(nodes, heading);
    let end = span.start + text[span.clone()].trim_end().len();
    // Bold inside bold is no longer either.
    let plain = content.is_empty() || text[content.clone()].contains('*');
    let marks = if plain { "" } else { "**" };
    let mut edits = vec![(span.start..content.start, marks.to_owned())];
    let stripped = without_attributes(text, nodes, heading).pop();
    let content_end = stripped.map_or(content.end, |(attributes, _)| attributes.start);
    edits.push((content_end..end, marks.to_owned()));
    edits
}

/// The edit that takes the attributes out of a heading, if it has any.
pub fn without_attributes(text: &str, nodes: &[Node<'_>], heading: usize) -> Vec<Edit> {
    let last = nodes[heading].end - 1;
    if last <= heading || !matches!(nodes[last].event, Event::Text(_)) {
        return Vec::new();
    }
    let span = nodes[last].span.clone();
    let found = attributes::trailing(&text[span.clone()]);
    found.map(|(end, _)| (span.start + end..span.end, String::new())).into_iter().collect()
}

/// Where a heading's words stand.
fn content(nodes: &[Node<'_>], heading: usize) -> std::ops::Range<usize> {
    let inner = &nodes[heading + 1..nodes[heading].end];
    let span = nodes[heading].span.clone();
    let start = inner.first().map_or(span.end, |node| node.span.start);
    let end = inner.iter().map(|node| node.span.end).max().unwrap_or(span.end);
    start..end.max(start)
}
