//! What an outline holds that a page of the site would not show: images on other hosts become
//! links, and words in angle brackets that are no HTML are escaped.

use pulldown_cmark::{Event, Tag};

use crate::edit::Edit;
use crate::guess::{self, Guess};
use crate::html::plain;
use crate::markdown::Node;
use crate::url;

/// The edits that make all of it seen, and what is to be said of them.
pub fn adapt(text: &str, nodes: &[Node<'_>]) -> (Vec<Edit>, Vec<Guess>) {
    let (mut edits, mut guesses) = (Vec::new(), Vec::new());
    let mut images = 0;
    let mut words: Vec<&str> = Vec::new();
    let mut has_image_tags = false;
    let mut link_end = 0;
    for (index, node) in nodes.iter().enumerate() {
        match &node.event {
            Event::Start(Tag::Link { .. }) => link_end = node.end,
            Event::Start(Tag::Image { dest_url, .. })
                if url::kind(dest_url) == url::Kind::External =>
            {
                images += 1;
                let alt = plain(&nodes[index + 1..node.end]);
                edits.push(image(text, node, &alt, dest_url, index < link_end));
            }
            Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) => {
                let raw = &text[node.span.clone()];
                has_image_tags |= raw.to_ascii_lowercase().contains("<img");
                if !is_html(raw) {
                    edits.push((node.span.start..node.span.start, "\\".into()));
                    words.push(raw.split_inclusive('>').next().unwrap_or(raw));
                }
            }
            _ => {}
        }
    }
    if images > 0 {
        guesses.push(guess::external_images(images));
    }
    if has_image_tags {
        guesses.push(guess::html_images());
    }
    if let Some(first) = words.first() {
        let first = first.lines().next().unwrap_or_default();
        guesses.push(guess::escaped_tags(words.len(), first));
    }
    (edits, guesses)
}

/// An image as a link to it. In a link there can be no other: its address goes into a comment.
fn image(text: &str, node: &Node<'_>, alt: &str, target: &str, in_link: bool) -> Edit {
    let span = node.span.clone();
    let raw = &text[span.clone()];
    let alt = alt.trim();
    let name = url::file_name(target.trim_end_matches('/'));
    let bare = |text: &str| text.replace(['[', ']', '\\', '`', '*', '_', '<', '>'], "");
    match (in_link, alt) {
        (true, "") => (span, format!("{}<!-- {raw} -->", bare(name))),
        (true, _) => (span, format!("{}<!-- {raw} -->", bare(alt))),
        (false, "") => (span.start..span.start + 2, format!("[{}", bare(name))),
        (false, _) => (span.start..span.start + 1, String::new()),
    }
}

/// Whether this begins with a tag of HTML, or a comment.
fn is_html(raw: &str) -> bool {
    let Some(inner) = raw.trim_start().strip_prefix('<') else { return true };
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).collect();
    let follows = inner[name.len()..].chars().next();
    let ends = follows.is_none_or(|c| c.is_whitespace() || matches!(c, '>' | '/'));
    inner.starts_with(['!', '?'])
        || (ends && ELEMENTS.split_whitespace().any(|known| name.eq_ignore_ascii_case(known)))
}

/// The elements of HTML, and those of the past that are still written.
const ELEMENTS: &str = "a abbr address area article aside audio b base bdi bdo big blockquote body
    br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog
    div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header
    hgroup hr html i iframe img input ins kbd label legend li link main map mark math menu meta
    meter nav nobr noscript object ol optgroup option output p param picture pre progress q rp rt
    ruby s samp script search section select slot small source span strike strong style sub summary
    sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video
    wbr";
