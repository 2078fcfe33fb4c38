//! Splits an outline into the texts of a project: one for each section, and an introduction for
//! what is none. Keeps every word; what had to be guessed is told. Touches no disk.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::address::Names;
use crate::edit::{Edit, edited};
use crate::guess::{self, Guess};
use crate::heading;
use crate::markdown::{self, Node};

/// An outline in its parts, which still point into its text.
pub struct Split<'a> {
    pub text: &'a str,
    pub nodes: Vec<Node<'a>>,
    /// Of the outline's own heading.
    pub title: Option<String>,
    /// The introduction first, then the sections.
    pub parts: Vec<Part>,
    /// Changes of the markup: depths of headings.
    pub edits: Vec<Edit>,
    pub guesses: Vec<Guess>,
}

/// A file to be, in terms of the outline.
#[derive(Debug)]
pub struct Part {
    /// The name of its file.
    pub name: String,
    pub title: String,
    /// What it begins with and the outline does not say.
    pub head: String,
    pub ranges: Vec<Range<usize>>,
    /// The nodes of its headings in order, those left out that are bold text now.
    pub headings: Vec<usize>,
    /// The heading that the file is named after.
    pub own_heading: Option<usize>,
}

impl Part {
    pub fn holds(&self, span: &Range<usize>) -> bool {
        self.ranges.iter().any(|range| range.contains(&span.start))
    }
}

impl Split<'_> {
    /// The Markdown of a part, with these edits and without what is cut out.
    pub fn text_of(&self, part: &Part, edits: &[Edit]) -> String {
        let pieces = part.ranges.iter().map(|range| edited(self.text, range.clone(), edits));
        let pieces = [part.head.clone()].into_iter().chain(pieces);
        let pieces: Vec<String> = pieces
            .map(|piece| piece.trim_end().trim_start_matches('\n').to_owned())
            .filter(|piece| !piece.is_empty())
            .collect();
        pieces.join("\n\n") + "\n"
    }
}

struct Heading {
    node: usize,
    /// Where its line begins.
    start: usize,
    depth: usize,
    /// Its depth if none were skipped: 1 for those that stand below no other.
    rank: usize,
}

/// The outline and the places in it that decide.
struct Outline<'a> {
    text: &'a str,
    nodes: Vec<Node<'a>>,
    headings: Vec<Heading>,
    /// Where the lists begin, and which of them are tables of contents.
    lists: Vec<(usize, bool)>,
    nested_lists: usize,
}

/// Where a section begins and ends.
struct Cut {
    heading: Option<usize>,
    range: Range<usize>,
    /// The rank of the heading that becomes the file's own; 0 if it is not in the range.
    rank: usize,
}

struct Shape {
    /// The heading that names the site.
    title: Option<usize>,
    sections: Vec<Cut>,
    /// Groups without topics.
    texts: Vec<Cut>,
    /// No heading but the title holds anything.
    is_one: bool,
}

/// Splits the Markdown of `text` from byte `from` on. None if it holds nothing that could be a
/// topic. `known` is the title if it is known, `otherwise` that of an outline that has none.
pub fn split<'a>(
    text: &'a str,
    from: usize,
    known: Option<&str>,
    otherwise: &str,
) -> Option<Split<'a>> {
    let outline = Outline::new(text, from);
    let shape = outline.shape(from, known)?;
    let own_title = shape.title.map(|at| outline.title(at));
    let mut split = Split {
        text,
        nodes: Vec::new(),
        title: own_title.clone(),
        parts: Vec::new(),
        edits: Vec::new(),
        guesses: Vec::new(),
    };
    let site_title = own_title.unwrap_or_else(|| known.unwrap_or(otherwise).to_owned());
    if outline.nested_lists > 0 {
        split.guesses.push(guess::nested_lists(outline.nested_lists));
    }
    introduction(&outline, &shape, from, &site_title, &mut split);
    let mut names = Names::default();
    for cut in &shape.sections {
        section(&outline, cut, &site_title, &mut names, &mut split);
    }
    if names.numbered > 0 {
        split.guesses.push(guess::numbered_addresses(names.numbered));
    }
    if shape.is_one && outline.headings.len() > 1 {
        split.guesses.push(guess::one_section());
    }
    let digits = shape.sections.len().to_string().len().max(2);
    for (index, part) in split.parts.iter_mut().enumerate().skip(1) {
        part.name = format!("{index:0digits$}-{}.md", part.name);
    }
    split.nodes = outline.nodes;
    Some(split)
}

