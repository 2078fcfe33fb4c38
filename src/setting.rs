//! The settings of `site.toml`: their names, meanings and forms. What `config` knows, and the
//! JSON Schema with which editors complete and check the file, both come from this table.

use serde_json::{Map, Value, json};

/// One setting, or one of a table's.
pub struct Setting {
    pub key: &'static str,
    pub form: Form,
    /// What an editor shows.
    pub meaning: &'static str,
}

/// What the value of a setting may be.
pub enum Form {
    Text,
    /// A text that a regular expression describes (ECMA-262, with `u`).
    Pattern(&'static str),
    OneOf(&'static [&'static str]),
    /// A whole number, from the first to the last.
    Number(u64, u64),
    Table(&'static [Setting]),
}

const fn setting(key: &'static str, form: Form, meaning: &'static str) -> Setting {
    Setting { key, form, meaning }
}

/// Below the project: `config` finds paths that leave it further on, which no pattern can.
const PATH: Form = Form::Pattern(r"^(?!/)(?!(\./+)*\.{1,2}/*$)(?!(\./+)*\.\./)[^\\]+$");
const ADDRESS: &str = r#"^$|^https?://[^\s\p{Cc}"'<>\\`/][^\s\p{Cc}"'<>\\`]*$"#;
const BASE_ADDRESS: &str = r#"^$|^https?://[^\s\p{Cc}"'<>\\`/?#][^\s\p{Cc}"'<>\\`?#]*$"#;

/// Every setting, by name.
pub const SETTINGS: &[Setting] = &[
    setting("author", Form::Text, "Who wrote it, for search engines."),
    setting(
        "base_url",
        Form::Pattern(BASE_ADDRESS),
        "Where the site will be: https://name.github.io/repository/. Needed for sitemap, 404 page \
         and canonical addresses; the Pages workflow passes it by itself.",
    ),
    setting(
        "cname",
        Form::Pattern(r"^$|^[A-Za-z0-9.-]*\.[A-Za-z0-9.-]*$"),
        "A custom domain: learn.example.org.",
    ),
    setting("content", PATH, "The content folder, or one Markdown file. [default: content]"),
    setting("description", Form::Text, "For search engines, and previews of links to the site."),
    setting(
        "edit_url",
        Form::Pattern(ADDRESS),
        "Where a file can be edited: https://github.com/name/repository/edit/main/{path}.",
    ),
    setting("examples", Form::Table(EXAMPLES), "How `roadmap-site test` runs the examples."),
    setting(
        "html",
        Form::OneOf(&["safe", "all"]),
        "Which HTML of the content is passed on: a few tags without attributes, or everything. \
         [default: safe]",
    ),
    setting(
        "id",
        Form::Pattern(r"^[\p{Alphabetic}\p{N}_-]+$"),
        "Begins every key of saved progress: keep it once the site is published. [default: from \
         the title]",
    ),
    setting(
        "language",
        Form::Pattern("^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$"),
        "Of the content and the page's words, as in BCP 47: zh-CN, en. [default: zh-CN]",
    ),
    setting("output", Form::Text, "Where the site is written. [default: public]"),
    setting("theme", PATH, "A folder below `themes`. [default: default]"),
    setting("title", Form::Text, "The site's title. [default: the `#` heading of index.md]"),
];

/// The settings of the table `[examples]`.
pub const EXAMPLES: &[Setting] = &[
    setting(
        "pyodide",
        Form::Text,
        "The folder of the npm package pyodide, for examples too new for the interpreter.",
    ),
    setting("python", Form::Text, "The Python to run examples with. [default: python3]"),
    setting("timeout", Form::Number(1, 3600), "Seconds that one may run. [default: 10]"),
];

pub fn keys(settings: &'static [Setting]) -> impl Iterator<Item = &'static str> {
    settings.iter().map(|setting| setting.key)
}

/// The JSON Schema of `site.toml`, as a file.
pub fn schema() -> String {
    let mut schema = table(SETTINGS);
    schema.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".into(), json!("site.toml of roadmap-site"));
    let text = serde_json::to_string_pretty(&schema).expect("a value of JSON can be written");
    text + "\n"
}

fn table(settings: &[Setting]) -> Map<String, Value> {
    let properties = settings.iter().map(|setting| {
        let mut form = match &setting.form {
            Form::Text => Map::from_iter([("type".into(), json!("string"))]),
            Form::Pattern(pattern) => {
                let pattern = ("pattern".into(), json!(pattern));
                Map::from_iter([("type".into(), json!("string")), pattern])
            }
            Form::OneOf(values) => Map::from_iter([("enum".into(), json!(values))]),
            Form::Number(least, most) => Map::from_iter([
                ("type".into(), json!("integer")),
                ("minimum".into(), json!(least)),
                ("maximum".into(), json!(most)),
            ]),
            Form::Table(settings) => table(settings),
        };
        form.insert("description".into(), json!(setting.meaning));
        (setting.key.to_owned(), Value::Object(form))
    });
    Map::from_iter([
        ("type".into(), json!("object")),
        ("additionalProperties".into(), json!(false)),
        ("properties".into(), Value::Object(properties.collect())),
    ])
}
