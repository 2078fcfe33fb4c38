//! The roadmap to the files of a site: every page from its template, and the files that hosts
//! and programs read.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::asset;
use crate::check::alias_path;
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::lock::Lock;
use crate::output::{OutFile, Output};
use crate::present;
use crate::roadmap::{Roadmap, Section, Topic};
use crate::search;
use crate::source::{FileBody, Sources};
use crate::theme::{self, Theme};
use crate::url;
use crate::view::{Assets, Head, Learner, NoBody, Page, RedirectBody, Scripts};

/// Renders the site. Err if a template cannot be rendered or two files would be one.
pub fn render(
    sources: &Sources,
    theme: &Theme,
    roadmap: &Roadmap,
    lock: &Lock,
) -> Result<Output, Vec<Diagnostic>> {
    let outline = outline(&sources.config, roadmap, lock);
    let index = search::index(roadmap);
    let pages = Pages {
        config: &sources.config,
        theme,
        roadmap,
        moves: present::moves(roadmap),
        scripts: ["", "../"].map(|root| (root, scripts(theme, root))),
        topic_count: roadmap.all_topics().count(),
    };
    let mut output = Output::default();
    let mut problems = Vec::new();
    let sections = (0..roadmap.sections.len()).into_par_iter().map(|index| pages.section(index));
    let mut rendered: Vec<Rendered> = sections.collect();
    rendered.push(pages.map());
    rendered.push(pages.today());
    rendered.push(pages.progress());
    rendered.push(pages.not_found());
    rendered.extend(pages.redirects());
    for page in rendered {
        match page {
            Ok((path, _)) if output.is_taken(&path) => {
                problems.push(diagnostic::output_collision(&path, &path));
            }
            Ok((path, html)) => output.add(path, OutFile::Text(html)),
            Err(problem) => problems.push(*problem),
        }
    }
    for (path, bytes) in &theme.assets {
        output.add(format!("assets/{path}"), OutFile::Bytes(bytes.clone()));
    }
    output.add(OUTLINE.into(), OutFile::Text(outline));
    output.add(SEARCH.into(), OutFile::Text(index));
    host_files(&pages, &mut output);
    for (path, body) in &sources.files {
        let target = match sources.config.one_file() {
            true => url::beside(&sources.config.content, path),
            false => url::below(&sources.config.content, path).to_owned(),
        };
        if output.is_taken(&target) {
            problems.push(diagnostic::output_collision(path, &target));
            continue;
        }
        let file = match body {
            FileBody::Memory(bytes) => OutFile::Bytes(bytes.clone()),
            FileBody::Disk { path, .. } => OutFile::Copy(path.clone()),
        };
        output.add(target, file);
    }
    if problems.is_empty() { Ok(output) } else { Err(problems) }
}

/// A page's path in the output and its bytes.
type Rendered = Result<(String, String), Box<Diagnostic>>;

struct Pages<'a> {
    config: &'a Config,
    theme: &'a Theme,
    roadmap: &'a Roadmap,
    moves: String,
    /// The same in all pages that are as deep.
    scripts: [(&'static str, Scripts<'a>); 2],
    topic_count: usize,
}

const OUTLINE: &str = "roadmap.json";
const SEARCH: &str = "search.json";

