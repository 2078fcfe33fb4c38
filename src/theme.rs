//! The theme: templates, words and assets. Embedded in the binary; a file of the same name
//! under the project's `themes/NAME/` takes the place of exactly that file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_embed::RustEmbed;
use tera::{Kwargs, State, Tera};

use crate::asset::{self, Assets, Modules, STYLE, joined, without_comments};
use crate::diagnostic::{self, Diagnostic};
use crate::link::version;
use crate::source::Sources;
use crate::url;

#[derive(RustEmbed)]
#[folder = "themes/default"]
struct Embedded;

/// The words of the page, in the site's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(BTreeMap<String, String>);

/// A theme that is ready to render.
pub struct Theme {
    pub templates: Tera,
    pub words: Words,
    /// Every file for `assets/`, by its path there.
    pub assets: Assets,
    /// The script that stands in the page itself, so that no theme flashes.
    pub boot: String,
    pub modules: Modules,
    versions: BTreeMap<String, String>,
}

pub const SEARCH_STYLE: &str = "css/parts/search.css";
pub const NOTICE_STYLE: &str = "css/parts/notice.css";
pub const CHOICE_STYLE: &str = "css/parts/choice.css";
pub const REDIRECT: &str = "js/redirect.js";
pub const ICON: &str = "icon.svg";
const BOOT: &str = "js/boot.js";

/// Every file of the theme, the project's own ones in front of the embedded.
fn files(sources: &Sources) -> Assets {
    let mut files = Assets::new();
    for path in Embedded::iter() {
        let file = Embedded::get(&path).expect("the name came from the list of embedded files");
        let bytes: Arc<[u8]> = match file.data {
            Cow::Borrowed(bytes) => bytes.into(),
            Cow::Owned(bytes) => bytes.into(),
        };
        files.insert(path.into_owned(), bytes);
    }
    files.extend(sources.theme.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
    files
}

/// Loads the theme of a site. Err with everything that is wrong with its files.
pub fn load(sources: &Sources) -> Result<Theme, Vec<Diagnostic>> {
    let files = files(sources);
    let folder = format!("themes/{}", sources.config.theme);
    let mut problems = Vec::new();
    let words = words(&sources.config.language, &files, &folder, &mut problems);
    let mut templates = Tera::default();
    templates.register_filter("fill", fill);
    let mut texts = Vec::new();
    let mut assets = Assets::new();
    let mut style = String::new();
    let mut boot = String::new();
    for (path, bytes) in &files {
        let text = || String::from_utf8_lossy(bytes).into_owned();
        if let Some(name) = path.strip_prefix("templates/") {
            texts.push((name.to_owned(), text()));
        } else if url::parent(path) == "css" && path.ends_with(".css") {
            style.push_str(&joined(&without_comments(&text())));
        } else if path == BOOT {
            boot = without_comments(&text()).trim().to_owned();
        } else if path.ends_with(".css") || path.ends_with(".js") {
            assets.insert(path.clone(), without_comments(&text()).into_bytes().into());
        } else if !path.starts_with("i18n/") {
            assets.insert(path.clone(), bytes.clone());
        }
    }
    if let Err(wrong) = asset::complete_page_styles(&mut assets, &style) {
        for (path, import) in wrong {
            problems.push(diagnostic::theme_import(&format!("{folder}/{path}"), &import));
        }
    }
    assets.insert(STYLE.into(), style.into_bytes().into());
    if let Err(error) = templates.add_raw_templates(texts) {
        problems.push(diagnostic::template(&folder, &error.to_string()));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let versions = assets.iter().map(|(path, bytes)| (path.clone(), version(bytes))).collect();
    let modules = Modules::find(&assets);
    Ok(Theme { templates, words, assets, boot, modules, versions })
}

impl Theme {
    /// The address of an asset below a page's root: `../assets/style.css?v=0123456789`.
    pub fn address(&self, root: &str, path: &str) -> String {
        match self.versions.get(path) {
            Some(version) => format!("{root}assets/{path}?v={version}"),
            None => format!("{root}assets/{path}"),
        }
    }

    /// The import map that gives every module its version, for pages below `root`.
    pub fn import_map(&self, root: &str) -> String {
        // A relative key must begin with `./` or `../` to be an address and not a bare name.
        let root = if root.starts_with(['.', '/']) { root.to_owned() } else { format!("./{root}") };
        let modules = self.assets.keys().filter(|path| path.ends_with(".js"));
        let imports: BTreeMap<String, String> = modules
            .map(|path| (format!("{root}assets/{path}"), self.address(&root, path)))
            .collect();
        serde_json::json!({ "imports": imports }).to_string().replace('<', "\\u003c")
    }
}

/// Words of English, then of the site's language, then of the project's own theme files.
fn words(language: &str, files: &Assets, folder: &str, problems: &mut Vec<Diagnostic>) -> Words {
    let mut words = BTreeMap::new();
    let fallback = if language.starts_with("zh") { "zh-CN" } else { "en" };
    for name in ["en", fallback, language] {
        let path = format!("i18n/{name}.toml");
        let embedded = Embedded::get(&path).map(|file| file.data.into_owned());
        let own = files.get(&path).map(|bytes| bytes.to_vec());
        for bytes in [embedded, own].into_iter().flatten() {
            match toml::from_str::<BTreeMap<String, String>>(&String::from_utf8_lossy(&bytes)) {
                Ok(more) => words.extend(more),
                Err(error) => {
                    let path = format!("{folder}/{path}");
                    problems.push(diagnostic::theme_words(&path, error.message()));
                }
            }
        }
    }
    Words(words)
}

impl Words {
    /// The word for a key; the key itself if a theme uses one that no language has.
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key).map_or(key, String::as_str)
    }

    /// The same with `{name}` replaced.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.get(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    pub fn table(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

/// The template filter `fill`: `{{ words.topic_count | fill(n=3) }}`.
fn fill(text: &str, values: Kwargs, _: &State<'_>) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values.iter() {
        filled = filled.replace(&format!("{{{name}}}"), &value.to_string());
    }
    filled
}
