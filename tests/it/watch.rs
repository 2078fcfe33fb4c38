//! `serve --watch` as an author knows it: however a file is saved, the last save is what is
//! served, and at all times every page is answered.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::fixture::Project;
use crate::preview::{DEADLINE, Events, Preview};

const BROKEN: &str = "# A\n\n## L\n\n### T {#one}\n\n### U {#one}\n";

fn text(words: &str) -> String {
    format!("# A\n\n## L\n\n### T {{#one}}\n\n{words}\n")
}

/// How often each way of saving is tried; ×50 by hand.
fn rounds() -> usize {
    std::env::var("SAVES").ok().and_then(|count| count.parse().ok()).unwrap_or(3)
}

/// A project that is being written.
struct Author {
    project: Project,
    preview: Preview,
    events: Events,
}

impl Author {
    fn new(arguments: &[&str]) -> Author {
        let b = "# B\n\n## L\n\n### T {#b}\n\nB.\n";
        Author::of(
            Project::new(&[("content/01-a.md", &*text("first")), ("content/02-b.md", b)]),
            arguments,
        )
    }

    fn of(project: Project, arguments: &[&str]) -> Author {
        let preview = Preview::start(project.root(), &[&["--watch"], arguments].concat());
        let mut events = preview.events();
        events.next(DEADLINE).expect("the state now");
        Author { project, preview, events }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.project.root().join("content").join(name)
    }

    /// Waits for the next build; its problems as text, empty if it was good.
    fn built(&mut self) -> String {
        let state = self.events.next(DEADLINE).expect("it builds");
        let problems = state["problems"].as_array().unwrap().iter();
        problems.map(|problem| problem["text"].as_str().unwrap()).collect()
    }

    /// Waits until a page has these words, and sees to it that it is answered all the while.
    fn shows(&mut self, page: &str, words: &str) {
        let end = Instant::now() + DEADLINE;
        loop {
            let answer = self.preview.get(page);
            assert_eq!(answer.status(), 200, "{page} before it shows `{words}`");
            if answer.text().contains(words) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            let next = self.events.next(left);
            assert!(
                next.is_some(),
                "{page} never shows `{words}`:\n{}",
                self.preview.get(page).text()
            );
        }
    }

    /// Waits until a page is gone.
    fn vanishes(&mut self, page: &str) {
        while self.preview.get(page).status() != 404 {
            self.built();
        }
    }

    /// Waits for a build that fails; the page shows what it showed.
    fn breaks(&mut self, page: &str, words: &str) {
        while self.built().is_empty() {}
        let answer = self.preview.get(page);
        assert_eq!(answer.status(), 200);
        assert!(answer.text().contains(words), "the last good page stays");
    }

    /// Saves in this way again and again: each save is shown, with at most two builds a save.
    fn saves(mut self, way: fn(&Author, &str)) {
        let first = self.events.last;
        for round in 0..rounds() {
            let words = format!("round {round} of saves");
            way(&self, &text(&words));
            self.shows("/a/", &words);
        }
        let builds = self.events.last - first;
        assert!(builds <= 2 * rounds() as u64, "{builds} builds for {} saves", rounds());
        assert_eq!(self.preview.get("/b/").status(), 200);
    }
}

// ---- the ways of saving --------------------------------------------------------------------

#[test]
fn vim_with_a_probe_and_a_rename() {
    Author::new(&[]).saves(|author, text| {
        fs::write(author.path("4913"), "").unwrap();
        fs::remove_file(author.path("4913")).unwrap();
        fs::rename(author.path("01-a.md"), author.path("01-a.md~")).unwrap();
        fs::write(author.path("01-a.md"), text).unwrap();
        fs::remove_file(author.path("01-a.md~")).unwrap();
    });
}

#[test]
fn vim_with_backupcopy() {
    Author::new(&[]).saves(|author, text| {
        fs::copy(author.path("01-a.md"), author.path("01-a.md~")).unwrap();
        fs::write(author.path("01-a.md"), text).unwrap();
        fs::remove_file(author.path("01-a.md~")).unwrap();
    });
}

