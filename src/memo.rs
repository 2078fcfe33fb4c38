//! What the last build parsed and loaded, so that the next does so only with what has changed. A
//! build with a warm memo gives the bytes of a build with an empty one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::highlight::Highlighted;
use crate::parse::{Parsed, parse};
use crate::source::{FileBody, Source, Sources};
use crate::theme::{self, Theme, Words};

/// Results of `parse` with all that they depend on.
#[derive(Default)]
pub struct Memo {
    settings: Option<(Config, Words)>,
    entries: HashMap<Arc<str>, Entry>,
    theme: Option<Loaded>,
}

struct Entry {
    text: Arc<str>,
    dependencies: Vec<(String, Option<Body>)>,
    parsed: Arc<Parsed>,
}

struct Loaded {
    config: Config,
    files: BTreeMap<String, Arc<[u8]>>,
    theme: Result<Arc<Theme>, Vec<Diagnostic>>,
}

/// The content of a dependency; of a file left on the disk only that it is there.
type Body = Option<Arc<[u8]>>;

impl Memo {
    /// The site's theme; Err with everything that is wrong with its files.
    pub fn theme(&mut self, sources: &Sources) -> Result<Arc<Theme>, Vec<Diagnostic>> {
        let same = |known: &&Loaded| known.config == sources.config && known.files == sources.theme;
        if let Some(known) = self.theme.as_ref().filter(same) {
            return known.theme.clone();
        }
        let theme = theme::load(sources).map(Arc::new);
        let (config, files) = (sources.config.clone(), sources.theme.clone());
        self.theme = Some(Loaded { config, files, theme: theme.clone() });
        theme
    }

    /// Every page of the project parsed, in order; misses are parsed in parallel.
    pub fn parse_all(&mut self, sources: &Sources, words: &Words) -> Vec<Arc<Parsed>> {
        let settings = (sources.config.clone(), words.clone());
        if self.settings.as_ref() != Some(&settings) {
            self.entries.clear();
            self.settings = Some(settings);
        }
        let old = std::mem::take(&mut self.entries);
        let parsed: Vec<Arc<Parsed>> = sources
            .pages
            .par_iter()
            .map(|source| match old.get(&source.path) {
                Some(entry) if entry.is_fresh(source, sources) => entry.parsed.clone(),
                Some(entry) => Arc::new(parse(source, sources, words, &entry.parsed.highlighted)),
                None => Arc::new(parse(source, sources, words, &Highlighted::default())),
            })
            .collect();
        for (source, parsed) in sources.pages.iter().zip(&parsed) {
            self.entries.insert(source.path.clone(), Entry::new(source, sources, parsed.clone()));
        }
        parsed
    }
}

impl Entry {
    fn new(source: &Source, sources: &Sources, parsed: Arc<Parsed>) -> Entry {
        let dependencies = parsed.dependencies.iter();
        let dependencies = dependencies.map(|path| (path.clone(), body(sources, path))).collect();
        Entry { text: source.text.clone(), dependencies, parsed }
    }

    fn is_fresh(&self, source: &Source, sources: &Sources) -> bool {
        self.text == source.text
            && self.dependencies.iter().all(|(path, known)| body(sources, path) == *known)
    }
}

fn body(sources: &Sources, path: &str) -> Option<Body> {
    match sources.files.get(path)? {
        FileBody::Memory(bytes) => Some(Some(bytes.clone())),
        FileBody::Disk { .. } => Some(None),
    }
}
