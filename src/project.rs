//! A new project: the files that `init` makes of an outline, or of a small worked example.
//! Touches no disk; the same outline makes the same files.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use pulldown_cmark::{Event, Tag};

use crate::address::address;
use crate::anchor::{Anchors, non_empty};
use crate::config::{Config, Html, Overrides};
use crate::edit::{Edit, edited};
use crate::guess::{self, Guess};
use crate::lock::{Lock, quoted};
use crate::memo::Memo;
use crate::script::{is_han, slug};
use crate::site::{Built, build};
use crate::source::{self, FileBody, Source, Sources};
use crate::split::{self, Split};
use crate::{carry, foreign, head, items, markdown, outline, pin, setting, url};

/// What is asked for.
pub struct Request {
    pub outline: Option<Source>,
    pub title: Option<String>,
    pub language: Option<String>,
    /// The name of the project's folder.
    pub folder: String,
    /// The files that the outline refers to, by path relative to it.
    pub beside: BTreeMap<String, FileBody>,
    /// What it refers to and is not there.
    pub missing: Vec<String>,
}

/// What comes of it.
pub struct Project {
    pub files: BTreeMap<String, FileBody>,
    pub guesses: Vec<Guess>,
    /// As the project would be read from the disk.
    pub sources: Sources,
    pub built: Built,
}

/// `OWNER/NAME` on GitHub where releases of this program are; set by the release workflow.
pub const REPOSITORY: Option<&str> = option_env!("ROADMAP_SITE_REPOSITORY");

/// Where editors find the schema of `site.toml`: beside it, without asking any host for it.
const SCHEMA: &str = ".github/site.schema.json";
const WORKFLOW: &str = include_str!("init/pages.yml");
const GITIGNORE: &str = include_str!("init/gitignore");

struct Texts {
    readme: &'static str,
    example: [(&'static str, &'static str); 3],
}

const ENGLISH: Texts = Texts {
    readme: include_str!("init/en/README.md"),
    example: [
        ("index.md", include_str!("init/en/index.md")),
        ("01-basics.md", include_str!("init/en/01-basics.md")),
        ("02-projects.md", include_str!("init/en/02-projects.md")),
    ],
};
const CHINESE: Texts = Texts {
    readme: include_str!("init/zh/README.md"),
    example: [
        ("index.md", include_str!("init/zh/index.md")),
        ("01-basics.md", include_str!("init/zh/01-basics.md")),
        ("02-projects.md", include_str!("init/zh/02-projects.md")),
    ],
};

/// The settings that `init` writes.
struct Settings {
    title: String,
    language: String,
    html: Html,
    /// What stood before the outline's Markdown.
    front: Vec<String>,
}

/// The files of a new project. None if the outline holds nothing that could be a topic.
pub fn project(request: &Request) -> Option<Project> {
    match &request.outline {
        Some(outline) => from_outline(request, outline),
        None => Some(example(request)),
    }
}

fn texts(language: &str) -> &'static Texts {
    if language.starts_with("zh") { &CHINESE } else { &ENGLISH }
}

fn example(request: &Request) -> Project {
    let language = request.language.clone().unwrap_or_else(|| "zh-CN".into());
    let example = &texts(&language).example;
    let own_title = example[0].1.lines().next().unwrap_or_default().trim_start_matches("# ");
    let title = request.title.clone().unwrap_or_else(|| own_title.to_owned());
    let pages = example.iter().map(|(name, text)| {
        let text = match *name {
            "index.md" => text.replace(own_title, &title),
            _ => (*text).to_owned(),
        };
        (format!("content/{name}"), text)
    });
    let pages = pages.collect();
    let settings = Settings { title, language, html: Html::Safe, front: Vec::new() };
    finish(request, &settings, pages, Vec::new())
}

// ---- from an outline -----------------------------------------------------------------------

