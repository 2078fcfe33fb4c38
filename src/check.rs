//! The rules over the whole roadmap, one function a rule. Rules about one file alone are kept
//! where it is parsed.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::config::Config;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::lock::Lock;
use crate::roadmap::{Link, LinkKind, Roadmap, Section, Topic};
use crate::source::Sources;
use crate::suggestion::similarity;
use crate::url;

/// Addresses that are the site's own.
pub const RESERVED: [&str; 3] = ["assets", "progress", "today"];

type Rule = fn(&Whole<'_>) -> Vec<Diagnostic>;
const RULES: [Rule; 7] =
    [addresses, duplicate_ids, needs, needs_cycles, earlier_ids, links, locked_ids];

/// What the rules look at.
struct Whole<'a> {
    sources: &'a Sources,
    roadmap: &'a Roadmap,
    /// None if it cannot be read: then nothing is said of what it lists.
    lock: Option<&'a Lock>,
    /// Names that may still be compared to find one that was meant: where thousands of links are
    /// broken at once, the first hundred hints say as much as all, in no time.
    comparisons_left: Cell<usize>,
}

const COMPARISONS_MAX: usize = 200_000;

impl Whole<'_> {
    /// How many of so many names are to be compared: all, or none when enough have been.
    fn compared(&self, names: usize) -> usize {
        let left = self.comparisons_left.get().checked_sub(names);
        self.comparisons_left.set(left.unwrap_or(0));
        left.map_or(0, |_| names)
    }
}

/// Everything that is wrong with a roadmap as a whole.
pub fn check(sources: &Sources, roadmap: &Roadmap, lock: Option<&Lock>) -> Vec<Diagnostic> {
    let whole = Whole { sources, roadmap, lock, comparisons_left: Cell::new(COMPARISONS_MAX) };
    RULES.iter().flat_map(|rule| rule(&whole)).collect()
}

/// Every section has an address of its own, and old addresses are not in use.
fn addresses(whole: &Whole<'_>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    // Hosts differ in whether `A/` and `a/` are the same.
    let mut taken: BTreeMap<String, &Section> = BTreeMap::new();
    for section in &whole.roadmap.sections {
        let place = || section.place.clone();
        if RESERVED.contains(&&*section.slug.to_lowercase()) {
            problems.push(diagnostic::reserved_slug(place(), &section.slug));
        }
        if !crate::config::is_id(&section.slug) {
            problems.push(diagnostic::bad_slug(place(), &section.slug));
        }
        if let Some(other) = taken.insert(section.slug.to_lowercase(), section) {
            let other = &*other.place.path;
            problems.push(diagnostic::same_url(place(), &section.slug, other));
        }
    }
    let mut aliases: BTreeMap<String, &Section> = BTreeMap::new();
    for section in &whole.roadmap.sections {
        for (alias, place) in &section.front.aliases {
            let Some(path) = alias_path(alias) else {
                problems.push(diagnostic::bad_alias(place.clone(), alias));
                continue;
            };
            let page = path.trim_end_matches("index.html").trim_end_matches('/').to_lowercase();
            let other = taken.get(&page).copied().or(aliases.insert(path, section));
            if let Some(other) = other {
                let other = &other.title.text;
                problems.push(diagnostic::alias_taken(place.clone(), alias, other));
            }
        }
    }
    problems
}

/// The file of an old address: `old/` is `old/index.html`. None if it is no such address.
pub fn alias_path(alias: &str) -> Option<String> {
    let path = alias.trim_start_matches('/');
    let path = match path.ends_with(".html") {
        true => path.to_owned(),
        false => format!("{}/index.html", path.trim_end_matches('/')),
    };
    let first = path.split('/').next()?;
    let plain = path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    let free = !RESERVED.contains(&first) && path != "index.html" && path != "404.html";
    (plain && free && !path.contains(['\\', ':', '?', '#'])).then_some(path)
}

