//! What the preview server shows: an immutable snapshot of the last good build, and what is
//! wrong since. Answers come from memory only, so no half-written file is ever seen.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use hyper::body::Bytes;
use rayon::prelude::*;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::link::version;
use crate::output::{OutFile, Output};
use crate::report;
use crate::site::Built;
use crate::source::{FileBody, Sources};
use crate::url;

/// The site as it is served: files by their paths below the base path, in NFC.
pub struct Snapshot {
    files: HashMap<String, Arc<Served>>,
}

/// One file with what its answer says of it.
pub struct Served {
    pub body: Bytes,
    /// Strong, with its quotes.
    pub etag: String,
    pub content_type: String,
    /// Where the tag of the live script stands in `body`; empty in all but pages.
    script: Range<usize>,
    /// What a large file was on the disk when it was read.
    disk: Option<FileBody>,
}

/// What the server shows and the open pages are told.
#[derive(Clone)]
pub struct State {
    /// Counts builds; a page that missed one looks again.
    pub generation: u64,
    /// The site's path on its host, with `/` at both ends: decoded, in NFC.
    pub base_path: Arc<str>,
    pub snapshot: Arc<Snapshot>,
    /// Pages that the last build changed, by their paths on the host.
    pub changed: Arc<[String]>,
    /// The problems of the last build as a JSON list for the overlay; empty if it was good.
    pub problems: Arc<str>,
}

/// The live script's place below the base path: no content file can have it.
pub const LIVE_SCRIPT: &str = "assets/.live/live.js";
/// The stream of events that it listens to.
pub const LIVE_EVENTS: &str = "assets/.live/events";

/// Whether pages update themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    Watching,
    Still,
}

impl State {
    /// Before the first build: every address shows that there is nothing yet.
    pub fn new(config: &Config) -> State {
        let base_path = &base_path(config);
        let page = Arc::new(Served::new(NOT_FOUND, NOTHING_YET.as_bytes(), Some(base_path)));
        let files = HashMap::from([(NOT_FOUND.into(), page), live_script()]);
        State {
            generation: 0,
            base_path: base_path.as_str().into(),
            snapshot: Arc::new(Snapshot { files }),
            changed: Arc::default(),
            problems: "[]".into(),
        }
    }

    /// The state after a build: of a bad one only the problems are taken over.
    pub fn next(&self, built: &Built, sources: &Sources, live: Live) -> State {
        let generation = self.generation + 1;
        let Some(output) = &built.output else {
            let problems = problems(built, sources).into();
            return State { generation, changed: Arc::default(), problems, ..self.clone() };
        };
        let base_path = &*base_path(&sources.config);
        let known = (base_path == &*self.base_path).then_some(&*self.snapshot);
        let script = (live == Live::Watching).then_some(base_path);
        let snapshot = Snapshot::new(output, sources, script, known);
        let changed = snapshot.changed_since(&self.snapshot, base_path);
        State {
            generation,
            base_path: base_path.into(),
            snapshot: Arc::new(snapshot),
            changed: changed.into(),
            problems: "[]".into(),
        }
    }

    /// The state when the project cannot even be read.
    pub fn broken(&self, problem: &Diagnostic) -> State {
        let problems = problem_list([(problem, None)]).into();
        let generation = self.generation + 1;
        State { generation, changed: Arc::default(), problems, ..self.clone() }
    }

    /// What an open page is told, as JSON.
    pub fn message(&self) -> String {
        let generation = self.generation;
        let changed = json!(&*self.changed);
        format!(
            "{{\"generation\":{generation},\"changed\":{changed},\"problems\":{}}}",
            self.problems
        )
    }
}

impl Snapshot {
    /// With `script`, the base path, pages get the live script. What is as it was in the snapshot
    /// before is taken from there.
    fn new(
        output: &Output,
        sources: &Sources,
        script: Option<&str>,
        before: Option<&Snapshot>,
    ) -> Snapshot {
        let large: HashMap<&Path, &FileBody> = sources.files.values().filter_map(on_disk).collect();
        let served = output.files.par_iter().map(|(path, file)| {
            let path: String = path.nfc().collect();
            let known = before.and_then(|before| before.files.get(&path));
            let disk = match file {
                OutFile::Copy(disk) => large.get(&**disk).copied(),
                OutFile::Text(_) | OutFile::Bytes(_) => None,
            };
            if let Some(known) = known
                && (file.bytes().is_some_and(|bytes| known.is_made_of(bytes))
                    || disk.is_some() && known.disk.as_ref() == disk)
            {
                return (path, known.clone());
            }
            // A file that has gone since it was listed is served empty until the next build.
            let bytes = file.read().unwrap_or_default();
            let served = Served::new(&path, &bytes, script.filter(|_| path.ends_with(".html")));
            (path, Arc::new(Served { disk: disk.cloned(), ..served }))
        });
        let mut files: HashMap<String, Arc<Served>> = served.collect();
        files.extend(script.map(|_| live_script()));
        Snapshot { files }
    }