fn from_outline(request: &Request, outline: &Source) -> Option<Project> {
    let front = Front::parse(&outline.text);
    let known = front.title.clone().or_else(|| request.title.clone());
    let name = known.clone().unwrap_or_else(|| request.folder.clone());
    let listed = items::with_headings(&outline.text, front.end);
    let text = listed.as_deref().unwrap_or(&outline.text);
    let mut split = split::split(text, front.end, known.as_deref(), &name)?;
    carry::carry(&mut split, front.end);
    let mut guesses = Vec::new();
    if request.title.is_none() && split.title.is_none() {
        let from = if known.is_some() { "from its front matter" } else { "from the folder" };
        guesses.push(guess::title(&name, from));
    }
    let title = request.title.clone().or(split.title.clone()).unwrap_or(name);
    let language = request.language.clone().unwrap_or_else(|| {
        let language = language_of(text);
        guesses.push(guess::language(language));
        language.into()
    });
    if listed.is_some() {
        guesses.push(guess::sections_are_items());
    }
    if !front.lines.is_empty() {
        guesses.push(guess::front_matter());
    }
    guesses.append(&mut split.guesses);
    let (foreign, more) = foreign::adapt(text, &split.nodes);
    guesses.extend(more);
    split.edits.extend(foreign);

    let mut settings = Settings { title, language, html: Html::Safe, front: front.lines };
    let first = sources(request, &settings, pages(&split, &[]));
    let built = build(&first, &mut Memo::default());
    // A tag that may not stand here, not one that is left open.
    let html = built.diagnostics.iter().find(|p| p.rule == "html" && p.message.ends_with("text"));
    if let Some(problem) = html {
        settings.html = Html::All;
        let tag = problem.message.split('`').nth(1).unwrap_or_default();
        guesses.push(guess::html(tag));
    }
    let pinned = pinned(first, &built);
    let anchors = split.parts.iter().map(|part| {
        let path = format!("content/{}", part.name);
        let page = pinned.pages.iter().find(|page| *page.path == *path);
        page.map(heading_anchors).unwrap_or_default()
    });
    let anchors: Vec<_> = anchors.collect();
    let own = url::file_name(&outline.path);
    let (links, count) = carry::relink(&split, front.end, own, &anchors);
    if count > 0 {
        guesses.push(guess::links(count));
    }
    let pages = pages(&split, &links);
    Some(finish(request, &settings, pages, guesses))
}

fn pages(split: &Split<'_>, more: &[Edit]) -> BTreeMap<String, String> {
    let edits: Vec<Edit> = split.edits.iter().chain(more).cloned().collect();
    let texts = split
        .parts
        .iter()
        .map(|part| (format!("content/{}", part.name), split.text_of(part, &edits)));
    texts.collect()
}

/// YAML or TOML before the Markdown, as other tools have it.
struct Front {
    end: usize,
    title: Option<String>,
    lines: Vec<String>,
}

impl Front {
    fn parse(text: &str) -> Front {
        let none = Front { end: 0, title: None, lines: Vec::new() };
        let mut lines = text.split_inclusive('\n');
        let Some(open) = lines.next().map(str::trim_end) else { return none };
        if !matches!(open, "---" | "+++") {
            return none;
        }
        let mut front = Front { end: text.find('\n').map_or(0, |end| end + 1), ..none };
        for line in lines {
            front.end += line.len();
            let line = line.trim_end();
            if line == open {
                return front;
            }
            // A heading, a list or a blank line first: a rule, and the outline begins.
            if front.lines.is_empty() && !line.contains([':', '=']) {
                break;
            }
            let value = line.strip_prefix("title").map(|rest| rest.trim_start());
            let value = value.and_then(|rest| rest.strip_prefix([':', '=']));
            let value = value.map(|value| value.trim().trim_matches(['"', '\'']).to_owned());
            front.title = front.title.or(value.filter(|value| !value.is_empty()));
            front.lines.push(line.to_owned());
        }
        Front { end: 0, title: None, lines: Vec::new() }
    }
}

/// Of what is read: code and addresses look English in every language.
fn language_of(text: &str) -> &'static str {
    let nodes = markdown::parse(text, 0);
    let (mut han, mut letters, mut index) = (0, 0, 0);
    while let Some(node) = nodes.get(index) {
        match &node.event {
            Event::Start(Tag::CodeBlock(_)) => index = node.end,
            Event::Text(text) => {
                han += text.chars().filter(|c| is_han(*c)).count();
                letters += text.chars().filter(char::is_ascii_alphabetic).count();
            }
            _ => {}
        }
        index += 1;
    }
    // A Chinese word is about two characters, an English one about five.
    if han * 5 > letters { "zh-CN" } else { "en" }
}

/// The anchors of all headings of a file, in order.
fn heading_anchors(page: &Source) -> Vec<String> {
    let mut nodes = markdown::parse(&page.text, 0);
    let name = url::file_name(&page.path);
    let file = match name {
        "index.md" => outline::text_file(&nodes),
        _ => outline::section_file(&nodes),
    };
    let (heads, _) = head::read(page, &mut nodes, &file);
    let mut anchors = Anchors::new(&nodes, &heads);
    for section in &file.sections {
        anchors.of_section(section);
    }
    anchors.of_blocks(&file.introduction);
    let is_heading = |node: &usize| matches!(nodes[*node].event, Event::Start(Tag::Heading { .. }));
    let headings = (0..nodes.len()).filter(is_heading);
    headings.map(|node| anchors.by_node.get(&node).cloned().unwrap_or_default()).collect()
}

