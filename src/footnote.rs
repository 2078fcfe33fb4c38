//! Footnotes: each fragment has its own, numbered from 1 and written at its end; and what was
//! meant as markup but stays in the text.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

use crate::diagnostic;
use crate::html::{Writer, escape};

/// The footnotes that a fragment refers to, in the order of their numbers.
#[derive(Debug, Default)]
pub struct Notes {
    labels: Vec<String>,
    numbers: HashMap<String, usize>,
}

/// Labels are compared without case (CommonMark, 4.7).
pub fn footnote_label(label: &str) -> String {
    label.to_lowercase()
}

const PARAGRAPH_END: &str = "</p>\n";

impl Writer<'_> {
    pub fn footnote_reference(&mut self, label: &str, span: &Range<usize>) {
        let label = &*footnote_label(label);
        if !self.scope.footnotes.contains_key(label) {
            return;
        }
        self.found.used_footnotes.insert(label.to_owned());
        // It stands in menus too, and is of no lesson.
        if self.in_title {
            let place = self.place(span.clone());
            return self.report(diagnostic::footnote_in_title(place, label));
        }
        let known = self.notes.numbers.get(label).copied();
        let number = known.unwrap_or(self.notes.labels.len() + 1);
        if known.is_none() {
            self.notes.numbers.insert(label.to_owned(), number);
            self.notes.labels.push(label.to_owned());
        }
        let prefix = &self.prefix;
        // Only the first reference is what the note leads back to. A colon stands in no id of
        // the author's.
        let id = match known {
            None => format!(" id=\"fnref:{prefix}:{number}\""),
            Some(_) => String::new(),
        };
        let link = format!("<a{id} href=\"#fn:{prefix}:{number}\">{number}</a>");
        let _ = write!(self.out, "<sup class=\"footnote\">{link}</sup>");
    }

    pub fn footnotes(&mut self) {
        if self.notes.labels.is_empty() {
            return;
        }
        let words = self.scope.words;
        self.out.push_str("<div class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"");
        escape(&mut self.out, words.get("footnotes"));
        self.out.push_str("\">\n<ol>\n");
        let mut at = 0;
        // A note may refer to another: the list can grow while it is written.
        while let Some(label) = self.notes.labels.get(at) {
            let definition = self.scope.footnotes[label];
            let number = at + 1;
            let prefix = self.prefix.clone();
            let back = words.fill("back_to_text", &[("n", &number.to_string())]);
            let open = format!("<li id=\"fn:{prefix}:{number}\">");
            self.wrap(&open, definition + 1..self.scope.nodes[definition].end, "");
            let link = format!(
                " <a class=\"backref\" href=\"#fnref:{prefix}:{number}\" \
                 aria-label=\"{back}\">↩</a>"
            );
            // Behind the note's last words, where it ends in a paragraph.
            let end = if self.out.ends_with(PARAGRAPH_END) { PARAGRAPH_END } else { "" };
            self.out.truncate(self.out.len() - end.len());
            self.out.extend([&*link, end, "</li>\n"]);
            at += 1;
        }
        self.out.push_str("</ol>\n</div>\n");
    }

    /// `[^label]` that no definition answers is text to CommonMark.
    pub fn undefined_footnotes(&mut self, span: &Range<usize>) {
        let raw = &self.scope.source.text[span.clone()];
        for (start, _) in raw.match_indices("[^") {
            let label = raw[start + 2..].split(']').next().unwrap_or_default();
            let closed = raw[start + 2 + label.len()..].starts_with(']');
            let plain = !label.is_empty() && !label.contains([' ', '\n', '[', '^', '`']);
            if closed && plain && !raw[..start].ends_with('\\') {
                let place = self.place(span.start + start..span.start + start + label.len() + 3);
                self.report(diagnostic::undefined_footnote(place, label));
            }
        }
    }

    /// Stars that the author did not escape and that emphasise nothing.
    pub fn literal_stars(&mut self, span: &Range<usize>) {
        let raw = &self.scope.source.text[span.clone()];
        let mut from = 0;
        while let Some(found) = raw[from..].find("**") {
            let start = from + found;
            let run = raw[start..].bytes().take_while(|&byte| byte == b'*').count();
            if !raw[..start].ends_with('\\') {
                let place = self.place(span.start + start..span.start + start + run);
                self.report(diagnostic::literal_stars(place));
                return;
            }
            from = start + run;
        }
    }
}
