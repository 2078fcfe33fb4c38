//! `search.json`: the text of every section and topic, read from their HTML, for the search in
//! the page. One record each: `[section, anchor, title, text, names in code, headings]`. The
//! page scans it for substrings; nothing is cut into words, which Chinese does not have.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::json;

use crate::roadmap::{Level, Record, Roadmap, Title};
use crate::url;

/// The whole index, the same bytes for the same roadmap.
pub fn index(roadmap: &Roadmap) -> String {
    let sections = roadmap.sections.iter();
    let names = sections.map(|section| json!([section.title.text, url::encode(&section.slug)]));
    let names = json!(names.collect::<Vec<_>>());
    let mut index = format!("{{\"version\":1,\"sections\":{names},\"records\":[");
    for (number, section) in roadmap.sections.iter().enumerate() {
        for Record(record) in &section.records {
            let separator = if index.ends_with('[') { "" } else { "," };
            let _ = write!(index, "{separator}[{number},{record}]");
        }
    }
    index.push_str("]}\n");
    index
}

/// Of a section itself, then of its topics. Made where a file is parsed, so that a build with a
/// warm memo reads only the HTML that is new.
pub fn records(title: &Title, introduction: &str, levels: &[Level]) -> Vec<Record> {
    let topics = levels.iter().flat_map(|level| &level.topics);
    let topics = topics.map(|topic| record(&topic.anchor, &topic.title, &topic.lesson));
    std::iter::once(record("", title, introduction)).chain(topics).collect()
}

fn record(anchor: &str, title: &Title, html: &str) -> Record {
    let found = read(html);
    let parts = json!([url::encode(anchor), title.text, found.text, found.names(), found.headings]);
    let list = parts.to_string();
    Record(list[1..list.len() - 1].to_owned())
}

/// What can be searched in a fragment.
#[derive(Default)]
struct Fragment {
    /// Running text, blocks a space apart. No code blocks.
    text: String,
    /// Identifiers of the code blocks.
    identifiers: BTreeSet<String>,
    headings: Vec<[String; 2]>,
}

impl Fragment {
    fn names(&self) -> String {
        let names: Vec<&str> = self.identifiers.iter().map(String::as_str).collect();
        names.join(" ")
    }
}

/// Reads HTML that `html` wrote: tags balanced, `<`, `>` and `&` escaped in text.
fn read(html: &str) -> Fragment {
    let mut fragment = Fragment::default();
    let mut code = String::new();
    let mut in_code = false;
    let mut in_caption = false;
    let mut heading: Option<(String, usize)> = None;
    for (index, part) in html.split('<').enumerate() {
        let (tag, text) = match (index, part) {
            (0, text) => ("", text),
            (_, part) => part.split_once('>').unwrap_or((part, "")),
        };
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        let closing = tag.starts_with('/');
        match name {
            "pre" => {
                in_code = !closing;
                code.push('\n');
            }
            "figcaption" => in_caption = !closing,
            "h4" | "h5" | "h6" if !closing => {
                let id = tag.split_once("id=\"").and_then(|(_, id)| id.split('"').next());
                space(&mut fragment.text);
                heading = Some((url::encode(&unescape(id.unwrap_or(""))), fragment.text.len()));
            }
            "h4" | "h5" | "h6" => {
                let found = heading.take();
                let found = found.map(|(id, start)| [id, fragment.text[start..].trim().to_owned()]);
                fragment.headings.extend(found);
                space(&mut fragment.text);
            }
            "p" | "li" | "tr" | "td" | "th" | "br" | "dd" | "dt" | "summary" => {
                space(&mut fragment.text);
            }
            _ => {}
        }
        // Of a caption the file's name; the words for language and output are everywhere.
        match (in_code, in_caption) {
            (true, _) => code.push_str(&unescape(text)),
            (false, true) if !tag.contains("\"caption\"") => {}
            (false, true) => code.extend([&*unescape(text), "\n"]),
            (false, false) => push(&mut fragment.text, &unescape(text)),
        }
    }
    fragment.identifiers = identifiers(&code);
    fragment.text.truncate(fragment.text.trim_end().len());
    fragment
}

fn space(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

/// Adds text with each run of white space as one space.
fn push(text: &mut String, more: &str) {
    for (index, word) in more.split(char::is_whitespace).enumerate() {
        if index > 0 {
            space(text);
        }
        text.push_str(word);
    }
}

/// Borrowed if there is nothing to put back, as in nearly every piece between two tags.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Cow::Owned(text.replace("&#39;", "'").replace("&#x27;", "'").replace("&amp;", "&"))
}

/// Names of three characters and more, and the paths they stand in: `functools.wraps`.
fn identifiers(code: &str) -> BTreeSet<String> {
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let names = code.split(|c| !in_name(c)).map(|name| name.trim_matches('.'));
    let names = names.filter(|name| {
        name.chars().count() > 2 && !name.starts_with(|first: char| first.is_ascii_digit())
    });
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_is_text_headings_and_names_of_code() {
        let fragment = read(
            "<p>闭包<code translate=\"no\">a &lt; b</code>\n是。</p>\n<h4 id=\"小节\">小节 &amp; 一</h4>\n\
             <ul><li>甲</li><li>乙</li></ul><figure><figcaption><span class=\"caption\">counter.py</span><span class=\"language\">Python</span></figcaption><pre><code><span class=\"k\">def</span> \
             <span>make_counter</span>(start):\n    functools.wraps(1)</code></pre></figure>",
        );
        assert_eq!(fragment.text, "闭包a < b 是。 小节 & 一 甲 乙");
        assert_eq!(fragment.headings, [["小节", "小节 & 一"]]);
        assert_eq!(fragment.names(), "counter.py def functools.wraps make_counter start");
    }

    #[test]
    fn an_unfinished_tag_and_empty_text_do_no_harm() {
        assert_eq!(read("").text, "");
        assert_eq!(read("a <b").text, "a");
    }
}