impl Pages<'_> {
    fn section(&self, index: usize) -> Rendered {
        let section = &self.roadmap.sections[index];
        let path = format!("{}/", section.slug);
        let title = format!("{} · {}", section.title.text, self.roadmap.title);
        let own = section.front.description.as_deref();
        let description = present::description(own.unwrap_or(&section.summary));
        let mut head = present::head("section", self.config, &path, title, description);
        head.edit_url = self.edit_url(&section.place.path);
        self.page("section.html", head, Some(index), present::section(self.roadmap, index))
    }

    fn map(&self) -> Rendered {
        let title = self.roadmap.title.clone();
        let description = self.config.description.clone();
        let head = present::head("map", self.config, "", title, description);
        self.page("map.html", head, None, present::map(self.roadmap))
    }

    fn today(&self) -> Rendered {
        let head = self.own_head("today", "today/");
        self.page("today.html", head, None, NoBody {})
    }

    fn progress(&self) -> Rendered {
        let head = self.own_head("progress", "progress/");
        self.page("progress.html", head, None, present::progress(self.roadmap))
    }

    /// Of a page of the site itself; its title and description are words of the theme.
    fn own_head<'b>(&self, kind: &'b str, path: &str) -> Head<'b> {
        let words = &self.theme.words;
        let title = format!("{} · {}", words.get(kind), self.roadmap.title);
        let description = words.get(&format!("{kind}_description")).to_owned();
        present::head(kind, self.config, path, title, description)
    }

    fn learner(&self, root: &str) -> Learner {
        Learner {
            topic_count: self.topic_count,
            moves: self.moves.clone(),
            today: format!("{root}today/"),
            progress: format!("{root}progress/"),
            // Without a version, which would change every page with every edit of a lesson: the
            // scripts ask the host whether what they have is still the newest.
            outline: format!("{root}{OUTLINE}"),
            search: format!("{root}{SEARCH}"),
        }
    }

    /// Shown by the host for any address, so its links begin at the host's root.
    fn not_found(&self) -> Rendered {
        let words = &self.theme.words;
        let title = format!("{} · {}", words.get("not_found_title"), self.roadmap.title);
        let mut head = present::head("not-found", self.config, "404.html", title, String::new());
        head.root = self.config.base_path().to_owned();
        head.home = head.root.clone();
        head.canonical = None;
        self.page("404.html", head, None, NoBody {})
    }

    fn redirects(&self) -> Vec<Rendered> {
        let sections = self.roadmap.sections.iter();
        let aliases = sections.flat_map(|section| {
            section.front.aliases.iter().map(move |(alias, _)| (section, alias))
        });
        let pages = aliases.filter_map(|(section, alias)| {
            let path = alias_path(alias)?;
            Some(self.redirect(section, &path))
        });
        pages.collect()
    }

    fn redirect(&self, section: &Section, path: &str) -> Rendered {
        let title = section.title.text.clone();
        let head = present::head("redirect", self.config, path, title, String::new());
        let target = present::section_url(&head.root, section);
        let canonical = format!("{}{}/", self.config.base_url, url::encode_ascii(&section.slug));
        let canonical = Some(canonical).filter(|_| !self.config.base_url.is_empty());
        self.page("redirect.html", head, None, RedirectBody { target, canonical })
    }

    fn page<B: Serialize>(
        &self,
        template: &str,
        head: Head<'_>,
        current: Option<usize>,
        body: B,
    ) -> Rendered {
        let path = head.path.clone();
        let path = if path.ends_with(".html") { path } else { format!("{path}index.html") };
        let root = head.root.clone();
        let address = |asset: &str| self.theme.address(&root, asset);
        let modules = &self.theme.modules;
        let known = self.scripts.iter().find(|(known, _)| *known == root);
        let page = Page {
            site: present::site(self.config, self.roadmap),
            assets: Assets {
                style: address(&asset::page_style(&self.theme.assets, head.kind)),
                notice_style: address(theme::NOTICE_STYLE),
                choice_style: address(theme::CHOICE_STYLE),
                search_style: address(theme::SEARCH_STYLE),
                script: address(asset::SCRIPT),
                modules: modules.shared.iter().map(|path| address(path)).collect(),
                page_modules: modules.of(head.kind).iter().map(|path| address(path)).collect(),
                redirect: address(theme::REDIRECT),
                icon: address(theme::ICON),
            },
            head: known.map_or_else(|| scripts(self.theme, &root), |(_, known)| known.clone()),
            words: self.theme.words.table(),
            learner: self.learner(&root),
            sidebar: present::sidebar(self.roadmap, &root, current),
            page: head,
            body,
        };
        let html = tera::Context::from_serialize(&page)
            .and_then(|context| self.theme.templates.render(template, &context));
        let name = format!("themes/{}/templates/{template}", self.config.theme);
        html.map(|html| (path, html))
            .map_err(|error| Box::new(diagnostic::template(&name, &error.to_string())))
    }

    fn edit_url(&self, path: &str) -> Option<String> {
        let pattern = &self.config.edit_url;
        (!pattern.is_empty()).then(|| pattern.replace("{path}", &url::encode_ascii(path)))
    }
}

