//! What `init` had to guess of an outline, in words: one constructor per message, one line each,
//! so that an author sees at once what to look at. Nothing that was guessed goes untold.

use std::fmt::{self, Display, Formatter};

/// One thing that the outline did not say, and how it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess(String);

impl Display for Guess {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn count_of(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

// ---- the whole -----------------------------------------------------------------------------

pub fn title(title: &str, from: &str) -> Guess {
    Guess(format!("the title is `{title}`, {from}"))
}

pub fn language(language: &str) -> Guess {
    Guess(format!("the language is `{language}`, from the text; else say `--language`"))
}

pub fn front_matter() -> Guess {
    Guess("what stands before the Markdown is kept as comments in `site.toml`".into())
}

// ---- sections, levels and topics -----------------------------------------------------------

pub fn sections_are_items() -> Guess {
    Guess("no headings: each item of the outermost list is a section".into())
}

pub fn one_section() -> Guess {
    Guess("no heading holds headings or lists of its own: all is one section".into())
}

pub fn text_only(title: &str) -> Guess {
    Guess(format!("`{title}` has no topics: it stands in the introduction, `index.md`"))
}

pub fn list_in_introduction(title: &str) -> Guess {
    Guess(format!("the list before the first heading below `{title}` is introduction, no topics"))
}

pub fn headings_are_topics(section: &str) -> Guess {
    Guess(format!("in `{section}` most headings hold no list: they are the topics, not the levels"))
}

pub fn bold_heading(heading: &str, section: &str) -> Guess {
    Guess(format!("`{heading}` in `{section}` has no topics: it is bold text, no level"))
}

pub fn skipped_depth(section: &str) -> Guess {
    Guess(format!("the headings in `{section}` skip a depth: each is one below the last"))
}

pub fn nested_lists(count: usize) -> Guess {
    Guess(format!("{}: part of the lesson of the item above", count_of(count, "nested list")))
}

pub fn numbered_addresses(count: usize) -> Guess {
    Guess(format!(
        "{} without Latin letters: a section's address is its file's name, so rename \
         `01-section-1.md` to what you like before you publish",
        count_of(count, "title")
    ))
}

// ---- what the text refers to ---------------------------------------------------------------

pub fn links(count: usize) -> Guess {
    Guess(format!("{} to headings: they lead to the new files", count_of(count, "link")))
}

pub fn external_images(count: usize) -> Guess {
    Guess(format!(
        "{} on other hosts: links now, since a page of the site asks nobody else for anything; \
         save them in `content` to show them",
        count_of(count, "image")
    ))
}

pub fn copied(count: usize) -> Guess {
    Guess(format!("{} beside the outline: copied", count_of(count, "file")))
}

pub fn not_copied(paths: &[String]) -> Guess {
    Guess(format!("not found beside the outline, or not below it: {}", paths.join(", ")))
}

// ---- HTML and code -------------------------------------------------------------------------

pub fn html(tag: &str) -> Guess {
    Guess(format!("HTML like `{tag}`: passed on as it is, by `html = \"all\"` in `site.toml`"))
}

pub fn html_images() -> Guess {
    Guess("`<img>` tags are not checked or copied; `![text](file)` is".into())
}

pub fn escaped_tags(count: usize, first: &str) -> Guess {
    Guess(format!(
        "{} like `{first}`: no HTML, so it is written `\\{first}` and shown",
        count_of(count, "word")
    ))
}

pub fn examples(count: usize) -> Guess {
    Guess(format!(
        "{}: `roadmap-site test --bless` runs them and writes what they print; `no-run` behind \
         `python` shows one without running it",
        count_of(count, "Python example")
    ))
}
