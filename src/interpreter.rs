//! Starts the processes that examples run in, and ends them. An example gets a fresh folder, a
//! time limit, a limited output, no standard input of its own and none of our environment.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Parts of a chain that run in one process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Job {
    pub parts: Vec<Part>,
    pub stdin: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    pub file_name: String,
    pub code: String,
}

/// What one part did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    /// The exception it ended in, with its module unless built in.
    pub exception: Option<String>,
    /// The last line of that exception's traceback.
    pub last_line: String,
}

/// How a chain ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    Ran(Vec<Ran>),
    /// Not to be remembered: it may do better on a quieter machine.
    Stopped(String),
}

const OUTPUT_BYTES_MAX: u64 = 1 << 20;
/// What the supervisor gets beyond the example's own time.
const GRACE: Duration = Duration::from_secs(3);
const SUPERVISOR: &str = include_str!("runner/supervisor.py");
const CHAIN: &str = include_str!("runner/chain.py");
const PYODIDE: &str = include_str!("runner/pyodide.mjs");
/// Marks the environment of every process that an example starts, so that all can be found: its
/// value is the name of the run's folder.
const MARK: &str = "ROADMAP_SITE_RUN";

/// The processes that are running now.
#[derive(Clone, Default)]
pub struct Running {
    groups: Arc<Mutex<BTreeSet<u32>>>,
}

impl Running {
    fn add(&self, child: &Child) {
        self.groups.lock().expect("no holder of the lock panics").insert(child.id());
    }

    fn remove(&self, id: u32) {
        self.groups.lock().expect("no holder of the lock panics").remove(&id);
    }

    /// Ends every process that examples have started.
    pub fn end_all(&self) {
        let groups = self.groups.lock().expect("no holder of the lock panics").clone();
        for id in groups {
            end_group(id);
        }
        end_marked(&format!("{MARK}={}", Scratch::prefix()));
    }
}

