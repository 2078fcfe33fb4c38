//! Reads a project into memory: `site.toml`, the content, the lock and the theme's own files.
//! The only reader of them; nothing is written here.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::str::Utf8Error;
use std::sync::Arc;
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

use crate::config::{Config, Overrides};
use crate::diagnostic::{self, Diagnostic, Place};
use crate::markdown;
use crate::{mojibake, url};

/// A text file: decoded, line ends are LF, without a byte order mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Relative to the project root, with `/`.
    pub path: Arc<str>,
    pub text: Arc<str>,
}

/// A file that is copied or included. Large ones stay on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileBody {
    Memory(Arc<[u8]>),
    Disk { path: PathBuf, modified: Option<SystemTime> },
}

/// Everything that a build depends on. Equal sources make equal sites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    pub root: PathBuf,
    pub config: Config,
    pub site: Option<Source>,
    /// Section files and `index.md`, in order of their paths; one file in the one-file form.
    pub pages: Vec<Source>,
    pub lock: Option<Source>,
    /// All other content files, by path relative to the project root.
    pub files: BTreeMap<String, FileBody>,
    /// The project's own theme files, by path relative to the theme's folder.
    pub theme: BTreeMap<String, Arc<[u8]>>,
    /// Folders elsewhere in the project that symbolic links lead to.
    pub linked: Vec<PathBuf>,
    /// What was found wrong while reading.
    pub problems: Vec<Diagnostic>,
}

impl Sources {
    /// The text of a file that a diagnostic points at.
    pub fn text(&self, path: &str) -> Option<&str> {
        let known = self.pages.iter().chain(&self.site).chain(&self.lock);
        known.into_iter().find(|source| &*source.path == path).map(|source| &*source.text)
    }
}

/// The lock's path: in the content folder, or beside the one file.
pub fn lock_path(config: &Config) -> String {
    match config.one_file() {
        true => url::join(url::parent(&config.content), "roadmap.lock"),
        false => url::join(&config.content, "roadmap.lock"),
    }
}

/// The list of packages for examples: in the content folder, or beside the one file.
pub fn requirements_path(config: &Config) -> String {
    match config.one_file() {
        true => url::join(url::parent(&config.content), REQUIREMENTS),
        false => url::join(&config.content, REQUIREMENTS),
    }
}

const REQUIREMENTS: &str = "requirements.txt";

/// Files above this size are copied from disk to disk and cannot be included.
const MEMORY_BYTES_MAX: u64 = 1 << 20;

/// Reads the project below `root`. Err when going on is pointless: no `site.toml`.
pub fn read(root: &Path, overrides: &Overrides) -> Result<Sources, Box<Diagnostic>> {
    let bytes = fs::read(root.join("site.toml"))
        .map_err(|error| Box::new(diagnostic::unreadable("site.toml", error)))?;
    let (site, mut problems) = decode("site.toml", &bytes);
    let (config, more) = Config::parse(&site, overrides);
    problems.extend(more);
    let mut sources =
        Sources { root: root.to_owned(), config, site: Some(site), problems, ..Sources::default() };
    match sources.config.one_file() {
        true => read_one_file(&mut sources),
        false => read_folder(&mut sources),
    }
    read_lock(&mut sources);
    read_theme(&mut sources);
    Ok(sources)
}

fn read_lock(sources: &mut Sources) {
    let path = lock_path(&sources.config);
    if sources.root.join(&path).is_file() {
        sources.lock = read_text(sources, &path);
    }
}

fn read_text(sources: &mut Sources, path: &str) -> Option<Source> {
    match fs::read(sources.root.join(path)) {
        Ok(bytes) => {
            let (source, problems) = decode(path, &bytes);
            sources.problems.extend(problems);
            Some(source)
        }
        Err(error) => {
            sources.problems.push(diagnostic::unreadable(path, error));
            None
        }
    }
}

fn read_one_file(sources: &mut Sources) {
    let path = sources.config.content.clone();
    let Some(source) = read_text(sources, &path) else { return };
    // Only what the file refers to: it may stand beside a whole repository.
    for target in markdown::local_targets(&source.text) {
        let Some(path) = url::resolve(&path, &target) else { continue };
        if !is_hidden(&path) && sources.root.join(&path).is_file() {
            read_file(sources, &path);
        }
    }
    sources.pages.push(source);
}

fn read_folder(sources: &mut Sources) {
    let content = sources.config.content.clone();
    let folder = sources.root.join(&content);
    if !folder.is_dir() {
        sources.problems.push(diagnostic::no_content(&content));
        return;
    }
    let walk = WalkDir::new(&folder).follow_links(true).sort_by_file_name();
    let mut inside = HashMap::new();
    let mut walk = walk.into_iter();
    loop {
        let entry = match walk.next() {
            None => break,
            Some(Ok(entry)) => entry,
            Some(Err(error)) => {
                let path = error.path().map(|path| relative(&sources.root, path));
                let path = path.unwrap_or_else(|| content.clone());
                sources.problems.push(diagnostic::unreadable(&path, error));
                continue;
            }
        };
        let path = relative(&sources.root, entry.path());
        let hidden = entry.depth() > 0 && is_temporary(&entry.file_name().to_string_lossy());
        let foreign = !hidden && leaves_project(sources, &entry, &path, &mut inside);
        if hidden || foreign {
            if entry.file_type().is_dir() {
                walk.skip_current_dir();
            }
            continue;
        }
        if entry.file_type().is_file() {
            read_content(sources, &content, &path);
        }
    }
}