#[test]
fn vs_code_in_place() {
    Author::new(&[]).saves(|author, text| fs::write(author.path("01-a.md"), text).unwrap());
}

#[test]
fn jetbrains_safe_write() {
    Author::new(&[]).saves(|author, text| {
        fs::write(author.path("01-a.md___jb_tmp___"), text).unwrap();
        fs::rename(author.path("01-a.md"), author.path("01-a.md___jb_old___")).unwrap();
        fs::rename(author.path("01-a.md___jb_tmp___"), author.path("01-a.md")).unwrap();
        fs::remove_file(author.path("01-a.md___jb_old___")).unwrap();
    });
}

#[test]
fn emacs_with_a_lock_and_an_autosave_file() {
    Author::new(&[]).saves(|author, text| {
        symlink("me@host.1234:5678", author.path(".#01-a.md")).unwrap();
        fs::write(author.path("#01-a.md#"), text).unwrap();
        fs::rename(author.path("01-a.md"), author.path("01-a.md~")).unwrap();
        fs::write(author.path("01-a.md"), text).unwrap();
        fs::remove_file(author.path("#01-a.md#")).unwrap();
        fs::remove_file(author.path(".#01-a.md")).unwrap();
    });
}

#[test]
fn sed_in_place() {
    Author::new(&[]).saves(|author, text| {
        let words = text.lines().nth(6).unwrap();
        let expression = format!("7s/.*/{words}/");
        let file = author.path("01-a.md");
        let ran = Command::new("sed").arg("-i").arg(expression).arg(file).status().unwrap();
        assert!(ran.success());
    });
}

#[test]
fn two_replaces_in_a_row() {
    Author::new(&[]).saves(|author, text| {
        for (n, text) in ["# A\n\n## L\n\n### T {#one}\n\nhalf\n", text].into_iter().enumerate() {
            let new = author.path(&format!(".01-a.md.{n}"));
            fs::write(&new, text).unwrap();
            fs::rename(new, author.path("01-a.md")).unwrap();
        }
    });
}

#[test]
fn the_same_size_and_time() {
    Author::new(&[]).saves(|author, text| {
        let file = author.path("01-a.md");
        let modified = fs::metadata(&file).unwrap().modified().unwrap();
        fs::write(&file, text).unwrap();
        fs::File::options().write(true).open(&file).unwrap().set_modified(modified).unwrap();
    });
}

#[test]
fn delete_and_restore_at_once() {
    Author::new(&[]).saves(|author, text| {
        fs::remove_file(author.path("01-a.md")).unwrap();
        fs::write(author.path("01-a.md"), text).unwrap();
    });
}

#[test]
fn by_polling() {
    Author::new(&["--poll", "20"]).saves(|author, text| {
        fs::write(author.path(".new"), text).unwrap();
        fs::rename(author.path(".new"), author.path("01-a.md")).unwrap();
    });
}

#[test]
fn truncate_and_then_write() {
    let mut author = Author::new(&[]);
    let mut before = String::from("first");
    for round in 0..rounds() {
        fs::write(author.path("01-a.md"), "").unwrap();
        author.breaks("/a/", &before);
        before = format!("round {round} of saves");
        fs::write(author.path("01-a.md"), text(&before)).unwrap();
        author.shows("/a/", &before);
    }
}

#[test]
fn delete_and_restore_later() {
    let mut author = Author::new(&[]);
    for round in 0..rounds() {
        fs::remove_file(author.path("01-a.md")).unwrap();
        author.vanishes("/a/");
        fs::write(author.path("01-a.md"), text(&format!("round {round}."))).unwrap();
        author.built();
        author.shows("/a/", &format!("round {round}."));
    }
}

