//! What is wrong with the user's files: a value, collected, never printed here.
//! One constructor per message, so that all wording stands in this file.

use std::fmt::Display;
use std::ops::Range;
use std::sync::Arc;

use crate::suggestion::nearest;

/// Whether a problem stops the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// Where a problem is: bytes of the decoded text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Relative to the project root, with `/`.
    pub path: Arc<str>,
    pub span: Range<usize>,
}

/// One problem. The message says what is wrong, the hint what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Kebab-case name of the rule, printed with the message and stable for `--format json`.
    pub rule: &'static str,
    pub place: Option<Place>,
    pub message: String,
    pub hint: Option<String>,
}

fn error(rule: &'static str, place: Option<Place>, message: String) -> Diagnostic {
    Diagnostic { severity: Severity::Error, rule, place, message, hint: None }
}

fn warning(rule: &'static str, place: Option<Place>, message: String) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, rule, place, message, hint: None }
}

impl Diagnostic {
    fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    fn hint_if(mut self, hint: Option<String>) -> Diagnostic {
        self.hint = hint.or(self.hint);
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// "did you mean `x`?", or the whole list when it is short and nothing is near.
fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(word, known.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let short = !known.is_empty() && known.len() <= 20;
    short.then(|| format!("one of {}", list(&known)))
}

/// `a`, `b` and `c`.
fn list<T: Display>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [head @ .., last] => {
            let head: Vec<String> = head.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", head.join(", "))
        }
    }
}

// ---- reading files -------------------------------------------------------------------------

pub fn unreadable(path: &str, reason: impl Display) -> Diagnostic {
    error("unreadable", whole(path), format!("`{path}` cannot be read: {reason}"))
}

pub fn outside_link(path: &str, target: &str) -> Diagnostic {
    error(
        "symlink",
        whole(path),
        format!("`{path}` is a symbolic link to `{target}`, outside the project"),
    )
    .hint("copy the file into the project: what it points to would be published")
}

pub fn not_utf8(place: Place, offset: usize) -> Diagnostic {
    let message = format!("`{}` is not UTF-8: byte {offset} begins no character", place.path);
    error("encoding", Some(place), message).hint(
        "save the file as UTF-8; a file in GBK is converted by \
         `iconv -f GB18030 -t UTF-8 old.md > new.md`",
    )
}

pub fn utf16(path: &str) -> Diagnostic {
    error("encoding", whole(path), format!("`{path}` is UTF-16, not UTF-8"))
        .hint("save the file as UTF-8")
}

pub fn mojibake(place: Place, code_page: &str, layers: usize, preview: &str) -> Diagnostic {
    let times = if layers > 1 { format!(" {layers} times") } else { String::new() };
    error(
        "mojibake",
        Some(place),
        format!("this text was decoded{times} with the wrong code page ({code_page})"),
    )
    .hint(format!("it once read `{preview}`; take the text from its source again, as UTF-8"))
}

pub fn stray_page(path: &str, in_folder: bool) -> Diagnostic {
    let reason = if in_folder {
        "it stands in a folder below the content"
    } else {
        "its name does not begin with a number and `-`"
    };
    warning("stray-page", whole(path), format!("`{path}` is not a section: {reason}"))
        .hint("sections are named like `05-decorators.md` and stand directly in the content folder")
}

pub fn whole(path: &str) -> Option<Place> {
    Some(Place { path: path.into(), span: 0..0 })
}

// ---- site.toml and front matter ------------------------------------------------------------

pub fn no_project(folder: &str) -> Diagnostic {
    error("no-project", None, format!("there is no `site.toml` in `{folder}` or above it"))
        .hint("run the command inside a project, or name one: `--root DIR`")
}

pub fn no_project_there(folder: &str) -> Diagnostic {
    error("no-project", None, format!("there is no `site.toml` in `{folder}`"))
        .hint("`--root` names the folder of `site.toml`")
}

pub fn toml_syntax(place: Place, message: &str) -> Diagnostic {
    error("toml", Some(place), message.trim().to_lowercase().replace('\n', ", "))
}

