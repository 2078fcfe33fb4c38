//! A code fence's info string to a `Fence`, and the code it shows: its own, or a region of a
//! file.

use std::ops::RangeInclusive;

use crate::attributes::{self, Attribute};
use crate::diagnostic::{self, Diagnostic, Place};
use crate::roadmap::Run;
use crate::source::Source;

/// What stands behind the three backticks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fence {
    /// Empty if none is given.
    pub language: String,
    pub title: Option<String>,
    pub numbered: bool,
    pub lines: Vec<LineMark>,
    pub include: Option<Include>,
    pub run: Run,
    /// Of the language, or of the whole info string.
    pub place: Option<Place>,
}

/// Lines to set off, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineMark {
    pub kind: &'static str,
    pub lines: RangeInclusive<usize>,
    pub place: Place,
}

/// `file=examples/app.py#region`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    pub path: String,
    pub region: Option<String>,
    pub place: Place,
}

const FLAGS: [&str; 6] = ["follows", "hidden", "lines", "no-run", "predict", "varies"];
const VALUES: [&str; 9] =
    ["del", "file", "ins", "mark", "packages", "python", "raises", "stdin", "title"];

/// Reads the info string `info`, which begins at byte `offset` of the file.
pub fn parse(source: &Source, info: &str, offset: usize) -> (Fence, Vec<Diagnostic>) {
    let mut fence = Fence::default();
    let mut problems = Vec::new();
    let mut attributes = attributes::parse(info, offset);
    let place = |span| Place { path: source.path.clone(), span };
    if let Some(first) = attributes.first()
        && first.value.is_none()
        && !FLAGS.contains(&first.name)
    {
        fence.language = first.name.to_lowercase();
        fence.place = Some(place(first.span.clone()));
        attributes.remove(0);
    }
    for (index, attribute) in attributes.iter().enumerate() {
        let here = place(attribute.span.clone());
        if attributes[..index].iter().any(|earlier| earlier.name == attribute.name) {
            problems.push(diagnostic::repeated_attribute(here, attribute.name));
        } else if let Err(problem) = fence.set(attribute, here) {
            problems.push(*problem);
        }
    }
    (fence, problems)
}

impl Fence {
    fn set(&mut self, attribute: &Attribute<'_>, here: Place) -> Result<(), Box<Diagnostic>> {
        let name = attribute.name;
        let value_place = Place { path: here.path.clone(), span: attribute.value_span.clone() };
        let wants = |wanted: &str| Box::new(diagnostic::bad_attribute(here.clone(), name, wanted));
        let flag = || match attribute.value {
            None => Ok(true),
            Some(_) => Err(wants("no value")),
        };
        let text = |wanted: &str| match attribute.value {
            Some(value) if !value.is_empty() => Ok(value.to_owned()),
            _ => Err(wants(wanted)),
        };
        match name {
            "lines" => self.numbered = flag()?,
            "no-run" => self.run.no_run = flag()?,
            "follows" => self.run.follows = flag()?,
            "hidden" => self.run.hidden = flag()?,
            "varies" => self.run.varies = flag()?,
            "predict" => self.run.predict = flag()?,
            "title" => self.title = Some(text("a caption: `title=\"memo.py\"`")?),
            "raises" => self.run.raises = Some(text("an exception: `raises=ValueError`")?),
            "stdin" => self.run.stdin = Some(attribute.value.unwrap_or_default().to_owned()),
            "packages" => {
                let packages = text("package names: `packages=fastapi,httpx`")?;
                self.run.packages = packages.split(',').map(|name| name.trim().into()).collect();
            }
            "python" => {
                let wanted = "a version: `python=3.12`";
                let version = text(wanted)?;
                let parts = version
                    .split_once('.')
                    .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
                self.run.python = Some(parts.ok_or_else(|| wants(wanted))?);
            }
            "mark" | "ins" | "del" => {
                let wanted = format!("line numbers: `{name}=2,5-7`");
                let kind = ["mark", "ins", "del"].into_iter().find(|kind| *kind == name);
                for lines in text(&wanted)?.split(',') {
                    let lines = line_range(lines).ok_or_else(|| wants(&wanted))?;
                    let kind = kind.expect("the name is one of the three");
                    self.lines.push(LineMark { kind, lines, place: value_place.clone() });
                }
            }
            "file" => {
                let file = text("a path: `file=examples/app.py#region`")?;
                let (path, region) = match file.split_once('#') {
                    Some((path, region)) => (path, Some(region.to_owned())),
                    None => (&*file, None),
                };
                self.include = Some(Include { path: path.into(), region, place: value_place });
            }
            _ => {
                let known = FLAGS.into_iter().chain(VALUES);
                return Err(Box::new(diagnostic::unknown_attribute(here, name, known)));
            }
        }
        Ok(())
    }
}

fn line_range(text: &str) -> Option<RangeInclusive<usize>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first >= 1 && first <= last).then_some(first..=last)
}

/// The names of the regions of a file.
pub fn regions(text: &str) -> Vec<&str> {
    text.lines().filter_map(region_start).collect()
}

/// The lines between `# region NAME` and its `# endregion`, nested marks left out, the common
/// indentation removed. Editors fold the same marks.
pub fn region(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| region_start(line) != Some(name));
    lines.next()?;
    let mut depth = 1;
    let mut inside = Vec::new();
    for line in lines {
        if region_start(line).is_some() {
            depth += 1;
        } else if region_end(line) {
            depth -= 1;
            if depth == 0 {
                break;
            }
        } else {
            inside.push(line);
        }
    }
    Some(dedent(&inside))
}

/// The whole file without its region marks.
pub fn without_marks(text: &str) -> String {
    let kept = text.lines().filter(|line| region_start(line).is_none() && !region_end(line));
    kept.map(|line| format!("{line}\n")).collect()
}

fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = ["//", "#", "--", "/*", "<!--", ";"].iter().find_map(|mark| line.strip_prefix(mark));
    rest.map(|rest| rest.trim_start().trim_start_matches('#'))
}

fn region_start(line: &str) -> Option<&str> {
    let name = comment(line)?.strip_prefix("region ")?;
    Some(name.trim_end_matches("*/").trim_end_matches("-->").trim())
}

fn region_end(line: &str) -> bool {
    comment(line).is_some_and(|rest| rest.split_whitespace().next() == Some("endregion"))
}

fn dedent(lines: &[&str]) -> String {
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min();
    let common = common.unwrap_or(0);
    lines.iter().map(|line| format!("{}\n", line.get(common..).unwrap_or(""))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_cut_out_and_dedented() {
        let text = "import os\n\ndef f():\n    # region body\n    a = 1\n\n    # region inner\n    \
                    b = 2\n    # endregion\n    # endregion\n    return a\n";
        assert_eq!(region(text, "body").as_deref(), Some("a = 1\n\nb = 2\n"));
        assert_eq!(region(text, "inner").as_deref(), Some("b = 2\n"));
        assert_eq!(region(text, "other"), None);
        assert_eq!(regions(text), ["body", "inner"]);
        assert!(!without_marks(text).contains("region"));
    }
}