#[test]
fn delete_and_recreate_the_folder() {
    let mut author = Author::new(&[]);
    let recreate = |author: &Author, words: &str| {
        fs::create_dir(author.path("")).unwrap();
        fs::write(author.path("01-a.md"), text(words)).unwrap();
    };
    for round in 0..rounds() {
        // At once, and with the folder missed in between.
        let words = format!("round {round} at once");
        fs::remove_dir_all(author.path("")).unwrap();
        recreate(&author, &words);
        author.shows("/a/", &words);
        fs::remove_dir_all(author.path("")).unwrap();
        author.breaks("/a/", &words);
        let words = format!("round {round} later");
        recreate(&author, &words);
        author.shows("/a/", &words);
        // The new folder is watched like the old one, and so is one within it.
        fs::write(author.path("01-a.md"), text(&format!("{words} again"))).unwrap();
        author.shows("/a/", &format!("{words} again"));
        fs::create_dir(author.path("new")).unwrap();
        fs::write(author.path("new/x.txt"), "x").unwrap();
        while author.preview.get("/new/x.txt").status() != 200 {
            author.built();
        }
        fs::write(author.path("new/x.txt"), "xx").unwrap();
        author.shows("/new/x.txt", "xx");
        // Moved away as a whole, and another in its place.
        fs::rename(author.path(""), author.project.root().join("old")).unwrap();
        recreate(&author, &format!("round {round} moved"));
        author.shows("/a/", &format!("round {round} moved"));
        fs::write(author.path("01-a.md"), text(&format!("round {round} end"))).unwrap();
        author.shows("/a/", &format!("round {round} end"));
        fs::remove_dir_all(author.project.root().join("old")).unwrap();
    }
}

#[test]
fn a_link_that_leads_elsewhere() {
    let project = Project::new(&[
        ("store/0/01-a.md", &*text("first")),
        ("content/02-b.md", "# B\n\n## L\n\n### T {#b}\n"),
    ]);
    symlink("../store/0", project.root().join("content/..data")).unwrap();
    symlink("..data/01-a.md", project.root().join("content/01-a.md")).unwrap();
    let mut author = Author::of(project, &[]);
    author.shows("/a/", "first");
    for round in 1..=rounds() {
        author.project.write(&format!("store/{round}/01-a.md"), text(&format!("round {round}.")));
        symlink(format!("../store/{round}"), author.path("..new")).unwrap();
        fs::rename(author.path("..new"), author.path("..data")).unwrap();
        author.shows("/a/", &format!("round {round}."));
        // What it leads to is watched, too.
        author.project.write(&format!("store/{round}/01-a.md"), text(&format!("edit {round}.")));
        author.shows("/a/", &format!("edit {round}."));
    }
}

#[test]
fn saves_during_a_build() {
    let mut author = Author::new(&[]);
    for round in 0..rounds() {
        let (mut builds, mut save) = (0, 0);
        while builds < 2 {
            save += 1;
            fs::write(author.path("01-a.md"), text(&format!("save {round}.{save}."))).unwrap();
            builds += usize::from(author.events.next(Duration::from_millis(1)).is_some());
        }
        author.shows("/a/", &format!("save {round}.{save}."));
    }
}

#[test]
fn a_checkout_of_200_files() {
    let project = Project::new(&[("content/01-a.md", text("first"))]);
    let git = |root: &std::path::Path, arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(root).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        assert!(command.args(arguments).output().unwrap().status.success(), "{arguments:?}");
    };
    git(project.root(), &["init", "--quiet", "--initial-branch=main"]);
    let name = |n: usize| format!("content/{:03}-s{n}.md", n + 2);
    let topic = |n: usize, words: &str| format!("# S\n\n## L\n\n### T {{#t{n}}}\n\n{words}\n");
    for branch in ["one", "two"] {
        git(project.root(), &["checkout", "--quiet", "-b", branch]);
        for n in 0..200 {
            project.write(&name(n), topic(n, &format!("branch {branch}.")));
        }
        git(project.root(), &["add", "."]);
        git(project.root(), &["commit", "--quiet", "-m", branch]);
    }
    let mut author = Author::of(project, &[]);
    let first = author.events.last;
    for round in 0..rounds() {
        let branch = ["one", "two"][round % 2];
        git(author.project.root(), &["checkout", "--quiet", branch]);
        for n in [0, 199] {
            author.shows(&format!("/s{n}/"), &format!("branch {branch}."));
        }
    }
    let builds = author.events.last - first;
    // A burst that goes on for longer is built in between.
    assert!(builds <= 4 * rounds() as u64, "{builds} builds for {} checkouts", rounds());
}

