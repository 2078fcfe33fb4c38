//! Nodes to HTML: the whole of what a lesson may contain, nothing passed on unseen. Depends on
//! one file (and the files it includes) only; links are collected to be checked later.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Tag};
use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use crate::callout::Callout;
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::footnote::Notes;
use crate::highlight::Highlighted;
use crate::markdown::{self, Node};
use crate::outline::Nodes;
use crate::raw_html::OpenTag;
use crate::roadmap::{Amount, Example, Link, Title};
use crate::script::is_han;
use crate::source::{Source, Sources};
use crate::theme::Words;

/// What the writer knows of the file.
pub struct Scope<'a> {
    pub source: &'a Source,
    pub sources: &'a Sources,
    pub words: &'a Words,
    pub known: &'a Highlighted,
    pub nodes: &'a [Node<'a>],
    /// Anchor of each heading, by its node.
    pub anchors: HashMap<usize, String>,
    /// Callouts by the node of their block quote; their markers are gone from the text.
    pub callouts: HashMap<usize, Callout>,
    /// Footnote definitions by label.
    pub footnotes: HashMap<String, usize>,
    /// In the one-file form: which section's page an anchor is on.
    pub pages: HashMap<String, String>,
    /// In the one-file form: which section's page a section's own name is.
    pub section_names: HashMap<String, String>,
}

/// What is collected while one file is written.
#[derive(Debug, Default)]
pub struct Collected {
    pub links: Vec<Link>,
    pub examples: Vec<Example>,
    pub problems: Vec<Diagnostic>,
    pub amount: Amount,
    pub used_footnotes: BTreeSet<String>,
    /// Paths of other files whose content went into the HTML.
    pub dependencies: BTreeSet<String>,
    pub highlighted: Highlighted,
}

/// Writes fragments of one page.
pub struct Writer<'a> {
    pub scope: &'a Scope<'a>,
    /// The page the fragment is on: `decorators/`, or empty for the map.
    pub page: &'a str,
    pub found: Collected,
    pub out: String,
    /// Begins the ids of footnotes, so that they are unique in the page.
    pub prefix: String,
    pub open_tags: Vec<OpenTag>,
    /// How many of them were opened outside the element that is being written.
    pub floor: usize,
    pub notes: Notes,
    heading_stack: Vec<HeadingLevel>,
    heading_base: usize,
    depth: usize,
    pub in_title: bool,
}

const DEPTH_MAX: usize = 100;

/// A row of a table.
#[derive(Clone, Copy)]
struct Row {
    head: bool,
    /// Its first cell is its name.
    named: bool,
}

impl<'a> Writer<'a> {
    pub fn new(scope: &'a Scope<'a>, page: &'a str) -> Writer<'a> {
        Writer {
            scope,
            page,
            found: Collected::default(),
            out: String::new(),
            prefix: String::new(),
            open_tags: Vec::new(),
            floor: 0,
            notes: Notes::default(),
            heading_stack: Vec::new(),
            heading_base: 4,
            depth: 0,
            in_title: false,
        }
    }

    pub fn config(&self) -> &'a Config {
        &self.scope.sources.config
    }

    pub fn place(&self, span: Range<usize>) -> Place {
        Place { path: self.scope.source.path.clone(), span }
    }

    pub fn report(&mut self, problem: Diagnostic) {
        self.found.problems.push(problem);
    }

    /// A fragment of its own: headings begin at `h{base}`, its footnotes stand at its end.
    pub fn fragment(
        &mut self,
        prefix: &str,
        base: usize,
        first_paragraph: Option<Nodes>,
        parts: &[Nodes],
    ) -> String {
        prefix.clone_into(&mut self.prefix);
        self.heading_base = base;
        self.heading_stack.clear();
        self.notes = Notes::default();
        if let Some(inline) = first_paragraph {
            self.paragraph(inline);
        }
        for part in parts {
            self.nodes(part.clone());
        }
        self.close_tags(0);
        self.footnotes();
        std::mem::take(&mut self.out)
    }

    /// The example in Python that one after it follows.
    pub fn last_python(&self) -> Option<&Example> {
        self.found.examples.iter().rfind(|example| example.is_python())
    }

    /// Inline nodes as a title.
    pub fn title(&mut self, inline: Nodes) -> Title {
        self.in_title = true;
        self.nodes(inline.clone());
        self.close_tags(0);
        self.in_title = false;
        let heading = std::mem::take(&mut self.out).trim().to_owned();
        let text = plain(&self.scope.nodes[inline]).trim().to_owned();
        Title { html: without_links(&heading), heading, text }
    }

    pub fn nodes(&mut self, range: Nodes) {
        let mut index = range.start;
        while index < range.end {
            index = self.node(index);
        }
    }

