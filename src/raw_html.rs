//! Raw HTML in the content: a few tags without attributes pass, all else is shown as text.
//! Never lets a tag out of the element it was opened in.

use std::ops::Range;

use pulldown_cmark::Event;
use pulldown_cmark_escape::escape_html_body_text;

use crate::config::Html;
use crate::diagnostic;
use crate::html::Writer;
use crate::outline::Nodes;

/// A tag of the author's that is still open.
#[derive(Clone, Debug)]
pub struct OpenTag {
    name: &'static str,
    span: Range<usize>,
}

const INLINE: [&str; 9] = ["abbr", "kbd", "mark", "rp", "rt", "ruby", "sub", "sup", "br"];
const BLOCK: [&str; 2] = ["details", "summary"];

enum Piece<'a> {
    Text(&'a str),
    Comment,
    Open(&'static str),
    Close(&'static str),
    /// Looks like a tag and is none of ours.
    Other(&'a str),
}

impl Writer<'_> {
    pub fn inline_html(&mut self, html: &str, span: Range<usize>) {
        self.raw(html, span, false);
    }

    /// A block of HTML: its lines come as one event each.
    pub fn html_block(&mut self, index: usize, inner: Nodes) {
        let mut html = String::new();
        for node in &self.scope.nodes[inner] {
            if let Event::Html(line) | Event::Text(line) = &node.event {
                html.push_str(line);
            }
        }
        self.raw(&html, self.scope.nodes[index].span.clone(), true);
    }

    fn raw(&mut self, html: &str, span: Range<usize>, block: bool) {
        if self.config().html == Html::All {
            self.out.push_str(html);
            return;
        }
        let raw = &self.scope.source.text[span.clone()];
        let mut searched = 0;
        for piece in pieces(html) {
            match piece {
                Piece::Text(text) => self.escaped(text),
                Piece::Comment => {}
                Piece::Open("br") => self.out.push_str("<br>"),
                Piece::Open(name) if self.fits(name, block) => {
                    self.out.push_str(&format!("<{name}>"));
                    self.open_tags.push(OpenTag { name, span: span.clone() });
                }
                Piece::Close(name) if self.open_tags.last().is_some_and(|t| t.name == name) => {
                    self.open_tags.pop();
                    self.out.push_str(&format!("</{name}>"));
                }
                Piece::Open(name) => self.shown(&format!("<{name}>"), raw, &span, &mut searched),
                Piece::Close(name) => self.shown(&format!("</{name}>"), raw, &span, &mut searched),
                Piece::Other(text) => self.shown(text, raw, &span, &mut searched),
            }
        }
    }

    /// Whether a tag may stand here: `summary` begins a `details`, readings belong to a `ruby`.
    fn fits(&self, name: &str, block: bool) -> bool {
        let inside = self.open_tags.last().map(|tag| tag.name);
        match name {
            "summary" => {
                block && inside == Some("details") && self.out.trim_end().ends_with("<details>")
            }
            "rt" | "rp" => inside == Some("ruby"),
            _ => INLINE.contains(&name) || block,
        }
    }

    /// Shows a tag as text, and says so.
    fn shown(&mut self, tag: &str, raw: &str, span: &Range<usize>, searched: &mut usize) {
        self.escaped(tag);
        let found = raw[*searched..].find(tag).map(|at| *searched + at);
        let start = found.unwrap_or(*searched);
        let end = if found.is_some() { start + tag.len() } else { raw.len() };
        *searched = if found.is_some() { end } else { *searched };
        let place = self.place(span.start + start..span.start + end);
        let name: String = tag.chars().take(40).collect();
        self.report(diagnostic::html_as_text(place, name.lines().next().unwrap_or_default()));
    }

    fn escaped(&mut self, text: &str) {
        escape_html_body_text(&mut self.out, text).expect("writing to a string cannot fail");
    }

    /// Closes the author's tags that were opened since `floor`.
    pub fn close_tags(&mut self, floor: usize) {
        while self.open_tags.len() > floor {
            let Some(tag) = self.open_tags.pop() else { return };
            self.out.push_str(&format!("</{}>", tag.name));
            let place = self.place(tag.span);
            self.report(diagnostic::html_unclosed(place, tag.name));
        }
    }
}

fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        if open > 0 {
            pieces.push(Piece::Text(&rest[..open]));
        }
        rest = &rest[open..];
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
            pieces.push(Piece::Comment);
            rest = &rest[end..];
            continue;
        }
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        pieces.push(tag(&rest[..end]));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

fn tag(text: &str) -> Piece<'_> {
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or("");
    let known = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        INLINE.into_iter().chain(BLOCK).find(|known| *known == name)
    };
    if let Some(name) = inner.strip_prefix('/') {
        return known(name).filter(|name| *name != "br").map_or(Piece::Other(text), Piece::Close);
    }
    match known(inner.strip_suffix('/').unwrap_or(inner)) {
        Some("br") => Piece::Open("br"),
        Some(name) if !inner.ends_with('/') => Piece::Open(name),
        _ => Piece::Other(text),
    }
}