pub fn unknown_key<'a>(
    place: Place,
    key: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    error("unknown-key", Some(place), format!("there is no setting `{key}`"))
        .hint_if(did_you_mean(key, known))
}

pub fn wrong_type(place: Place, key: &str, wanted: &str) -> Diagnostic {
    error("wrong-type", Some(place), format!("`{key}` must be {wanted}"))
}

pub fn wrong_value(place: Place, key: &str, why: &str, hint: &str) -> Diagnostic {
    error("wrong-value", Some(place), format!("`{key}` {why}")).hint(hint)
}

pub fn unclosed_front_matter(place: Place) -> Diagnostic {
    error("front-matter", Some(place), "this front matter has no end".into())
        .hint("close it with a line `+++`")
}

pub fn no_content(path: &str) -> Diagnostic {
    error("no-content", None, format!("there are no sections in `{path}`")).hint(
        "put files named like `01-basics.md` there, or point `content` in `site.toml` at one \
         Markdown file",
    )
}

pub fn no_sections(path: &str) -> Diagnostic {
    error("no-content", whole(path), format!("there are no sections in `{path}`"))
        .hint("begin each section with a heading: `## Title`")
}

// ---- structure -----------------------------------------------------------------------------

pub fn no_title(path: &str) -> Diagnostic {
    error("no-title", whole(path), format!("`{path}` has no title")).hint("begin it with `# Title`")
}

pub fn second_title(place: Place) -> Diagnostic {
    error("second-title", Some(place), "a section has one `#` heading, this is another".into())
        .hint("make it a level with `##`, or move it to a file of its own")
}

pub fn empty_section(place: Place, title: &str) -> Diagnostic {
    error("empty-section", Some(place), format!("section `{title}` has no topics")).hint(
        "add topics as list items or `###` headings below a `##` level, or mark the file \
         `draft = true` in its front matter",
    )
}

pub fn empty_level(place: Place, title: &str) -> Diagnostic {
    warning("empty-level", Some(place), format!("level `{title}` has no topics"))
        .hint("add topics as list items or `###` headings below it")
}

/// `what` is a section, level or topic.
pub fn empty_title(place: Place, what: &str) -> Diagnostic {
    error("empty-title", Some(place), format!("this {what} has no title"))
}

pub fn same_url(place: Place, slug: &str, other: &str) -> Diagnostic {
    error("same-url", Some(place), format!("the address `/{slug}/` is also that of `{other}`"))
        .hint("rename one of the two")
}

pub fn reserved_slug(place: Place, slug: &str) -> Diagnostic {
    error("reserved-slug", Some(place), format!("`/{slug}/` is a page of the site itself"))
        .hint("choose another name for this section")
}

pub fn bad_slug(place: Place, slug: &str) -> Diagnostic {
    error("bad-slug", Some(place), format!("`{slug}` cannot be an address"))
        .hint("use letters, digits, `-` and `_`")
}

pub fn too_deep(place: Place, depth_max: usize) -> Diagnostic {
    error("nesting", Some(place), format!("this is nested more than {depth_max} levels deep"))
}

pub fn parser_panic(path: &str) -> Diagnostic {
    error("parser", whole(path), format!("the Markdown parser failed on `{path}`"))
        .hint("please report it with the file; taking out the last edit helps for now")
}

// ---- attributes and ids --------------------------------------------------------------------

pub fn unknown_attribute<'a>(
    place: Place,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    error("unknown-attribute", Some(place), format!("there is no attribute `{name}`"))
        .hint_if(did_you_mean(name, known))
}

pub fn bad_attribute(place: Place, name: &str, wanted: &str) -> Diagnostic {
    error("bad-attribute", Some(place), format!("`{name}` needs {wanted}"))
}

pub fn repeated_attribute(place: Place, name: &str) -> Diagnostic {
    error("repeated-attribute", Some(place), format!("`{name}` is given twice"))
}

