//! Markdown to a list of nodes: pulldown-cmark's events with their places in the file, with
//! emphasis next to Chinese repaired. Knows nothing of roadmaps and makes no HTML.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag};

use crate::script::{is_cjk, is_narrow_punctuation, is_spaceless, is_wide_punctuation};
use crate::url;

/// An event with its place in the file, and where its element ends.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    pub event: Event<'a>,
    pub span: Range<usize>,
    /// Index of the matching `End` of a `Start`; of any other event its own index.
    pub end: usize,
}

fn options() -> Options {
    // Off, and why: heading attributes and GFM alerts are ours (attributes pass any name on,
    // alerts take no title); wiki links and smart punctuation break `[[1], [2]]` and `--help`.
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
}

/// The nodes of `text` from byte `from` on (front matter is left out). Adjacent texts are one.
pub fn parse(text: &str, from: usize) -> Vec<Node<'_>> {
    let body = &text[from..];
    let masked = mask(body);
    let mut nodes: Vec<Node<'_>> = Vec::new();
    match &masked {
        None => {
            for (event, span) in Parser::new_ext(body, options()).into_offset_iter() {
                push(&mut nodes, event, span, from);
            }
        }
        Some(mask) => {
            for (event, span) in Parser::new_ext(&mask.text, options()).into_offset_iter() {
                let event = mask.restore(event, &span, body);
                push(&mut nodes, event, span, from);
            }
        }
    }
    match_ends(&mut nodes);
    nodes
}

fn push<'a>(nodes: &mut Vec<Node<'a>>, event: Event<'a>, span: Range<usize>, from: usize) {
    let span = from + span.start..from + span.end;
    if let (Event::Text(text), Some(last)) = (&event, nodes.last_mut())
        && let Event::Text(before) = &last.event
    {
        last.event = Event::Text(format!("{before}{text}").into());
        last.span.end = span.end.max(last.span.end);
        return;
    }
    nodes.push(Node { event, span, end: 0 });
}

fn match_ends(nodes: &mut [Node<'_>]) {
    let mut open = Vec::new();
    for index in 0..nodes.len() {
        nodes[index].end = index;
        match nodes[index].event {
            Event::Start(_) => open.push(index),
            Event::End(_) => {
                let start = open.pop().expect("pulldown-cmark closes only what it has opened");
                nodes[start].end = index;
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "pulldown-cmark closes all that it opens");
}

/// The definitions of links, `[label]: target`, by their labels, from byte `from` on.
pub fn definitions(text: &str, from: usize) -> Vec<(String, Range<usize>)> {
    let parser = Parser::new_ext(&text[from..], options());
    let found = parser.reference_definitions().iter().map(|(label, definition)| {
        (link_label(label), from + definition.span.start..from + definition.span.end)
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|(_, span)| span.start);
    found
}

/// The form in which labels of links are compared (CommonMark 0.31, section 6.3).
pub fn link_label(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The relative targets of links, images and `file=` attributes: what a file refers to.
pub fn local_targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for (event, _) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. })
                if url::kind(&dest_url) == url::Kind::Relative =>
            {
                targets.extend(url::decode(url::split(&dest_url).path));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let files = info.split_whitespace().filter_map(|word| word.strip_prefix("file="));
                targets
                    .extend(files.map(|file| url::split(file.trim_matches('"')).path.to_owned()));
            }
            _ => {}
        }
    }
    targets.retain(|target| !target.is_empty());
    targets
}

/// Whether the line break at `index` stands between two characters of scripts without spaces,
/// where it must make none. Emphasis around them does not count.
pub fn joins(nodes: &[Node<'_>], index: usize) -> bool {
    let before = nodes[..index].iter().rev().find_map(|node| edge(&node.event, true));
    let after = nodes[index + 1..].iter().find_map(|node| edge(&node.event, false));
    before.flatten().is_some_and(is_spaceless) && after.flatten().is_some_and(is_spaceless)
}

/// The last or first character that an event shows; None for what shows nothing.
fn edge(event: &Event<'_>, last: bool) -> Option<Option<char>> {
    match event {
        Event::Text(text) | Event::Code(text) if last => Some(text.chars().next_back()),
        Event::Text(text) | Event::Code(text) => Some(text.chars().next()),
        Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }) => None,
        Event::End(tag) if !tag_is_block(*tag) => None,
        _ => Some(None),
    }
}

fn tag_is_block(tag: pulldown_cmark::TagEnd) -> bool {
    use pulldown_cmark::TagEnd;
    !matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
}

// ---- emphasis next to Chinese --------------------------------------------------------------
//
// CommonMark's flanking rules (0.31, section 6.2) leave `**注意：**不要` as literal stars. Before
// parsing, a CJK neighbour of a run of `*` or `~` is replaced by a stand-in of the same length
// in UTF-8 that the rules take for a letter or a symbol; afterwards it is put back. To be
// removed when pulldown-cmark releases its own option (pull request 1059).

/// A text with stand-ins, byte for byte as long as the original, and what they stand for.
pub struct Mask {
    pub text: String,
    back: HashMap<char, char>,
}

const LETTERS: Range<u32> = 0xe000..0xf900; // private use: letter-like to the flanking rules
const SYMBOLS: Range<u32> = 0x2801..0x2900; // Braille patterns: general category So

