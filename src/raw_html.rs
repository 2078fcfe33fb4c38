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

const TAGS: [&str; 11] =
    ["abbr", "br", "details", "kbd", "mark", "rp", "rt", "ruby", "sub", "summary", "sup"];

struct Piece<'a> {
    text: &'a str,
    kind: Kind,
}

enum Kind {
    Text,
    Comment,
    Break,
    Open(&'static str),
    Close(&'static str),
    /// Looks like a tag and is none of ours.
    Other,
}

/// Where a piece of HTML is in the file.
struct Cursor<'a> {
    raw: &'a str,
    start: usize,
    from: usize,
}

impl Cursor<'_> {
    /// The place of the next piece that reads like this. Block quotes put their marks between
    /// the lines, so that only a first line is sure to be found.
    fn place(&mut self, text: &str) -> Range<usize> {
        let line = text.lines().next().unwrap_or_default();
        let start = self.raw[self.from..].find(line).map_or(self.from, |at| self.from + at);
        self.from = start + line.len().min(self.raw.len() - start);
        self.start + start..self.start + self.from
    }
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
        let pieces = pieces(if block { html.trim_end() } else { html });
        let is_text = |piece: &Piece<'_>| matches!(piece.kind, Kind::Text | Kind::Other);
        let frame = if block && pieces.iter().all(is_text) { ("<p>", "</p>") } else { ("", "") };
        self.out.push_str(frame.0);
        let start = span.start;
        let mut cursor = Cursor { raw: &self.scope.source.text[span], start, from: 0 };
        for Piece { text, kind } in pieces {
            let place = match kind {
                Kind::Text => start..start,
                _ => cursor.place(text),
            };
            match kind {
                Kind::Text => self.escaped(text),
                Kind::Comment => {}
                Kind::Break => self.out.push_str("<br>"),
                Kind::Open(name) if self.fits(name, block) => {
                    self.out.push_str(&format!("<{name}>"));
                    self.open_tags.push(OpenTag { name, span: place });
                }
                Kind::Close(name) if self.innermost() == Some(name) => {
                    self.open_tags.pop();
                    self.out.push_str(&format!("</{name}>"));
                }
                Kind::Open(_) | Kind::Close(_) | Kind::Other => self.shown(text, place),
            }
        }
        self.out.push_str(frame.1);
        if block {
            // Only `details` may hold the blocks that follow.
            let open = self.open_tags[self.floor..].iter().rev();
            let others = open.take_while(|tag| tag.name != "details").count();
            self.close_tags(self.open_tags.len() - others);
            self.out.push('\n');
        }
    }

    /// Whether a tag may stand here: `details` holds blocks and stands in none of the author's
    /// other tags, `summary` begins it, readings belong to a `ruby`.
    fn fits(&self, name: &str, block: bool) -> bool {
        let inside = self.innermost();
        match name {
            "details" => block && inside.is_none_or(|inside| inside == "details"),
            "summary" => {
                block && inside == Some("details") && self.out.trim_end().ends_with("<details>")
            }
            "rt" | "rp" => inside == Some("ruby"),
            _ => true,
        }
    }

    /// The last tag that was opened in the element that is being written.
    fn innermost(&self) -> Option<&'static str> {
        self.open_tags[self.floor..].last().map(|tag| tag.name)
    }

    /// Shows a tag as text, and says so.
    fn shown(&mut self, tag: &str, place: Range<usize>) {
        self.escaped(tag);
        let line = tag.lines().next().unwrap_or_default();
        let name: String = line.chars().take(40).collect();
        let more = if name.len() < tag.len() { "…" } else { "" };
        let place = self.place(place);
        self.report(diagnostic::html_as_text(place, &format!("{name}{more}")));
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
            pieces.push(Piece { text: &rest[..open], kind: Kind::Text });
        }
        rest = &rest[open..];
        let comment = rest.starts_with("<!--");
        let mark = if comment { "-->" } else { ">" };
        let end = rest.find(mark).map_or(rest.len(), |end| end + mark.len());
        let text = &rest[..end];
        pieces.push(Piece { text, kind: if comment { Kind::Comment } else { kind(text) } });
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        pieces.push(Piece { text: rest, kind: Kind::Text });
    }
    pieces
}

fn kind(tag: &str) -> Kind {
    let inner = tag.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or("");
    let known = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        TAGS.into_iter().find(|known| *known == name)
    };
    if let Some(name) = inner.strip_prefix('/') {
        return known(name).filter(|name| *name != "br").map_or(Kind::Other, Kind::Close);
    }
    match known(inner.strip_suffix('/').unwrap_or(inner)) {
        Some("br") => Kind::Break,
        Some(name) if !inner.ends_with('/') => Kind::Open(name),
        _ => Kind::Other,
    }
}
