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
/// How many foreign files a message names.
const NAMED_MAX: usize = 5;

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
    let known = known_files(&folder, &shown)?;
    let manifest = manifest(output).map_err(failed)?;
    if known.as_ref() == Some(&manifest) {
        return Ok(Synced::Unchanged);
    }
    let staging = Staging::create(&folder).map_err(failed)?;
    staging.write(output, &manifest).map_err(failed)?;
    // What came into the folder while this site was written is not lost either.
    known_files(&folder, &shown)?;
    staging.publish(&folder).map_err(failed)?;
    Ok(Synced::Written)
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
    let metadata = fs::symlink_metadata(root.join(&config.output));
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
    if inside(&root.join("themes")) || inside(&root.join(".git")) {
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
    if !folder.exists() {
        return Ok(None);
    }
    let manifest: Manifest = fs::read(folder.join(MANIFEST))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
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
        .filter(|(name, path)| match manifest.files.get(name) {
            Some(known) => {
                fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink())
                    || fs::read(path).is_ok_and(|bytes| hash(&bytes, known.len()) != *known)
            }
            None => true,
        })
        .map(|(name, _)| name.clone())
        .collect();
    if !foreign.is_empty() {
        let named = &foreign[..foreign.len().min(NAMED_MAX)];
        return Err(Box::new(diagnostic::output_foreign(shown, named, foreign.len())));
    }
    let complete = manifest.files.len() == present.len();
    Ok(Some(if complete { manifest } else { Manifest::default() }))
}

fn manifest(output: &Output) -> io::Result<Manifest> {
    const DIGITS: usize = 32;
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
    fn create(output: &Path) -> io::Result<Staging> {
        let parent = output.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent)?;
        let name = output.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.roadmap-site-");
        remove_left_behind(parent, &prefix)?;
        let folder = parent.join(format!("{prefix}{}", std::process::id()));
        fs::create_dir(&folder)?;
        let manifest = File::create(folder.join(MANIFEST))?;
        manifest.lock()?;
        Ok(Staging { folder, manifest })
    }

    fn write(&self, output: &Output, manifest: &Manifest) -> io::Result<()> {
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
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes staging folders of builds that were killed.
fn remove_left_behind(parent: &Path, prefix: &str) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let ours = entry.file_name().to_string_lossy().starts_with(prefix);
        if ours && entry.file_type()?.is_dir() {
            let manifest = File::open(entry.path().join(MANIFEST));
            if manifest.is_ok_and(|manifest| manifest.try_lock().is_ok()) {
                fs::remove_dir_all(entry.path())?;
            }
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
    let aside = staging.with_extension("old");
    fs::rename(output, &aside)?;
    if let Err(error) = fs::rename(staging, output) {
        fs::rename(&aside, output)?;
        return Err(error);
    }
    fs::rename(&aside, staging)
}
