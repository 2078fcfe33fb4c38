//! The model: a roadmap of sections, levels and topics, with the HTML of its parts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::FrontMatter;
use crate::diagnostic::Place;

/// Text of one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// As its own heading shows it.
    pub heading: String,
    /// Without links, for menus, whose entries are links themselves.
    pub html: String,
    pub text: String,
}

/// A page: `content/05-decorators.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its id and its address: `decorators`.
    pub slug: String,
    pub icon: Option<String>,
    pub title: Title,
    /// HTML.
    pub introduction: String,
    /// The introduction's first paragraph as text, for the page's description.
    pub summary: String,
    pub levels: Vec<Level>,
    pub front: FrontMatter,
    /// Every id of the page that a link can lead to: levels, topics, headings in lessons.
    pub anchors: Vec<String>,
    /// In the one-file form: what a link can call the section itself.
    pub names: Vec<String>,
    pub links: Vec<Link>,
    pub amount: Amount,
    /// What `search.json` says of the section, then of each topic.
    pub records: Vec<Record>,
    pub place: Place,
}

/// What can be found of a section or a topic: JSON of all but the section's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record(pub String);

/// A heading inside a section. Without a title where a section has its topics directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    pub title: Option<Title>,
    pub anchor: String,
    pub topics: Vec<Topic>,
    /// HTML after the last topic.
    pub closing: String,
    pub place: Place,
}

/// The unit that is marked and reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What progress is saved under.
    pub id: String,
    /// Whether the id stands in the file, or follows from the title.
    pub pinned: bool,
    /// The element's id in the page: the id itself, or the derived id without the section.
    pub anchor: String,
    pub title: Title,
    /// HTML of the level between the topic before and this one.
    pub before: String,
    /// HTML; empty if there is no lesson yet.
    pub lesson: String,
    /// Of the lesson's source: another hash means that the lesson has changed.
    pub hash: String,
    pub needs: Vec<Reference>,
    pub was: Vec<Reference>,
    pub examples: Vec<Example>,
    /// The title in the file.
    pub place: Place,
    /// Where `pin` writes an id.
    pub pin_at: PinAt,
}

/// Where an id goes: at the end of the title's line, or into attributes that have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinAt {
    Line(usize),
    Attributes(usize),
}

/// A name of another topic, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub id: String,
    pub place: Place,
}

/// A link inside the site, to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As written.
    pub written: String,
    /// A path relative to the project root; the link's own file if it was only an anchor.
    pub path: String,
    /// Decoded, NFC.
    pub anchor: Option<String>,
    pub kind: LinkKind,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    Link,
    Image,
}

/// A code fence, with what it takes to run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub language: String,
    /// Its caption.
    pub title: Option<String>,
    pub code: String,
    pub run: Run,
    /// What the `output` fence after it says.
    pub output: Option<Printed>,
    pub place: Place,
}

impl Example {
    /// Python as a file has it, or a session with its answers.
    pub fn is_python(&self) -> bool {
        matches!(&*self.language, "python" | "py" | "python3") || self.is_session()
    }

    /// A session at the prompt: it is checked as a doctest.
    pub fn is_session(&self) -> bool {
        self.language == "pycon"
    }
}

/// What an example prints, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub text: String,
    /// Major and minor version of the Python that printed it; None if nobody has run it.
    pub ran_in: Option<(u32, u32)>,
    pub place: Place,
}

/// The attributes of a fence that say how it is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub no_run: bool,
    pub follows: bool,
    pub hidden: bool,
    pub varies: bool,
    pub predict: bool,
    pub raises: Option<String>,
    pub packages: Vec<String>,
    /// Major and minor version.
    pub python: Option<(u32, u32)>,
    pub stdin: Option<String>,
}

/// How much there is to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    pub han_characters: usize,
    pub words: usize,
    pub code_lines: usize,
}

impl Amount {
    /// Reading time in whole minutes, at least one if there is anything to read: 400 Han
    /// characters, 220 words or 20 lines of code a minute.
    pub fn minutes(self) -> usize {
        let thousandths =
            self.han_characters * 1000 / 400 + self.words * 1000 / 220 + self.code_lines * 50;
        thousandths.div_ceil(1000)
    }
}

/// The whole: sections in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roadmap {
    pub title: String,
    /// HTML.
    pub introduction: String,
    pub introduction_links: Vec<Link>,
    pub introduction_anchors: Vec<String>,
    pub sections: Vec<Arc<Section>>,
    /// Slugs of sections that are drafts.
    pub drafts: Vec<String>,
    /// Where each topic id stands; of a repeated id the first.
    pub topics: BTreeMap<String, TopicPlace>,
}

/// A topic's position in the roadmap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicPlace {
    pub section: usize,
    pub level: usize,
    pub topic: usize,
}

impl Roadmap {
    pub fn topic(&self, id: &str) -> Option<(&Section, &Topic)> {
        let place = self.topics.get(id)?;
        let section = &self.sections[place.section];
        Some((section, &section.levels[place.level].topics[place.topic]))
    }

    /// All topics in order, with their sections.
    pub fn all_topics(&self) -> impl Iterator<Item = (&Section, &Topic)> {
        self.sections.iter().flat_map(|section| section.topics().map(move |t| (&**section, t)))
    }
}

impl Section {
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.levels.iter().flat_map(|level| &level.topics)
    }
}
