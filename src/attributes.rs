//! `word key=value key="two words"`: the attributes of headings, items and code fences.

use std::ops::Range;

/// One attribute with its places in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    pub name: &'a str,
    pub value: Option<&'a str>,
    /// The whole attribute.
    pub span: Range<usize>,
    /// The value without its quotes; the whole attribute if it has none.
    pub value_span: Range<usize>,
}

/// The attributes of `text`, which begins at byte `offset` of its file. A quote that is not
/// closed ends with the text.
pub fn parse(text: &str, offset: usize) -> Vec<Attribute<'_>> {
    let mut attributes = Vec::new();
    let mut from = 0;
    while let Some(skip) = text[from..].find(|c: char| !c.is_whitespace()) {
        let start = from + skip;
        let word_end = start + end_of_word(&text[start..]);
        let word = &text[start..word_end];
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let bare = value.map(|value| match value.strip_prefix('"') {
            Some(quoted) => quoted.strip_suffix('"').unwrap_or(quoted),
            None => value,
        });
        let value_span = match bare {
            Some(bare) => {
                let begin = word_end - value.map_or(0, str::len);
                let begin = begin + usize::from(value.is_some_and(|value| value.starts_with('"')));
                begin..begin + bare.len()
            }
            None => start..word_end,
        };
        attributes.push(Attribute {
            name,
            value: bare,
            span: offset + start..offset + word_end,
            value_span: offset + value_span.start..offset + value_span.end,
        });
        from = word_end;
    }
    attributes
}

fn end_of_word(text: &str) -> usize {
    let mut quoted = false;
    for (index, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            _ if character.is_whitespace() && !quoted => return index,
            _ => {}
        }
    }
    text.len()
}

/// The attributes at the end of a line, `title {#id needs=a}`: where the title ends, and the
/// span between the braces. `text` is the line's last run of plain text.
pub fn trailing(text: &str) -> Option<(usize, Range<usize>)> {
    let inner_end = text.trim_end().strip_suffix('}')?.len();
    let open = text[..inner_end].rfind('{')?;
    let escaped = text[..open].ends_with('\\');
    let inner = &text[open + 1..inner_end];
    let known = inner.trim_start().starts_with('#') || inner.contains('=');
    (!escaped && known).then_some((text[..open].trim_end().len(), open + 1..inner_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_be_quoted() {
        let found = parse("python title=\"a b.py\" mark=2,5-7 lines", 10);
        let pairs: Vec<_> = found.iter().map(|one| (one.name, one.value)).collect();
        let title = ("title", Some("a b.py"));
        assert_eq!(pairs, [("python", None), title, ("mark", Some("2,5-7")), ("lines", None)]);
        assert_eq!(found[1].value_span, 24..30);
        assert_eq!(found[2].span, 32..42);
    }

    #[test]
    fn only_a_last_brace_with_attributes_counts() {
        assert_eq!(trailing("闭包 {#closure needs=legb}"), Some((6, 8..27)));
        assert_eq!(trailing("格式 {}"), None);
        assert_eq!(trailing("集合 {a, b}"), None);
        assert_eq!(trailing("转义 \\{#x}"), None);
    }
}
