//! `site.toml` to a `Config`, and a section's front matter to a `FrontMatter`: every unknown or
//! misshapen key is a problem with its place, none stops the others from being read.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{self, Diagnostic, Place};
use crate::script::slug;
use crate::setting::{EXAMPLES, SETTINGS, keys};
use crate::source::Source;
use crate::url;

/// The settings of a site. `site.toml` in the project root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Begins every key of saved progress: it must not change once the site is published.
    pub id: String,
    /// None: the title of `index.md` or of the one file.
    pub title: Option<String>,
    pub description: String,
    pub author: String,
    /// BCP 47, the language of the content and, where the theme knows it, of the page's words.
    pub language: String,
    /// Where the site will be, with a final `/`; empty if not known.
    pub base_url: String,
    /// The content folder, or one Markdown file.
    pub content: String,
    pub output: String,
    pub theme: String,
    pub html: Html,
    /// Where a file can be edited: `https://github.com/me/repo/edit/main/{path}`.
    pub edit_url: String,
    /// A custom domain, written to `CNAME`.
    pub cname: String,
    pub examples: Examples,
}

/// How `test` runs examples. The table `[examples]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examples {
    /// The Python to run them with.
    pub python: String,
    /// The folder of the npm package `pyodide`, for examples too new for that Python.
    pub pyodide: Option<String>,
    /// How long one may run.
    pub timeout_seconds: u64,
}

impl Default for Examples {
    fn default() -> Examples {
        Examples { python: "python3".into(), pyodide: None, timeout_seconds: 10 }
    }
}

/// Which raw HTML of the content is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Html {
    /// A few tags without attributes; the rest is shown as text.
    Safe,
    All,
}

/// What the command line says instead of `site.toml`.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub base_url: Option<String>,
    pub output: Option<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            id: "site".into(),
            title: None,
            description: String::new(),
            author: String::new(),
            language: "zh-CN".into(),
            base_url: String::new(),
            content: "content".into(),
            output: "public".into(),
            theme: "default".into(),
            html: Html::Safe,
            edit_url: String::new(),
            cname: String::new(),
            examples: Examples::default(),
        }
    }
}

impl Config {
    /// Reads `site.toml`; keys that cannot be used keep their defaults.
    pub fn parse(site: &Source, overrides: &Overrides) -> (Config, Vec<Diagnostic>) {
        let mut config = Config::default();
        let mut reader = Reader { path: site.path.clone(), offset: 0, problems: Vec::new() };
        let mut id = None;
        for (key, value) in reader.table(&site.text) {
            let text = match key.get_ref().as_ref() {
                "examples" => {
                    config.examples = reader.examples(&key, &value);
                    None
                }
                known if keys(SETTINGS).any(|key| key == known) => reader.string(&key, &value),
                unknown => {
                    let place = reader.place(key.span());
                    reader.problems.push(diagnostic::unknown_key(place, unknown, keys(SETTINGS)));
                    None
                }
            };
            let Some(text) = text else { continue };
            match key.get_ref().as_ref() {
                "id" => id = reader.id(text, &value),
                "title" => config.title = Some(text),
                "description" => config.description = text,
                "author" => config.author = text,
                "language" => reader.language(&mut config.language, text, &value),
                "base_url" => config.base_url = reader.base_url(text, &value),
                "content" => reader.path(&mut config.content, "content", &text, &value),
                "output" => config.output = text,
                "theme" => reader.path(&mut config.theme, "theme", &text, &value),
                "html" => config.html = reader.html(&text, &value),
                "edit_url" => config.edit_url = reader.edit_url(text, &value),
                _ => config.cname = reader.cname(text, &value),
            }
        }
        let named = config.title.as_deref().map(slug).filter(|slug| !slug.is_empty());
        config.id = id.or(named).unwrap_or(config.id);
        if let Some(base_url) = &overrides.base_url {
            config.base_url = with_slash(base_url);
        }
        if let Some(output) = &overrides.output {
            config.output.clone_from(output);
        }
        (config, reader.problems)
    }

    pub fn one_file(&self) -> bool {
        self.content.ends_with(".md")
    }

