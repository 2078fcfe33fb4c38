//! The house rules that a program can check: lengths, leftovers, who may read and write, who
//! imports whom, and that no word or field is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LINES_MAX: usize = 450;
const COLUMNS_MAX: usize = 100;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below these folders with this extension, and their texts.
fn files(folders: &[&str], extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(String, String)> {
    files(&["src"], "rs")
}

/// A file without its tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut problems = Vec::new();
    for (name, text) in sources() {
        let count = text.lines().count();
        // All messages of the program stand in one file.
        if count > LINES_MAX && name != "src/diagnostic.rs" {
            problems.push(format!("{name} has {count} lines"));
        }
        if !text.starts_with("//! ") {
            problems.push(format!("{name} does not say what it is"));
        }
    }
    assert_none(&problems);
}

#[test]
fn lines_are_short() {
    let mut problems = Vec::new();
    for (name, text) in sources() {
        for (number, line) in without_tests(&text).lines().enumerate() {
            let words = line.trim().split(' ').count();
            if line.chars().count() > COLUMNS_MAX && words > 1 {
                problems.push(format!("{name}:{}: {} columns", number + 1, line.chars().count()));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn nothing_is_left_over() {
    // In two parts, so that this file does not find itself.
    let words = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["XX", "X"],
        ["db", "g!("],
        ["to", "do!("],
        ["unimple", "mented!("],
        [".unw", "rap()"],
        ["pri", "nt!("],
    ];
    let mut problems = Vec::new();
    for (name, text) in sources() {
        for word in words.iter().map(|parts| parts.concat()) {
            for (number, line) in without_tests(&text).lines().enumerate() {
                let printed = line.contains("anstream::");
                if line.contains(&word) && !printed {
                    problems.push(format!("{name}:{}: {word}", number + 1));
                }
            }
        }
    }
    assert_none(&problems);
}

/// Who may read, write, print, or ask for the time and the environment.
const EDGES: [&str; 12] = [
    "arguments",
    "cache",
    "cli",
    "edit",
    "init",
    "interpreter",
    "main",
    "output",
    "serve",
    "source",
    "test",
    "watch",
];

#[test]
fn only_the_edges_read_and_write() {
    let outside =
        ["std::fs", "std::env", "std::process", "std::net", "std::time", "fs::", "println!"];
    let mut problems = Vec::new();
    for (name, text) in sources() {
        let module = name.trim_start_matches("src/").trim_end_matches(".rs");
        if EDGES.contains(&module) {
            continue;
        }
        for word in outside.iter().filter(|word| without_tests(&text).contains(*word)) {
            problems.push(format!("{name} uses {word}"));
        }
    }
    assert_none(&problems);
}

/// From the bottom up. A module imports from its own line and the lines above it here, never
/// from one below. A new module, and a new reason to import upwards, is a change of this list.
const LAYERS: &[&[&str]] = &[
    &["attributes", "guess", "script", "setting", "suggestion", "url"],
    &["asset", "diagnostic", "markdown", "mojibake"],
    &["config", "source"],
    &["lock", "outline", "report", "roadmap"],
    &["edit", "fence", "head", "highlight", "interpreter", "search"],
    // One writer, and the words that it writes; `theme` takes the hash of a file from `link`.
    &["anchor", "callout", "code", "footnote", "html", "link", "raw_html", "theme"],
    &["cache", "examples", "foreign", "heading", "items", "parse"],
    &["bless", "check", "memo", "output", "pin", "present", "view"],
    &["address"],
    &["split"],
    &["carry"],
    &["render"],
    &["site"],
    &["preview", "project", "test", "watch"],
    &["respond"],
    &["arguments", "serve"],
    &["init"],
    &["cli"],
    &["lib", "main"],
];

/// The modules of this crate that a text names.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in without_tests(text).split("crate::").skip(1) {
        let name = |text: &str| -> String {
            text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect()
        };
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split(';').next().unwrap_or_default();
                // `{pin, report::{json, text}}`: only the outer names are modules.
                let mut depth = 0;
                for part in list.split_inclusive([',', '{', '}']) {
                    if depth == 0 {
                        found.insert(name(part.trim()));
                    }
                    depth += i32::from(part.ends_with('{')) - i32::from(part.ends_with('}'));
                }
            }
            None => drop(found.insert(name(rest))),
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

#[test]
fn imports_go_downwards() {
    let layers: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(layer, modules)| modules.iter().map(move |module| (*module, layer)))
        .collect();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (name, text) in sources() {
        let module = name.trim_start_matches("src/").trim_end_matches(".rs").to_owned();
        let Some(own) = layers.get(&*module) else {
            problems.push(format!("{name} is in no layer"));
            continue;
        };
        for other in imports(&text) {
            if layers.get(&*other).is_some_and(|layer| layer > own) {
                problems.push(format!("{name} imports `{other}`, which stands above it"));
            }
        }
        seen.insert(module);
    }
    let gone = layers.keys().filter(|module| !seen.contains(**module));
    problems.extend(gone.map(|module| format!("the layers name `{module}`, which is gone")));
    assert_none(&problems);
}

#[test]
fn functions_fit_a_screen() {
    const LINES: usize = 70;
    let mut problems = Vec::new();
    for (name, text) in sources() {
        let mut start: Option<(usize, String)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let words: Vec<&str> = line.split_whitespace().take(4).collect();
            if start.is_none() && words.contains(&"fn") && !line.trim_start().starts_with("//") {
                start = Some((number, " ".repeat(indent) + "}"));
            }
            let ended = start.as_ref().filter(|(_, end)| line == end || line.ends_with(';'));
            let ended = ended.filter(|(first, end)| line == end || *first == number);
            if let Some((first, _)) = ended.cloned() {
                if number - first >= LINES {
                    problems.push(format!("{name}:{}: {} lines", first + 1, number - first + 1));
                }
                start = None;
            }
        }
    }
    assert_none(&problems);
}