    /// Writes one node and returns the index of the next.
    fn node(&mut self, index: usize) -> usize {
        let node = &self.scope.nodes[index];
        match &node.event {
            Event::Start(tag) => return self.element(index, tag),
            Event::Text(text) => self.text(text, node.span.clone()),
            Event::Code(code) => {
                self.count(code);
                self.out.push_str("<code translate=\"no\">");
                escape(&mut self.out, code);
                self.out.push_str("</code>");
            }
            Event::Html(_) => {}
            Event::InlineHtml(html) => self.inline_html(html, node.span.clone()),
            Event::SoftBreak if markdown::joins(self.scope.nodes, index) => {}
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::FootnoteReference(label) => self.footnote_reference(label, &node.span),
            Event::TaskListMarker(done) => self.task(*done),
            Event::InlineMath(text) | Event::DisplayMath(text) => escape(&mut self.out, text),
            Event::End(_) => {}
        }
        index + 1
    }

    fn element(&mut self, index: usize, tag: &Tag<'a>) -> usize {
        let end = self.scope.nodes[index].end;
        if self.depth == DEPTH_MAX {
            let place = self.place(self.scope.nodes[index].span.clone());
            self.report(diagnostic::too_deep(place, DEPTH_MAX));
            return end + 1;
        }
        self.depth += 1;
        let next = self.element_inside(index, tag, index + 1..end);
        self.depth -= 1;
        next
    }

    fn element_inside(&mut self, index: usize, tag: &Tag<'a>, inner: Nodes) -> usize {
        let next = inner.end + 1;
        match tag {
            Tag::Paragraph => self.paragraph(inner),
            Tag::Heading { level, .. } => self.heading(index, *level, inner),
            Tag::BlockQuote(_) => match self.scope.callouts.get(&index) {
                Some(callout) => self.callout(callout, index, inner),
                None => self.wrap("<blockquote>\n", inner, "</blockquote>\n"),
            },
            Tag::CodeBlock(kind) => {
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                return self.example(index, fenced);
            }
            Tag::HtmlBlock => self.html_block(index, inner),
            Tag::List(None) => self.wrap("<ul>\n", inner, "</ul>\n"),
            Tag::List(Some(1)) => self.wrap("<ol>\n", inner, "</ol>\n"),
            Tag::List(Some(start)) => {
                self.wrap(&format!("<ol start=\"{start}\">\n"), inner, "</ol>\n");
            }
            Tag::Item => self.item(inner),
            Tag::Table(alignments) => self.table(alignments, inner),
            Tag::Emphasis => self.wrap("<em>", inner, "</em>"),
            Tag::Strong => self.wrap("<strong>", inner, "</strong>"),
            Tag::Strikethrough => self.wrap("<del>", inner, "</del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.link(index, *link_type, dest_url, title, inner);
            }
            Tag::Image { dest_url, title, .. } => self.image(index, dest_url, title, inner),
            // Written where it is used.
            Tag::FootnoteDefinition(_) => {}
            // Options that are off.
            _ => self.nodes(inner),
        }
        next
    }

    /// An element whose own tags frame its content; HTML tags opened inside end inside.
    pub fn wrap(&mut self, open: &str, inner: Nodes, close: &str) {
        self.out.push_str(open);
        let outer = std::mem::replace(&mut self.floor, self.open_tags.len());
        self.nodes(inner);
        self.close_tags(self.floor);
        self.floor = outer;
        self.out.push_str(close);
    }

    pub fn paragraph(&mut self, inner: Nodes) {
        let nodes = &self.scope.nodes[inner.clone()];
        let image =
            matches!(nodes.first().map(|node| &node.event), Some(Event::Start(Tag::Image { .. })));
        let alone = image && nodes[0].end + 1 == inner.end;
        self.wrap(if alone { "<p class=\"image\">" } else { "<p>" }, inner, "</p>\n");
    }

    fn heading(&mut self, index: usize, level: HeadingLevel, inner: Nodes) {
        while self.heading_stack.last().is_some_and(|last| *last >= level) {
            self.heading_stack.pop();
        }
        let rank = (self.heading_base + self.heading_stack.len()).min(6);
        self.heading_stack.push(level);
        let mut open = format!("<h{rank}");
        if let Some(anchor) = self.scope.anchors.get(&index) {
            open.push_str(" id=\"");
            escape(&mut open, anchor);
            open.push('"');
        }
        open.push('>');
        self.wrap(&open, inner, &format!("</h{rank}>\n"));
    }

    fn item(&mut self, inner: Nodes) {
        let nodes = self.scope.nodes;
        let task = nodes[inner.clone()].iter().take(2);
        let task = task.into_iter().any(|node| matches!(node.event, Event::TaskListMarker(_)));
        self.stray_attributes(inner.clone());
        self.wrap(if task { "<li class=\"task\">" } else { "<li>" }, inner, "</li>\n");
    }