fn duplicate_ids(whole: &Whole<'_>) -> Vec<Diagnostic> {
    let mut first: HashMap<&str, &Topic> = HashMap::new();
    let mut problems = Vec::new();
    for (_, topic) in whole.roadmap.all_topics() {
        match first.get(&*topic.id) {
            None => drop(first.insert(&topic.id, topic)),
            Some(other) => {
                let other = format!("`{}` in `{}`", other.title.text, other.place.path);
                problems.push(diagnostic::duplicate_id(topic.place.clone(), &topic.id, &other));
            }
        }
    }
    problems
}

fn needs(whole: &Whole<'_>) -> Vec<Diagnostic> {
    let topics = &whole.roadmap.topics;
    let mut problems = Vec::new();
    for (_, topic) in whole.roadmap.all_topics() {
        for needs in topic.needs.iter().filter(|needs| !topics.contains_key(&needs.id)) {
            let known = topics.keys().map(String::as_str).take(whole.compared(topics.len()));
            let place = needs.place.clone();
            problems.push(diagnostic::unknown_needs(place, &topic.id, &needs.id, known));
        }
    }
    problems
}

/// Each circle of topics that need each other, told once, at the topic that comes first.
fn needs_cycles(whole: &Whole<'_>) -> Vec<Diagnostic> {
    let topics: Vec<&Topic> = whole.roadmap.all_topics().map(|(_, topic)| topic).collect();
    let index: HashMap<&str, usize> =
        topics.iter().enumerate().map(|(index, topic)| (&*topic.id, index)).rev().collect();
    let mut finished = vec![false; topics.len()];
    let mut problems = Vec::new();
    for start in 0..topics.len() {
        // Depth first without recursion: (topic, how many of its needs were looked at).
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        let mut on_path = HashSet::from([start]);
        while let Some((topic, looked_at)) = path.last_mut() {
            let topic = *topic;
            let next = topics[topic].needs.get(*looked_at);
            *looked_at += 1;
            let Some(next) = next.filter(|_| !finished[topic]) else {
                finished[topic] = true;
                on_path.remove(&topic);
                path.pop();
                continue;
            };
            let Some(&target) = index.get(&*next.id) else { continue };
            if on_path.contains(&target) {
                let from = path.iter().position(|(topic, _)| *topic == target).unwrap_or(0);
                let cycle: Vec<&str> = path[from..].iter().map(|(t, _)| &*topics[*t].id).collect();
                problems.push(diagnostic::needs_cycle(next.place.clone(), &cycle));
            } else if !finished[target] {
                path.push((target, 0));
                on_path.insert(target);
            }
        }
    }
    problems
}

/// `was` names ids of the past, each claimed once.
fn earlier_ids(whole: &Whole<'_>) -> Vec<Diagnostic> {
    let mut claimed: HashMap<&str, &Topic> = HashMap::new();
    let mut problems = Vec::new();
    for (_, topic) in whole.roadmap.all_topics() {
        for was in &topic.was {
            let place = was.place.clone();
            if whole.roadmap.topics.contains_key(&was.id) {
                problems.push(diagnostic::was_still_exists(place, &was.id));
            } else if let Some(other) = claimed.insert(&was.id, topic) {
                problems.push(diagnostic::was_twice(place, &was.id, &other.id));
            }
        }
    }
    problems
}

// ---- links ---------------------------------------------------------------------------------

/// What a link can lead to.
struct Places<'a> {
    /// Anchors by the path of a page's file.
    pages: HashMap<&'a str, BTreeSet<&'a str>>,
    drafts: HashSet<&'a str>,
    /// Ids of the past, by the ids that topics have now.
    renamed: HashMap<&'a str, &'a str>,
}

fn links(whole: &Whole<'_>) -> Vec<Diagnostic> {
    let roadmap = whole.roadmap;
    let mut places =
        Places { pages: HashMap::new(), drafts: HashSet::new(), renamed: HashMap::new() };
    for section in &roadmap.sections {
        let anchors = section.anchors.iter().chain(&section.names).map(String::as_str);
        places.pages.entry(&section.place.path).or_default().extend(anchors);
    }
    places.drafts.extend(roadmap.drafts.iter().map(String::as_str));
    let index = introduction_path(&whole.sources.config);
    let anchors = roadmap.introduction_anchors.iter().map(String::as_str);
    if whole.sources.pages.iter().any(|page| *page.path == *index) {
        places.pages.entry(&index).or_default().extend(anchors);
    }
    for (_, topic) in roadmap.all_topics() {
        places.renamed.extend(topic.was.iter().map(|was| (&*was.id, &*topic.anchor)));
    }
    let sections = roadmap.sections.iter().flat_map(|section| &section.links);
    let all = sections.chain(&roadmap.introduction_links);
    all.filter_map(|link| check_link(link, whole, &places)).collect()
}

