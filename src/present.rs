//! The roadmap to what the templates may show (`view`): links, counts, colours, neighbours.

use crate::config::Config;
use crate::roadmap::{Level, Roadmap, Section, Topic};
use crate::script::is_han;
use crate::url;
use crate::view::{
    Head, LevelLinks, LevelView, MapBody, Neighbour, ProgressBody, SectionBody, SectionLink,
    SectionView, Sidebar, SidebarSection, Site, Station, TopicLink, TopicView, Totals,
};

pub fn site<'a>(config: &'a Config, roadmap: &'a Roadmap) -> Site<'a> {
    Site {
        id: &config.id,
        title: &roadmap.title,
        description: &config.description,
        language: &config.language,
        author: Some(&*config.author).filter(|author| !author.is_empty()),
    }
}

/// The head of the page at `path` (from the site's root), whose links begin with `root`.
pub fn head<'a>(
    kind: &'a str,
    config: &Config,
    path: &str,
    title: String,
    description: String,
) -> Head<'a> {
    let root = url::root(path);
    let canonical = format!("{}{}", config.base_url, url::encode_ascii(path));
    Head {
        kind,
        title,
        description,
        home: if root.is_empty() { "./".into() } else { root.clone() },
        root,
        canonical: Some(canonical).filter(|_| !config.base_url.is_empty()),
        edit_url: None,
        path: path.to_owned(),
    }
}

/// The address of a section's page below `root`.
pub fn section_url(root: &str, section: &Section) -> String {
    format!("{root}{}/", url::encode(&section.slug))
}

fn topic_url(root: &str, section: &Section, topic: &Topic) -> String {
    format!("{}#{}", section_url(root, section), url::encode(&topic.anchor))
}

const NEIGHBOURS: usize = 12;
/// Up to this many sections the sidebar shows all.
const SIDEBAR_MAX: usize = 40;

/// All sections, or where there are too many those around the current one.
pub fn sidebar<'a>(roadmap: &'a Roadmap, root: &str, current: Option<usize>) -> Sidebar<'a> {
    let count = roadmap.sections.len();
    let (start, end) = match count > SIDEBAR_MAX {
        false => (0, count),
        true => {
            let middle = current.unwrap_or(0);
            (middle.saturating_sub(NEIGHBOURS), (middle + NEIGHBOURS + 1).min(count))
        }
    };
    let sections = roadmap.sections[start..end].iter().enumerate().map(|(offset, section)| {
        let index = start + offset;
        let is_current = current == Some(index);
        SidebarSection {
            link: link(root, section, index),
            ids: ids(section.topics()),
            current: is_current,
            levels: if is_current { levels(root, section) } else { Vec::new() },
        }
    });
    Sidebar { sections: sections.collect(), more_before: start > 0, more_after: end < count }
}

fn link<'a>(root: &str, section: &'a Section, index: usize) -> SectionLink<'a> {
    SectionLink {
        number: index + 1,
        icon: section.icon.as_deref(),
        title: &section.title.text,
        title_html: &section.title.html,
        url: section_url(root, section),
        color: color(section, index),
        topic_count: section.topics().count(),
    }
}

fn levels<'a>(root: &str, section: &'a Section) -> Vec<LevelLinks<'a>> {
    let links = section.levels.iter().map(|level| LevelLinks {
        title: level.title.as_ref().map(|title| &*title.text),
        title_html: level.title.as_ref().map(|title| &*title.html),
        url: level_url(root, section, level),
        topic_count: level.topics.len(),
        ids: ids(&level.topics),
        topics: level
            .topics
            .iter()
            .map(|topic| topic_link(topic, topic_url(root, section, topic)))
            .collect(),
    });
    links.collect()
}

fn topic_link(topic: &Topic, url: String) -> TopicLink<'_> {
    TopicLink {
        id: &topic.id,
        title: &topic.title.text,
        title_html: &topic.title.html,
        url,
        hash: &topic.hash,
    }
}

/// No id has a space in it.
fn ids<'a>(topics: impl IntoIterator<Item = &'a Topic>) -> String {
    let ids: Vec<&str> = topics.into_iter().map(|topic| &*topic.id).collect();
    ids.join(" ")
}

/// The ids that topics had before, `old>new`.
pub fn moves(roadmap: &Roadmap) -> String {
    let topics = roadmap.all_topics();
    let moves = topics
        .flat_map(|(_, topic)| topic.was.iter().map(move |was| format!("{}>{}", was.id, topic.id)));
    moves.collect::<Vec<_>>().join(" ")
}

fn level_url(root: &str, section: &Section, level: &Level) -> String {
    let url = section_url(root, section);
    match level.anchor.is_empty() {
        true => url,
        false => format!("{url}#{}", url::encode(&level.anchor)),
    }
}

const LEVEL_NAMES_MAX: usize = 6;

/// Every section with its levels and topics, for a page below `root`.
fn stations<'a>(roadmap: &'a Roadmap, root: &str) -> Vec<Station<'a>> {
    let stations = roadmap.sections.iter().enumerate().map(|(index, section)| Station {
        link: link(root, section, index),
        lesson_count: lessons(section),
        levels: levels(root, section),
    });
    stations.collect()
}