    /// `{#id}` at the end of an item that is no topic would be shown to the learner.
    fn stray_attributes(&mut self, inner: Nodes) {
        let nodes = &self.scope.nodes[inner];
        let first_line = nodes.iter().take_while(|node| {
            !matches!(node.event, Event::SoftBreak | Event::HardBreak | Event::Start(Tag::List(_)))
        });
        let text = first_line.filter(|node| matches!(node.event, Event::Text(_))).last();
        let Some(node) = text else { return };
        let raw = &self.scope.source.text[node.span.clone()];
        if let Some((_, braces)) = crate::attributes::trailing(raw)
            && raw[braces.clone()].trim_start().starts_with('#')
        {
            let start = node.span.start;
            let place = self.place(start + braces.start - 1..start + braces.end + 1);
            self.report(diagnostic::stray_attributes(place));
        }
    }

    fn task(&mut self, done: bool) {
        let word = self.scope.words.get(if done { "task_done" } else { "task_open" });
        let _ = write!(self.out, "<span class=\"check\" role=\"img\" aria-label=\"");
        escape(&mut self.out, word);
        let _ = write!(self.out, "\" data-done=\"{done}\"></span> ");
    }

    fn table(&mut self, alignments: &[Alignment], inner: Nodes) {
        self.out.push_str("<div class=\"table\"><table>\n");
        let mut row = inner.start;
        let mut in_body = false;
        // An empty corner says that the first column names the rows, as the first row the columns.
        let corner = inner.start + 1;
        let named_rows = self.scope.nodes[corner].end == corner + 1;
        while row < inner.end {
            let node = &self.scope.nodes[row];
            let head = matches!(node.event, Event::Start(Tag::TableHead));
            if head {
                self.out.push_str("<thead>\n");
            } else if !in_body {
                self.out.push_str("<tbody>\n");
                in_body = true;
            }
            self.row(alignments, Row { head, named: named_rows }, row + 1..node.end);
            if head {
                self.out.push_str("</thead>\n");
            }
            row = node.end + 1;
        }
        self.out.push_str(if in_body { "</tbody>\n" } else { "" });
        self.out.push_str("</table></div>\n");
    }

    fn row(&mut self, alignments: &[Alignment], row: Row, inner: Nodes) {
        self.out.push_str("<tr>");
        let mut cell = inner.start;
        let mut column = 0;
        while cell < inner.end {
            let end = self.scope.nodes[cell].end;
            let class = match alignments.get(column) {
                Some(Alignment::Left) => " class=\"left\"",
                Some(Alignment::Center) => " class=\"center\"",
                Some(Alignment::Right) => " class=\"right\"",
                Some(Alignment::None) | None => "",
            };
            let empty = cell + 1 == end;
            let (open, close) = match row {
                _ if empty => ("<td", "</td>"),
                Row { head: true, .. } => ("<th scope=\"col\"", "</th>"),
                Row { head: false, named: true } if column == 0 => ("<th scope=\"row\"", "</th>"),
                _ => ("<td", "</td>"),
            };
            self.wrap(&format!("{open}{class}>"), cell + 1..end, close);
            cell = end + 1;
            column += 1;
        }
        self.out.push_str("</tr>\n");
    }

    fn text(&mut self, text: &str, span: Range<usize>) {
        self.count(text);
        if text.contains("**") {
            self.literal_stars(&span);
        }
        if text.contains("[^") {
            self.undefined_footnotes(&span);
        }
        escape_html_body_text(&mut self.out, text).expect("writing to a string cannot fail");
    }

    /// Counts what there is to read.
    fn count(&mut self, text: &str) {
        if self.in_title {
            return;
        }
        let mut in_word = false;
        for character in text.chars() {
            let word = character.is_alphanumeric() && !is_han(character);
            self.found.amount.han_characters += usize::from(is_han(character));
            self.found.amount.words += usize::from(word && !in_word);
            in_word = word;
        }
    }
}

/// For text and for attribute values.
pub fn escape(out: &mut String, text: &str) {
    escape_html(out, text).expect("writing to a string cannot fail");
}

/// HTML of this module without its links; what they lead from stays.
fn without_links(html: &str) -> String {
    let mut parts = html.split("<a ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once('>').map_or("", |(_, rest)| rest));
    }
    kept.replace("</a>", "")
}

/// The visible text of some nodes, line breaks as the reader sees them.
pub fn plain(nodes: &[Node<'_>]) -> String {
    let mut text = String::new();
    for (index, node) in nodes.iter().enumerate() {
        match &node.event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak if !markdown::joins(nodes, index) => text.push(' '),
            _ => {}
        }
    }
    text
}
