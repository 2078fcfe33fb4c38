//! What kind of character a character is: Chinese, punctuation, emoji, invisible.

/// Chinese, Japanese or Korean, letters and punctuation, full-width forms included.
pub fn is_cjk(character: char) -> bool {
    matches!(u32::from(character),
        0x2e80..=0x2fdf | 0x3001..=0x303f | 0x3040..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af
        | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff01..=0xffee | 0x2_0000..=0x3_ffff)
}

/// A Han character, the unit in which Chinese reading speed is counted.
pub fn is_han(character: char) -> bool {
    matches!(u32::from(character),
        0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// Scripts written without spaces between words: a line break between two such characters
/// makes no space. Korean has spaces and is left out.
pub fn is_spaceless(character: char) -> bool {
    is_cjk(character) && !matches!(u32::from(character), 0xac00..=0xd7af | 0xffa0..=0xffdc)
}

/// CJK punctuation, as CommonMark's flanking rules see it.
pub fn is_wide_punctuation(character: char) -> bool {
    matches!(u32::from(character),
        0x3001..=0x3003 | 0x3008..=0x3020 | 0x3030 | 0x303d | 0x30a0 | 0x30fb | 0xfe30..=0xfe4f
        | 0xff01..=0xff0f | 0xff1a..=0xff20 | 0xff3b..=0xff40 | 0xff5b..=0xff65 | 0xffe0..=0xffee)
}

/// Punctuation and symbols that are not CJK.
pub fn is_narrow_punctuation(character: char) -> bool {
    !is_cjk(character)
        && (character.is_ascii_punctuation()
            || matches!(u32::from(character), 0xa1..=0xbf | 0x2010..=0x205e | 0x2190..=0x2bff))
}

/// Controls that reorder the text around them without being seen (CVE-2021-42574).
pub fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// One code point of an emoji: pictographs, and what joins, colours or combines them.
fn is_emoji_part(character: char) -> bool {
    matches!(u32::from(character),
        0x1_f000..=0x1_faff | 0x2600..=0x27bf | 0x2b00..=0x2bff | 0x2300..=0x23ff | 0x25a0..=0x25ff
        | 0x200d | 0xfe0f | 0x20e3 | 0xe_0020..=0xe_007f)
}

/// A heading's leading emoji and the rest of it: `🟢 基础` is (`🟢`, `基础`).
pub fn split_icon(title: &str) -> (Option<&str>, &str) {
    let trimmed = title.trim_start();
    let end = trimmed.find(|c| !is_emoji_part(c)).unwrap_or(trimmed.len());
    match end {
        0 => (None, title),
        _ => (Some(&trimmed[..end]), trimmed[end..].trim_start()),
    }
}

/// GitHub's heading slug: lower case; letters, digits, `-` and `_` of all scripts kept, spaces
/// become `-`, all else goes.
pub fn slug(title: &str) -> String {
    let lower = title.trim().to_lowercase();
    let kept = lower.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_alphanumeric().then_some(c),
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_are_split_off() {
        assert_eq!(split_icon("🟢 基础语法"), (Some("🟢"), "基础语法"));
        assert_eq!(split_icon("👩‍💻基础"), (Some("👩‍💻"), "基础"));
        assert_eq!(split_icon("⚫ 异常"), (Some("⚫"), "异常"));
        assert_eq!(split_icon("2 进阶"), (None, "2 进阶"));
    }

    #[test]
    fn slugs_are_githubs() {
        assert_eq!(slug("闭包（Closure）原理"), "闭包closure原理");
        assert_eq!(slug("`*args` 和 `**kwargs`"), "args-和-kwargs");
        assert_eq!(slug("C++ & Rust"), "c--rust");
    }
}