pub fn bad_id(place: Place, id: &str) -> Diagnostic {
    error("bad-id", Some(place), format!("`{id}` is not an id"))
        .hint("ids are of letters, digits, `-` and `_`: `{#list-comprehension}`")
}

pub fn stray_attributes(place: Place) -> Diagnostic {
    error("stray-attributes", Some(place), "these attributes belong to no topic".into()).hint(
        "topics are the headings below a level, or the items of its lists where it has no \
         headings; make this item a heading too",
    )
}

pub fn section_attributes(place: Place) -> Diagnostic {
    error("stray-attributes", Some(place), "a section has no such attribute".into()).hint(
        "its file names it: `05-decorators.md` is `/decorators/`; only where all sections stand \
         in one file do they have an `{#id}`",
    )
}

pub fn heading_attributes(place: Place, name: &str) -> Diagnostic {
    let message = format!("`{name}` belongs to topics, and this heading is none");
    error("stray-attributes", Some(place), message).hint("such a heading has an `{#id}` at most")
}

pub fn misplaced_attributes(place: Place) -> Diagnostic {
    let message = "these attributes do not end the line, and stay in the title";
    error("stray-attributes", Some(place), message.into())
        .hint("move them to the end of the line, or write `\\{#` where it is meant as text")
}

pub fn duplicate_anchor(place: Place, id: &str) -> Diagnostic {
    error("duplicate-id", Some(place), format!("the id `{id}` stands twice in this page"))
        .hint("a link can lead to one place only: choose another")
}

pub fn duplicate_id(place: Place, id: &str, other: &str) -> Diagnostic {
    error("duplicate-id", Some(place), format!("the id `{id}` is also that of {other}"))
        .hint("progress is saved under the id: every topic needs its own")
}

pub fn vanished_id(
    lock: Place,
    id: &str,
    title: &str,
    similar: Option<(&str, &str)>,
) -> Diagnostic {
    let message = format!("topic `{id}` (`{title}`) was published and no longer exists");
    let hint = match similar {
        Some((new_id, new_title)) => format!(
            "was it renamed to `{new_id}` (`{new_title}`)? then write `was={id}` into that \
             topic's attributes; if it is gone for good: `roadmap-site pin --retire {id}`"
        ),
        None => format!(
            "if another topic took its place, write `was={id}` into that topic's attributes; if \
             it is gone for good: `roadmap-site pin --retire {id}`"
        ),
    };
    error("vanished-id", Some(lock), message).hint(hint)
}

pub fn retired_id(place: Place, id: &str) -> Diagnostic {
    error("retired-id", Some(place), format!("the id `{id}` was retired")).hint(
        "learners may have progress under it that means something else: choose a new id, or \
         take `retired` out of `roadmap.lock` if it is the same topic again",
    )
}

pub fn unpinned(place: Place, count: usize, lock: &str) -> Diagnostic {
    let message = match count {
        1 => format!("this topic is not in `{lock}` yet"),
        more => format!("this topic and {} more are not in `{lock}` yet", more - 1),
    };
    warning("unpinned", Some(place), message)
        .hint("run `roadmap-site pin` before you publish, so that progress survives edits")
}

pub fn was_still_exists(place: Place, id: &str) -> Diagnostic {
    error("was", Some(place), format!("`was={id}` names a topic that still exists"))
        .hint("`was` is for ids this topic had before; take it out, or give the other a new id")
}

pub fn was_twice(place: Place, id: &str, other: &str) -> Diagnostic {
    error("was", Some(place), format!("`was={id}` is also claimed by topic `{other}`"))
        .hint("saved progress can move to one topic only")
}

pub fn unknown_needs<'a>(
    place: Place,
    topic: &str,
    needs: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let message = format!("topic `{topic}` needs `{needs}`, which does not exist");
    let hint = nearest(needs, known).map(|near| format!("did you mean `{near}`?"));
    error("unknown-needs", Some(place), message).hint_if(hint)
}

