//! The files of a site, and how they reach the disk: written beside the output folder, then
//! exchanged for it in one step. Never deletes a file that no build wrote, never leaves half a
//! site, makes no symbolic link.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::link::hash;

/// One file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutFile {
    Text(String),
    Bytes(Arc<[u8]>),
    /// A large file, copied from disk to disk.
    Copy(PathBuf),
}

/// A whole site, by paths with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    pub files: BTreeMap<String, OutFile>,
}

impl Output {
    /// Whether a file cannot have this path: another has it, or is a folder on the way to it, or
    /// needs it as a folder.
    pub fn is_taken(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        let below = self.files.range(folder.clone()..).next();
        let above = |(slash, _): (usize, &str)| self.files.contains_key(&path[..slash]);
        self.files.contains_key(path)
            || below.is_some_and(|(other, _)| other.starts_with(&folder))
            || path.match_indices('/').any(above)
    }

    /// Adds a file under a path that is not taken.
    pub fn add(&mut self, path: String, file: OutFile) {
        let other = self.files.insert(path, file);
        debug_assert!(other.is_none(), "two files of the site have one path");
    }
}

impl OutFile {
    /// The bytes in memory; None for a file that stays on the disk.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            OutFile::Text(text) => Some(text.as_bytes()),
            OutFile::Bytes(bytes) => Some(bytes),
            OutFile::Copy(_) => None,
        }
    }

    /// The bytes, wherever they are.
    pub fn read(&self) -> io::Result<Cow<'_, [u8]>> {
        match self {
            OutFile::Text(text) => Ok(text.as_bytes().into()),
            OutFile::Bytes(bytes) => Ok((&**bytes).into()),
            OutFile::Copy(disk) => fs::read(disk).map(Cow::from),
        }
    }
}

/// In the output folder: which files a build wrote there, with their hashes.
const MANIFEST: &str = ".roadmap-site.json";
const MANIFEST_VERSION: u32 = 1;
/// How often a site is written until builds at the same time do not cross each other.
const ATTEMPTS: usize = 4;
/// How many foreign files a message names.
const NAMED_MAX: usize = 5;

/// Of each file's hash.
const DIGITS: usize = 32;

#[derive(Default, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    version: u32,
    files: BTreeMap<String, String>,
}

/// Whether anything on the disk changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synced {
    Written,
    /// The folder held these very bytes.
    Unchanged,
}

/// Makes the output folder hold exactly this site. On Err it is as it was.
pub fn sync(root: &Path, config: &Config, output: &Output) -> Result<Synced, Box<Diagnostic>> {
    let folder = folder(root, config)?;
    let shown = config.output.clone();
    let failed = |error: io::Error| Box::new(diagnostic::output_failed(&shown, error));
    let _turn = turn(&folder);
    let known = known_files(&folder, &shown)?;
    let manifest = manifest(output).map_err(failed)?;
    if known.as_ref() == Some(&manifest) {
        // A build that was killed had published this site, and not yet removed the one before.
        remove_left_behind(&folder).map_err(failed)?;
        return Ok(Synced::Unchanged);
    }
    for attempt in 1.. {
        let staging = match Staging::write(&folder, output, &manifest) {
            Err(error) if attempt < ATTEMPTS && is_passing(&error) => continue,
            staging => staging.map_err(failed)?,
        };
        // What came into the folder while this site was written is not lost either.
        known_files(&folder, &shown)?;
        match staging.publish(&folder) {
            Err(error) if attempt < ATTEMPTS && is_passing(&error) => {}
            published => return published.map(|()| Synced::Written).map_err(failed),
        }
    }
    unreachable!("the last attempt returns")
}

/// Whether another build of the same site may be why this one could not go on.
fn is_passing(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotFound};
    matches!(error.kind(), AlreadyExists | DirectoryNotEmpty | NotFound)
}

