//! `roadmap-site test`: runs every example with the Python it needs, in parallel, and
//! remembers the results.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use rayon::prelude::*;

use crate::cache::Cache;
use crate::config::Examples;
use crate::examples::{self, Chain, Outcome, Verdict, judge};
use crate::interpreter::{Ended, Job, Pyodide, Python, Ran, Running};
use crate::roadmap::Roadmap;
use crate::source::{FileBody, Sources, requirements_path};

/// What `test` runs with.
pub struct Tester<'a> {
    pub sources: &'a Sources,
    /// The interpreter of the settings, or why there is none.
    pub python: Result<Python, String>,
    pub cache: Cache,
    pub running: Running,
    /// Called after each chain with how many are done, and of how many.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// The interpreters that were found, and why others were not.
struct Interpreters {
    python: Result<Python, String>,
    /// The Python of the virtual environment for `packages=`.
    packaged: Result<Python, String>,
    requirements: String,
    pyodide: Mutex<LazyPyodide>,
    time: Duration,
}

/// Started when the first example needs it: that takes seconds.
struct LazyPyodide {
    folder: Option<PathBuf>,
    started: Option<Result<Pyodide, String>>,
}

/// Major and minor.
type Version = (u32, u32);

/// The version of Pyodide, read without starting it, is part of what results are kept under.
const PYODIDE_MANIFEST: &str = "package.json";

