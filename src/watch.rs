//! Waits until something that the site is made of may have changed. Says only that, never what:
//! the build reads everything again and compares contents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::markdown;
use crate::source::Sources;
use crate::url;

/// A burst of events ends when nothing has come for this long…
const QUIET: Duration = Duration::from_millis(20);
/// …or for this long after a file was closed or moved into its place: then it is whole. Only the
/// first build after a calm trusts that; a checkout closes hundreds of files one after another.
const QUIET_WHOLE: Duration = Duration::from_millis(3);
/// …or when it has gone on for this long.
const BURST_MAX: Duration = Duration::from_millis(200);
/// After a burst there is one more look: a folder that was made in it reports only what comes
/// after its own watch, and that is added a moment later.
const LOOK_AGAIN: Duration = Duration::from_millis(300);
/// How often to look when events cannot be had.
const POLL_FALLBACK: Duration = Duration::from_millis(500);

/// Watches the content, the theme and the settings of a project.
pub struct Watch {
    watcher: Option<RecommendedWatcher>,
    events: Receiver<Seen>,
    roots: BTreeMap<PathBuf, RecursiveMode>,
    /// How often to look without being told.
    poll: Option<Duration>,
    look_again: bool,
}

/// What an event says of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// It may be half written.
    Changed,
    /// Its writer is done with it.
    Whole,
}

/// Why there are no events and polling takes their place.
#[derive(Debug)]
pub struct NoEvents {
    pub reason: String,
}

impl Watch {
    /// Ready to `follow` a project; with `poll` only looks at that interval.
    pub fn new(poll: Option<Duration>) -> Result<Watch, (Watch, NoEvents)> {
        let (sender, events) = mpsc::channel();
        let roots = BTreeMap::new();
        let mut watch = Watch { watcher: None, events, roots, poll, look_again: true };
        if poll.is_some() {
            return Ok(watch);
        }
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if let Some(seen) = seen(event) {
                // Nobody listens once the program ends.
                let _ = sender.send(seen);
            }
        });
        match watcher {
            Ok(watcher) => watch.watcher = Some(watcher),
            Err(error) => {
                let failure = watch.give_up(&error);
                return Err((watch, failure));
            }
        }
        Ok(watch)
    }

    /// Watches all that the sources say has to be watched, again and again: a folder that was
    /// made anew has lost its watch, and may have the old one's inode. Err once, when the system
    /// gives no more watches and polling begins.
    pub fn follow(&mut self, sources: &Sources) -> Result<(), NoEvents> {
        let Some(watcher) = &mut self.watcher else { return Ok(()) };
        let wanted = watched(sources);
        for path in self.roots.keys().filter(|path| !wanted.contains_key(*path)) {
            // It may be gone already.
            let _ = watcher.unwatch(path);
        }
        self.roots = wanted;
        for (path, mode) in &self.roots {
            if let Err(error) = watcher.watch(path, *mode)
                && path.exists()
            {
                return Err(self.give_up(&error));
            }
        }
        Ok(())
    }

    fn give_up(&mut self, error: &notify::Error) -> NoEvents {
        self.watcher = None;
        self.poll = Some(POLL_FALLBACK);
        NoEvents { reason: error.to_string() }
    }

    /// Returns when something may have changed: once per burst, and once more after it.
    pub fn wait(&mut self) {
        if let Some(poll) = self.poll {
            std::thread::sleep(poll);
            return;
        }
        let calm = !self.look_again;
        let first = match calm {
            // The sender lives in the watcher, which lives here.
            true => self.events.recv().ok(),
            false => self.events.recv_timeout(LOOK_AGAIN).ok(),
        };
        self.look_again = first.is_some();
        if let Some(first) = first {
            self.settle(first, calm);
        }
    }

    fn settle(&self, first: Seen, calm: bool) {
        let end = Instant::now() + BURST_MAX;
        let mut last = Ok(first);
        while let Ok(seen) = last {
            let quiet = if calm && seen == Seen::Whole { QUIET_WHOLE } else { QUIET };
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            last = self.events.recv_timeout(quiet.min(left));
        }
    }
}

fn seen(event: notify::Result<Event>) -> Option<Seen> {
    // Errors count too: after an overflow events are missing.
    let Ok(event) = event else { return Some(Seen::Changed) };
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Seen::Whole),
        EventKind::Access(_) => None,
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => Some(Seen::Whole),
        _ => Some(Seen::Changed),
    }
}

/// Folders are watched, not files: most editors replace a file by another.
fn watched(sources: &Sources) -> BTreeMap<PathBuf, RecursiveMode> {
    let root = &sources.root;
    let mut watched = BTreeMap::new();
    for linked in &sources.linked {
        watched.insert(linked.clone(), RecursiveMode::NonRecursive);
    }
    if sources.config.one_file() {
        for folder in beside_one_file(sources) {
            watched.insert(folder, RecursiveMode::NonRecursive);
        }
    } else {
        watched.insert(root.join(&sources.config.content), RecursiveMode::Recursive);
    }
    // Also sees the folders above made anew.
    watched.insert(root.clone(), RecursiveMode::NonRecursive);
    watched.insert(root.join("themes"), RecursiveMode::Recursive);
    watched
}

/// The folders of the one file and of all that it refers to; for one that is not there yet the
/// nearest above it.
fn beside_one_file(sources: &Sources) -> Vec<PathBuf> {
    let file = &sources.config.content;
    let targets = sources.pages.iter().flat_map(|page| markdown::local_targets(&page.text));
    let paths = targets.filter_map(|target| url::resolve(file, &target)).chain([file.clone()]);
    let above = |path: String| {
        let path = sources.root.join(path);
        path.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_owned)
    };
    paths.filter_map(above).collect()
}