/// Builds into the same folder take turns, as long as this is held. Where a lock cannot be had,
/// the steps below are still safe one by one.
fn turn(folder: &Path) -> Option<File> {
    let name = hash(folder.as_os_str().as_encoded_bytes(), DIGITS);
    let file = File::create(std::env::temp_dir().join(format!("roadmap-site-{name}.lock"))).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// The output folder with every link on the way to it resolved, if it may be one.
fn folder(root: &Path, config: &Config) -> Result<PathBuf, Box<Diagnostic>> {
    let refuse = |reason: &str| Box::new(diagnostic::output_refused(&config.output, reason));
    let root = fs::canonicalize(root).map_err(|error| refuse(&format!("is below {error}")))?;
    let folder = resolve(&root.join(&config.output))
        .map_err(|error| refuse(&format!("cannot be reached: {error}")))?;
    let content = match config.one_file() {
        true => root.join(&config.content),
        false => resolve(&root.join(&config.content)).unwrap_or(root.join(&config.content)),
    };
    let holds = |other: &Path| other.starts_with(&folder);
    let inside = |other: &Path| folder.starts_with(other);
    let home = std::env::home_dir().and_then(|home| fs::canonicalize(home).ok());
    // By its components: `link/` would be what the link leads to.
    let named: PathBuf = root.join(&config.output).components().collect();
    let metadata = fs::symlink_metadata(named);
    if metadata.is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(refuse("is a symbolic link"));
    }
    if config.output.is_empty() || folder.parent().is_none() {
        return Err(refuse("is the root of the file system, or has no name"));
    }
    if holds(&root) {
        return Err(refuse("is, or contains, the project"));
    }
    if home.is_some_and(|home| holds(&home)) {
        return Err(refuse("is, or contains, the home folder"));
    }
    if holds(&content) || (inside(&content) && !config.one_file()) {
        return Err(refuse("overlaps the content"));
    }
    let in_git = folder.components().any(|part| part.as_os_str() == ".git");
    if inside(&root.join("themes")) || in_git {
        return Err(refuse("lies in the theme or in the repository's own data"));
    }
    if folder.join(".git").exists() {
        return Err(refuse("is a Git repository"));
    }
    if folder.exists() && !folder.is_dir() {
        return Err(refuse("is a file"));
    }
    if is_mount_point(&folder) {
        return Err(refuse("is a mount point"));
    }
    Ok(folder)
}

/// The path without links and `..`, as far as it exists.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            Component::CurDir => {}
            other => resolved.push(other),
        }
        if let Ok(real) = fs::canonicalize(&resolved) {
            resolved = real;
        }
    }
    Ok(resolved)
}

#[cfg(unix)]
fn is_mount_point(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
    match (device(folder), folder.parent().and_then(device)) {
        (Some(own), Some(parent)) => own != parent,
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_mount_point(_: &Path) -> bool {
    false
}

/// The manifest of the folder; None if there is no folder. Err if it holds files that no build
/// wrote, or that were changed since.
fn known_files(folder: &Path, shown: &str) -> Result<Option<Manifest>, Box<Diagnostic>> {
    loop {
        if !folder.exists() {
            return Ok(None);
        }
        let manifest = fs::read(folder.join(MANIFEST)).ok();
        let compared = compare(folder, shown, manifest.as_deref());
        // Another build may have put its site here meanwhile: then its manifest counts.
        if compared.is_ok() || fs::read(folder.join(MANIFEST)).ok() == manifest {
            return compared.map(Some);
        }
    }
}

/// The manifest, or an empty one if files are missing. Err with the files that it does not list.
fn compare(
    folder: &Path,
    shown: &str,
    manifest: Option<&[u8]>,
) -> Result<Manifest, Box<Diagnostic>> {
    let manifest = manifest.and_then(|bytes| serde_json::from_slice::<Manifest>(bytes).ok());
    let manifest = manifest.unwrap_or_default();
    let mut present = Vec::new();
    for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|e| Box::new(diagnostic::output_failed(shown, e)))?;
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let name = path.to_string_lossy().replace('\\', "/");
        if !entry.file_type().is_dir() && name != MANIFEST {
            present.push((name, entry.into_path()));
        }
    }
    let foreign: Vec<String> = present
        .par_iter()
        .filter(|(name, path)| {
            let known = manifest.files.get(name);
            !known.is_some_and(|known| {
                fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
                    && fs::read(path).is_ok_and(|bytes| hash(&bytes, DIGITS) == *known)
            })
        })
        .map(|(name, _)| name.clone())
        .collect();
    if !foreign.is_empty() {
        let named = &foreign[..foreign.len().min(NAMED_MAX)];
        return Err(Box::new(diagnostic::output_foreign(shown, named, foreign.len())));
    }
    let complete = manifest.files.len() == present.len();
    Ok(if complete { manifest } else { Manifest::default() })
}

