//! Gives every topic an id of its own and records all ids in the lock, so that progress
//! survives edits. Changes nothing else in a file.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::diagnostic::{self, Diagnostic};
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

/// Writes an id into each topic that has none, and every id into the lock.
pub fn pin(sources: &Sources, roadmap: &Roadmap, lock: &Lock) -> Result<Pinned, Box<Diagnostic>> {
    let ids = new_ids(roadmap, lock);
    let mut edits: BTreeMap<&str, Vec<(PinAt, &str)>> = BTreeMap::new();
    for (topic, id) in &ids {
        edits.entry(&topic.place.path).or_default().push((topic.pin_at, id));
    }
    for (path, edits) in &edits {
        edit(&sources.root, path, edits)
            .map_err(|error| Box::new(diagnostic::write_failed(path, error)))?;
    }
    let mut new_lock = lock.clone();
    let mut recorded = 0;
    for (_, topic) in roadmap.all_topics() {
        let written = ids.iter().find(|(other, _)| std::ptr::eq(*other, topic));
        let id = written.map_or(&topic.id, |(_, id)| id);
        let title = topic.title.text.clone();
        match new_lock.entries.iter_mut().find(|entry| entry.id == *id) {
            Some(entry) => entry.title = title,
            None => {
                recorded += 1;
                let entry = Entry { id: id.clone(), title, retired: false, place: None };
                new_lock.entries.push(entry);
            }
        }
    }
    if new_lock.write() != lock.write() || sources.lock.is_none() {
        write_lock(sources, &new_lock)?;
    }
    Ok(Pinned { written: ids.len(), recorded })
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
    replace(&sources.root.join(&path), lock.write().as_bytes())
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
        let name = slug(&topic.title.text);
        let name = name.trim_matches('-');
        let name = if name.is_empty() { "topic" } else { name };
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let id = std::iter::once(name.to_owned()).chain(numbered).find(|id| !used.contains(id));
        let id = id.expect("there is always a higher number");
        used.insert(id.clone());
        ids.push((topic, id));
    }
    ids
}

/// Inserts ids into a file, keeping its line ends and its byte order mark.
fn edit(root: &Path, path: &str, edits: &[(PinAt, &str)]) -> io::Result<()> {
    let disk = root.join(path);
    let bytes = fs::read(&disk)?;
    let offsets = raw_offsets(&bytes);
    let mut insertions: Vec<(usize, String)> = edits
        .iter()
        .map(|(at, id)| match at {
            PinAt::Line(offset) => (offsets(*offset), format!(" {{#{id}}}")),
            PinAt::Attributes(offset) => (offsets(*offset), format!("#{id} ")),
        })
        .collect();
    insertions.sort();
    let mut edited = Vec::with_capacity(bytes.len() + 32 * insertions.len());
    let mut from = 0;
    for (offset, text) in insertions {
        edited.extend(&bytes[from..offset]);
        edited.extend(text.as_bytes());
        from = offset;
    }
    edited.extend(&bytes[from..]);
    replace(&disk, &edited)
}

/// From offsets in decoded text (`source::decode`) to offsets in the file: CRLF was one byte
/// less, a byte order mark three, and NUL was two bytes more.
fn raw_offsets(bytes: &[u8]) -> impl Fn(usize) -> usize {
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut raw = Vec::with_capacity(bytes.len());
    let mut index = start;
    while index < bytes.len() {
        let width = if bytes[index] == 0 { '\u{fffd}'.len_utf8() } else { 1 };
        raw.extend(std::iter::repeat_n(index, width));
        index += if bytes[index..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    raw.push(index);
    move |offset| raw[offset.min(raw.len() - 1)]
}

/// Writes a file in one step: readers see the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let staging = path.with_file_name(format!(".{name}.roadmap-site-{}", std::process::id()));
    let written = fs::File::create(&staging).and_then(|mut file| {
        if let Ok(metadata) = fs::metadata(path) {
            file.set_permissions(metadata.permissions())?;
        }
        file.write_all(bytes)
    });
    let replaced = written.and_then(|()| fs::rename(&staging, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&staging);
    }
    replaced
}