    /// The file for a path below the base path, `decorators/index.html`.
    pub fn file(&self, path: &str) -> Option<&Arc<Served>> {
        self.files.get(path)
    }

    /// The paths of all files, below the base path.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The page for addresses that lead nowhere.
    pub fn not_found(&self) -> Option<&Arc<Served>> {
        self.files.get(NOT_FOUND)
    }

    /// The pages that are new, different or gone, by their paths on the host.
    fn changed_since(&self, old: &Snapshot, base_path: &str) -> Vec<String> {
        let here = self.files.iter().filter(|(path, file)| {
            old.files.get(*path).is_none_or(|before| before.etag != file.etag)
        });
        let gone = old.files.keys().filter(|path| !self.files.contains_key(*path));
        let pages = here.map(|(path, _)| path).chain(gone);
        let mut pages: Vec<String> = pages
            .filter_map(|path| path.strip_suffix("index.html"))
            .map(|page| format!("{base_path}{page}"))
            .collect();
        pages.sort();
        pages
    }
}

const NOT_FOUND: &str = "404.html";
const NOTHING_YET: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>roadmap-site</title>
</head>
<body>
<p>The site cannot be built yet.</p>
</body>
</html>
";

fn live_script() -> (String, Arc<Served>) {
    let script = include_str!("live.js").as_bytes();
    (LIVE_SCRIPT.into(), Arc::new(Served::new(LIVE_SCRIPT, script, None)))
}

/// In the form that the path of a request is brought to.
fn base_path(config: &Config) -> String {
    let path = config.base_path();
    url::decode(path).as_deref().unwrap_or(path).nfc().collect()
}

fn on_disk(file: &FileBody) -> Option<(&Path, &FileBody)> {
    match file {
        FileBody::Disk { path, .. } => Some((path, file)),
        FileBody::Memory(_) => None,
    }
}

impl Served {
    /// With `script`, the base path, the live script is added. Only served bytes have it, never
    /// those of `build`.
    fn new(path: &str, bytes: &[u8], script: Option<&str>) -> Served {
        let version = version(bytes);
        let tag = script.map(|base_path| {
            let source = url::encode_ascii(&format!("{base_path}{LIVE_SCRIPT}"));
            format!(
                "<script type=\"module\" src=\"{source}\" data-version=\"{version}\"></script>\n"
            )
        });
        let tag = tag.unwrap_or_default();
        let head_end = bytes.windows(HEAD_END.len()).position(|bytes| bytes == HEAD_END);
        let at = if tag.is_empty() { 0 } else { head_end.unwrap_or(bytes.len()) };
        let etag = if tag.is_empty() { version } else { format!("{version}-live") };
        let mime = mime_guess::from_path(path).first_or_octet_stream();
        let text = mime.type_() == mime_guess::mime::TEXT || path.ends_with(".json");
        let charset = if text { "; charset=utf-8" } else { "" };
        Served {
            body: [&bytes[..at], tag.as_bytes(), &bytes[at..]].concat().into(),
            etag: format!("\"{etag}\""),
            content_type: format!("{}{charset}", mime.essence_str()),
            script: at..at + tag.len(),
            disk: None,
        }
    }

    fn is_made_of(&self, bytes: &[u8]) -> bool {
        let Range { start, end } = self.script;
        bytes.strip_prefix(&self.body[..start]).is_some_and(|rest| rest == &self.body[end..])
    }
}

const HEAD_END: &[u8] = b"</head>";

fn problems(built: &Built, sources: &Sources) -> String {
    problem_list(built.diagnostics.iter().map(|problem| (problem, Some(sources))))
}

fn problem_list<'a>(
    problems: impl IntoIterator<Item = (&'a Diagnostic, Option<&'a Sources>)>,
) -> String {
    let list = problems.into_iter().map(|(problem, sources)| {
        let styled = report::text(problem, sources);
        let text = anstream::adapter::strip_str(&styled).to_string();
        json!({ "error": problem.is_error(), "text": text })
    });
    serde_json::Value::from_iter(list).to_string()
}
