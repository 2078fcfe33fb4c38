//! Writes what examples print into their `output` fences, and touches nothing else.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{self, Diagnostic};
use crate::edit;
use crate::examples::{Outcome, Verdict};
use crate::roadmap::{Example, Roadmap};
use crate::source::Sources;

/// Writes missing and changed outputs; returns how many.
pub fn bless(
    sources: &Sources,
    roadmap: &Roadmap,
    outcomes: &[Outcome],
) -> Result<usize, Box<Diagnostic>> {
    let examples: BTreeMap<(&str, usize), &Example> = roadmap
        .all_topics()
        .flat_map(|(_, topic)| &topic.examples)
        .map(|example| ((&*example.place.path, example.place.span.start), example))
        .collect();
    let mut edits: BTreeMap<&str, Vec<(Range<usize>, String)>> = BTreeMap::new();
    for outcome in outcomes {
        let place = &outcome.place;
        let Some(example) = examples.get(&(&*place.path, place.span.start)) else { continue };
        let Some(text) = sources.text(&place.path) else { continue };
        if let Some(change) = change(text, example, outcome) {
            edits.entry(&place.path).or_default().push(change);
        }
    }
    let count = edits.values().map(Vec::len).sum();
    for (path, edits) in &edits {
        edit::edit(&sources.root, path, edits)
            .map_err(|error| Box::new(diagnostic::write_failed(path, error)))?;
    }
    Ok(count)
}

/// The edit that makes the page say what the example printed; None if it does, or if the
/// example failed for another reason than its output.
fn change(text: &str, example: &Example, outcome: &Outcome) -> Option<(Range<usize>, String)> {
    let printed = outcome.printed.as_deref()?;
    let version = outcome.ran_in?;
    let differs = match &outcome.result {
        Verdict::Differs(_) => true,
        Verdict::Passed => false,
        Verdict::Failed(_) | Verdict::NotRun(_) => return None,
    };
    let prefix = prefix(text, example.place.span.start);
    let is_empty = |output: &str| output.trim().is_empty() && !printed.trim().is_empty();
    match &example.output {
        Some(output) if differs || output.ran_in.is_none() || is_empty(&output.text) => {
            // What varies is kept, unless it was taken out to be printed anew.
            let missing = differs || is_empty(&output.text);
            let kept = if missing { printed } else { &*output.text };
            let fence = fence(&prefix, kept, version);
            Some((output.place.span.clone(), fence[prefix.len()..].to_owned()))
        }
        None if !printed.trim().is_empty() => {
            let end = example.place.span.end;
            let end = end - (text[..end].len() - text[..end].trim_end_matches('\n').len());
            let fence = fence(&prefix, printed, version);
            Some((end..end, format!("\n{}\n{fence}", prefix.trim_end())))
        }
        _ => None,
    }
}

/// What stands before a fence on each of its lines: `> ` of a quote, the indentation of an item.
fn prefix(text: &str, start: usize) -> String {
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let lead = text[line_start..start].chars();
    lead.map(|c| if matches!(c, '>' | ' ' | '\t') { c } else { ' ' }).collect()
}

/// An `output` fence with each line behind the prefix, without a final line end.
fn fence(prefix: &str, printed: &str, (major, minor): (u32, u32)) -> String {
    let runs = printed.lines().map(|line| line.len() - line.trim_start_matches('`').len());
    let ticks = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    let mut fence = format!("{prefix}{ticks}output python={major}.{minor}\n");
    for line in printed.trim_end_matches('\n').lines() {
        fence.push_str(format!("{prefix}{}", line.trim_end()).trim_end());
        fence.push('\n');
    }
    fence + prefix + &ticks
}