pub fn needs_cycle(place: Place, cycle: &[&str]) -> Diagnostic {
    let message = match cycle {
        [one] => format!("topic `{one}` needs itself"),
        [first, ..] => {
            let path: Vec<String> = cycle.iter().map(|id| format!("`{id}`")).collect();
            format!("these topics need each other: {} → `{first}`", path.join(" → "))
        }
        [] => "a cycle of no topics".into(),
    };
    error("needs-cycle", Some(place), message).hint("take one `needs` out: one has to come first")
}

pub fn lock_entry(place: Place, key: &str) -> Diagnostic {
    error("lock", Some(place), format!("the entry `{key}` cannot be read"))
        .hint("an entry is `id = \"title\"` or `id = { title = \"title\", retired = true }`")
}

// ---- links and images ----------------------------------------------------------------------

pub fn broken_link<'a>(
    place: Place,
    target: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let hint = nearest(target, known).map(|near| format!("did you mean `{near}`?"));
    error("broken-link", Some(place), format!("`{target}` does not exist")).hint_if(hint)
}

pub fn broken_anchor<'a>(
    place: Place,
    anchor: &str,
    page: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let hint = nearest(anchor, known).map(|near| format!("did you mean `#{near}`?"));
    error("broken-anchor", Some(place), format!("`{page}` has no `#{anchor}`")).hint_if(hint)
}

pub fn renamed_anchor(place: Place, anchor: &str, id: &str) -> Diagnostic {
    error("broken-anchor", Some(place), format!("`#{anchor}` is an id of the past"))
        .hint(format!("the topic is now `#{id}`"))
}

pub fn absolute_link(place: Place, target: &str) -> Diagnostic {
    error("absolute-link", Some(place), format!("`{target}` begins at the root of the host")).hint(
        "link to the file, relative to this one: `05-decorators.md#closure`; it works on GitHub \
         too, and wherever the site is hosted",
    )
}

pub fn draft_link(place: Place, target: &str) -> Diagnostic {
    error("broken-link", Some(place), format!("`{target}` is a draft and is not published"))
}

pub fn unsafe_link(place: Place, target: &str) -> Diagnostic {
    let shown: String = target.chars().take(60).collect();
    error(
        "unsafe-link",
        Some(place),
        format!("`{}` is not a link that a page may have", shown.escape_debug()),
    )
    .hint("links are relative, or begin with `https:`, `http:` or `mailto:`")
}

pub fn missing_image<'a>(
    place: Place,
    target: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let hint = nearest(target, known).map(|near| format!("did you mean `{near}`?"));
    error("missing-image", Some(place), format!("there is no image `{target}`")).hint_if(hint)
}

pub fn external_image(place: Place, target: &str) -> Diagnostic {
    error("external-image", Some(place), format!("`{target}` is an image on another host"))
        .hint("save it in the content folder: a page of this site asks nobody else for anything")
}

pub fn undefined_footnote(place: Place, label: &str) -> Diagnostic {
    error("footnote", Some(place), format!("there is no footnote `[^{label}]`")).hint(format!(
        "add a line `[^{label}]: text`, or write it as code if it is none: `` `[^{label}]` ``"
    ))
}

pub fn repeated_footnote(place: Place) -> Diagnostic {
    error("footnote", Some(place), "there is another footnote of this name before it".into())
        .hint("give this one a name of its own: it is shown nowhere")
}

pub fn footnote_in_title(place: Place, label: &str) -> Diagnostic {
    let message = format!("footnote `[^{label}]` is not shown: it stands in a title");
    warning("footnote", Some(place), message).hint("put it behind a word of the text below")
}

pub fn unused_footnote(place: Place, label: &str) -> Diagnostic {
    warning("footnote", Some(place), format!("footnote `[^{label}]` is used nowhere"))
}

pub fn alias_taken(place: Place, alias: &str, other: &str) -> Diagnostic {
    error("alias", Some(place), format!("the old address `{alias}` is now that of `{other}`"))
}

