//! Remembers what examples did, by the hash of everything that decides it, and keeps virtual
//! environments. Lives outside the project; losing it costs time only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::interpreter::{Job, Ran};
use crate::link::hash;

/// A folder for results and environments; None if the user has no home.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: Option<PathBuf>,
    /// Whether results are read and written.
    results: bool,
}

/// Changes when the way examples are run does.
const RUNNER_VERSION: u32 = 1;
const KEY_DIGITS: usize = 40;

impl Cache {
    /// The user's cache folder, as the XDG base directory specification has it.
    pub fn of_user(results: bool) -> Cache {
        let set = std::env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty());
        let base = set.map(PathBuf::from);
        let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
        Cache { folder: base.map(|base| base.join("roadmap-site")), results }
    }

    /// The name under which a chain's results are kept: its code and all that could change them.
    pub fn key(job: &Job, interpreter: &str, requirements: &str) -> String {
        let all = json!([RUNNER_VERSION, job, interpreter, requirements]);
        hash(all.to_string().as_bytes(), KEY_DIGITS)
    }

    pub fn get(&self, key: &str) -> Option<Vec<Ran>> {
        let bytes = fs::read(self.file(key)?).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps a result; if that fails, the chain will run again.
    pub fn put(&self, key: &str, ran: &[Ran]) {
        let Some(file) = self.file(key) else { return };
        let Ok(text) = serde_json::to_vec(ran) else { return };
        let staging = file.with_extension(std::process::id().to_string());
        let written = file.parent().map(fs::create_dir_all).transpose();
        let written = written.and_then(|_| fs::write(&staging, text));
        let _ = written.and_then(|()| fs::rename(&staging, &file));
    }

    fn file(&self, key: &str) -> Option<PathBuf> {
        let folder = self.folder.as_ref().filter(|_| self.results)?;
        Some(folder.join("examples").join(format!("{key}.json")))
    }

    /// The Python of a virtual environment with these requirements, made if there is none.
    /// Err in a sentence.
    pub fn environment(&self, python: &Path, version: &str, text: &str) -> Result<PathBuf, String> {
        let folder = self.folder.as_ref().ok_or("there is no home folder for a cache")?;
        let name = hash(format!("{version}\n{}\n{text}", python.display()).as_bytes(), 16);
        let environment = folder.join("environments").join(name);
        let bin = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        let done = environment.join("complete");
        if done.is_file() {
            return Ok(environment.join(bin));
        }
        // What a run that was interrupted left is made anew.
        let _ = fs::remove_dir_all(&environment);
        fs::create_dir_all(&environment).map_err(|error| error.to_string())?;
        let requirements = environment.join("requirements.txt");
        fs::write(&requirements, text).map_err(|error| error.to_string())?;
        let own = environment.join(bin);
        if command("uv", &["--version"]).is_ok() {
            let python = python.to_string_lossy();
            let target = environment.to_string_lossy();
            command("uv", &["venv", "--allow-existing", "--python", &python, &target])?;
            let list = requirements.to_string_lossy();
            command("uv", &["pip", "install", "--python", &own.to_string_lossy(), "-r", &list])?;
        } else {
            command(python, &["-m", "venv", &environment.to_string_lossy()])?;
            let list = requirements.to_string_lossy();
            let pip =
                ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", &list];
            command(&own, &pip)?;
        }
        fs::write(done, "").map_err(|error| error.to_string())?;
        Ok(own)
    }
}

/// Runs a program to its end. Err with the last line it wrote, in a sentence.
fn command(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Result<(), String> {
    let program = program.as_ref();
    let shown = program.to_string_lossy().into_owned();
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| format!("`{shown}` cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no message");
    Err(format!("`{shown} {}` failed: {last}", arguments.join(" ")))
}