/// None if nothing needs a stand-in.
pub fn mask(source: &str) -> Option<Mask> {
    let mut changes: Vec<(usize, char)> = Vec::new();
    let mut stand_ins = StandIns { source, letters: LETTERS, symbols: SYMBOLS, of: HashMap::new() };
    let mut from = 0;
    while let Some(found) = source[from..].find(['*', '~']) {
        let start = from + found;
        let delimiter = source.as_bytes()[start];
        let run = source.as_bytes()[start..].iter().take_while(|&&byte| byte == delimiter).count();
        let end = start + run;
        from = end;
        let before = source[..start].chars().next_back();
        let after = source[end..].chars().next();
        if let Some(c) = before.and_then(|c| stand_ins.find(c, after)) {
            changes.push((start - 3, c));
        }
        if let Some(c) = after.and_then(|c| stand_ins.find(c, before)) {
            changes.push((end, c));
        }
    }
    if changes.is_empty() {
        return None;
    }
    let mut bytes = source.as_bytes().to_vec();
    for (offset, stand_in) in changes {
        stand_in.encode_utf8(&mut bytes[offset..offset + 3]);
    }
    let text = String::from_utf8(bytes).expect("whole characters were replaced by whole ones");
    let back = stand_ins.of.into_iter().map(|((original, _), stand_in)| (stand_in, original));
    Some(Mask { text, back: back.collect() })
}

struct StandIns<'a> {
    source: &'a str,
    letters: Range<u32>,
    symbols: Range<u32>,
    /// By the character and whether a symbol was needed.
    of: HashMap<(char, bool), char>,
}

impl StandIns<'_> {
    /// The stand-in for a neighbour of a delimiter run whose other neighbour is `other`.
    fn find(&mut self, neighbour: char, other: Option<char>) -> Option<char> {
        if !is_cjk(neighbour) || neighbour.len_utf8() != 3 {
            return None;
        }
        let symbol = other.is_some_and(is_narrow_punctuation);
        if !symbol && !is_wide_punctuation(neighbour) {
            return None;
        }
        if let Some(&known) = self.of.get(&(neighbour, symbol)) {
            return Some(known);
        }
        let pool = if symbol { &mut self.symbols } else { &mut self.letters };
        let source = self.source;
        let free = pool.filter_map(char::from_u32).find(|&c| !source.contains(c))?;
        self.of.insert((neighbour, symbol), free);
        Some(free)
    }
}

impl Mask {
    /// The text with every stand-in put back.
    pub fn unmask(&self, text: &str) -> String {
        text.chars().map(|c| self.back.get(&c).copied().unwrap_or(c)).collect()
    }

    fn restore<'a>(&self, event: Event<'_>, span: &Range<usize>, source: &'a str) -> Event<'a> {
        // What stands in the file as it is can be borrowed from it.
        let back = |text: CowStr<'_>| -> CowStr<'a> {
            match self.text.get(span.clone()) == Some(&*text) {
                true => CowStr::Borrowed(&source[span.clone()]),
                false => self.unmask(&text).into(),
            }
        };
        match event {
            Event::Text(text) => Event::Text(back(text)),
            Event::Code(text) => Event::Code(back(text)),
            Event::Html(text) => Event::Html(back(text)),
            Event::InlineHtml(text) => Event::InlineHtml(back(text)),
            Event::FootnoteReference(label) => Event::FootnoteReference(back(label)),
            Event::Start(Tag::FootnoteDefinition(label)) => {
                Event::Start(Tag::FootnoteDefinition(back(label)))
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => Event::Start(Tag::Link {
                link_type,
                dest_url: back(dest_url),
                title: back(title),
                id: back(id),
            }),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Image {
                    link_type,
                    dest_url: back(dest_url),
                    title: back(title),
                    id: back(id),
                })
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(back(info))))
            }
            other => other.into_static(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stars_left(text: &str) -> bool {
        let nodes = parse(text, 0);
        nodes.iter().any(|node| matches!(&node.event, Event::Text(text) if text.contains('*')))
    }

    #[test]
    fn emphasis_next_to_chinese_is_emphasis() {
        for text in [
            "**注意：**不要",
            "这是**「重要」**的",
            "这是**“重要”**的",
            "**`list`**是可变的，**`tuple`**不可变",
            "使用**print()**函数",
            "**价格(USD)**是",
            "变量**（variable）**是",
            "请看**《Python 教程》**。",
            "*斜体。*中文",
            "**粗*斜。*体**x",
            "# 标题**「x」**后",
            "| a | b |\n|---|---|\n|**「x」**|y|",
            "**该星号不会被识别，而是直接显示。**这是因为",
        ] {
            assert!(!stars_left(text), "{text}");
        }
        assert!(stars_left("2 ** 3 = 8"));
    }

    #[test]
    fn what_was_masked_is_put_back_everywhere() {
        let text = "a**「`「**` [链接**「x」**后](http://e/**「) `「**` <b a=「**>";
        let mask = mask(text).expect("there is CJK next to stars");
        assert_eq!(mask.text.len(), text.len());
        assert_eq!(mask.unmask(&mask.text), text);
        let shown: Vec<String> = parse(text, 0).iter().map(|n| format!("{:?}", n.event)).collect();
        assert!(!shown.concat().contains(|c: char| mask.back.contains_key(&c)), "{shown:?}");
    }

    #[test]
    fn line_breaks_between_chinese_make_no_space() {
        let joined = |text: &str| {
            let nodes = parse(text, 0);
            let at = nodes.iter().position(|node| node.event == Event::SoftBreak);
            joins(&nodes, at.expect("there is a line break"))
        };
        assert!(joined("普通一行，\n下一行"));
        assert!(joined("**重点**\n下一行"));
        assert!(!joined("中文\nEnglish"));
        assert!(!joined("English\nwords"));
        assert!(!joined("한국어\n문장"));
    }
}