// ---- mistakes ------------------------------------------------------------------------------

#[test]
fn broken_and_mended_a_hundred_times() {
    let mut author = Author::new(&[]);
    let times = if rounds() > 3 { 1000 } else { 100 };
    let done = AtomicBool::new(false);
    let port = author.preview.port;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let request = "GET /a/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
                let answer = crate::preview::raw(port, request.as_bytes());
                assert_eq!(answer.status(), 200);
                assert!(answer.text().contains("</html>"));
            }
        });
        let _end = End(&done);
        let mut before = String::from("first");
        for time in 0..times {
            fs::write(author.path("01-a.md"), BROKEN).unwrap();
            author.breaks("/a/", &before);
            before = format!("mended {time}.");
            fs::write(author.path("01-a.md"), text(&before)).unwrap();
            author.shows("/a/", &before);
        }
    });
}

/// Ends the other thread even when this one panics.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_mistake_is_told_and_forgotten() {
    let mut author = Author::new(&[]);
    fs::write(author.path("01-a.md"), BROKEN.replace("U {", "<script>alert(1)</script> {"))
        .unwrap();
    let problems = author.built();
    assert!(problems.contains("content/01-a.md:7:"), "{problems}");
    assert!(problems.contains("duplicate-id") && problems.contains("<script>"), "{problems}");
    assert!(!problems.contains('\u{1b}'), "no colours of a terminal");
    author.preview.said("the last good site stays up");
    fs::write(author.path("01-a.md"), text("first")).unwrap();
    assert_eq!(author.built(), "");
}

#[test]
fn the_settings_broken_missing_and_back() {
    let mut author = Author::new(&[]);
    let good = fs::read(author.project.root().join("site.toml")).unwrap();
    for _ in 0..rounds() {
        author.project.write("site.toml", "title = ");
        author.breaks("/a/", "first");
        author.project.write("site.toml", &good);
        while !author.built().is_empty() {}
        fs::remove_file(author.project.root().join("site.toml")).unwrap();
        author.breaks("/a/", "first");
        author.project.write("site.toml", &good);
        while !author.built().is_empty() {}
        assert_eq!(author.preview.get("/a/").status(), 200);
    }
    author.project.write("site.toml", "id = \"test\"\ntitle = \"Another title\"\n");
    author.shows("/a/", "Another title");
    author.project.write(
        "site.toml",
        "id = \"test\"\ntitle = \"T\"\nbase_url = \"https://example.org/x/\"\n",
    );
    author.built();
    assert_eq!(author.preview.get("/x/a/").status(), 200);
}

#[test]
fn a_site_that_was_never_good() {
    let project = Project::new(&[("content/01-a.md", BROKEN)]);
    let mut author = Author::of(project, &[]);
    let answer = author.preview.get("/");
    assert!(answer.status() == 404 && answer.text().contains("cannot be built yet"));
    assert!(answer.text().contains("data-version"), "it waits for the first good build");
    fs::write(author.path("01-a.md"), text("good at last")).unwrap();
    author.built();
    author.shows("/a/", "good at last");
}

// ---- everything that a site is made of -----------------------------------------------------

#[test]
fn an_included_file() {
    let section = text("Code:\n\n```python file=code/app.py\n```");
    let project =
        Project::new(&[("content/01-a.md", &*section), ("content/code/app.py", "first_name\n")]);
    let mut author = Author::of(project, &[]);
    author.shows("/a/", "first_name");
    author.project.write("content/code/app.py", "second_name\n");
    author.shows("/a/", "second_name");
    fs::remove_file(author.path("code/app.py")).unwrap();
    author.breaks("/a/", "second_name");
    author.project.write("content/code/app.py", "third_name\n");
    author.shows("/a/", "third_name");
}