impl<'a> Outline<'a> {
    fn new(text: &'a str, from: usize) -> Outline<'a> {
        let nodes = markdown::parse(text, from);
        let mut open: Vec<usize> = Vec::new();
        let (mut headings, mut lists, mut nested_lists) = (Vec::new(), Vec::new(), 0);
        let mut node = 0;
        while node < nodes.len() {
            match &nodes[node].event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let depth = *level as usize;
                    while open.last().is_some_and(|&last| last >= depth) {
                        open.pop();
                    }
                    open.push(depth);
                    let start = heading::line_start(text, nodes[node].span.start);
                    headings.push(Heading { node, start, depth, rank: open.len() });
                }
                Event::Start(Tag::List(_)) => {
                    let is_contents = is_contents(&nodes, node);
                    lists.push((nodes[node].span.start, is_contents));
                    let inside = nodes[node + 1..nodes[node].end].iter().filter(|_| !is_contents);
                    let nested = inside.filter(|n| matches!(n.event, Event::Start(Tag::List(_))));
                    nested_lists += nested.count();
                }
                _ => {}
            }
            node = nodes[node].end + 1;
        }
        Outline { text, nodes, headings, lists, nested_lists }
    }

    fn title(&self, heading: usize) -> String {
        heading::title(&self.nodes, self.headings[heading].node).0
    }

    /// From a heading to the next that stands no deeper.
    fn group(&self, heading: usize) -> Range<usize> {
        let own = &self.headings[heading];
        let next = self.headings[heading + 1..].iter().find(|next| next.rank <= own.rank);
        own.start..next.map_or(self.text.len(), |next| next.start)
    }

    fn has_topics(&self, heading: usize) -> bool {
        let group = self.group(heading);
        let below = self.headings.get(heading + 1);
        below.is_some_and(|below| below.start < group.end) || self.has_list(&group)
    }

    /// Whether a heading would be a level: a table of contents makes one too.
    fn holds(&self, heading: usize) -> bool {
        let group = self.group(heading);
        self.has_topics(heading) || self.lists.iter().any(|(list, _)| group.contains(list))
    }

    fn of_rank(&self, rank: usize) -> Vec<usize> {
        let all = 0..self.headings.len();
        all.filter(|&heading| self.headings[heading].rank == rank).collect()
    }

    fn shape(&self, from: usize, known: Option<&str>) -> Option<Shape> {
        let tops = self.of_rank(1);
        let alone = tops.len() == 1;
        let title = tops.first().copied().filter(|&first| match self.headings[first].depth {
            1 => alone || !self.has_topics(first),
            _ => alone && known.is_none(),
        });
        let groups = match title {
            Some(_) if alone => self.of_rank(2),
            Some(_) => tops[1..].to_vec(),
            None => tops,
        };
        if groups.iter().any(|&group| self.has_topics(group)) {
            let (sections, texts): (Vec<_>, Vec<_>) =
                groups.iter().partition(|&&group| self.has_topics(group));
            let cuts = |all: Vec<usize>| all.into_iter().map(|at| self.cut(at)).collect();
            let (sections, texts) = (cuts(sections), cuts(texts));
            return Some(Shape { title, sections, texts, is_one: false });
        }
        let holds_any = !groups.is_empty() || self.has_list(&(from..self.text.len()));
        holds_any.then(|| self.one_section(from, title, &groups))
    }

    /// The shape of an outline in which no heading but the title holds anything: the headings
    /// are the topics, or the items of the lists.
    fn one_section(&self, from: usize, title: Option<usize>, groups: &[usize]) -> Shape {
        let end = self.text.len();
        let groups_start = groups.first().map(|&first| self.headings[first].start);
        let whole = Cut { heading: None, range: groups_start.unwrap_or(from)..end, rank: 0 };
        let shape =
            |title, section, texts| Shape { title, sections: vec![section], texts, is_one: true };
        let Some(at) = title.filter(|&at| self.group(at).end == end) else {
            return shape(title, whole, Vec::new());
        };
        let own = self.headings[at].start..groups_start.unwrap_or(end);
        if self.has_list(&own) {
            let texts = groups.iter().map(|&group| self.cut(group)).collect();
            return shape(title, Cut { range: own, ..self.cut(at) }, texts);
        }
        match groups.is_empty() {
            // Its lists stand before the title: they, and it, are the section.
            true => shape(None, whole, Vec::new()),
            false => shape(title, self.cut(at), Vec::new()),
        }
    }

    fn cut(&self, heading: usize) -> Cut {
        let rank = self.headings[heading].rank;
        Cut { heading: Some(heading), range: self.group(heading), rank }
    }

    /// The headings in a range.
    fn inside<'h>(&'h self, range: &'h Range<usize>) -> impl Iterator<Item = usize> + 'h {
        let all = 0..self.headings.len();
        all.filter(|&heading| range.contains(&self.headings[heading].start))
    }

    /// The nodes of all headings in a range, also of those in quotes and lists.
    fn heading_nodes(&self, range: &Range<usize>) -> Vec<usize> {
        let is_heading = |node: &usize| {
            matches!(self.nodes[*node].event, Event::Start(Tag::Heading { .. }))
                && range.contains(&self.nodes[*node].span.start)
        };
        (0..self.nodes.len()).filter(is_heading).collect()
    }

    /// A range without the rules at its end, which divided it from what follows.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let mut end = range.end;
        let mut tops = Vec::new();
        let mut node = 0;
        while node < self.nodes.len() {
            if range.contains(&self.nodes[node].span.start) {
                tops.push(node);
            }
            node = self.nodes[node].end + 1;
        }
        while let Some(last) = tops.pop().filter(|&last| self.nodes[last].event == Event::Rule) {
            end = heading::line_start(self.text, self.nodes[last].span.start);
        }
        range.start..end
    }

    fn has_list(&self, range: &Range<usize>) -> bool {
        self.lists.iter().any(|(list, is_contents)| range.contains(list) && !is_contents)
    }
}

