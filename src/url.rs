//! Path arithmetic: source paths to addresses, addresses to relative links. Touches no disk.

use unicode_normalization::UnicodeNormalization;

/// The number and slug of a section file: `05-decorators.md` is (5, `decorators`).
pub fn section_slug(file_name: &str) -> Option<(u32, &str)> {
    let (number, rest) = file_name.split_once('-')?;
    let slug = rest.strip_suffix(".md")?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !slug.is_empty()).then_some((number.parse().ok()?, slug))
}

/// The folder of a path, without a final `/`; empty at the top.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

pub fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        _ => format!("{folder}/{name}"),
    }
}

/// A path relative to `folder`, which it is in; any other path as it is.
pub fn below<'a>(folder: &str, path: &'a str) -> &'a str {
    match path.strip_prefix(folder) {
        Some(rest) if folder.is_empty() || rest.starts_with('/') => rest.trim_start_matches('/'),
        _ => path,
    }
}

/// A path relative to the folder that `file` is in.
pub fn beside(file: &str, path: &str) -> String {
    below(parent(file), path).to_owned()
}

/// The path that `target` means when it is written in `from`; None if it leaves the project.
pub fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = parent(from).split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A link target in its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Target<'a> {
    pub path: &'a str,
    pub query: &'a str,
    pub fragment: Option<&'a str>,
}

pub fn split(target: &str) -> Target<'_> {
    let (rest, fragment) = match target.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (target, None),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Target { path, query, fragment }
}

/// What a link target is, by its scheme alone.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// `https:`, `http:` or `mailto:`.
    External,
    /// Relative to the file it stands in, or an anchor in it.
    Relative,
    /// Begins with `/`.
    Absolute,
    /// Everything else: other schemes, other hosts without a scheme, control characters.
    Unsafe,
}

/// Browsers drop tabs and line ends inside a scheme, so any control character is unsafe.
pub fn kind(target: &str) -> Kind {
    if target.chars().any(char::is_control) || target.starts_with(' ') || target.contains('\\') {
        return Kind::Unsafe;
    }
    if target.starts_with("//") {
        return Kind::Unsafe;
    }
    if target.starts_with('/') {
        return Kind::Absolute;
    }
    let scheme = target
        .find(':')
        .filter(|&colon| target.find(['/', '?', '#']).is_none_or(|other| colon < other));
    match scheme.map(|colon| target[..colon].to_ascii_lowercase()).as_deref() {
        None => Kind::Relative,
        Some("http" | "https" | "mailto") => Kind::External,
        Some(_) => Kind::Unsafe,
    }
}

/// Percent-decoded once; None if what comes out is not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = (*first == b'%').then(|| tail.get(..2)).flatten();
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// The form in which anchors and paths are compared: decoded, NFC.
pub fn comparable(text: &str) -> String {
    decode(text).unwrap_or_else(|| text.to_owned()).nfc().collect()
}

/// Percent-encodes what cannot stand in an address as it is; other scripts stay readable.
pub fn encode(path: &str) -> String {
    encode_if(path, |c| {
        c.is_ascii_control()
            || matches!(
                c,
                ' ' | '"'
                    | '#'
                    | '%'
                    | '<'
                    | '>'
                    | '?'
                    | '\\'
                    | '^'
                    | '`'
                    | '{'
                    | '|'
                    | '}'
                    | '['
                    | ']'
                    | ':'
                    | '\''
            )
    })
}

/// The same with all that is not ASCII encoded too, as RFC 3986 wants it in a sitemap.
pub fn encode_ascii(path: &str) -> String {
    encode_if(&encode(path), |c| !c.is_ascii())
}

fn encode_if(text: &str, must: impl Fn(char) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for character in text.chars() {
        match must(character) {
            false => encoded.push(character),
            true => {
                for byte in character.encode_utf8(&mut buffer).bytes() {
                    encoded.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
    encoded
}

/// The prefix that leads from a page to the site's root: `decorators/` is one below, so `../`.
pub fn root(page: &str) -> String {
    "../".repeat(page.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_files_have_a_number_and_a_slug() {
        assert_eq!(section_slug("05-decorators.md"), Some((5, "decorators")));
        assert_eq!(section_slug("12-a-b.md"), Some((12, "a-b")));
        for other in ["decorators.md", "05-.md", "05.md", "-a.md", "5-a.txt", "a5-b.md"] {
            assert_eq!(section_slug(other), None, "{other}");
        }
    }

    #[test]
    fn targets_are_resolved_inside_the_project() {
        assert_eq!(resolve("content/01-a.md", "02-b.md").as_deref(), Some("content/02-b.md"));
        assert_eq!(resolve("content/01-a.md", "./img/../x.png").as_deref(), Some("content/x.png"));
        assert_eq!(resolve("content/01-a.md", "../../etc/passwd"), None);
    }

    #[test]
    fn schemes_are_told_apart_whatever_their_spelling() {
        for bad in [
            "JaVaScRiPt:alert(1)",
            "java\tscript:x",
            "data:text/html,x",
            "//evil.example",
            "\u{1}javascript:x",
            " javascript:x",
            "vbscript:x",
            "file:///etc",
            "blob:x",
            "\\\\x",
        ] {
            assert_eq!(kind(bad), Kind::Unsafe, "{bad:?}");
        }
        assert_eq!(kind("https://example.org"), Kind::External);
        assert_eq!(kind("a.md#b:c"), Kind::Relative);
        assert_eq!(kind("/a"), Kind::Absolute);
    }

    #[test]
    fn percent_encoding_goes_both_ways() {
        assert_eq!(decode("%E9%97%AD%E5%8C%85").as_deref(), Some("闭包"));
        assert_eq!(decode("100%").as_deref(), Some("100%"));
        assert_eq!(decode("%FF"), None);
        assert_eq!(encode("a b/闭包?.png"), "a%20b/闭包%3F.png");
        assert_eq!(encode_ascii("闭/"), "%E9%97%AD/");
    }
}