#[test]
fn one_file_beside_what_it_includes() {
    let readme = "# R\n\n## A\n\n### L\n\n- T {#one}\n\n  ```python file=code/new/app.py\n  ```\n";
    let site = "id = \"t\"\ntitle = \"T\"\ncontent = \"README.md\"\n";
    let project = Project::new(&[
        ("README.md", &*readme.replace("code/new/app.py", "app.py")),
        ("site.toml", site),
        ("app.py", "first_name\n"),
    ]);
    let mut author = Author::of(project, &[]);
    author.project.write("app.py", "second_name\n");
    author.built();
    // A file that is not there yet, in a folder that is not there yet.
    author.project.write("README.md", readme);
    assert!(author.built().contains("code/new/app.py"));
    author.project.write("code/new/app.py", "third_name\n");
    assert_eq!(author.built(), "");
    author.project.write("code/new/app.py", "third_name()(\n");
    assert_eq!(author.built(), "");
}

#[test]
fn files_of_the_theme() {
    let mut author = Author::new(&[]);
    let css = "themes/default/css/own.css";
    for (round, words) in ["first-rule", "other-rule"].into_iter().enumerate() {
        author.project.write(css, format!(".{words} {{ color: red }}\n"));
        author.shows("/assets/style.css", words);
        author.project.write("themes/default/templates/own.html", format!("{round}"));
        author.built();
        fs::remove_dir_all(author.project.root().join("themes")).unwrap();
        while author.preview.get("/assets/style.css").text().contains(words) {
            author.built();
        }
    }
    author.project.write("themes/default/templates/section.html", "{% broken");
    author.breaks("/a/", "first");
    fs::remove_file(author.project.root().join("themes/default/templates/section.html")).unwrap();
    assert_eq!(author.built(), "");
}

#[test]
fn sections_and_drafts_come_and_go() {
    let mut author = Author::new(&[]);
    let section = "# New\n\n## L\n\n### T {#new}\n";
    author.project.write("content/03-new.md", section);
    author.shows("/", "New");
    assert_eq!(author.preview.get("/new/").status(), 200);
    author.project.write("content/03-new.md", format!("+++\ndraft = true\n+++\n\n{section}"));
    author.vanishes("/new/");
    author.project.write("content/03-new.md", section);
    author.built();
    author.shows("/new/", "New");
    fs::rename(author.path("03-new.md"), author.path("04-newer.md")).unwrap();
    author.vanishes("/new/");
    author.shows("/newer/", "New");
}

#[test]
fn a_save_that_changes_nothing_builds_nothing() {
    let mut author = Author::new(&[]);
    let before = author.events.last;
    fs::write(author.path("01-a.md"), text("first")).unwrap();
    fs::write(author.path(".hidden"), "x").unwrap();
    author.project.write("public/x", "a build of another process");
    fs::File::open(author.path("01-a.md")).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    assert!(author.events.next(Duration::from_secs(1)).is_none());
    fs::write(author.path("01-a.md"), text("second")).unwrap();
    author.shows("/a/", "second");
    assert_eq!(author.events.last, before + 1);
}

#[test]
fn pages_that_did_not_change_are_not_told() {
    let mut author = Author::new(&[]);
    fs::write(author.path("data.txt"), "beside the pages").unwrap();
    let state = author.events.next(DEADLINE).unwrap();
    assert_eq!(state["changed"], serde_json::json!([]));
    assert_eq!(author.preview.get("/data.txt").text(), "beside the pages");
    fs::write(author.path("01-a.md"), text("second")).unwrap();
    let state = author.events.next(DEADLINE).unwrap();
    assert!(state["changed"].as_array().unwrap().contains(&"/a/".into()), "{state}");
}
