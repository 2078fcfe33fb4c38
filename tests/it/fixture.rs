//! A project in a folder of its own, built in memory.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use roadmap_site::config::Overrides;
use roadmap_site::memo::Memo;
use roadmap_site::output::{OutFile, Output};
use roadmap_site::parse::Parsed;
use roadmap_site::report;
use roadmap_site::site::{self, Built};
use roadmap_site::source::{self, Sources};
use roadmap_site::theme::Words;
use tempfile::TempDir;

/// What a project is given that says nothing of its settings.
pub const SITE: &str = "id = \"test\"\ntitle = \"Test\"\n";

pub struct Project {
    pub folder: TempDir,
}

impl Project {
    /// A project of these files; without a `site.toml` it gets the default one.
    pub fn new<P: AsRef<str>, B: AsRef<[u8]>>(files: &[(P, B)]) -> Project {
        let project = Project { folder: tempfile::tempdir().unwrap() };
        if files.iter().all(|(path, _)| path.as_ref() != "site.toml") {
            project.write("site.toml", SITE);
        }
        for (path, bytes) in files {
            project.write(path.as_ref(), bytes);
        }
        project
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn read(&self) -> Sources {
        source::read(self.root(), &Overrides::default()).expect("there is a site.toml")
    }

    pub fn build(&self) -> (Sources, Built) {
        let sources = self.read();
        let built = site::build(&sources, &mut Memo::default());
        (sources, built)
    }
}

/// One section of this Markdown.
pub fn section(markdown: &str) -> Project {
    Project::new(&[("content/01-a.md", markdown)])
}

/// The sources of one section, in memory alone.
pub fn sources(markdown: &str) -> Sources {
    let (page, problems) = source::decode("content/01-a.md", markdown.as_bytes());
    Sources { pages: vec![page], problems, ..Sources::default() }
}

/// The section as it is parsed, without a theme and without the rules over the whole.
pub fn parse(sources: &Sources) -> Arc<Parsed> {
    Memo::default().parse_all(sources, &Words::default()).remove(0)
}

/// The diagnostics as a terminal without colours shows them.
pub fn diagnostics(sources: &Sources, built: &Built) -> String {
    let shown = built.diagnostics.iter().map(|problem| {
        let text = report::text(problem, Some(sources));
        let text = anstream::adapter::strip_str(&text).to_string();
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>()
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// A page of the site: `a/` is the section's, empty the map.
pub fn page<'a>(output: &'a Output, path: &str) -> Option<&'a str> {
    let path = match path.is_empty() || path.ends_with('/') {
        true => format!("{path}index.html"),
        false => path.to_owned(),
    };
    match output.files.get(&path)? {
        OutFile::Text(text) => Some(text),
        OutFile::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
        OutFile::Copy(_) => None,
    }
}
