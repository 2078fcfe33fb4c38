//! Changes places in the author's files and keeps all else, byte for byte: line ends, a byte
//! order mark, permissions.

use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

/// A span of a text, and what takes its place.
pub type Edit = (Range<usize>, String);

/// A span of a text with the edits that begin in it; the end of the text counts as in it. Edits
/// must not overlap.
pub fn edited(text: &str, span: Range<usize>, edits: &[Edit]) -> String {
    let begins_in = |at: &Range<usize>| {
        span.contains(&at.start) || (at.start == span.end && span.end == text.len())
    };
    let mut inside: Vec<&Edit> = edits.iter().filter(|(at, _)| begins_in(at)).collect();
    inside.sort_by_key(|(at, _)| (at.start, at.end));
    let mut edited = String::with_capacity(span.len());
    let mut from = span.start;
    for (at, new) in inside {
        edited.push_str(&text[from..at.start]);
        edited.push_str(new);
        from = at.end;
    }
    edited.push_str(&text[from.min(span.end)..span.end]);
    edited
}

/// Replaces spans of the decoded text (`source::decode`) of a file. Spans must not overlap.
pub fn edit(root: &Path, path: &str, edits: &[Edit]) -> io::Result<()> {
    let disk = root.join(path);
    let bytes = fs::read(&disk)?;
    let offsets = raw_offsets(&bytes);
    let windows = bytes.windows(2).any(|pair| pair == b"\r\n");
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|(span, _)| span.start);
    let mut edited = Vec::with_capacity(bytes.len() + 64 * edits.len());
    let mut from = 0;
    for (span, text) in sorted {
        edited.extend(&bytes[from..offsets(span.start)]);
        match windows {
            true => edited.extend(text.replace('\n', "\r\n").as_bytes()),
            false => edited.extend(text.as_bytes()),
        }
        from = offsets(span.end);
    }
    edited.extend(&bytes[from..]);
    replace(&disk, &edited)
}

/// From offsets in decoded text to offsets in the file: CRLF was one byte less, a byte order
/// mark three, and NUL was two bytes more.
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
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
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
        // The error that is returned matters more.
        let _ = fs::remove_file(&staging);
    }
    replaced
}