/// The file that the map's introduction comes from.
fn introduction_path(config: &Config) -> String {
    match config.one_file() {
        true => config.content.clone(),
        false => url::join(&config.content, "index.md"),
    }
}

fn check_link(link: &Link, whole: &Whole<'_>, places: &Places<'_>) -> Option<Diagnostic> {
    let place = link.place.clone();
    let files = &whole.sources.files;
    let missing = !files.contains_key(&link.path);
    let known_files = || files.keys().map(String::as_str);
    if link.kind == LinkKind::Image {
        return missing.then(|| {
            let known = known_files().take(whole.compared(files.len()));
            diagnostic::missing_image(place, &link.path, known)
        });
    }
    let Some(anchors) = places.pages.get(&*link.path) else {
        if places.drafts.contains(&*link.path) {
            return Some(diagnostic::draft_link(place, &link.path));
        }
        return missing.then(|| {
            let known = places.pages.keys().copied().chain(known_files());
            let known = known.take(whole.compared(places.pages.len() + files.len()));
            diagnostic::broken_link(place, &link.path, known)
        });
    };
    let anchor = link.anchor.as_deref().filter(|anchor| !anchors.contains(anchor))?;
    if let Some(now) = places.renamed.get(anchor) {
        return Some(diagnostic::renamed_anchor(place, anchor, now));
    }
    let known = anchors.iter().copied().take(whole.compared(anchors.len()));
    Some(diagnostic::broken_anchor(place, anchor, &link.path, known))
}

// ---- the lock ------------------------------------------------------------------------------

/// No published id vanishes in silence, and none comes back as something else.
fn locked_ids(whole: &Whole<'_>) -> Vec<Diagnostic> {
    let (Some(lock_source), Some(lock)) = (&whole.sources.lock, whole.lock) else {
        return Vec::new();
    };
    let topics = &whole.roadmap.topics;
    let known: HashMap<&str, bool> =
        lock.entries.iter().map(|entry| (&*entry.id, entry.retired)).collect();
    let claimed: HashSet<&str> =
        whole.roadmap.all_topics().flat_map(|(_, t)| &t.was).map(|was| &*was.id).collect();
    let new: Vec<&Topic> = whole
        .roadmap
        .all_topics()
        .map(|(_, topic)| topic)
        .filter(|topic| !known.contains_key(&*topic.id))
        .collect();
    let mut problems = Vec::new();
    for entry in &lock.entries {
        let place = entry.place.clone();
        if entry.retired {
            if let Some((_, topic)) = whole.roadmap.topic(&entry.id) {
                problems.push(diagnostic::retired_id(topic.place.clone(), &entry.id));
            }
        } else if !topics.contains_key(&entry.id)
            && !claimed.contains(&*entry.id)
            && let Some(place) = place
        {
            let similar = most_similar(&entry.title, &new[..whole.compared(new.len())]);
            problems.push(diagnostic::vanished_id(place, &entry.id, &entry.title, similar));
        }
    }
    if let Some(first) = new.first() {
        let place: Place = first.place.clone();
        problems.push(diagnostic::unpinned(place, new.len(), &lock_source.path));
    }
    problems
}

/// The new topic whose title is most like that of one that is gone.
fn most_similar<'a>(title: &str, new: &[&'a Topic]) -> Option<(&'a str, &'a str)> {
    const ENOUGH: f64 = 0.3;
    let scored = new.iter().map(|topic| (similarity(title, &topic.title.text), topic));
    let best = scored.filter(|(score, _)| *score >= ENOUGH).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, topic)| (&*topic.id, &*topic.title.text))
}
