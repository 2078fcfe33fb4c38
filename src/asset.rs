//! A theme's stylesheets and modules as a browser should get them: without comments, one
//! stylesheet for each kind of page, and the list of the modules that a page will ask for. What
//! a sheet or a module does never changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::url;

/// Files by their path in the theme, which is also that below `assets/`.
pub type Assets = BTreeMap<String, Arc<[u8]>>;

pub const STYLE: &str = "style.css";
pub const SCRIPT: &str = "js/main.js";
const PAGE_STYLES: &str = "css/pages/";
const PAGE_SCRIPTS: &str = "js/pages/";

/// The stylesheet of the pages of this kind: their own, or that of all pages.
pub fn page_style(assets: &Assets, kind: &str) -> String {
    let own = format!("{PAGE_STYLES}{kind}.css");
    if assets.contains_key(&own) { own } else { STYLE.into() }
}

/// Makes the sheets in `css/pages/` whole: the shared style, what the sheet imports, the sheet.
/// So a page waits for one file: on a first visit by HTTP/1.1 each further one takes a connection
/// of its own, 0.3 s on a slow phone. Err with each sheet and the import that names no file.
pub fn complete_page_styles(
    assets: &mut Assets,
    shared: &str,
) -> Result<(), Vec<(String, String)>> {
    let mut wrong = Vec::new();
    let pages = assets.keys().filter(|path| path.starts_with(PAGE_STYLES)).cloned();
    for path in pages.collect::<Vec<_>>() {
        let mut style = shared.to_owned();
        match append_sheet(&mut style, assets, &path, &mut BTreeSet::new()) {
            Ok(()) => drop(assets.insert(path, joined(&style).into_bytes().into())),
            Err(problem) => wrong.push(problem),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Appends a sheet, in place of each line `@import '…';` the file that it names, each once.
fn append_sheet(
    style: &mut String,
    assets: &Assets,
    path: &str,
    seen: &mut BTreeSet<String>,
) -> Result<(), (String, String)> {
    let text = String::from_utf8_lossy(&assets[path]);
    for line in text.lines() {
        let Some(import) = line.strip_prefix("@import") else {
            style.push_str(line);
            style.push('\n');
            continue;
        };
        let import = import.trim_matches([' ', ';', '\'', '"']);
        let imported = url::resolve(path, import).filter(|found| assets.contains_key(found));
        let imported = imported.ok_or_else(|| (path.to_owned(), import.to_owned()))?;
        if seen.insert(imported.clone()) {
            append_sheet(style, assets, &imported, seen)?;
        }
    }
    Ok(())
}

/// Modules that pages will ask for beside `SCRIPT`, by their paths in the order of names.
pub struct Modules {
    /// Those that `SCRIPT` imports, and those that they import.
    pub shared: Vec<String>,
    own: BTreeMap<String, Vec<String>>,
}

impl Modules {
    /// Finds the script of each kind of page, `js/pages/KIND.js`, and what it imports.
    pub fn find(assets: &Assets) -> Modules {
        let shared = imported(assets, SCRIPT);
        let own = assets.keys().filter_map(|path| {
            let kind = path.strip_prefix(PAGE_SCRIPTS)?.strip_suffix(".js")?;
            let mut own = &imported(assets, path) - &shared;
            own.insert(path.clone());
            Some((kind.to_owned(), own.into_iter().collect()))
        });
        Modules { own: own.collect(), shared: shared.into_iter().collect() }
    }

    /// Those of this kind of page alone.
    pub fn of(&self, kind: &str) -> &[String] {
        self.own.get(kind).map_or(&[], Vec::as_slice)
    }
}

/// The modules that this one imports statically, and those that they import.
fn imported(assets: &Assets, script: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![script.to_owned()];
    while let Some(path) = open.pop() {
        let Some(bytes) = assets.get(&path) else { continue };
        let text = String::from_utf8_lossy(bytes);
        let imports =
            text.lines().filter(|line| line.starts_with(['i', '}']) && line.contains(" from '"));
        for import in imports.filter_map(|line| line.trim_end_matches(';').rsplit(" from ").next())
        {
            let module = url::resolve(&path, import.trim_matches(['\'', '"']));
            open.extend(module.filter(|module| found.insert(module.clone())));
        }
    }
    found
}

/// CSS or JavaScript without indentation, lines of comment left blank, so that lines keep their
/// numbers. What stands behind code stays, but for types (`/** @type {X} */`). A file in which
/// text may run over a line's end, as template literals do, is left as it is.
pub fn without_comments(text: &str) -> String {
    if text.lines().any(|line| line.matches('`').count() % 2 == 1 || line.ends_with('\\')) {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines() {
        let trimmed = line.trim();
        let opens =
            trimmed.starts_with("/*") && !trimmed[2..].trim_end_matches("*/").contains("*/");
        if inside || opens {
            inside = !trimmed.ends_with("*/");
        } else if !trimmed.starts_with("//") {
            kept.push_str(&without_types(trimmed));
        }
        kept.push('\n');
    }
    kept
}

/// CSS of one file among many, whose lines have no number to keep: without blank lines, without
/// a break where a rule or a declaration ends, and but for lines with a string without the spaces
/// that part signs. Saves 6 % of the default theme's style when compressed.
pub fn joined(css: &str) -> String {
    let mut joined = String::with_capacity(css.len());
    for line in css.lines().filter(|line| !line.is_empty()) {
        if line.contains(['"', '\'']) {
            joined.push_str(line);
        } else {
            let signs =
                [(" {", "{"), ("{ ", "{"), ("; }", "}"), ("; ", ";"), (": ", ":"), (", ", ",")];
            let spaced = line.to_owned();
            joined.push_str(
                &signs.iter().fold(spaced, |line, (sign, tight)| line.replace(sign, tight)),
            );
        }
        if !line.ends_with(['{', '}', ';', ',']) {
            joined.push('\n');
        }
    }
    joined
}

fn without_types(line: &str) -> String {
    let mut parts = line.split("/** @");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("*/") {
            Some((_, rest)) => kept.push_str(rest.trim_start()),
            None => kept.extend(["/** @", part]),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(files: &[(&str, &str)]) -> Assets {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().into())).collect()
    }

    #[test]
    fn the_style_of_a_page_holds_the_shared_one_and_each_import_once() {
        let mut files = assets(&[
            (
                "css/pages/map.css",
                "@import '../parts/a.css';\n@import \"../parts/b.css\";\nmap {}\n",
            ),
            ("css/parts/a.css", "@import './b.css';\na {}\n"),
            ("css/parts/b.css", "@import './a.css';\nb {}\n"),
        ]);
        let parts = files.clone();
        assert_eq!(complete_page_styles(&mut files, "all {}\n"), Ok(()));
        assert_eq!(&*files["css/pages/map.css"], b"all{}b{}a{}map{}");
        assert_eq!(files["css/parts/a.css"], parts["css/parts/a.css"]);
        assert_eq!(page_style(&files, "map"), "css/pages/map.css");
        assert_eq!(page_style(&files, "section"), "style.css");
    }

    #[test]
    fn joined_lines_mean_the_same() {
        let css = "@media (width < 48em) {\na :is(b, c)\n> d { e: f  g; h: calc(1px + 2px); }\n\n\
                   i { content: \"; , { \"; }\n}\n";
        let tight = "@media (width < 48em){a :is(b,c)\n> d{e:f  g;h:calc(1px + 2px)}\
                     i { content: \"; , { \"; }}";
        assert_eq!(joined(css), tight);
    }

    #[test]
    fn an_import_from_elsewhere_is_told() {
        for import in ["'../parts/none.css'", "url(https://example.org/a.css)", "'../../../a.css'"]
        {
            let mut files = assets(&[("css/pages/map.css", &format!("@import {import};\n"))]);
            let named = import.trim_matches('\'').to_owned();
            let wrong = vec![("css/pages/map.css".to_owned(), named)];
            assert_eq!(complete_page_styles(&mut files, ""), Err(wrong));
        }
    }

    #[test]
    fn a_page_loads_what_all_load_and_what_its_own_script_imports() {
        let modules = Modules::find(&assets(&[
            ("js/main.js", "import { a } from './a.js';\nimport('./pages/map.js');\n"),
            ("js/a.js", "import {\n  b,\n} from './ui/b.js';\n"),
            ("js/ui/b.js", "import('./later.js');\n"),
            ("js/ui/later.js", ""),
            (
                "js/pages/map.js",
                "import { b } from '../ui/b.js';\nimport { c } from '../ui/c.js';\n",
            ),
            ("js/ui/c.js", ""),
        ]));
        assert_eq!(modules.shared, ["js/a.js", "js/ui/b.js"]);
        assert_eq!(modules.of("map"), ["js/pages/map.js", "js/ui/c.js"]);
        assert!(modules.of("section").is_empty());
    }
}
