//! The real program, run in a folder, and folders compared byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use walkdir::WalkDir;

/// What a run of the program left behind.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The program with these arguments, in this folder, with a home folder of no one.
pub fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roadmap-site"));
    command.current_dir(folder).args(arguments).env("HOME", "/nonexistent").env("COLUMNS", "100");
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> Ran {
    ran(&program(folder, arguments).output().unwrap())
}

/// How long a build took, and how many files the theme has, is no part of what is compared.
pub fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it prints UTF-8");
    let mut stdout = text(&output.stdout);
    if let (Some((site, rest)), Some((_, time))) =
        (stdout.split_once(": "), stdout.rsplit_once('('))
        && time.ends_with(" ms)\n")
    {
        let (_, folder) = rest.split_once(" files in ").expect("a build says where it wrote");
        let folder = folder.trim_end_matches(time);
        stdout = format!("{site}: … files in {folder}… ms)\n");
    }
    Ran { code: output.status.code().unwrap_or(-1), stdout, stderr: text(&output.stderr) }
}

/// Everything below a folder: files by their bytes, links by their targets.
pub type Tree = BTreeMap<PathBuf, Entry>;

#[derive(Clone, PartialEq, Eq)]
pub enum Entry {
    File(Vec<u8>),
    Link(PathBuf),
    Folder,
    Other,
}

pub fn tree(folder: &Path) -> Tree {
    let entries = WalkDir::new(folder).min_depth(1).into_iter().map(|entry| {
        let entry = entry.unwrap();
        let kind = entry.file_type();
        let found = if kind.is_symlink() {
            Entry::Link(fs::read_link(entry.path()).unwrap())
        } else if kind.is_dir() {
            Entry::Folder
        } else if kind.is_file() {
            Entry::File(fs::read(entry.path()).unwrap())
        } else {
            Entry::Other
        };
        (entry.path().strip_prefix(folder).unwrap().to_owned(), found)
    });
    entries.collect()
}

/// The paths in which two trees differ.
pub fn changed(before: &Tree, after: &Tree) -> Vec<PathBuf> {
    let all = before.keys().chain(after.keys());
    let mut paths: Vec<PathBuf> =
        all.filter(|path| before.get(*path) != after.get(*path)).cloned().collect();
    paths.sort();
    paths.dedup();
    paths
}
