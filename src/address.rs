//! Titles to addresses: the names of the files that `init` writes.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::anchor::Unique;
use crate::check::RESERVED;

/// The names of the sections' files, each once.
pub struct Names {
    unique: Unique,
    /// How many have a number for a name.
    pub numbered: usize,
    count: usize,
}

impl Default for Names {
    /// None taken but the site's own.
    fn default() -> Names {
        let mut unique = Unique::default();
        for reserved in RESERVED {
            unique.take(reserved);
        }
        Names { unique, numbered: 0, count: 0 }
    }
}

impl Names {
    /// The name for a title.
    pub fn take(&mut self, title: &str) -> String {
        self.count += 1;
        let name = address(title).unwrap_or_else(|| {
            self.numbered += 1;
            format!("section-{}", self.count)
        });
        self.unique.take(&name)
    }
}

const ADDRESS_MAX: usize = 40;

/// The words of a title in Latin letters without their accents: what can be typed and read in
/// any browser's address bar, where Chinese becomes `%E5%9F%BA`. None if there are none.
pub fn address(title: &str) -> Option<String> {
    let plain: String = title.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let lower = plain.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut address = String::new();
    for word in words {
        if !address.is_empty() && address.len() + 1 + word.len() > ADDRESS_MAX {
            break;
        }
        if !address.is_empty() {
            address.push('-');
        }
        address.push_str(word);
    }
    let letters = address.bytes().any(|byte| byte.is_ascii_alphabetic());
    letters.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_the_latin_words_of_a_title() {
        assert_eq!(
            address("🌍 Web & API 开发（FastAPI 核心）").as_deref(),
            Some("web-api-fastapi")
        );
        assert_eq!(address("Prérequis d’été").as_deref(), Some("prerequis-d-ete"));
        assert_eq!(address("基础语法"), None);
        assert_eq!(address("第 1 章"), None);
        let long = "a long title that goes on and on until nobody would type it";
        assert_eq!(address(long).as_deref(), Some("a-long-title-that-goes-on-and-on-until"));
    }
}