pub fn bad_alias(place: Place, alias: &str) -> Diagnostic {
    error("alias", Some(place), format!("`{alias}` cannot be an old address"))
        .hint("write it as `old-name/` or `folder/old-name.html`, relative to the site")
}

// ---- text ----------------------------------------------------------------------------------

pub fn literal_stars(place: Place) -> Diagnostic {
    error("literal-stars", Some(place), "these stars mark nothing and stay in the text".into())
        .hint("close the emphasis, write code as `` `2**10` ``, or escape stars as `\\*\\*`")
}

pub fn bidi_control(place: Place, character: char) -> Diagnostic {
    let code = u32::from(character);
    error(
        "bidi-control",
        Some(place),
        format!("an invisible control character (U+{code:04X}) reorders the text that is shown"),
    )
    .hint("delete it; code that has to contain it can write it as an escape")
}

pub fn html_as_text(place: Place, tag: &str) -> Diagnostic {
    warning("html", Some(place), format!("`{tag}` is shown as text")).hint(
        "HTML is limited to `kbd sub sup br details summary mark abbr ruby rt rp` without \
         attributes; `html = \"all\"` in `site.toml` passes everything",
    )
}

pub fn html_unclosed(place: Place, tag: &str) -> Diagnostic {
    warning("html", Some(place), format!("`<{tag}>` is not closed here"))
        .hint(format!("write `</{tag}>` before this part of the text ends"))
}

pub fn unknown_callout(place: Place, kind: &str, known: &[&str]) -> Diagnostic {
    warning("callout", Some(place), format!("there is no callout `{kind}`"))
        .hint_if(did_you_mean(kind, known.iter().copied()))
}

pub fn unanswered_question(place: Place) -> Diagnostic {
    error("question", Some(place), "this question has no answer".into())
        .hint("write it below the first line, inside the `>` block")
}

pub fn empty_question(place: Place) -> Diagnostic {
    error("question", Some(place), "this question asks nothing".into())
        .hint("put it behind the marker: `> [!question] 会打印什么？`")
}

// ---- code ----------------------------------------------------------------------------------

pub fn unknown_language(place: Place, language: &str, near: Option<String>) -> Diagnostic {
    warning("unknown-language", Some(place), format!("no highlighting for `{language}`")).hint(
        match near {
            Some(near) => format!("did you mean `{near}`? use `text` for plain text"),
            None => "use `text` for plain text".into(),
        },
    )
}

pub fn stray_output(place: Place) -> Diagnostic {
    error("stray-output", Some(place), "this output belongs to no example".into())
        .hint("an `output` fence stands right after the fence that prints it")
}

pub fn follows_nothing(place: Place) -> Diagnostic {
    error("follows", Some(place), "there is no Python fence before this one to follow".into())
}

pub fn follows_shown_only(place: Place) -> Diagnostic {
    error("follows", Some(place), "the fence that this one follows is `no-run`".into())
        .hint("let that one run, or make this one `no-run` too")
}

pub fn missing_include<'a>(
    place: Place,
    path: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let hint = nearest(path, known).map(|near| format!("did you mean `{near}`?"));
    error("include", Some(place), format!("there is no file `{path}`"))
        .hint_if(hint.or(Some("the path is relative to this file, inside the content".into())))
}

pub fn include_not_text(place: Place, path: &str) -> Diagnostic {
    error("include", Some(place), format!("`{path}` is not a text file of at most 1 MiB in UTF-8"))
}

pub fn missing_region<'a>(
    place: Place,
    path: &str,
    region: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    error("include", Some(place), format!("`{path}` has no region `{region}`")).hint_if(
        did_you_mean(region, known)
            .or(Some(format!("mark it with `# region {region}` and `# endregion`"))),
    )
}

pub fn include_with_code(place: Place) -> Diagnostic {
    error("include", Some(place), "this fence has both `file=` and code of its own".into())
        .hint("leave the fence empty, or take `file=` out")
}