fn scripts<'a>(theme: &'a Theme, root: &str) -> Scripts<'a> {
    let import_map = theme.import_map(root);
    let csp = content_security_policy(&[&theme.boot, &import_map]);
    Scripts { csp, boot: &theme.boot, import_map }
}

/// Nothing from elsewhere, no inline script but these, no inline style.
fn content_security_policy(scripts: &[&str]) -> String {
    let mut allowed = String::from("'self'");
    for script in scripts {
        let digest = BASE64_STANDARD.encode(Sha256::digest(script));
        let _ = write!(allowed, " 'sha256-{digest}'");
    }
    format!(
        "default-src 'none'; script-src {allowed}; style-src 'self'; img-src 'self'; \
         media-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'"
    )
}

/// `roadmap.json`: what programs, and the learner's pages, know of the roadmap.
fn outline(config: &Config, roadmap: &Roadmap, lock: &Lock) -> String {
    let positions: std::collections::HashMap<&str, usize> =
        lock.entries.iter().enumerate().map(|(index, entry)| (&*entry.id, index)).collect();
    let topic = |section: &Section, topic: &Topic| {
        json!({
            "id": topic.id,
            "title": topic.title.text,
            "url": format!("{}/#{}", url::encode(&section.slug), url::encode(&topic.anchor)),
            "hash": topic.hash,
            "needs": topic.needs.iter().map(|needs| &needs.id).collect::<Vec<_>>(),
            "was": topic.was.iter().map(|was| &was.id).collect::<Vec<_>>(),
            "position": positions.get(&*topic.id),
        })
    };
    let sections = roadmap.sections.iter().map(|section| {
        let levels = section.levels.iter().map(|level| {
            let topics = level.topics.iter().map(|found| topic(section, found));
            json!({
                "title": level.title.as_ref().map(|title| &title.text),
                "topics": topics.collect::<Vec<_>>(),
            })
        });
        json!({
            "id": section.slug,
            "title": section.title.text,
            "icon": section.icon,
            "url": format!("{}/", url::encode(&section.slug)),
            "levels": levels.collect::<Vec<_>>(),
        })
    });
    let entries = lock.entries.iter().enumerate();
    let gone = entries.filter(|(_, entry)| !roadmap.topics.contains_key(&entry.id)).map(
        |(position, entry)| json!({ "id": entry.id, "title": entry.title, "position": position }),
    );
    let outline = json!({
        "version": 1,
        "site": config.id,
        "title": roadmap.title,
        "sections": sections.collect::<Vec<_>>(),
        "gone": gone.collect::<Vec<_>>(),
    });
    format!("{outline}\n")
}

/// What GitHub Pages, other hosts and search engines look for.
fn host_files(pages: &Pages<'_>, output: &mut Output) {
    let config = pages.config;
    output.add(".nojekyll".into(), OutFile::Text(String::new()));
    if !config.cname.is_empty() {
        output.add("CNAME".into(), OutFile::Text(format!("{}\n", config.cname)));
    }
    let mut robots = String::from("User-agent: *\nAllow: /\n");
    if !config.base_url.is_empty() {
        let _ = writeln!(robots, "Sitemap: {}sitemap.xml", config.base_url);
        output.add("sitemap.xml".into(), OutFile::Text(sitemap(pages)));
    }
    output.add("robots.txt".into(), OutFile::Text(robots));
}

fn sitemap(pages: &Pages<'_>) -> String {
    let base = &pages.config.base_url;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let sections = pages.roadmap.sections.iter();
    let paths = sections.map(|section| format!("{}/", url::encode_ascii(&section.slug)));
    for path in std::iter::once(String::new()).chain(paths) {
        let mut address = String::new();
        crate::html::escape(&mut address, &format!("{base}{path}"));
        let _ = writeln!(xml, "<url><loc>{address}</loc></url>");
    }
    xml.push_str("</urlset>\n");
    xml
}