/// The part for `index.md`: what stands before the first section, and what holds no topics.
fn introduction(
    outline: &Outline<'_>,
    shape: &Shape,
    from: usize,
    title: &str,
    split: &mut Split<'_>,
) {
    let first = shape.sections.iter().chain(&shape.texts).map(|cut| cut.range.start).min();
    let before = from..first.unwrap_or(from);
    let own = shape.title.filter(|&at| before.contains(&outline.headings[at].start));
    if outline.has_list(&before) {
        split.guesses.push(guess::list_in_introduction(title));
    }
    let mut headings = outline.heading_nodes(&before);
    let mut ranges = vec![outline.trimmed(before.clone())];
    let mut place = |at: usize, depth: usize| {
        let node = outline.headings[at].node;
        split.edits.extend(heading::deepen(outline.text, &outline.nodes, node, depth));
    };
    for at in outline.inside(&before) {
        place(at, outline.headings[at].rank);
    }
    for text in &shape.texts {
        let heading = text.heading.expect("a text was found by its heading");
        split.guesses.push(guess::text_only(&outline.title(heading)));
        for at in outline.inside(&text.range) {
            place(at, outline.headings[at].rank - text.rank + 2);
        }
        headings.extend(outline.heading_nodes(&text.range));
        ranges.push(outline.trimmed(text.range.clone()));
    }
    split.parts.push(Part {
        name: "index.md".into(),
        title: title.to_owned(),
        head: if own.is_some() { String::new() } else { format!("# {title}") },
        ranges,
        headings,
        own_heading: own.map(|own| outline.headings[own].node),
    });
}