    /// The path of the site on its host, with `/` at both ends: `/` or `/repo/`.
    pub fn base_path(&self) -> &str {
        let host = self.base_url.find("://").map_or(0, |scheme| scheme + 3);
        match self.base_url[host..].find('/') {
            Some(slash) => &self.base_url[host + slash..],
            None => "/",
        }
    }
}

fn with_slash(url: &str) -> String {
    match url.is_empty() || url.ends_with('/') {
        true => url.to_owned(),
        false => format!("{url}/"),
    }
}

/// What a section says about itself between `+++` lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    pub description: Option<String>,
    /// Old addresses of this section, with their places.
    pub aliases: Vec<(String, Place)>,
    pub draft: bool,
    /// Where the Markdown begins.
    pub end: usize,
}

const FRONT_MATTER_KEYS: [&str; 3] = ["aliases", "description", "draft"];

impl FrontMatter {
    /// Reads the TOML between a first line `+++` and the next such line.
    pub fn parse(source: &Source) -> (FrontMatter, Vec<Diagnostic>) {
        let mut front = FrontMatter::default();
        let mut reader = Reader { path: source.path.clone(), offset: 0, problems: Vec::new() };
        let mut fences = fences(&source.text);
        let Some(open) = fences.next().filter(|open| open.start == 0) else {
            return (front, vec![]);
        };
        let Some(close) = fences.next() else {
            reader.problems.push(diagnostic::unclosed_front_matter(reader.place(0..3)));
            return (front, reader.problems);
        };
        front.end = close.end;
        reader.offset = open.end;
        for (key, value) in reader.table(&source.text[open.end..close.start]) {
            match key.get_ref().as_ref() {
                "description" => front.description = reader.string(&key, &value),
                "draft" => front.draft = reader.boolean(&key, &value),
                "aliases" => front.aliases = reader.strings(&key, &value),
                unknown => {
                    let place = reader.place(key.span());
                    let problem = diagnostic::unknown_key(place, unknown, FRONT_MATTER_KEYS);
                    reader.problems.push(problem);
                }
            }
        }
        (front, reader.problems)
    }
}

/// The places of the lines that are `+++`, their line ends included.
fn fences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut offset = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        offset += line.len();
        (line.trim_end() == "+++").then_some(offset - line.len()..offset)
    })
}

type Entry<'a> = (Spanned<Cow<'a, str>>, Spanned<DeValue<'a>>);

/// Reads TOML values and collects what is wrong with them.
struct Reader {
    path: Arc<str>,
    /// Where the TOML begins in the file.
    offset: usize,
    problems: Vec<Diagnostic>,
}

impl Reader {
    fn place(&self, span: Range<usize>) -> Place {
        Place { path: self.path.clone(), span: self.offset + span.start..self.offset + span.end }
    }

