//! Finds Chinese text that was decoded with the wrong code page before it was saved: `å­¦ä¹ ` for
//! 学习. Must run before any trimming: the bytes of 学 and 习 hold a soft hyphen and a no-break
//! space.

use std::ops::Range;

use crate::script::is_cjk;

/// Where the damage begins and what the text once said.
#[derive(Debug, PartialEq, Eq)]
pub struct Mojibake {
    pub span: Range<usize>,
    pub code_page: &'static str,
    /// How many times the text was decoded wrongly.
    pub layers: usize,
    pub preview: String,
}

/// WHATWG windows-1252 for the bytes 0x80 to 0x9F; the five undefined bytes map to themselves.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];
/// Where windows-1254 differs: only four-byte characters (emoji) tell the two apart.
const TURKISH: [(char, u8); 6] =
    [('Ğ', 0xd0), ('İ', 0xdd), ('Ş', 0xde), ('ğ', 0xf0), ('ı', 0xfd), ('ş', 0xfe)];
const LAYERS_MAX: usize = 3;
const PREVIEW_CHARACTERS: usize = 24;

/// The byte of a non-ASCII character in windows-1252 or windows-1254.
fn byte(character: char) -> Option<u8> {
    match character {
        '\u{80}'..='\u{ff}' => u8::try_from(u32::from(character)).ok(),
        // What a strict decoder left of a byte that the code page does not define.
        '\u{fffd}' => Some(0xff),
        _ => {
            let c1 = C1.iter().position(|&known| known == character);
            let c1 = c1.and_then(|index| u8::try_from(index).ok()).map(|index| 0x80 + index);
            c1.or_else(|| TURKISH.iter().find(|(known, _)| *known == character).map(|(_, b)| *b))
        }
    }
}

/// Undoes one wrong decoding of a run, keeping what cannot be undone as U+FFFD.
fn undo(run: &str) -> Option<String> {
    let bytes = run.chars().map(|c| if c.is_ascii() { u8::try_from(c).ok() } else { byte(c) });
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn wide(text: &str) -> usize {
    text.chars().filter(|&c| is_cjk(c) || u32::from(c) >= 0x1_f300).count()
}

/// How often a run was decoded wrongly and what it said, if it hides any Chinese.
fn repair(run: &str) -> Option<(usize, String)> {
    // « rédigé » with no-break spaces happens to be the bytes of a Chinese character.
    if run.contains("\u{a0}»") || run.contains("«\u{a0}") {
        return None;
    }
    let mut text = run.to_owned();
    for layer in 1..=LAYERS_MAX {
        text = undo(&text)?;
        if wide(&text) > 0 {
            return Some((layer, text));
        }
    }
    None
}

/// The maximal runs of characters that have a byte above 0x7F in one of the code pages.
fn runs(line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + line[from..].find(|c: char| !c.is_ascii() && byte(c).is_some())?;
        let rest = &line[start..];
        let length = rest.find(|c: char| c.is_ascii() || byte(c).is_none()).unwrap_or(rest.len());
        from = start + length;
        Some(start..from)
    })
}

/// The first damage of a text: a file whose runs of accented letters are nearly all Chinese
/// inside, or a line outside code fences with two such characters and no real Chinese.
pub fn detect(text: &str) -> Option<Mojibake> {
    let (mut all, mut damaged) = (0_usize, 0_usize);
    let (mut first, mut bad_line) = (None, None);
    let mut in_fence = false;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        in_fence ^= line.trim_start_matches([' ', '>']).starts_with("```");
        if line.is_ascii() {
            continue;
        }
        let mut hidden = 0;
        let mut here = None;
        for run in runs(line) {
            all += 1;
            let Some((layers, said)) = repair(&line[run.clone()]) else { continue };
            damaged += 1;
            hidden += wide(&said);
            here.get_or_insert((start, run, layers));
        }
        first = first.or(here.clone());
        if hidden >= 2 && wide(line) == 0 && !in_fence {
            bad_line = bad_line.or(here);
        }
    }
    let whole_file = damaged > 0 && damaged * 10 >= all * 9 && wide(text) < damaged;
    let (start, run, layers) = bad_line.or(if whole_file { first } else { None })?;
    let line = text[start..].lines().next().unwrap_or_default();
    Some(describe(line, start, run, layers))
}

fn describe(line: &str, start: usize, run: Range<usize>, layers: usize) -> Mojibake {
    let turkish = line.chars().any(|c| TURKISH.iter().any(|(known, _)| *known == c));
    let preview = line.split(' ').map(|word| repair(word).map_or(word.to_owned(), |(_, s)| s));
    let preview: String = preview.collect::<Vec<_>>().join(" ");
    Mojibake {
        span: start + run.start..start + run.end,
        code_page: if turkish { "windows-1254" } else { "windows-1252" },
        layers,
        preview: preview.trim().chars().take(PREVIEW_CHARACTERS).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoil(text: &str, turkish: bool) -> String {
        let decode = |byte: u8| match byte {
            0x80..=0x9f if turkish && (byte == 0x8e || byte == 0x9e) => char::from(byte),
            0x80..=0x9f => C1[usize::from(byte - 0x80)],
            _ if turkish => TURKISH
                .iter()
                .find(|(_, known)| *known == byte)
                .map_or(char::from(byte), |(character, _)| *character),
            _ => char::from(byte),
        };
        text.bytes().map(decode).collect()
    }

    const ROADMAP: &str = "# 🐍 学习路线\n\n- 变量、数据类型（int, float）\n- 集合与集合运算\n";

    #[test]
    fn spoilt_chinese_is_found_in_both_code_pages_and_twice_over() {
        for turkish in [false, true] {
            let once = spoil(ROADMAP, turkish);
            let found = detect(&once).expect("one layer");
            assert_eq!(found.layers, 1);
            assert_eq!(found.code_page, if turkish { "windows-1254" } else { "windows-1252" });
            assert!(found.preview.contains("学习路线"), "{}", found.preview);
            assert!(detect(&spoil(&once, turkish)).is_some_and(|found| found.layers == 2));
        }
    }

    #[test]
    fn undefined_bytes_lost_by_a_strict_decoder_do_not_hide_it() {
        let strict = spoil(ROADMAP, false).replace(['\u{81}', '\u{8d}', '\u{90}'], "\u{fffd}");
        assert!(detect(&strict).is_some());
        assert!(detect("# å\u{ad}¦ä¹").is_some(), "the no-break space was trimmed");
    }

    #[test]
    fn good_text_is_left_alone() {
        for good in [
            ROADMAP,
            "Il a rédigé « été\u{a0}» — déjà vu… naïve façade",
            "Đây là tiếng Việt có dấu",
            "Çok güzel, İstanbul’da öğrenci",
            "“引号”与——破折号……",
            "乱码示例：`å\u{ad}¦ä¹` 原本是「学习」。\n\n```python\n'å\u{ad}¦ä¹ å\u{85}¥é\u{97}¨'\n```\n",
        ] {
            assert_eq!(detect(good), None, "{good}");
        }
    }
}
