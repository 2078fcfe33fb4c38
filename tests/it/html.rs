//! What holds for every page of every site, as a browser's parser sees it; and elements cut
//! out of a page as they stand in its text.

use std::collections::{BTreeMap, HashSet};

use roadmap_site::output::{OutFile, Output};
use roadmap_site::url;
use scraper::{ElementRef, Html};

/// The text of every element that `selector` (`#id`, `.class` or a tag's name) finds, outermost
/// ones only.
pub fn cut<'a>(page: &'a str, selector: &str) -> Vec<&'a str> {
    let wanted = |tag: &str| match selector.split_at(1) {
        ("#", id) => tag.contains(&format!(" id=\"{id}\"")),
        (".", class) => attribute(tag, "class").is_some_and(|c| c.split(' ').any(|c| c == class)),
        _ => tag.trim_end_matches('>').split(' ').next() == Some(&format!("<{selector}")),
    };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = page[from..].find('<').map(|at| from + at) {
        let end = page[open..].find('>').map_or(page.len(), |end| open + end + 1);
        from = end;
        if wanted(&page[open..end]) {
            from = close(page, open);
            found.push(&page[open..from]);
        }
    }
    found
}

/// Where the element ends that begins at `open`.
fn close(page: &str, open: usize) -> usize {
    let name: String = page[open + 1..].chars().take_while(|c| c.is_alphanumeric()).collect();
    let closing = format!("</{name}>");
    let openings = [format!("<{name} "), format!("<{name}>")];
    let (mut depth, mut from) = (0, open);
    while let Some(close) = page[from..].find(&closing).map(|at| from + at) {
        let opened = openings.iter().map(|open| page[from..close].matches(open).count());
        depth += opened.sum::<usize>();
        depth -= 1;
        from = close + closing.len();
        if depth == 0 {
            return from;
        }
    }
    page.len()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}="))?;
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => rest.split([' ', '>']).next(),
    }
}

/// What the parts of a page that come from the content may hold.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "aside",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "rp",
    "rt",
    "ruby",
    "samp",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
const ATTRIBUTES: &[&str] = &[
    "alt",
    "class",
    "decoding",
    "height",
    "href",
    "id",
    "loading",
    "rel",
    "role",
    "scope",
    "src",
    "start",
    "title",
    "translate",
    "width",
];
/// What no page holds anywhere.
const NEVER: &[&str] =
    &["base", "embed", "frame", "iframe", "math", "object", "plaintext", "style"];

/// The pages of a site, by their paths.
type Pages<'a> = BTreeMap<&'a str, Page>;

struct Page {
    html: Html,
    ids: HashSet<String>,
}

impl Page {
    fn new(text: &str) -> Page {
        let html = Html::parse_document(text);
        let ids = elements(&html).filter_map(|element| element.value().id());
        Page { ids: ids.map(str::to_owned).collect(), html }
    }
}

/// Everything that is wrong with the pages of a site, whatever it says.
pub fn problems(output: &Output, all_html: bool) -> Vec<String> {
    let pages: Pages = output
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .filter_map(|(path, file)| match file {
            OutFile::Text(text) => Some((&**path, Page::new(text))),
            OutFile::Bytes(_) | OutFile::Copy(_) => None,
        })
        .collect();
    let mut problems = Vec::new();
    for (path, Page { html: page, .. }) in &pages {
        let mut found: Vec<String> = Vec::new();
        if !all_html {
            found.extend(page.errors.iter().map(|error| format!("parse error: {error}")));
            found.extend(elements(page).filter(is_content).flat_map(foreign));
            found.extend(elements(page).flat_map(dangerous));
        }
        found.extend(repeated_ids(page));
        found.extend(elements(page).flat_map(|element| address(path, element, output, &pages)));
        problems.extend(found.into_iter().map(|problem| format!("{path}: {problem}")));
    }
    problems
}

/// The same of a part of a page, which may repeat ids: that is told elsewhere.
pub fn fragment_problems(html: &str) -> Vec<String> {
    let head = "<!doctype html><html lang=\"en\"><head><title>x</title></head>";
    let page = format!("{head}<body><div class=\"prose\">{html}</div><hr></body></html>");
    let page = Html::parse_document(&page);
    let mut problems: Vec<String> =
        page.errors.iter().map(|error| format!("parse error: {error}")).collect();
    problems.extend(elements(&page).filter(is_content).flat_map(foreign));
    problems.extend(elements(&page).flat_map(dangerous));
    // A part that does not close its elements swallows what follows it.
    let last =
        elements(&page).last().map(|element| element.parent().map(|parent| parent.value().clone()));
    let in_body = last
        .flatten()
        .is_some_and(|parent| parent.as_element().is_some_and(|parent| parent.name() == "body"));
    problems.extend((!in_body).then(|| "it leaves elements open".to_owned()));
    problems
}