fn manifest(output: &Output) -> io::Result<Manifest> {
    let files: io::Result<BTreeMap<String, String>> = output
        .files
        .par_iter()
        .map(|(path, file)| {
            let digest = match file {
                OutFile::Copy(disk) => hash(&fs::read(disk)?, DIGITS),
                OutFile::Text(text) => hash(text.as_bytes(), DIGITS),
                OutFile::Bytes(bytes) => hash(bytes, DIGITS),
            };
            Ok((path.clone(), digest))
        })
        .collect();
    Ok(Manifest { version: MANIFEST_VERSION, files: files? })
}

/// A folder beside the output, removed again unless it was exchanged for it.
struct Staging {
    folder: PathBuf,
    /// Locked as long as the build runs: a staging folder that is not, is one left behind.
    manifest: File,
}

impl Staging {
    /// A site written beside the output folder.
    fn write(folder: &Path, output: &Output, manifest: &Manifest) -> io::Result<Staging> {
        let (parent, prefix) = beside(folder);
        fs::create_dir_all(parent)?;
        remove_left_behind(folder)?;
        let folder = parent.join(format!("{prefix}{}", std::process::id()));
        fs::create_dir(&folder)?;
        let lock = File::create(folder.join(MANIFEST))?;
        let staging = Staging { folder, manifest: lock };
        staging.manifest.lock()?;
        staging.fill(output, manifest)?;
        Ok(staging)
    }

    fn fill(&self, output: &Output, manifest: &Manifest) -> io::Result<()> {
        let folders = output.files.keys().filter_map(|path| Path::new(path).parent());
        let mut folders: Vec<&Path> = folders.collect();
        folders.dedup();
        for folder in folders {
            fs::create_dir_all(self.folder.join(folder))?;
        }
        output.files.par_iter().try_for_each(|(path, file)| {
            let target = self.folder.join(path);
            match file {
                OutFile::Copy(disk) => fs::copy(disk, target).map(drop),
                OutFile::Text(text) => fs::write(target, text),
                OutFile::Bytes(bytes) => fs::write(target, bytes),
            }
        })?;
        let mut text = serde_json::to_vec(manifest)?;
        text.push(b'\n');
        (&self.manifest).write_all(&text)
    }

    /// Puts this folder in the place of the output. What stood there comes here instead, and
    /// goes when this is dropped.
    fn publish(self, output: &Path) -> io::Result<()> {
        match output.exists() {
            true => exchange(&self.folder, output),
            false => fs::rename(&self.folder, output),
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // A failure leaves a folder that the next build removes.
        let _ = remove(&self.folder);
    }
}

/// Removes a staging folder, its manifest last: that is how the next build knows what is left
/// of one if this program is killed meanwhile.
fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else if entry.file_name() != MANIFEST {
            fs::remove_file(entry.path())?;
        }
    }
    let _ = fs::remove_file(folder.join(MANIFEST));
    fs::remove_dir(folder)
}

/// Where the staging folders of an output folder are, and how their names begin.
fn beside(folder: &Path) -> (&Path, String) {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    (folder.parent().unwrap_or(Path::new("/")), format!(".{name}.roadmap-site-"))
}

/// Removes staging folders of builds that were killed. What cannot be removed is tried again by
/// the next build.
fn remove_left_behind(folder: &Path) -> io::Result<()> {
    let (parent, prefix) = beside(folder);
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let ours = entry.file_name().to_string_lossy().starts_with(&prefix);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let _ = match File::open(entry.path().join(MANIFEST)) {
                Ok(manifest) if manifest.try_lock().is_ok() => remove(&entry.path()),
                Ok(_) => Ok(()),
                // Empty, or none of ours.
                Err(_) => fs::remove_dir(entry.path()),
            };
        }
    }
    Ok(())
}

/// Two folders trade places: readers see one site or the other, never none.
#[cfg(target_os = "linux")]
fn exchange(staging: &Path, output: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, staging, CWD, output, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // Some file systems cannot exchange.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => rename_pair(staging, output),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(staging: &Path, output: &Path) -> io::Result<()> {
    rename_pair(staging, output)
}

/// The next best: for a moment there is no output folder; it comes back if the second step
/// fails.
fn rename_pair(staging: &Path, output: &Path) -> io::Result<()> {
    let mut aside = staging.as_os_str().to_owned();
    aside.push(".old");
    fs::rename(output, &aside)?;
    if let Err(error) = fs::rename(staging, output) {
        fs::rename(&aside, output)?;
        return Err(error);
    }
    fs::rename(&aside, staging)
}