pub fn line_out_of_range(place: Place, name: &str, line: usize, lines: usize) -> Diagnostic {
    error(
        "bad-attribute",
        Some(place),
        format!("`{name}` names line {line}, but the code has {lines}"),
    )
}

// ---- theme and output ----------------------------------------------------------------------

pub fn no_theme(path: &str) -> Diagnostic {
    error("theme", None, format!("there is no theme `{path}`"))
        .hint("`theme` in `site.toml` names a folder below `themes`; leave it out for the default")
}

pub fn template(path: &str, message: &str) -> Diagnostic {
    error("template", whole(path), format!("a template cannot be used: {message}"))
}

pub fn theme_words(path: &str, message: &str) -> Diagnostic {
    error("theme", whole(path), message.into())
}

pub fn theme_import(path: &str, import: &str) -> Diagnostic {
    error("theme", whole(path), format!("`@import '{import}'` names no file of the theme"))
}

pub fn output_collision(path: &str, target: &str) -> Diagnostic {
    error(
        "same-url",
        whole(path),
        format!("`{path}` would be `/{target}`, a file of the site itself"),
    )
    .hint("give it another name")
}

pub fn output_refused(folder: &str, reason: &str) -> Diagnostic {
    error("output", None, format!("the output folder `{folder}` {reason}"))
        .hint("choose a folder of its own: `output` in `site.toml`, or `--output DIR`")
}

pub fn output_foreign(folder: &str, files: &[String], count: usize) -> Diagnostic {
    let more = if count > files.len() {
        format!(" and {} more", count - files.len())
    } else {
        String::new()
    };
    error(
        "output",
        None,
        format!(
            "the output folder `{folder}` holds files that no build wrote: {}{more}",
            list(files)
        ),
    )
    .hint("move them away, or choose another output folder: nothing of yours is deleted")
}

pub fn output_failed(folder: &str, reason: impl Display) -> Diagnostic {
    error("output", None, format!("the site cannot be written to `{folder}`: {reason}"))
        .hint("the output folder is as it was")
}

pub fn retire_unknown<'a>(
    id: &str,
    lock: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    error("pin", None, format!("there is no id `{id}` in `{lock}`"))
        .hint_if(did_you_mean(id, known))
}

pub fn retire_living(place: Place, id: &str) -> Diagnostic {
    error("pin", Some(place), format!("topic `{id}` still exists")).hint("delete the topic first")
}

pub fn write_failed(path: &str, reason: impl Display) -> Diagnostic {
    error("write", None, format!("`{path}` cannot be written: {reason}"))
}

// ---- the preview ---------------------------------------------------------------------------

pub fn cannot_listen(address: &str, reason: impl Display) -> Diagnostic {
    error("serve", None, format!("the preview cannot listen on `{address}`: {reason}"))
        .hint("choose another port with `--port`, or leave it out for the first free one")
}

pub fn open_to_others(host: &str) -> Diagnostic {
    warning("serve", None, format!("the preview listens on `{host}`: others can reach it"))
        .hint("it shows drafts of your content; leave `--host` out to keep it to this computer")
}

pub fn watch_limit(reason: &str) -> Diagnostic {
    warning("watch", None, format!("the system reports no changes ({reason})")).hint(
        "looking every half second instead; on Linux, `fs.inotify.max_user_watches` is the limit",
    )
}

pub fn cannot_open(reason: impl Display) -> Diagnostic {
    warning("serve", None, format!("no browser could be opened: {reason}"))
}

// ---- a new project -------------------------------------------------------------------------

pub fn files_in_the_way(folder: &str, files: &[String]) -> Diagnostic {
    let verb = if files.len() == 1 { "exists" } else { "exist" };
    error("init", None, format!("in `{folder}`, {} {verb} already", list(files)))
        .hint("nothing was written; move them away, or name another folder: `init my-roadmap`")
}

pub fn outline_without_topics(path: &str) -> Diagnostic {
    error("init", whole(path), format!("`{path}` holds nothing that could be a topic")).hint(
        "a roadmap is made of headings with lists or further headings below them; nothing was \
         written",
    )
}