fn elements(page: &Html) -> impl Iterator<Item = ElementRef<'_>> {
    page.tree.nodes().filter_map(ElementRef::wrap)
}

/// Whether an element stands in a part of a page that comes from the content.
fn is_content(element: &ElementRef<'_>) -> bool {
    element.ancestors().filter_map(ElementRef::wrap).any(|outer| {
        let value = outer.value();
        matches!(value.name(), "h1" | "h2" | "h3") || value.classes().any(|class| class == "prose")
    })
}

fn dangerous(element: ElementRef<'_>) -> Vec<String> {
    let value = element.value();
    let handlers = value.attrs().map(|(name, _)| name);
    let handlers = handlers.filter(|name| name.starts_with("on") || *name == "style");
    let mut found: Vec<String> = handlers.map(|name| format!("an attribute `{name}`")).collect();
    let mut outer = element.ancestors().filter_map(ElementRef::wrap);
    let script = value.name() == "script" && !outer.any(|outer| outer.value().name() == "head");
    if script || NEVER.contains(&value.name()) {
        found.push(format!("an element `{}`", value.name()));
    }
    found
}

/// Elements and attributes that no lesson has.
fn foreign(element: ElementRef<'_>) -> Vec<String> {
    let value = element.value();
    let mut found = Vec::new();
    // `<k->`: a token of highlighted code.
    let token = value.name().len() == 2 && value.name().ends_with('-');
    if !token && !ELEMENTS.contains(&value.name()) {
        found.push(format!("a foreign element `{}`", value.name()));
    }
    for (name, _) in value.attrs() {
        let free = name.starts_with("data-") || name.starts_with("aria-");
        if !free && !ATTRIBUTES.contains(&name) {
            found.push(format!("a foreign attribute `{name}` in `{}`", value.name()));
        }
    }
    found
}

fn repeated_ids(page: &Html) -> Vec<String> {
    let mut seen = HashSet::new();
    let ids = elements(page).filter_map(|element| element.value().id());
    ids.filter(|id| !seen.insert(*id)).map(|id| format!("the id `{id}` stands twice")).collect()
}

/// Addresses that are unsafe or lead nowhere.
fn address(path: &str, element: ElementRef<'_>, output: &Output, pages: &Pages) -> Option<String> {
    let value = element.value();
    let target = value.attr("href").or(value.attr("src"))?;
    match url::kind(target) {
        url::Kind::External => {
            let content = value.name() == "a" || value.attr("rel") == Some("canonical");
            (!content).then(|| format!("`{}` loads `{target}` from elsewhere", value.name()))
        }
        url::Kind::Unsafe => Some(format!("an unsafe address `{target}`")),
        url::Kind::Absolute if path == "404.html" => None,
        url::Kind::Absolute => Some(format!("an absolute address `{target}`")),
        url::Kind::Relative => leads_nowhere(path, target, output, pages),
    }
}

fn leads_nowhere(path: &str, target: &str, output: &Output, pages: &Pages) -> Option<String> {
    let parts = url::split(target);
    let nowhere = |why: &str| Some(format!("`{target}` leads nowhere: {why}"));
    let Some(decoded) = url::decode(parts.path) else { return nowhere("it is not UTF-8") };
    let found = match &*decoded {
        "" => path.to_owned(),
        _ => {
            let Some(found) = url::resolve(path, &decoded) else {
                return nowhere("above the root");
            };
            match decoded.ends_with(['/', '.']) {
                true => url::join(&found, "index.html"),
                false => found,
            }
        }
    };
    if !output.files.contains_key(&found) {
        return nowhere("no such file");
    }
    let versioned = !found.starts_with("assets/") || parts.query.starts_with("v=");
    if !versioned {
        return nowhere("an asset without its version");
    }
    let fragment = parts.fragment.filter(|fragment| !fragment.is_empty())?;
    let page = pages.get(&*found)?;
    let id = url::decode(fragment).unwrap_or_default();
    if page.ids.contains(&id) { None } else { nowhere("no such anchor") }
}
