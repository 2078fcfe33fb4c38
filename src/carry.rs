//! What the parts of a split outline refer to goes with them: footnotes and definitions of links
//! to every part that uses them, and links to headings to the files where these stand now.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use crate::edit::Edit;
use crate::footnote::footnote_label;
use crate::heading;
use crate::html::plain;
use crate::markdown::{self, link_label};
use crate::script::slug;
use crate::split::{Part, Split};
use crate::url;

/// Gives every part the footnotes and the definitions of links that it uses and does not hold.
pub fn carry(split: &mut Split<'_>, from: usize) {
    carry_footnotes(split);
    let definitions = markdown::definitions(split.text, from);
    let mut uses: Vec<(String, Range<usize>)> = Vec::new();
    for node in &split.nodes {
        if let Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) =
            &node.event
            && is_reference(*link_type)
        {
            uses.push((link_label(id), node.span.clone()));
        }
    }
    for part in &mut split.parts {
        for (label, span) in &definitions {
            let used = uses.iter().any(|(used, at)| used == label && part.holds(at));
            if used && !part.holds(span) {
                part.ranges.push(span.clone());
            }
        }
    }
}

fn is_reference(link_type: LinkType) -> bool {
    matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
}

fn carry_footnotes(split: &mut Split<'_>) {
    let mut definitions: HashMap<String, Range<usize>> = HashMap::new();
    let mut uses: Vec<(String, Range<usize>)> = Vec::new();
    let mut at = 0;
    for (index, node) in split.nodes.iter().enumerate() {
        match &node.event {
            // Only those that stand by themselves can go elsewhere.
            Event::Start(Tag::FootnoteDefinition(label)) if index == at => {
                definitions.entry(footnote_label(label)).or_insert(node.span.clone());
            }
            Event::FootnoteReference(label) => {
                uses.push((footnote_label(label), node.span.clone()));
            }
            _ => {}
        }
        if index == at {
            at = node.end + 1;
        }
    }
    let home = |parts: &[Part], span: &Range<usize>| parts.iter().position(|p| p.holds(span));
    definitions.retain(|label, span| {
        let own = home(&split.parts, span);
        let mut users = uses.iter().filter(|(used, _)| used == label);
        users.any(|(_, at)| home(&split.parts, at) != own)
    });
    for part in &mut split.parts {
        let cut = std::mem::take(&mut part.ranges);
        part.ranges = cut.into_iter().flat_map(|range| without(range, &definitions)).collect();
    }
    for part in &mut split.parts {
        let mut given: BTreeSet<&str> = BTreeSet::new();
        // A footnote may refer to another.
        while let Some((label, span)) = definitions.iter().find(|(label, _)| {
            let used = uses.iter().any(|(used, at)| used == *label && part.holds(at));
            used && !given.contains(&***label)
        }) {
            given.insert(label);
            part.ranges.push(span.clone());
        }
        let first = part.ranges.len() - given.len();
        part.ranges[first..].sort_by_key(|range| range.start);
    }
}

/// What is left of a range when the definitions are taken out.
fn without(range: Range<usize>, cuts: &HashMap<String, Range<usize>>) -> Vec<Range<usize>> {
    let mut cuts: Vec<&Range<usize>> =
        cuts.values().filter(|cut| range.contains(&cut.start)).collect();
    cuts.sort_by_key(|cut| cut.start);
    let mut left = Vec::new();
    let mut from = range.start;
    for cut in cuts {
        left.push(from..cut.start);
        from = cut.end;
    }
    left.push(from.min(range.end)..range.end);
    left
}

/// The edits that make links to headings lead to where these are now, and how many links there
/// are. `anchors` are those of the headings of each part's file; `own` is the outline's name.
pub fn relink(
    split: &Split<'_>,
    from: usize,
    own: &str,
    anchors: &[Vec<String>],
) -> (Vec<Edit>, usize) {
    let names = heading_names(split);
    let new_target = |target: &str, at: &Range<usize>| {
        let parts = url::split(target);
        let path = parts.path.trim_start_matches("./");
        let here = path.is_empty() || url::decode(path).is_some_and(|path| path == own);
        let name = parts.fragment.filter(|_| here).map(url::comparable)?;
        let heading = *names.get(&name)?;
        let place = split.parts.iter().position(|part| part.holds(&split.nodes[heading].span))?;
        let part = &split.parts[place];
        let position = part.headings.iter().position(|&other| other == heading);
        let position = position.filter(|_| part.own_heading != Some(heading));
        // What the outline does not say is one heading more.
        let position = position.map(|at| at + usize::from(!part.head.is_empty()));
        let anchor = position.and_then(|position| anchors[place].get(position));
        let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
        match part.holds(at) && !anchor.is_empty() {
            true => Some(anchor),
            false => Some(format!("{}{anchor}", part.name)),
        }
    };
    let mut edits = Vec::new();
    let mut count = 0;
    for node in &split.nodes {
        let Event::Start(Tag::Link { link_type, dest_url, .. }) = &node.event else { continue };
        let Some(new) = new_target(dest_url, &node.span) else { continue };
        count += 1;
        if *link_type == LinkType::Inline {
            edits.extend(replaced(split.text, &node.span, dest_url, new));
        }
    }
    for (_, span) in markdown::definitions(split.text, from) {
        let raw = &split.text[span.clone()];
        let target = raw.split("]:").nth(1).and_then(|rest| rest.split_whitespace().next());
        let target = target.map(|target| target.trim_matches(['<', '>'])).unwrap_or_default();
        // Whichever file it stands in, this is where it leads.
        if let Some(new) = new_target(target, &(usize::MAX..usize::MAX)) {
            edits.extend(replaced(split.text, &span, target, new));
        }
    }
    (edits, count)
}

/// The edit that puts another target into a link. None if it is not written as it is meant.
fn replaced(text: &str, span: &Range<usize>, target: &str, new: String) -> Option<Edit> {
    let at = span.start + text[span.clone()].rfind(target)?;
    Some((at..at + target.len(), new))
}

/// What links can call the headings: their ids, or what GitHub makes of their titles.
fn heading_names(split: &Split<'_>) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, node) in split.nodes.iter().enumerate() {
        if !matches!(node.event, Event::Start(Tag::Heading { .. })) {
            continue;
        }
        let (title, id) = heading::title(&split.nodes, index);
        if let Some(id) = id {
            names.entry(id).or_insert(index);
        }
        let whole = slug(&plain(&split.nodes[index + 1..node.end]));
        for name in BTreeSet::from([whole, slug(&title)]) {
            let count = seen.entry(name.clone()).or_insert(0);
            let numbered = if *count == 0 { name } else { format!("{name}-{count}") };
            *count += 1;
            names.entry(numbered).or_insert(index);
        }
    }
    names
}