// ---- the theme -------------------------------------------------------------------------------

/// The names that stand in the tags of the templates.
fn names_in_templates() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, text) in files(&["themes/default/templates"], "html") {
        for tag in text.split("{{").skip(1).map(|rest| rest.split("}}").next()) {
            names.extend(words(tag.unwrap_or_default()));
        }
        for tag in text.split("{%").skip(1).map(|rest| rest.split("%}").next()) {
            names.extend(words(tag.unwrap_or_default()));
        }
    }
    names
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn words_of(language: &str) -> BTreeMap<String, String> {
    let path = root().join(format!("themes/default/i18n/{language}.toml"));
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_word_of_the_page_is_in_both_languages_and_in_use() {
    let (chinese, english) = (words_of("zh-CN"), words_of("en"));
    let missing = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>, name: &str| {
        let keys = one.keys().filter(|key| !other.contains_key(*key));
        keys.map(|key| format!("`{key}` is missing in {name}")).collect::<Vec<_>>()
    };
    let mut problems = missing(&chinese, &english, "en.toml");
    problems.extend(missing(&english, &chinese, "zh-CN.toml"));
    for (key, text) in &chinese {
        let names = |text: &str| -> BTreeSet<String> {
            let parts = text.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            parts.map(str::to_owned).collect()
        };
        if english.get(key).is_some_and(|other| names(other) != names(text)) {
            problems.push(format!("`{key}` has other names in braces in en.toml"));
        }
    }
    let in_templates = names_in_templates();
    let source: String = sources().iter().map(|(_, text)| without_tests(text)).collect();
    for key in english.keys().filter(|key| !in_templates.contains(*key)) {
        // The title and description of `today/` and `progress/` are asked for by page.
        let page = key.strip_suffix("_description").unwrap_or(key);
        if !source.contains(&format!("\"{page}\"")) {
            problems.push(format!("nothing uses `{key}`"));
        }
    }
    assert_none(&problems);
}

#[test]
fn every_field_of_the_view_is_in_a_template() {
    let view = fs::read_to_string(root().join("src/view.rs")).unwrap();
    let names = names_in_templates();
    let mut problems = Vec::new();
    let mut flattened = false;
    for line in view.lines() {
        // The fields of what is flattened are asked for, not itself.
        if std::mem::replace(&mut flattened, line.contains("serde(flatten)")) {
            continue;
        }
        let field = line.strip_prefix("    pub ").and_then(|rest| rest.split_once(": "));
        let Some((field, _)) = field.filter(|_| !line.contains('(')) else { continue };
        // `path` is where `render` puts the page.
        if field != "path" && !names.contains(field) {
            problems.push(format!("no template shows `{field}`"));
        }
    }
    assert_none(&problems);
}
