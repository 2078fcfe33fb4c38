//! Writes a new project: reads the outline and what it refers to, and never writes over a file.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::arguments::Init;
use crate::diagnostic::{self, Diagnostic};
use crate::project::{Project, Request, project};
use crate::source::{self, FileBody, Source};
use crate::{markdown, url};

/// Makes a project in a folder. Err if nothing was written.
pub fn init(options: &Init) -> Result<Project, Box<Diagnostic>> {
    let mut request = Request {
        outline: None,
        title: options.title.clone(),
        language: options.language.clone(),
        folder: folder_name(&options.dir),
        beside: BTreeMap::new(),
        missing: Vec::new(),
    };
    if let Some(path) = &options.from {
        let outline = read(path)?;
        read_beside(path, &outline, &mut request);
        request.outline = Some(outline);
    }
    let shown = options.from.as_deref().unwrap_or(Path::new("")).display().to_string();
    let project =
        project(&request).ok_or_else(|| Box::new(diagnostic::outline_without_topics(&shown)))?;
    let in_the_way: Vec<String> = project
        .files
        .keys()
        .filter(|path| fs::symlink_metadata(options.dir.join(path)).is_ok())
        .cloned()
        .collect();
    if !in_the_way.is_empty() {
        let folder = options.dir.display().to_string();
        return Err(Box::new(diagnostic::files_in_the_way(&folder, &in_the_way)));
    }
    write(&options.dir, &project.files)?;
    Ok(project)
}

/// The name that a person would give: of `.` that of the folder itself.
fn folder_name(folder: &Path) -> String {
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    real.file_name().map_or_else(|| "roadmap".into(), |name| name.to_string_lossy().into_owned())
}

fn read(path: &Path) -> Result<Source, Box<Diagnostic>> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| Box::new(diagnostic::unreadable(&shown, error)))?;
    let (outline, problems) = source::decode(&shown.replace('\\', "/"), &bytes);
    match problems.into_iter().next() {
        Some(problem) => Err(Box::new(problem)),
        None => Ok(outline),
    }
}

/// Reads the files that an outline refers to. Only those below its own folder keep their paths.
fn read_beside(path: &Path, outline: &Source, request: &mut Request) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let own = path.file_name().unwrap_or_default().to_string_lossy();
    for target in markdown::local_targets(&outline.text) {
        let inside = url::resolve("", &target).filter(|target| *target != *own);
        let Some(target) = inside else {
            if url::resolve("", &target).is_none() {
                request.missing.push(target);
            }
            continue;
        };
        let disk = folder.join(&target);
        // Other Markdown would be read as sections.
        match fs::metadata(&disk).ok().filter(|found| found.is_file()) {
            Some(_) if !target.ends_with(".md") => {
                request.beside.insert(target, body(disk));
            }
            _ => request.missing.push(target),
        }
    }
    request.missing.sort();
    request.missing.dedup();
}

const MEMORY_BYTES_MAX: u64 = 1 << 20;

fn body(path: PathBuf) -> FileBody {
    let small = fs::metadata(&path).is_ok_and(|found| found.len() <= MEMORY_BYTES_MAX);
    match fs::read(&path).ok().filter(|_| small) {
        Some(bytes) => FileBody::Memory(Arc::from(bytes)),
        None => FileBody::Disk { path, modified: None },
    }
}

/// Writes all files, or none: what was written before a failure is taken back.
fn write(root: &Path, files: &BTreeMap<String, FileBody>) -> Result<(), Box<Diagnostic>> {
    let mut written: Vec<PathBuf> = Vec::new();
    for (path, body) in files {
        let disk = root.join(path);
        if let Err(error) = write_file(&disk, body, &mut written) {
            for path in written.iter().rev() {
                // The error that is returned matters more.
                let _ = fs::remove_file(path);
            }
            return Err(Box::new(diagnostic::write_failed(path, error)));
        }
    }
    Ok(())
}

fn write_file(path: &Path, body: &FileBody, written: &mut Vec<PathBuf>) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Fails on a file that has come into being since it was looked for.
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    written.push(path.to_owned());
    match body {
        FileBody::Memory(bytes) => file.write_all(bytes),
        FileBody::Disk { path: from, .. } => io::copy(&mut File::open(from)?, &mut file).map(drop),
    }
}