/// Whether a symbolic link points out of the project; its target would be published.
fn leaves_project(
    sources: &mut Sources,
    entry: &DirEntry,
    path: &str,
    inside: &mut HashMap<PathBuf, bool>,
) -> bool {
    if !entry.path_is_symlink() {
        return false;
    }
    let Ok(target) = fs::canonicalize(entry.path()) else { return true };
    let root = fs::canonicalize(&sources.root).unwrap_or_else(|_| sources.root.clone());
    let stays = *inside.entry(target.clone()).or_insert_with(|| target.starts_with(&root));
    match stays {
        true if target.is_dir() => sources.linked.push(target),
        true => sources.linked.extend(target.parent().map(Path::to_owned)),
        false => {
            let target = target.to_string_lossy();
            sources.problems.push(diagnostic::outside_link(path, &target));
        }
    }
    !stays
}

fn read_content(sources: &mut Sources, content: &str, path: &str) {
    let name = path.strip_prefix(content).unwrap_or(path).trim_start_matches('/');
    if name == "roadmap.lock" {
        return;
    }
    if !name.ends_with(".md") {
        read_file(sources, path);
    } else if name.contains('/') || (name != "index.md" && url::section_slug(name).is_none()) {
        sources.problems.push(diagnostic::stray_page(path, name.contains('/')));
    } else if let Some(source) = read_text(sources, path) {
        sources.pages.push(source);
    }
}

fn read_file(sources: &mut Sources, path: &str) {
    let disk = sources.root.join(path);
    let body = fs::metadata(&disk).and_then(|metadata| {
        if metadata.len() <= MEMORY_BYTES_MAX {
            return fs::read(&disk).map(|bytes| FileBody::Memory(bytes.into()));
        }
        Ok(FileBody::Disk { path: disk, modified: metadata.modified().ok() })
    });
    match body {
        Ok(body) => drop(sources.files.insert(path.to_owned(), body)),
        Err(error) => sources.problems.push(diagnostic::unreadable(path, error)),
    }
}

fn read_theme(sources: &mut Sources) {
    let folder = format!("themes/{}", sources.config.theme);
    let disk = sources.root.join(&folder);
    if !disk.is_dir() {
        if sources.config.theme != "default" {
            sources.problems.push(diagnostic::no_theme(&folder));
        }
        return;
    }
    let files = WalkDir::new(&disk).sort_by_file_name().into_iter().filter_map(Result::ok);
    for entry in files.filter(|entry| entry.file_type().is_file()) {
        let path = relative(&disk, entry.path());
        if is_hidden(&path) {
            continue;
        }
        match fs::read(entry.path()) {
            Ok(bytes) => drop(sources.theme.insert(path, bytes.into())),
            Err(error) => sources.problems.push(diagnostic::unreadable(&path, error)),
        }
    }
}

/// What editors and systems leave beside the files they work on.
fn is_temporary(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(is_temporary)
}

/// The path below `root`, with `/`.
fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Bytes to text: one byte order mark dropped, CRLF and CR become LF, NUL becomes U+FFFD.
/// Never lossy in silence: text that is not UTF-8, or once was decoded wrongly, is a problem.
pub fn decode(path: &str, bytes: &[u8]) -> (Source, Vec<Diagnostic>) {
    let path: Arc<str> = path.into();
    let mut problems = Vec::new();
    let text = match text(bytes) {
        _ if is_utf16(bytes) => {
            problems.push(diagnostic::utf16(&path));
            String::new()
        }
        Ok(text) => text,
        Err(error) => {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let start = normalize(&good).len();
            let place = Place { path: path.clone(), span: start..start + '\u{fffd}'.len_utf8() };
            problems.push(diagnostic::not_utf8(place, error.valid_up_to()));
            normalize(&String::from_utf8_lossy(bytes))
        }
    };
    if problems.is_empty()
        && let Some(found) = mojibake::detect(&text)
    {
        let place = Place { path: path.clone(), span: found.span };
        let preview = &found.preview;
        problems.push(diagnostic::mojibake(place, found.code_page, found.layers, preview));
    }
    (Source { path, text: text.into() }, problems)
}

/// The text of bytes that are UTF-8, as every text file is read.
pub fn text(bytes: &[u8]) -> Result<String, Utf8Error> {
    std::str::from_utf8(bytes).map(normalize)
}

/// By its byte order mark, or by ASCII with every second byte NUL, which is valid UTF-8.
fn is_utf16(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let nul = |offset: usize| {
        let mut halves = bytes.iter().skip(offset).step_by(2).take(16);
        bytes.len() >= 4 && halves.all(|&byte| byte == 0)
    };
    marked || nul(0) || nul(1)
}

fn normalize(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.contains(['\r', '\0']) {
        true => text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}"),
        false => text.to_owned(),
    }
}
