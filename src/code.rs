//! Code fences to HTML and to `Example`s: caption, highlighted code, the output joined to it.

use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::diagnostic;
use crate::fence::{self, Fence, Include};
use crate::highlight;
use crate::html::{Writer, escape};
use crate::roadmap::{Example, Printed};
use crate::script::is_bidi_control;
use crate::source::{self, FileBody};
use crate::url;

/// The language of a fence that holds what the fence before it prints.
const OUTPUT: &str = "output";

impl Writer<'_> {
    /// Writes the code block at `index` and the output right after it; returns the next node.
    pub fn example(&mut self, index: usize, fenced: bool) -> usize {
        let node = &self.scope.nodes[index];
        let span = node.span.clone();
        let next = node.end + 1;
        let mut fence = match fenced {
            true => self.fence(span.clone()),
            false => Fence::default(),
        };
        let mut code = self.code_text(index);
        if let Some(include) = fence.include.take() {
            if !code.trim().is_empty() {
                let place = self.place(span.clone());
                self.report(diagnostic::include_with_code(place));
            }
            code = self.included(&include);
        }
        if fence.language == OUTPUT {
            let place = self.place(span);
            self.report(diagnostic::stray_output(place));
            self.figure_output(&code, None, &fence);
            return next;
        }
        let output = self.is_output(next).then(|| self.printed(next));
        if fence.run.follows {
            self.check_follows(fence.run.no_run, &span);
        }
        if !fence.run.hidden {
            self.out.push_str("<div class=\"example\">\n");
            self.figure_code(&code, &fence);
            if let Some(output) = &output {
                self.figure_output(&output.text, output.ran_in, &fence);
            }
            self.out.push_str("</div>\n");
        }
        let after = match output {
            Some(_) => self.scope.nodes[next].end + 1,
            None => next,
        };
        let place = self.place(span);
        let Fence { language, title, run, .. } = fence;
        self.found.examples.push(Example { language, title, code, run, output, place });
        after
    }

    fn check_follows(&mut self, no_run: bool, span: &Range<usize>) {
        let place = self.place(first_line(&self.scope.source.text, span));
        match self.last_python() {
            None => self.report(diagnostic::follows_nothing(place)),
            Some(last) if last.run.no_run && !no_run => {
                self.report(diagnostic::follows_shown_only(place));
            }
            Some(_) => (),
        }
    }

    fn fence(&mut self, span: Range<usize>) -> Fence {
        let line = first_line(&self.scope.source.text, &span);
        let raw = &self.scope.source.text[line.clone()];
        let info = raw.trim_start_matches(['`', '~']);
        let offset = line.end - info.len();
        let (fence, problems) = fence::parse(self.scope.source, info, offset);
        self.found.problems.extend(problems);
        fence
    }

    fn code_text(&self, index: usize) -> String {
        let inner = index + 1..self.scope.nodes[index].end;
        let texts = self.scope.nodes[inner].iter().filter_map(|node| match &node.event {
            Event::Text(text) => Some(&**text),
            _ => None,
        });
        texts.collect()
    }

    /// The output fence at `index`.
    fn printed(&mut self, index: usize) -> Printed {
        let span = self.scope.nodes[index].span.clone();
        let ran_in = self.fence(span.clone()).run.python;
        Printed { text: self.code_text(index), ran_in, place: self.place(span) }
    }

    fn is_output(&self, index: usize) -> bool {
        match self.scope.nodes.get(index).map(|node| &node.event) {
            Some(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))) => {
                info.split_whitespace().next() == Some(OUTPUT)
            }
            _ => false,
        }
    }

    fn included(&mut self, include: &Include) -> String {
        let files = &self.scope.sources.files;
        let path = url::resolve(&self.scope.source.path, &include.path);
        let path = path.unwrap_or_else(|| include.path.clone());
        self.found.dependencies.insert(path.clone());
        let bytes = match files.get(&path) {
            None => {
                let known: Vec<&str> = files.keys().map(String::as_str).collect();
                self.report(diagnostic::missing_include(include.place.clone(), &path, known));
                return String::new();
            }
            Some(FileBody::Memory(bytes)) => source::text(bytes).ok(),
            Some(FileBody::Disk { .. }) => None,
        };
        let Some(text) = bytes else {
            self.report(diagnostic::include_not_text(include.place.clone(), &path));
            return String::new();
        };
        if let Some(character) = text.chars().find(|c| is_bidi_control(*c)) {
            self.report(diagnostic::bidi_control(include.place.clone(), character));
        }
        let Some(region) = &include.region else { return fence::without_marks(&text) };
        fence::region(&text, region).unwrap_or_else(|| {
            let known = fence::regions(&text);
            let place = include.place.clone();
            self.report(diagnostic::missing_region(place, &path, region, known));
            String::new()
        })
    }

    fn figure_code(&mut self, code: &str, fence: &Fence) {
        let code = code.strip_suffix('\n').unwrap_or(code);
        let language = if fence.language.is_empty() { "text" } else { &fence.language };
        let name = highlight::display_name(language);
        let known = self.scope.known;
        let lines = self.found.highlighted.highlight(language, code, known).unwrap_or_else(|| {
            if let Some(place) = fence.place.clone() {
                let near = highlight::nearest_language(language).map(|near| near.to_string());
                self.report(diagnostic::unknown_language(place, language, near));
            }
            code.split('\n').map(escaped).collect()
        });
        self.found.amount.code_lines += lines.len();
        self.check_marks(fence, lines.len());
        self.out.push_str("<figure class=\"code\"><figcaption>");
        if let Some(title) = &fence.title {
            self.out.push_str("<span class=\"caption\">");
            escape(&mut self.out, title);
            self.out.push_str("</span>");
        }
        if !fence.language.is_empty() {
            self.out.push_str("<span class=\"language\">");
            escape(&mut self.out, name.as_deref().unwrap_or(language));
            self.out.push_str("</span>");
        }
        self.out.push_str("</figcaption><pre><code class=\"language-");
        escape(&mut self.out, language);
        let numbered = if fence.numbered { " numbered" } else { "" };
        let _ = write!(self.out, "{numbered}\" translate=\"no\">");
        self.lines(&lines, fence);
        self.out.push_str("</code></pre></figure>\n");
    }

    fn lines(&mut self, lines: &[String], fence: &Fence) {
        for (index, line) in lines.iter().enumerate() {
            let number = index + 1;
            let mark = fence.lines.iter().find(|mark| mark.lines.contains(&number));
            let last = number == lines.len();
            let end = if last { "" } else { "\n" };
            let _ = match mark {
                Some(mark) => {
                    let kind = mark.kind;
                    write!(self.out, "<span class=\"line\" data-line=\"{kind}\">{line}{end}</span>")
                }
                None if fence.numbered => {
                    write!(self.out, "<span class=\"line\">{line}{end}</span>")
                }
                None => write!(self.out, "{line}{end}"),
            };
        }
    }

    fn check_marks(&mut self, fence: &Fence, count: usize) {
        for mark in &fence.lines {
            let last = *mark.lines.end();
            if last > count {
                let place = mark.place.clone();
                self.report(diagnostic::line_out_of_range(place, mark.kind, last, count));
            }
        }
    }

    fn figure_output(&mut self, output: &str, ran_in: Option<(u32, u32)>, fence: &Fence) {
        let words = self.scope.words;
        if fence.run.predict {
            self.out.push_str("<details class=\"predict\"><summary>");
            escape(&mut self.out, words.get("predict"));
            self.out.push_str("</summary>\n");
        }
        self.out.push_str("<figure class=\"output\"><figcaption>");
        escape(&mut self.out, words.get("output"));
        if let Some((major, minor)) = ran_in {
            self.out.push_str("<span class=\"ran\">");
            let version = format!("CPython {major}.{minor}");
            escape(&mut self.out, &words.fill("ran_in", &[("python", &version)]));
            self.out.push_str("</span>");
        }
        self.out.push_str("</figcaption><pre><samp translate=\"no\">");
        let output = output.strip_suffix('\n').unwrap_or(output);
        let raised = fence.run.raises.as_deref().and_then(|name| exception_line(output, name));
        let (printed, raised) = output.split_at(raised.unwrap_or(output.len()));
        escape(&mut self.out, printed);
        if !raised.is_empty() {
            self.out.push_str("<span class=\"raised\">");
            escape(&mut self.out, raised);
            self.out.push_str("</span>");
        }
        self.out.push_str("</samp></pre></figure>\n");
        if fence.run.predict {
            self.out.push_str("</details>\n");
        }
    }
}

/// Where the last line of an output begins if it is the end of a traceback: `ValueError: why`.
fn exception_line(output: &str, name: &str) -> Option<usize> {
    let start = output.rfind('\n').map_or(0, |end| end + 1);
    let class = output[start..].split(':').next()?;
    let last = |dotted: &str| dotted.rsplit('.').next().unwrap_or_default().to_owned();
    (last(class) == last(name)).then_some(start)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}
