//! `roadmap.lock`: every topic id ever published, in the order of publication. An entry is
//! `id = "title"` or `id = { title = "title", retired = true }`; none is ever taken out.

use std::fmt::Write;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{self, Diagnostic, Place};
use crate::source::Source;

/// The ids of a lock, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    /// The title when the id was last pinned.
    pub title: String,
    pub retired: bool,
    pub place: Option<Place>,
}

const HEAD: &str = "\
# Every topic id ever published, in order of publication. Learners' progress is saved under
# these ids. Written by `roadmap-site pin`; lines are added and changed, never moved or deleted.
";

impl Lock {
    /// Reads a lock; entries that cannot be read are problems.
    pub fn parse(source: &Source) -> (Lock, Vec<Diagnostic>) {
        let place = |span| Place { path: source.path.clone(), span };
        let table = match DeTable::parse(&source.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let place = place(error.span().unwrap_or(0..0));
                return (Lock::default(), vec![diagnostic::toml_syntax(place, error.message())]);
            }
        };
        let mut lock = Lock::default();
        let mut problems = Vec::new();
        for (key, value) in table {
            let id = key.get_ref().to_string();
            let here = place(key.span());
            match title_and_retired(value.get_ref()) {
                Some((title, retired)) => {
                    lock.entries.push(Entry { id, title, retired, place: Some(here) });
                }
                None => problems.push(diagnostic::lock_entry(here, &id)),
            }
        }
        // The table is sorted by key; the file's order is what counts.
        lock.entries.sort_by_key(|entry| entry.place.as_ref().map(|place| place.span.start));
        (lock, problems)
    }

    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The file's text.
    pub fn write(&self) -> String {
        let mut text = String::from(HEAD);
        for entry in &self.entries {
            let bare = entry.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            let key = if bare { entry.id.clone() } else { quoted(&entry.id) };
            let title = quoted(&entry.title);
            let _ = match entry.retired {
                true => writeln!(text, "{key} = {{ title = {title}, retired = true }}"),
                false => writeln!(text, "{key} = {title}"),
            };
        }
        text
    }
}

fn title_and_retired(value: &DeValue<'_>) -> Option<(String, bool)> {
    if let Some(title) = value.as_str() {
        return Some((title.to_owned(), false));
    }
    let table = value.as_table()?;
    let title = table.get("title")?.get_ref().as_str()?.to_owned();
    let retired = match table.get("retired") {
        Some(retired) => retired.get_ref().as_bool()?,
        None => false,
    };
    Some((title, retired))
}

/// A text as a basic string of TOML.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_read_as_it_was_written_in_its_order() {
        let entry = |id: &str, title: &str, retired| Entry {
            id: id.into(),
            title: title.into(),
            retired,
            place: None,
        };
        let lock = Lock {
            entries: vec![
                entry("z", "最后 \"引号\" \\ 反斜杠", false),
                entry("闭包", "闭包", true),
                entry("a", "第一", false),
            ],
        };
        let source = Source { path: "roadmap.lock".into(), text: lock.write().into() };
        let (mut read, problems) = Lock::parse(&source);
        assert_eq!(problems, []);
        for entry in &mut read.entries {
            entry.place = None;
        }
        assert_eq!(read, lock);
    }
}
