//! An outline that is one nested list, to one with headings: each item of the outermost list
//! becomes a heading, and what stands in it moves to the left. Changes no words.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::edit::{Edit, edited};
use crate::heading::line_start;
use crate::markdown::{self, Node};
use crate::outline::is_block;

/// The same outline with headings. None if it has headings that could be sections, or an item
/// of the outermost lists holds no list.
pub fn with_headings(text: &str, from: usize) -> Option<String> {
    let nodes = markdown::parse(text, from);
    let mut items = Vec::new();
    let mut depth = 1;
    let mut node = 0;
    while node < nodes.len() {
        match &nodes[node].event {
            // One heading before the list is the title.
            Event::Start(Tag::Heading { level, .. }) if items.is_empty() && depth == 1 => {
                depth = *level as usize;
            }
            Event::Start(Tag::Heading { .. }) => return None,
            Event::Start(Tag::List(_)) => {
                let mut item = node + 1;
                while item < nodes[node].end {
                    items.push(item);
                    item = nodes[item].end + 1;
                }
            }
            _ => {}
        }
        node = nodes[node].end + 1;
    }
    let fit = items.len() > 1 && depth < 6 && items.iter().all(|&item| holds_list(&nodes, item));
    if !fit {
        return None;
    }
    let marks = "#".repeat(depth + 1);
    let edits: Vec<Edit> =
        items.iter().flat_map(|&item| unwrapped(text, &nodes, item, &marks)).collect();
    Some(edited(text, 0..text.len(), &edits))
}

/// Whether an item begins with text and has a list among its blocks.
fn holds_list(nodes: &[Node<'_>], item: usize) -> bool {
    let mut at = title_start(nodes, item);
    if at >= nodes[item].end || is_block(&nodes[at].event) {
        return false;
    }
    at = item + 1;
    while at < nodes[item].end {
        if matches!(nodes[at].event, Event::Start(Tag::List(_))) {
            return true;
        }
        at = nodes[at].end + 1;
    }
    false
}

/// The first node of an item's title, behind its box.
fn title_start(nodes: &[Node<'_>], item: usize) -> usize {
    let mut at = item + 1;
    for _ in 0..2 {
        if matches!(nodes[at].event, Event::Start(Tag::Paragraph) | Event::TaskListMarker(_)) {
            at += 1;
        }
    }
    at
}

fn unwrapped(text: &str, nodes: &[Node<'_>], item: usize, marks: &str) -> Vec<Edit> {
    let span = nodes[item].span.clone();
    let start = line_start(text, span.start);
    let title = nodes[title_start(nodes, item)].span.start;
    let line_end = text[title..].find('\n').map_or(text.len(), |at| title + at);
    let mut edits = vec![(start..title, format!("\n{marks} "))];
    if text[line_end..].lines().nth(1).is_some_and(|line| !line.trim().is_empty()) {
        edits.push((line_end..line_end, "\n".into()));
    }
    let mut lines = Vec::new();
    let mut from = line_end + 1;
    while from < span.end {
        let end = text[from..].find('\n').map_or(text.len(), |at| from + at);
        if !text[from..end].trim().is_empty() {
            lines.push(from..end);
        }
        from = end + 1;
    }
    // What stands in an item is as far to the right as its text, or further.
    let marker = text[span.start..].find(' ').map_or(2, |at| at + 1);
    let least = lines.iter().map(|line| columns(&text[line.clone()])).min().unwrap_or(0);
    let width = least.max(span.start - start + marker);
    let indents = lines.into_iter().map(|line| indent(text, line, width));
    edits.extend(indents.filter(|indent| !indent.is_empty()).map(|indent| (indent, String::new())));
    edits
}

/// How many columns of white space a line begins with.
fn columns(line: &str) -> usize {
    let blank = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blank.fold(0, next_column)
}

fn next_column(column: usize, byte: u8) -> usize {
    if byte == b'\t' { column + 4 - column % 4 } else { column + 1 }
}

/// The white space at the start of a line that fills so many columns, or less.
fn indent(text: &str, line: Range<usize>, width: usize) -> Range<usize> {
    let (mut column, mut end) = (0, line.start);
    for byte in text[line.clone()].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')) {
        if column >= width {
            break;
        }
        column = next_column(column, byte);
        end += 1;
    }
    line.start..end
}
