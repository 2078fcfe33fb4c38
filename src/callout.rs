//! Callouts and questions: block quotes that begin with `[!kind] title`.

use std::collections::HashMap;
use std::fmt::Write;

use pulldown_cmark::{Event, HeadingLevel, Tag};

use crate::diagnostic::{self, Diagnostic, Place};
use crate::html::{Writer, escape};
use crate::markdown::Node;
use crate::outline::Nodes;
use crate::source::Source;

/// What stands between the brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callout {
    Note(&'static str),
    Question,
}

const KINDS: [&str; 6] = ["note", "tip", "important", "warning", "caution", "question"];

/// Finds the callouts of a file and takes their markers out of its text.
pub fn find(source: &Source, nodes: &mut [Node<'_>]) -> (HashMap<usize, Callout>, Vec<Diagnostic>) {
    let mut callouts = HashMap::new();
    let mut problems = Vec::new();
    for index in 0..nodes.len() {
        if !matches!(nodes[index].event, Event::Start(Tag::BlockQuote(_))) {
            continue;
        }
        // A first line directly above `---` is a heading to CommonMark.
        let begins = matches!(
            nodes[index + 1].event,
            Event::Start(Tag::Paragraph | Tag::Heading { level: HeadingLevel::H2, .. })
        );
        let Some(node) = nodes.get_mut(index + 2).filter(|_| begins) else { continue };
        let Event::Text(text) = &node.event else { continue };
        let Some((kind, title)) = text.strip_prefix("[!").and_then(|rest| rest.split_once(']'))
        else {
            continue;
        };
        if kind.is_empty() || !kind.chars().all(|c| c.is_alphanumeric() || c == '-') {
            continue;
        }
        let known = KINDS.into_iter().find(|known| known.eq_ignore_ascii_case(kind));
        if known.is_none() {
            let start = node.span.start + "[!".len();
            let place = Place { path: source.path.clone(), span: start..start + kind.len() };
            problems.push(diagnostic::unknown_callout(place, kind, &KINDS));
        }
        // Obsidian's mark for a callout that is folded, or can be.
        let title = title.strip_prefix(['+', '-']).unwrap_or(title).trim_start().to_owned();
        node.event = Event::Text(title.into());
        let callout = match known.unwrap_or("note") {
            "question" => Callout::Question,
            kind => Callout::Note(kind),
        };
        callouts.insert(index, callout);
    }
    (callouts, problems)
}

/// A callout's first line, what follows it in the same paragraph, and the blocks below.
struct Parts {
    title: Nodes,
    rest: Option<Nodes>,
    /// Whether the first line was underlined with `---`.
    underlined: bool,
    blocks: Nodes,
}

impl Writer<'_> {
    pub fn callout(&mut self, callout: &Callout, index: usize, inner: Nodes) {
        let parts = self.parts(inner);
        match callout {
            Callout::Note(kind) => self.note(kind, &parts),
            Callout::Question => self.question(index, &parts),
        }
    }

    fn parts(&self, inner: Nodes) -> Parts {
        let nodes = self.scope.nodes;
        let (first, end) = (inner.start + 1, nodes[inner.start].end);
        let mut line_end = first;
        while line_end < end
            && !matches!(nodes[line_end].event, Event::SoftBreak | Event::HardBreak)
        {
            line_end = nodes[line_end].end + 1;
        }
        Parts {
            title: first..line_end,
            rest: (line_end < end).then_some(line_end + 1..end),
            underlined: matches!(nodes[inner.start].event, Event::Start(Tag::Heading { .. })),
            blocks: end + 1..inner.end,
        }
    }

    fn note(&mut self, kind: &str, parts: &Parts) {
        let _ = write!(
            self.out,
            "<aside class=\"callout\" role=\"note\" data-kind=\"{kind}\" aria-label=\""
        );
        escape(&mut self.out, self.scope.words.get(kind));
        self.out.push_str("\">");
        self.heading_line("callout-title", parts.title.clone(), kind);
        if let Some(rest) = parts.rest.clone() {
            self.paragraph(rest);
        }
        self.wrap("", parts.blocks.clone(), "</aside>\n");
    }

    /// The first line, or the word for this kind where there is none.
    fn heading_line(&mut self, class: &str, title: Nodes, word: &str) {
        let start = self.out.len();
        self.wrap("", title, "");
        let written = self.out.split_off(start);
        let _ = write!(self.out, "<p class=\"{class}\">");
        match written.trim() {
            "" => escape(&mut self.out, self.scope.words.get(word)),
            title => self.out.push_str(title),
        }
        self.out.push_str("</p>\n");
    }

    fn question(&mut self, index: usize, parts: &Parts) {
        let nodes = self.scope.nodes;
        let split = self.split_at_rule(parts);
        let place = self.place(nodes[index].span.clone());
        let asks = nodes[parts.title.clone()].iter().any(|node| match &node.event {
            Event::Text(text) | Event::Code(text) => !text.trim().is_empty(),
            _ => false,
        });
        let first_line = place.span.start
            + nodes[index]
                .span
                .len()
                .min(self.scope.source.text[place.span.clone()].find('\n').unwrap_or(usize::MAX));
        let line = Place { path: place.path, span: place.span.start..first_line };
        let answered = !split.answer.is_empty() || split.answer_rest.is_some();
        if !asks {
            self.report(diagnostic::empty_question(line));
        } else if !answered {
            self.report(diagnostic::unanswered_question(line));
        }
        self.out.push_str("<div class=\"question\">");
        self.heading_line("question-title", parts.title.clone(), "question");
        if let Some(rest) = split.body_rest {
            self.paragraph(rest);
        }
        self.wrap("", split.body, "");
        if let Some(inline) = split.underlined_body {
            self.paragraph(inline);
        }
        self.out.push_str("<details><summary>");
        escape(&mut self.out, self.scope.words.get("show_answer"));
        self.out.push_str("</summary><div class=\"answer\">\n");
        if let Some(rest) = split.answer_rest {
            self.paragraph(rest);
        }
        self.wrap("", split.answer, "</div></details></div>\n");
    }

    /// What follows a `---` is the answer; without one, all below the first line is.
    fn split_at_rule(&self, parts: &Parts) -> QuestionParts {
        let nodes = self.scope.nodes;
        let all = parts.blocks.clone();
        if parts.underlined {
            let body_rest = parts.rest.clone();
            let body = all.start..all.start;
            return QuestionParts { body_rest, body, answer: all, ..QuestionParts::default() };
        }
        let mut index = all.start;
        while index < all.end {
            let node = &nodes[index];
            let next = node.end + 1;
            let underlined = matches!(node.event, Event::Start(Tag::Heading { .. }))
                && !self.scope.source.text[node.span.clone()].starts_with('#');
            if node.event == Event::Rule || underlined {
                return QuestionParts {
                    body_rest: parts.rest.clone(),
                    body: all.start..index,
                    underlined_body: underlined.then_some(index + 1..node.end),
                    answer_rest: None,
                    answer: next..all.end,
                };
            }
            index = next;
        }
        let body = all.start..all.start;
        QuestionParts { body, answer_rest: parts.rest.clone(), answer: all, ..Default::default() }
    }
}

#[derive(Default)]
struct QuestionParts {
    body_rest: Option<Nodes>,
    body: Nodes,
    /// A paragraph that CommonMark took for a heading because of the `---` below it.
    underlined_body: Option<Nodes>,
    answer_rest: Option<Nodes>,
    answer: Nodes,
}