fn section(
    outline: &Outline<'_>,
    cut: &Cut,
    site_title: &str,
    names: &mut Names,
    split: &mut Split<'_>,
) {
    let own = cut.heading.map(|at| &outline.headings[at]);
    let (title, id) = match own {
        Some(own) => heading::title(&outline.nodes, own.node),
        None => (site_title.to_owned(), None),
    };
    let range = outline.trimmed(cut.range.clone());
    let mut headings = outline.heading_nodes(&range);
    let levels = levels(outline, cut, &title, split);
    for at in outline.inside(&range) {
        let heading = &outline.headings[at];
        if levels.bold.contains(&at) {
            split.edits.extend(heading::embolden(outline.text, &outline.nodes, heading.node));
            headings.retain(|&node| node != heading.node);
            continue;
        }
        let below = heading.rank - cut.rank;
        let depth = below + 1 + usize::from(below > 0 && levels.are_topics);
        split.edits.extend(heading::deepen(outline.text, &outline.nodes, heading.node, depth));
    }
    if let Some(own) = own {
        let nodes = &outline.nodes;
        split.edits.extend(heading::without_attributes(outline.text, nodes, own.node));
    }
    split.parts.push(Part {
        name: names.take(id.as_deref().unwrap_or(&title)),
        head: if own.is_some() { String::new() } else { format!("# {title}") },
        title,
        ranges: vec![range],
        headings,
        own_heading: own.map(|own| own.node),
    });
}

/// What becomes of the headings right below a section's own.
struct Levels {
    /// They are topics: there are no levels.
    are_topics: bool,
    /// Those that would be levels without topics.
    bold: Vec<usize>,
}

fn levels(outline: &Outline<'_>, cut: &Cut, title: &str, split: &mut Split<'_>) -> Levels {
    let inside: Vec<usize> = outline.inside(&cut.range).collect();
    let is_level = |at: &&usize| outline.headings[**at].rank == cut.rank + 1;
    let (holding, empty): (Vec<usize>, Vec<usize>) =
        inside.iter().filter(is_level).partition(|&&at| outline.holds(at));
    let first = inside.iter().find(is_level);
    if let Some(&first) = first
        && outline.has_list(&(cut.range.start..outline.headings[first].start))
    {
        split.guesses.push(guess::list_in_introduction(title));
    }
    let depth = |at: &usize| outline.headings[*at].depth;
    if inside.windows(2).any(|pair| depth(&pair[1]) > depth(&pair[0]) + 1) {
        split.guesses.push(guess::skipped_depth(title));
    }
    if holding.is_empty() || empty.is_empty() {
        return Levels { are_topics: false, bold: Vec::new() };
    }
    if empty.len() >= holding.len() {
        split.guesses.push(guess::headings_are_topics(title));
        return Levels { are_topics: true, bold: Vec::new() };
    }
    let named = empty.iter().map(|&at| guess::bold_heading(&outline.title(at), title));
    split.guesses.extend(named);
    Levels { are_topics: false, bold: empty }
}

/// Whether a list is a table of contents: nothing but links to headings of the same file.
fn is_contents(nodes: &[Node<'_>], list: usize) -> bool {
    let mut links = 0;
    let mut at = list + 1;
    while at < nodes[list].end {
        match &nodes[at].event {
            Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with('#') => {
                links += 1;
                at = nodes[at].end;
            }
            Event::Start(Tag::List(_) | Tag::Item | Tag::Paragraph) | Event::End(_) => {}
            Event::SoftBreak => {}
            Event::Text(text) if text.trim().is_empty() => {}
            _ => return false,
        }
        at += 1;
    }
    links > 0
}