pub fn progress(roadmap: &Roadmap) -> ProgressBody<'_> {
    ProgressBody { sections: stations(roadmap, "../"), level_names: level_names(roadmap) }
}

/// The names of levels in order, each once; none if they are too many to choose from.
fn level_names(roadmap: &Roadmap) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let levels = roadmap.sections.iter().flat_map(|section| &section.levels);
    for title in levels.filter_map(|level| level.title.as_ref()) {
        if !names.contains(&&*title.text) {
            names.push(&title.text);
        }
        if names.len() > LEVEL_NAMES_MAX {
            return Vec::new();
        }
    }
    names
}

pub fn map(roadmap: &Roadmap) -> MapBody<'_> {
    MapBody {
        introduction: &roadmap.introduction,
        sections: stations(roadmap, ""),
        level_names: level_names(roadmap),
        totals: Totals {
            sections: roadmap.sections.len(),
            topics: roadmap.all_topics().count(),
            lessons: roadmap.sections.iter().map(|section| lessons(section)).sum(),
        },
    }
}

fn lessons(section: &Section) -> usize {
    section.topics().filter(|topic| !topic.lesson.is_empty()).count()
}

/// The page of the section at `index`, one folder below the site's root.
pub fn section(roadmap: &Roadmap, index: usize) -> SectionBody<'_> {
    let section = &*roadmap.sections[index];
    let lesson_count = lessons(section);
    let levels = section.levels.iter().map(|level| LevelView {
        anchor: &level.anchor,
        heading_html: level.title.as_ref().map(|title| &*title.heading),
        title_html: level.title.as_ref().map(|title| &*title.html),
        ids: ids(&level.topics),
        topics: level.topics.iter().map(|found| topic(roadmap, section, found)).collect(),
        closing: &level.closing,
    });
    let neighbour = |index: usize| {
        roadmap.sections.get(index).map(|section| Neighbour {
            title_html: &section.title.html,
            icon: section.icon.as_deref(),
            url: section_url("../", section),
        })
    };
    SectionBody {
        section: SectionView {
            number: index + 1,
            icon: section.icon.as_deref(),
            title: &section.title.text,
            heading_html: &section.title.heading,
            color: color(section, index),
            slug: &section.slug,
            introduction: &section.introduction,
            minutes: if lesson_count > 0 { section.amount.minutes() } else { 0 },
            topic_count: section.topics().count(),
            ids: ids(section.topics()),
            lesson_count,
            levels: levels.collect(),
        },
        previous: index.checked_sub(1).and_then(neighbour),
        next: neighbour(index + 1),
    }
}

fn topic<'a>(roadmap: &'a Roadmap, section: &Section, topic: &'a Topic) -> TopicView<'a> {
    let needs = topic.needs.iter().filter_map(|needs| roadmap.topic(&needs.id));
    let needs = needs.map(|(other, needed)| {
        let url = match other.slug == section.slug {
            true => format!("#{}", url::encode(&needed.anchor)),
            false => topic_url("../", other, needed),
        };
        topic_link(needed, url)
    });
    TopicView {
        id: &topic.id,
        anchor: &topic.anchor,
        title: &topic.title.text,
        heading_html: &topic.title.heading,
        title_html: &topic.title.html,
        before: &topic.before,
        lesson: &topic.lesson,
        hash: &topic.hash,
        needs: needs.collect(),
    }
}

/// A section's own colour: its emoji's, or else one by its position.
fn color(section: &Section, index: usize) -> &'static str {
    let icon = section.icon.as_ref().and_then(|icon| icon.chars().next());
    match icon {
        Some('🟢' | '🟩' | '💚') => "green",
        Some('🟡' | '🟨' | '💛') => "yellow",
        Some('🔵' | '🟦' | '💙') => "blue",
        Some('🟣' | '🟪' | '💜') => "purple",
        Some('🟠' | '🟧' | '🧡') => "orange",
        Some('🟤' | '🟫' | '🤎') => "brown",
        Some('⚫' | '⬛' | '🖤') => "black",
        Some('⚪' | '⬜' | '🤍') => "gray",
        Some('🔴' | '🟥' | '❤') => "red",
        _ => ["teal", "red", "blue", "green", "purple", "orange"][index % 6],
    }
}

/// A text cut to what a search engine shows, at the end of a sentence if there is one.
pub fn description(text: &str) -> String {
    const UNITS_MAX: usize = 155;
    let mut units = 0;
    let mut cut = String::new();
    for character in text.chars() {
        units += if is_han(character) { 2 } else { 1 };
        if units > UNITS_MAX {
            let sentence = cut.rfind(['。', '！', '？']);
            let half = cut.len() / 2;
            return match sentence.filter(|&end| end >= half) {
                Some(end) => cut[..end + '。'.len_utf8()].to_owned(),
                None => format!("{}…", cut.trim_end_matches(['，', '、', ' '])),
            };
        }
        cut.push(character);
    }
    cut
}
