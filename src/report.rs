//! Diagnostics as people and programs read them: excerpt, carets and hint, or JSON lines.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::json;

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

/// One diagnostic for a terminal, with ANSI colours; carets align under wide characters.
pub fn text(diagnostic: &Diagnostic, sources: Option<&Sources>) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&*diagnostic.message).id(diagnostic.rule);
    let mut group = Group::with_title(title);
    if let Some(place) = &diagnostic.place {
        let text = sources.and_then(|sources| sources.text(&place.path));
        group = match text.filter(|_| place.span != (0..0)) {
            Some(text) => {
                let excerpt = Excerpt::of(text, &place.span);
                let snippet = Snippet::source(excerpt.text)
                    .path(&*place.path)
                    .line_start(excerpt.line_number)
                    .annotation(AnnotationKind::Primary.span(excerpt.span));
                group.element(snippet)
            }
            None => group.element(Origin::path(&*place.path)),
        };
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(&**hint));
    }
    Renderer::styled().render(&[group])
}

/// One diagnostic as one line of JSON. Lines and columns count from 1, columns in characters.
pub fn json(diagnostic: &Diagnostic, sources: Option<&Sources>) -> String {
    let place = diagnostic.place.as_ref();
    let text = place.and_then(|place| sources?.text(&place.path));
    let position = |offset: usize| text.map(|text| Position::of(text, offset));
    let start = place.and_then(|place| position(place.span.start));
    let end = place.and_then(|place| position(place.span.end));
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({
        "severity": severity,
        "rule": diagnostic.rule,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "path": place.map(|place| &*place.path),
        "line": start.as_ref().map(|at| at.line_number),
        "column": start.as_ref().map(|at| at.column_number),
        "end_line": end.as_ref().map(|at| at.line_number),
        "end_column": end.as_ref().map(|at| at.column_number),
    })
    .to_string()
}

/// Line and column, both from 1, the column in characters.
struct Position {
    line_number: usize,
    column_number: usize,
}

impl Position {
    fn of(text: &str, offset: usize) -> Position {
        let before = &text[..offset.min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line_number: before.matches('\n').count() + 1,
            column_number: before[line_start..].chars().count() + 1,
        }
    }
}

/// The line that a problem begins on. One line is enough to find a place, and quick to show
/// however long the file is.
struct Excerpt<'a> {
    text: &'a str,
    line_number: usize,
    span: Range<usize>,
}

impl Excerpt<'_> {
    fn of<'a>(text: &'a str, span: &Range<usize>) -> Excerpt<'a> {
        let start = span.start.min(text.len());
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
        let end = span.end.clamp(start, line_end);
        Excerpt {
            text: &text[line_start..line_end],
            line_number: text[..line_start].matches('\n').count() + 1,
            span: start - line_start..end - line_start,
        }
    }
}