    fn table<'a>(&mut self, text: &'a str) -> Vec<Entry<'a>> {
        match DeTable::parse(text) {
            Ok(table) => table.into_inner().into_iter().collect(),
            Err(error) => {
                let place = self.place(error.span().unwrap_or(0..0));
                self.problems.push(diagnostic::toml_syntax(place, error.message()));
                Vec::new()
            }
        }
    }

    fn wrong(&mut self, key: &Spanned<Cow<str>>, value: &Spanned<DeValue>, wanted: &str) {
        let place = self.place(value.span());
        self.problems.push(diagnostic::wrong_type(place, key.get_ref(), wanted));
    }

    fn string(&mut self, key: &Spanned<Cow<str>>, value: &Spanned<DeValue>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(key, value, "a text in quotes");
        }
        text
    }

    fn boolean(&mut self, key: &Spanned<Cow<str>>, value: &Spanned<DeValue>) -> bool {
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(key, value, "`true` or `false`");
            false
        })
    }

    fn strings(
        &mut self,
        key: &Spanned<Cow<str>>,
        value: &Spanned<DeValue>,
    ) -> Vec<(String, Place)> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of texts: `[\"old-name/\"]`");
            return Vec::new();
        };
        let texts = items.iter().filter_map(|item| match item.get_ref().as_str() {
            Some(text) => Some((text.to_owned(), self.place(item.span()))),
            None => {
                self.wrong(key, item, "a list of texts: `[\"old-name/\"]`");
                None
            }
        });
        texts.collect()
    }

    fn examples(&mut self, key: &Spanned<Cow<str>>, value: &Spanned<DeValue>) -> Examples {
        let mut examples = Examples::default();
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, "a table: `[examples]`");
            return examples;
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "python" => {
                    examples.python = self.string(key, value).unwrap_or(examples.python);
                }
                "pyodide" => examples.pyodide = self.string(key, value),
                "timeout" => {
                    let number = value.get_ref().as_integer();
                    let seconds = number.and_then(|number| number.as_str().parse().ok());
                    match seconds.filter(|seconds| (1..=3600).contains(seconds)) {
                        Some(seconds) => examples.timeout_seconds = seconds,
                        None => self.wrong(key, value, "a number of seconds"),
                    }
                }
                unknown => {
                    let place = self.place(key.span());
                    let problem = diagnostic::unknown_key(place, unknown, keys(EXAMPLES));
                    self.problems.push(problem);
                }
            }
        }
        examples
    }

    fn id(&mut self, text: String, value: &Spanned<DeValue>) -> Option<String> {
        if is_id(&text) {
            return Some(text);
        }
        let place = self.place(value.span());
        let hint = "use letters, digits, `-` and `_`";
        self.problems.push(diagnostic::wrong_value(place, "id", "is not an id", hint));
        None
    }

    fn refuse(&mut self, key: &str, value: &Spanned<DeValue>, why: &str, hint: &str) {
        let place = self.place(value.span());
        self.problems.push(diagnostic::wrong_value(place, key, why, hint));
    }

    fn base_url(&mut self, text: String, value: &Spanned<DeValue>) -> String {
        if text.is_empty() || is_address(&text) && !text.contains(['?', '#']) {
            return with_slash(&text);
        }
        let hint = "write it whole: `https://name.github.io/repository/`";
        self.refuse("base_url", value, "is no address", hint);
        String::new()
    }

    fn edit_url(&mut self, text: String, value: &Spanned<DeValue>) -> String {
        if text.is_empty() || is_address(&text) {
            return text;
        }
        let hint = "write it whole: `https://github.com/name/repository/edit/main/{path}`";
        self.refuse("edit_url", value, "is no address", hint);
        String::new()
    }

    fn cname(&mut self, text: String, value: &Spanned<DeValue>) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if text.is_empty() || text.contains('.') && text.chars().all(plain) {
            return text;
        }
        let hint = "write the host's name alone: `learn.example.org`";
        self.refuse("cname", value, "is no domain", hint);
        String::new()
    }

    fn language(&mut self, language: &mut String, text: String, value: &Spanned<DeValue>) {
        match is_language(&text) {
            true => *language = text,
            false => {
                let hint = "write it as in BCP 47: `zh-CN`, `en`";
                self.refuse("language", value, "is no language", hint);
            }
        }
    }

    fn path(&mut self, path: &mut String, key: &str, text: &str, value: &Spanned<DeValue>) {
        let inside = !text.starts_with('/') && !text.contains('\\');
        let resolved = inside.then(|| url::resolve("", text)).flatten();
        match resolved.filter(|resolved| !resolved.is_empty()) {
            Some(resolved) => *path = resolved,
            None => {
                let hint = "use a path below the folder of `site.toml`, with `/`";
                self.refuse(key, value, "leaves the project", hint);
            }
        }
    }

    fn html(&mut self, text: &str, value: &Spanned<DeValue>) -> Html {
        match text {
            "safe" => Html::Safe,
            "all" => Html::All,
            _ => {
                let place = self.place(value.span());
                let hint = "it is `safe` or `all`";
                let why = "is neither of its values";
                self.problems.push(diagnostic::wrong_value(place, "html", why, hint));
                Html::Safe
            }
        }
    }
}

/// Whether a text is a whole address of the web.
pub fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or(text.strip_prefix("http://"));
    let plain = |c: char| {
        !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`')
    };
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && host.chars().all(plain))
}

/// Whether a text names a language as BCP 47 does.
pub fn is_language(text: &str) -> bool {
    let fits = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text.split('-').all(fits)
}

/// Ids are of letters and digits of any script, `-` and `_`.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}