impl Tester<'_> {
    /// Runs the examples whose file, topic id or title contains `filter`; outcomes in the order
    /// of the roadmap.
    pub fn run(&self, roadmap: &Roadmap, filter: &str) -> Vec<Outcome> {
        let chains = examples::chains(roadmap, filter);
        let packages = chains.iter().any(|chain| !chain.packages().is_empty());
        let interpreters = self.interpreters(packages);
        let done = Mutex::new(0);
        let run = chains.par_iter().flat_map_iter(|chain| {
            let outcomes = self.chain(chain, &interpreters);
            let mut done = done.lock().expect("no holder of the lock panics");
            *done += 1;
            (self.progress)(*done, chains.len());
            outcomes
        });
        let mut outcomes: Vec<Outcome> = run.collect();
        outcomes.extend(examples::data(roadmap, filter));
        outcomes.sort_by(|a, b| {
            (&a.place.path, a.place.span.start).cmp(&(&b.place.path, b.place.span.start))
        });
        outcomes
    }

    fn interpreters(&self, packages: bool) -> Interpreters {
        let Examples { pyodide, timeout_seconds, .. } = &self.sources.config.examples;
        let python = self.python.clone();
        let path = requirements_path(&self.sources.config);
        let requirements = match self.sources.files.get(&path) {
            Some(FileBody::Memory(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
            _ => String::new(),
        };
        let packaged = match (&python, packages) {
            (Ok(python), true) => self
                .cache
                .environment(&python.program, &version(python.version), &requirements)
                // The environment's Python is a link to this one.
                .map(|program| Python { program, ..python.clone() }),
            (Err(reason), _) => Err(reason.clone()),
            (Ok(_), false) => Err("no example needs packages".into()),
        };
        let folder = pyodide.as_ref().map(|folder| self.sources.root.join(folder));
        Interpreters {
            python,
            packaged,
            requirements,
            pyodide: Mutex::new(LazyPyodide { folder, started: None }),
            time: Duration::from_secs(*timeout_seconds),
        }
    }

    fn chain(&self, chain: &Chain<'_>, interpreters: &Interpreters) -> Vec<Outcome> {
        let job = chain.job();
        let (ended, ran_in) = match self.choose(chain, interpreters) {
            Err(reason) => (Err(Verdict::NotRun(reason)), None),
            Ok(With::Python(python)) => {
                let interpreter = format!("CPython {}", version(python.version));
                let packaged = !chain.packages().is_empty();
                let list = if packaged { &*interpreters.requirements } else { "" };
                let ran = self.cached(&job, &interpreter, list, || {
                    python.run(&job, interpreters.time, &self.running).unwrap_or_else(|error| {
                        Ended::Stopped(format!("it could not be started: {error}"))
                    })
                });
                (ran, Some((python.version.0, python.version.1)))
            }
            Ok(With::Pyodide(named)) => self.in_pyodide(&job, &named, interpreters),
        };
        match ended {
            Ok(ran) => self.judged(chain, &ran, ran_in),
            Err(verdict) => chain
                .examples
                .iter()
                .map(|example| Outcome {
                    place: example.place.clone(),
                    result: verdict.clone(),
                    printed: None,
                    ran_in: None,
                })
                .collect(),
        }
    }

    /// Which interpreter a chain runs in. Err with the reason why none can.
    fn choose<'i>(
        &self,
        chain: &Chain<'_>,
        interpreters: &'i Interpreters,
    ) -> Result<With<'i>, String> {
        let packages = chain.packages();
        for package in &packages {
            if !is_required(&interpreters.requirements, package) {
                let path = requirements_path(&self.sources.config);
                return Err(format!("`{package}` is not in `{path}` with an exact version"));
            }
        }
        let local = match packages.is_empty() {
            true => &interpreters.python,
            false => &interpreters.packaged,
        };
        let needed = chain.python().unwrap_or((3, 0));
        if let Ok(python) = local
            && (python.version.0, python.version.1) >= needed
        {
            return Ok(With::Python(python));
        }
        let lazy = interpreters.pyodide.lock().expect("no holder of the lock panics");
        if let (Some(folder), true) = (&lazy.folder, packages.is_empty()) {
            let manifest = std::fs::read_to_string(folder.join(PYODIDE_MANIFEST));
            return Ok(With::Pyodide(manifest.unwrap_or_default()));
        }
        match local {
            Err(reason) => Err(reason.clone()),
            Ok(python) => Err(format!(
                "it needs Python {}.{}, here is {}",
                needed.0,
                needed.1,
                version(python.version)
            )),
        }
    }

    fn in_pyodide(
        &self,
        job: &Job,
        named: &str,
        interpreters: &Interpreters,
    ) -> (Result<Vec<Ran>, Verdict>, Option<Version>) {
        // One at a time: it is one process.
        let mut lazy = interpreters.pyodide.lock().expect("no holder of the lock panics");
        let time = interpreters.time;
        let ran = self.cached(job, named, "", || {
            let folder = lazy.folder.clone().unwrap_or_default();
            let started = lazy.started.get_or_insert_with(|| Pyodide::start(&folder));
            match started {
                // On a busy machine the first answer after a start may come late: only a second
                // silence, of a new process, is the example's own.
                Ok(pyodide) => match pyodide.run(job, time) {
                    Ended::Stopped(_) => pyodide.run(job, time),
                    ran => ran,
                },
                Err(reason) => Ended::Stopped(reason.clone()),
            }
        });
        // Pyodide numbers its releases by the Python in them: 314.0.7 has 3.14.
        let manifest: serde_json::Value = serde_json::from_str(named).unwrap_or_default();
        let major = manifest["version"].as_str().and_then(|text| text.split('.').next());
        let minor = major.and_then(|major| major.strip_prefix('3')).and_then(|m| m.parse().ok());
        (ran, minor.map(|minor| (3, minor)))
    }

    fn cached(
        &self,
        job: &Job,
        interpreter: &str,
        requirements: &str,
        run: impl FnOnce() -> Ended,
    ) -> Result<Vec<Ran>, Verdict> {
        let key = Cache::key(job, interpreter, requirements);
        if let Some(ran) = self.cache.get(&key) {
            return Ok(ran);
        }
        match run() {
            Ended::Ran(ran) => {
                self.cache.put(&key, &ran);
                Ok(ran)
            }
            Ended::Stopped(reason) => Err(Verdict::Failed(reason)),
        }
    }

    fn judged(&self, chain: &Chain<'_>, ran: &[Ran], ran_in: Option<(u32, u32)>) -> Vec<Outcome> {
        let outcomes = chain.examples.iter().zip(ran).map(|(example, ran)| {
            let text = self.sources.text(&example.place.path).unwrap_or_default();
            let line = text[..example.place.span.start].matches('\n').count() + 1;
            let (result, printed) = judge(example, ran, line);
            let place = example.place.clone();
            Outcome { place, result, printed: Some(printed), ran_in }
        });
        outcomes.collect()
    }
}

enum With<'a> {
    Python(&'a Python),
    /// The package's manifest, which names its version.
    Pyodide(String),
}

fn version((major, minor, micro): (u32, u32, u32)) -> String {
    format!("{major}.{minor}.{micro}")
}

/// Whether a line of a requirements file pins this package. PEP 503: case, `-`, `_` and `.`
/// do not tell names apart.
fn is_required(requirements: &str, package: &str) -> bool {
    let normal = |name: &str| name.trim().to_lowercase().replace(['_', '.'], "-");
    requirements
        .lines()
        .filter_map(|line| line.split_once("=="))
        .any(|(name, _)| normal(name.split('[').next().unwrap_or_default()) == normal(package))
}