#[cfg(unix)]
fn end_group(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(_: u32) {}

/// Ends processes whose environment has an entry that begins with this mark, whatever session
/// they fled to.
#[cfg(target_os = "linux")]
fn end_marked(mark: &str) {
    use rustix::process::{Pid, Signal, kill_process};
    let Ok(processes) = fs::read_dir("/proc") else { return };
    for process in processes.filter_map(Result::ok) {
        let name = process.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        let mut entries = environment.split(|byte| *byte == 0);
        let marked = entries.any(|entry| entry.starts_with(mark.as_bytes()));
        if let Some(id) = Pid::from_raw(id).filter(|_| marked) {
            let _ = kill_process(id, Signal::KILL);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn end_marked(_: &str) {}

/// A Python on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    pub program: PathBuf,
    /// Major, minor, micro.
    pub version: (u32, u32, u32),
}

impl Python {
    /// Asks a program for its version. Err in a sentence.
    pub fn find(program: &Path) -> Result<Python, String> {
        let code = "import sys; print(*sys.version_info[:3])";
        let shown = program.display();
        let output = Command::new(program)
            .args(["-I", "-S", "-c", code])
            .output()
            .map_err(|error| format!("`{shown}` cannot be started: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers: Vec<u32> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        match numbers[..] {
            [major, minor, micro] => {
                Ok(Python { program: program.to_owned(), version: (major, minor, micro) })
            }
            _ => Err(format!("`{shown}` is no Python 3")),
        }
    }

    /// Runs a chain in a process and a folder of its own.
    pub fn run(&self, job: &Job, time: Duration, running: &Running) -> io::Result<Ended> {
        let folder = Scratch::new()?;
        let path = folder.path();
        fs::create_dir(path.join("work"))?;
        for part in &job.parts {
            fs::write(path.join("work").join(&part.file_name), &part.code)?;
        }
        let names: Vec<&str> = job.parts.iter().map(|part| &*part.file_name).collect();
        fs::write(path.join("parts"), names.join("\n"))?;
        fs::write(path.join("chain.py"), CHAIN)?;
        fs::write(path.join("supervisor.py"), SUPERVISOR)?;
        if !job.stdin.is_empty() {
            fs::write(path.join("stdin"), &job.stdin)?;
        }
        let mut command = Command::new(&self.program);
        command.args(["-I", "-S", "-B"]).arg(path.join("supervisor.py")).arg(path);
        command.arg(time.as_secs_f64().to_string());
        isolate(&mut command, &folder);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        running.add(&child);
        let status = wait(&mut child, time + GRACE)?;
        running.remove(child.id());
        if status.is_none() {
            end_group(child.id());
            child.wait()?;
        }
        let word = fs::read_to_string(path.join("status")).unwrap_or_default();
        // What it left running in a session of its own.
        end_marked(&format!("{MARK}={}", folder.name()));
        Ok(ended(path, job.parts.len(), &word, time))
    }
}

/// Nothing of our environment that could change what an example prints.
fn isolate(command: &mut Command, folder: &Scratch) {
    let home = folder.path();
    let kept = ["PATH", "SYSTEMROOT", "LD_LIBRARY_PATH"];
    let kept: Vec<_> = kept.iter().filter_map(|n| Some((n, std::env::var_os(n)?))).collect();
    command.env_clear().envs(kept);
    command.env(MARK, folder.name()).env("HOME", home).env("TMPDIR", home.join("work"));
    command.env("PYTHONHASHSEED", "0").env("PYTHONUTF8", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("COLUMNS", "80").env("NO_COLOR", "1");
    command.stdin(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Waits; None if the time is over.
fn wait(child: &mut Child, time: Duration) -> io::Result<Option<std::process::ExitStatus>> {
    let end = Instant::now() + time;
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn ended(folder: &Path, count: usize, status: &str, time: Duration) -> Ended {
    let mut parts = Vec::new();
    for index in 0..count {
        let Ok(end) = fs::read_to_string(folder.join(format!("{index}.end"))) else { break };
        let (exception, last_line) = end.split_once('\n').unwrap_or((&end, ""));
        let stdout = limited(&folder.join(format!("{index}.out")));
        if stdout.len() as u64 >= OUTPUT_BYTES_MAX {
            return Ended::Stopped("it printed more than 1 MiB".into());
        }
        parts.push(Ran {
            stdout,
            stderr: limited(&folder.join(format!("{index}.err"))),
            exception: (!exception.is_empty()).then(|| exception.to_owned()),
            last_line: last_line.to_owned(),
        });
    }
    if parts.len() == count {
        return Ended::Ran(parts);
    }
    let seconds = time.as_secs();
    Ended::Stopped(match status {
        "late" => format!("it was still running after {seconds} s"),
        "" => "it killed the process that started it".into(),
        "-9" | "-15" => "it was killed".into(),
        other => match other.strip_prefix('-') {
            Some(signal) => format!("it died of signal {signal}"),
            None => format!("it ended at once with status {other}"),
        },
    })
}

fn limited(path: &Path) -> String {
    let mut bytes = Vec::new();
    if let Ok(file) = fs::File::open(path) {
        // What cannot be read is shown as nothing, and then differs.
        let _ = file.take(OUTPUT_BYTES_MAX).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A folder that goes when it is dropped.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn new() -> io::Result<Scratch> {
        let parent = fs::canonicalize(std::env::temp_dir())?;
        for number in 0_u32.. {
            // The last `-` keeps one run's mark from beginning like another's.
            let path = parent.join(format!("{}{number}-", Scratch::prefix()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Scratch { path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// How the folders of this program's runs begin.
    fn prefix() -> String {
        format!("roadmap-site-run-{}-", std::process::id())
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Files of an example that cannot be deleted are the system's to clear.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// CPython as WebAssembly in Node, for what is too new for the Python here.
pub struct Pyodide {
    /// The npm package's folder.
    folder: PathBuf,
    pub version: (u32, u32, u32),
    process: Option<(Child, Receiver<String>)>,
    _scratch: Scratch,
}

const PYODIDE_START_MAX: Duration = Duration::from_secs(120);

impl Pyodide {
    /// Starts it. Err in a sentence.
    pub fn start(folder: &Path) -> Result<Pyodide, String> {
        let scratch = Scratch::new().map_err(|error| error.to_string())?;
        fs::write(scratch.path().join("pyodide.mjs"), PYODIDE).map_err(|e| e.to_string())?;
        let mut pyodide = Pyodide {
            folder: folder.to_owned(),
            version: (0, 0, 0),
            process: None,
            _scratch: scratch,
        };
        pyodide.spawn()?;
        Ok(pyodide)
    }

    fn spawn(&mut self) -> Result<(), String> {
        let mut child = Command::new("node")
            .arg(self._scratch.path().join("pyodide.mjs"))
            .arg(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("`node` cannot be started: {error}"))?;
        let stdout = child.stdout.take().expect("standard output is a pipe");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let first = lines.recv_timeout(PYODIDE_START_MAX).unwrap_or_default();
        self.process = Some((child, lines));
        let hello: serde_json::Value = serde_json::from_str(&first).unwrap_or_default();
        let version = hello["version"].as_str().unwrap_or_default();
        let numbers: Vec<u32> = version.split('.').filter_map(|n| n.parse().ok()).collect();
        let [major, minor, micro] = numbers[..] else {
            return Err(format!("there is no Pyodide in `{}`", self.folder.display()));
        };
        self.version = (major, minor, micro);
        Ok(())
    }

    /// Runs a chain with globals and a folder of its own; after a time-out it starts anew.
    pub fn run(&mut self, job: &Job, time: Duration) -> Ended {
        if self.process.is_none()
            && let Err(reason) = self.spawn()
        {
            return Ended::Stopped(reason);
        }
        let parts: Vec<(&str, &str)> =
            job.parts.iter().map(|part| (&*part.file_name, &*part.code)).collect();
        let request = serde_json::json!({ "parts": parts, "stdin": job.stdin });
        let answer = self.process.as_mut().and_then(|(child, lines)| {
            let stdin = child.stdin.as_mut()?;
            writeln!(stdin, "{request}").ok()?;
            lines.recv_timeout(time).ok()
        });
        let parts = answer
            .and_then(|line| serde_json::from_str::<Vec<(String, String, String)>>(&line).ok());
        let Some(parts) = parts else {
            self.end();
            return Ended::Stopped(format!("it was still running after {} s", time.as_secs()));
        };
        let ran = parts.into_iter().map(|(stdout, stderr, end)| {
            let (exception, last_line) = end.split_once('\n').unwrap_or((&end, ""));
            Ran {
                stdout,
                stderr,
                exception: (!exception.is_empty()).then(|| exception.to_owned()),
                last_line: last_line.to_owned(),
            }
        });
        Ended::Ran(ran.collect())
    }

    fn end(&mut self) {
        if let Some((mut child, _)) = self.process.take() {
            // It may be gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Pyodide {
    fn drop(&mut self) {
        self.end();
    }
}