// ---- the files -----------------------------------------------------------------------------

/// A project in memory, as it would be read.
fn sources(request: &Request, settings: &Settings, pages: BTreeMap<String, String>) -> Sources {
    let (site, _) = source::decode("site.toml", site_toml(request, settings).as_bytes());
    let (config, problems) = Config::parse(&site, &Overrides::default());
    let pages = pages
        .into_iter()
        .map(|(path, text)| Source { path: path.into(), text: text.into() })
        .collect();
    let files = request.beside.iter();
    let files = files.map(|(path, body)| (format!("content/{path}"), body.clone())).collect();
    let root = PathBuf::from(&request.folder);
    Sources { root, config, site: Some(site), pages, files, problems, ..Sources::default() }
}

/// The same with an id for every topic, and the lock.
fn pinned(mut sources: Sources, built: &Built) -> Sources {
    let plan = pin::plan(&built.roadmap, &Lock::default());
    for page in &mut sources.pages {
        if let Some(edits) = plan.edits.get(&*page.path) {
            page.text = edited(&page.text, 0..page.text.len(), edits).into();
        }
    }
    let path = source::lock_path(&sources.config);
    sources.lock = Some(Source { path: path.into(), text: plan.lock.write().into() });
    sources
}

fn finish(
    request: &Request,
    settings: &Settings,
    pages: BTreeMap<String, String>,
    mut guesses: Vec<Guess>,
) -> Project {
    let sources = sources(request, settings, pages);
    let built = build(&sources, &mut Memo::default());
    let sources = pinned(sources, &built);
    let built = build(&sources, &mut Memo::default());
    if !request.beside.is_empty() {
        guesses.push(guess::copied(request.beside.len()));
    }
    if !request.missing.is_empty() {
        guesses.push(guess::not_copied(&request.missing));
    }
    let silent = built.roadmap.all_topics().flat_map(|(_, topic)| &topic.examples);
    let silent = silent.filter(|e| e.language == "python" && !e.run.no_run && e.output.is_none());
    let silent = silent.count();
    if silent > 0 {
        guesses.push(guess::examples(silent));
    }
    let mut files: BTreeMap<String, FileBody> = sources.files.clone();
    let written = sources.pages.iter().chain(&sources.lock).chain(&sources.site);
    files.extend(written.map(|text| (text.path.to_string(), memory(&text.text))));
    let repository = REPOSITORY.unwrap_or("OWNER/roadmap-site");
    let workflow = WORKFLOW
        .replace("{repository}", repository)
        .replace("{version}", env!("CARGO_PKG_VERSION"));
    let readme = texts(&settings.language).readme.replace("{title}", &settings.title);
    files.insert(".github/workflows/pages.yml".into(), memory(&workflow));
    files.insert(SCHEMA.into(), memory(&setting::schema()));
    files.insert(".gitignore".into(), memory(GITIGNORE));
    files.insert("README.md".into(), memory(&readme));
    Project { files, guesses, sources, built }
}

fn memory(text: &str) -> FileBody {
    FileBody::Memory(Arc::from(text.as_bytes()))
}

fn site_toml(request: &Request, settings: &Settings) -> String {
    let id = address(&settings.title)
        .or_else(|| address(&request.folder))
        .unwrap_or_else(|| non_empty(slug(&request.folder), "roadmap"));
    let mut text = format!(
        "#:schema ./{SCHEMA}\n\n\
         # Learners' progress is saved under this id: keep it once the site is published.\n\
         id = {}\n\
         title = {}\n\
         language = {}\n\
         # For search engines, and previews of links to the site.\n\
         description = \"\"\n",
        quoted(&id),
        quoted(&settings.title),
        quoted(&settings.language),
    );
    if settings.html == Html::All {
        text.push_str(
            "# The outline holds HTML, which `safe` would show as text.\nhtml = \"all\"\n",
        );
    }
    text.push_str(
        "\n# Shows \"edit this page\" on every section:\n\
         # edit_url = \"https://github.com/NAME/REPOSITORY/edit/main/{path}\"\n",
    );
    if !settings.front.is_empty() {
        text.push_str("\n# What stood before the outline:\n");
        for line in &settings.front {
            // A comment of TOML holds no control characters.
            let line: String = line.chars().filter(|c| !c.is_control()).collect();
            text.push_str(format!("# {line}").trim_end());
            text.push('\n');
        }
    }
    text
}
