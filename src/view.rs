//! The contract with the templates: everything that they may show, and nothing they have to
//! compute. `themes/default/templates` uses every field.

use std::collections::BTreeMap;

use serde::Serialize;

/// What every page gets.
#[derive(Serialize)]
pub struct Page<'a, B: Serialize> {
    pub site: Site<'a>,
    pub page: Head<'a>,
    pub assets: Assets,
    pub head: Scripts<'a>,
    pub words: &'a BTreeMap<String, String>,
    pub learner: Learner,
    pub sidebar: Sidebar<'a>,
    #[serde(flatten)]
    pub body: B,
}

#[derive(Serialize)]
pub struct Site<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    pub language: &'a str,
    pub author: Option<&'a str>,
}

/// What the learner's scripts know on every page.
#[derive(Clone, Serialize)]
pub struct Learner {
    /// Topics in the whole site.
    pub topic_count: usize,
    /// Ids that have changed, `old>new`, a space between two.
    pub moves: String,
    pub today: String,
    pub progress: String,
    /// The addresses of `roadmap.json` and `search.json`.
    pub outline: String,
    pub search: String,
}

#[derive(Clone, Serialize)]
pub struct Head<'a> {
    /// `map`, `section`, `today`, `progress`, `not-found` or `redirect`.
    pub kind: &'a str,
    /// For `<title>`.
    pub title: String,
    pub description: String,
    /// Leads every address inside the site: empty on the map, `../` on a section's page.
    pub root: String,
    /// The map.
    pub home: String,
    /// The page's own address on the host, if it is known.
    pub canonical: Option<String>,
    /// Where the page's source can be edited, if it is known.
    pub edit_url: Option<String>,
    /// From the site's root.
    pub path: String,
}

#[derive(Serialize)]
pub struct Assets {
    /// That of the page's kind.
    pub style: String,
    /// What only an opened part needs.
    pub choice_style: String,
    pub search_style: String,
    pub notice_style: String,
    pub script: String,
    /// The modules that `script` imports, so that the browser need not find out one by one.
    pub modules: Vec<String>,
    /// Those that `script` imports on pages of this kind only.
    pub page_modules: Vec<String>,
    pub redirect: String,
    pub icon: String,
}

#[derive(Clone, Serialize)]
pub struct Scripts<'a> {
    pub csp: String,
    pub boot: &'a str,
    pub import_map: String,
}

#[derive(Serialize)]
pub struct Sidebar<'a> {
    pub sections: Vec<SidebarSection<'a>>,
    /// Whether sections before or after these are left out.
    pub more_before: bool,
    pub more_after: bool,
}

/// A section as every list of sections names it; its fields are those of the list's entry.
#[derive(Serialize)]
pub struct SectionLink<'a> {
    pub number: usize,
    pub icon: Option<&'a str>,
    pub title: &'a str,
    pub title_html: &'a str,
    pub url: String,
    pub color: &'static str,
    pub topic_count: usize,
}

#[derive(Serialize)]
pub struct SidebarSection<'a> {
    #[serde(flatten)]
    pub link: SectionLink<'a>,
    /// The ids of its topics, a space between two.
    pub ids: String,
    pub current: bool,
    /// Of the current section only.
    pub levels: Vec<LevelLinks<'a>>,
}

#[derive(Serialize)]
pub struct LevelLinks<'a> {
    pub title: Option<&'a str>,
    pub title_html: Option<&'a str>,
    pub url: String,
    pub topic_count: usize,
    /// The ids of its topics, a space between two.
    pub ids: String,
    pub topics: Vec<TopicLink<'a>>,
}

#[derive(Serialize)]
pub struct TopicLink<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub title_html: &'a str,
    pub url: String,
    pub hash: &'a str,
}

/// The map: `map.html`.
#[derive(Serialize)]
pub struct MapBody<'a> {
    pub introduction: &'a str,
    pub sections: Vec<Station<'a>>,
    /// The levels that sections share: 基础, 进阶. Empty where they are too many to choose from.
    pub level_names: Vec<&'a str>,
    pub totals: Totals,
}

#[derive(Serialize)]
pub struct Station<'a> {
    #[serde(flatten)]
    pub link: SectionLink<'a>,
    pub lesson_count: usize,
    pub levels: Vec<LevelLinks<'a>>,
}

#[derive(Serialize)]
pub struct Totals {
    pub sections: usize,
    pub topics: usize,
    pub lessons: usize,
}

/// All topics by section: `progress.html`.
#[derive(Serialize)]
pub struct ProgressBody<'a> {
    pub sections: Vec<Station<'a>>,
    pub level_names: Vec<&'a str>,
}

/// A section's page: `section.html`.
#[derive(Serialize)]
pub struct SectionBody<'a> {
    pub section: SectionView<'a>,
    pub previous: Option<Neighbour<'a>>,
    pub next: Option<Neighbour<'a>>,
}

#[derive(Serialize)]
pub struct SectionView<'a> {
    pub number: usize,
    pub icon: Option<&'a str>,
    pub title: &'a str,
    /// The title with its links.
    pub heading_html: &'a str,
    pub color: &'static str,
    pub slug: &'a str,
    pub introduction: &'a str,
    /// Reading time; 0 if there is no lesson yet.
    pub minutes: usize,
    /// The ids of its topics, a space between two.
    pub ids: String,
    pub topic_count: usize,
    pub lesson_count: usize,
    pub levels: Vec<LevelView<'a>>,
}

#[derive(Serialize)]
pub struct LevelView<'a> {
    pub anchor: &'a str,
    /// The title with its links; menus take `title_html`.
    pub heading_html: Option<&'a str>,
    pub title_html: Option<&'a str>,
    pub ids: String,
    pub topics: Vec<TopicView<'a>>,
    pub closing: &'a str,
}

#[derive(Serialize)]
pub struct TopicView<'a> {
    pub id: &'a str,
    pub anchor: &'a str,
    pub title: &'a str,
    /// The title with its links; menus take `title_html`.
    pub heading_html: &'a str,
    pub title_html: &'a str,
    pub before: &'a str,
    pub lesson: &'a str,
    pub hash: &'a str,
    pub needs: Vec<TopicLink<'a>>,
}

#[derive(Serialize)]
pub struct Neighbour<'a> {
    pub title_html: &'a str,
    pub icon: Option<&'a str>,
    pub url: String,
}

/// A page that only says where its content went: `redirect.html`.
#[derive(Serialize)]
pub struct RedirectBody {
    pub target: String,
    pub canonical: Option<String>,
}

/// A page with nothing but words: `today.html` and `404.html`.
#[derive(Serialize)]
pub struct NoBody {}
