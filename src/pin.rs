//! Gives every topic an id of its own and records all ids in the lock, so that progress
//! survives edits. Changes nothing else in a file.

use std::collections::{BTreeMap, HashSet};

use crate::anchor::non_empty;
use crate::diagnostic::{self, Diagnostic};
use crate::edit::{self, Edit};
use crate::lock::{Entry, Lock};
use crate::roadmap::{PinAt, Roadmap, Topic};
use crate::script::slug;
use crate::source::{Sources, lock_path};

/// What `pin` did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pinned {
    /// Topics that got an id.
    pub written: usize,
    /// Ids that were new to the lock.
    pub recorded: usize,
}

/// What `pin` is to change: places in files, by their paths, and the lock.
pub struct Plan {
    pub edits: BTreeMap<String, Vec<Edit>>,
    pub lock: Lock,
    pub pinned: Pinned,
}

/// Finds an id for each topic that has none. Writes nothing.
pub fn plan(roadmap: &Roadmap, lock: &Lock) -> Plan {
    let ids = new_ids(roadmap, lock);
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    for (topic, id) in &ids {
        let edit = match topic.pin_at {
            PinAt::Line(offset) => (offset..offset, format!(" {{#{id}}}")),
            PinAt::Attributes(offset) => (offset..offset, format!("#{id} ")),
        };
        edits.entry(topic.place.path.to_string()).or_default().push(edit);
    }
    let mut lock = lock.clone();
    let mut recorded = 0;
    for (_, topic) in roadmap.all_topics() {
        let written = ids.iter().find(|(other, _)| std::ptr::eq(*other, topic));
        let id = written.map_or(&topic.id, |(_, id)| id);
        let title = topic.title.text.clone();
        match lock.entries.iter_mut().find(|entry| entry.id == *id) {
            Some(entry) => entry.title = title,
            None => {
                recorded += 1;
                let entry = Entry { id: id.clone(), title, retired: false, place: None };
                lock.entries.push(entry);
            }
        }
    }
    Plan { edits, lock, pinned: Pinned { written: ids.len(), recorded } }
}

/// Writes an id into each topic that has none, and every id into the lock.
pub fn pin(sources: &Sources, roadmap: &Roadmap, lock: &Lock) -> Result<Pinned, Box<Diagnostic>> {
    let plan = plan(roadmap, lock);
    for (path, edits) in &plan.edits {
        edit::edit(&sources.root, path, edits)
            .map_err(|error| Box::new(diagnostic::write_failed(path, error)))?;
    }
    if plan.lock.write() != lock.write() || sources.lock.is_none() {
        write_lock(sources, &plan.lock)?;
    }
    Ok(plan.pinned)
}

/// Marks an id in the lock as gone for good.
pub fn retire(
    sources: &Sources,
    roadmap: &Roadmap,
    lock: &Lock,
    id: &str,
) -> Result<(), Box<Diagnostic>> {
    if let Some((_, topic)) = roadmap.topic(id) {
        return Err(Box::new(diagnostic::retire_living(topic.place.clone(), id)));
    }
    let mut lock = lock.clone();
    let known: Vec<String> = lock.entries.iter().map(|entry| entry.id.clone()).collect();
    let Some(entry) = lock.entries.iter_mut().find(|entry| entry.id == id) else {
        let path = lock_path(&sources.config);
        let known = known.iter().map(String::as_str);
        return Err(Box::new(diagnostic::retire_unknown(id, &path, known)));
    };
    entry.retired = true;
    write_lock(sources, &lock)
}

fn write_lock(sources: &Sources, lock: &Lock) -> Result<(), Box<Diagnostic>> {
    let path = lock_path(&sources.config);
    edit::replace(&sources.root.join(&path), lock.write().as_bytes())
        .map_err(|error| Box::new(diagnostic::write_failed(&path, error)))
}

/// An id for each topic without one: the slug of its title, unlike all ids present and past.
fn new_ids<'a>(roadmap: &'a Roadmap, lock: &Lock) -> Vec<(&'a Topic, String)> {
    let mut used: HashSet<String> = lock.entries.iter().map(|entry| entry.id.clone()).collect();
    for (_, topic) in roadmap.all_topics() {
        used.extend(topic.was.iter().map(|was| was.id.clone()));
        if topic.pinned {
            used.insert(topic.id.clone());
        }
    }
    let mut ids = Vec::new();
    for (_, topic) in roadmap.all_topics().filter(|(_, topic)| !topic.pinned) {
        let name = non_empty(id_name(&topic.title.text), "topic");
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let id = std::iter::once(name.clone()).chain(numbered).find(|id| !used.contains(id));
        let id = id.expect("there is always a higher number");
        used.insert(id.clone());
        ids.push((topic, id));
    }
    ids
}

/// The slug of a title without what Markdown could read as emphasis where the id stands:
/// `__init__` is `init`, `snake_case` stays.
fn id_name(title: &str) -> String {
    let slug = slug(title);
    let inside = |at: usize| {
        let around = [slug[..at].chars().next_back(), slug[at + 1..].chars().next()];
        around.iter().all(|c| c.is_some_and(|c| c.is_ascii_alphanumeric()))
    };
    let plain: String =
        slug.char_indices().map(|(at, c)| if c == '_' && !inside(at) { '-' } else { c }).collect();
    plain.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}
