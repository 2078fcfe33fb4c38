//! `test` on a site with an example of every attribute, right and wrong, and with examples that
//! misbehave: the whole output as the author sees it. `UPDATE=1` accepts what it is now.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use walkdir::WalkDir;

use crate::command::{program, run};
use crate::fixture::section;

/// The site of the examples in a folder that may be written to.
fn site() -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/examples");
    let folder = tempfile::tempdir().unwrap();
    for entry in WalkDir::new(&from).into_iter().map(Result::unwrap) {
        let target = folder.path().join(entry.path().strip_prefix(&from).unwrap());
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(target).unwrap(),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
    folder
}

#[test]
fn every_attribute_and_every_misbehaviour_is_told_as_it_is() {
    let folder = site();
    let ran = run(folder.path(), &["test"]);
    assert_eq!(ran.code, 1);
    // The version of the Python here is no part of what is compared.
    let (before, after) = ran.stderr.split_once("here is 3.").expect("one example is too new");
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let found = format!("{before}here is 3.…{after}{}", ran.stdout);
    let accepted = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sites/examples.expected");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&accepted, &found).unwrap();
    }
    let accepted = fs::read_to_string(accepted).unwrap();
    assert_eq!(found, accepted, "{found}");
    #[cfg(target_os = "linux")]
    assert_eq!(left_running(), Vec::<String>::new());
}

/// Processes that an example of this program has left.
#[cfg(target_os = "linux")]
fn left_running() -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let left = processes.filter_map(|process| {
        let environment = fs::read(process.path().join("environ")).ok()?;
        let text = String::from_utf8_lossy(&environment).into_owned();
        let parent = text.contains("ROADMAP_SITE_RUN=roadmap-site-run-");
        parent.then(|| process.path().display().to_string())
    });
    left.collect()
}

#[test]
fn bless_writes_what_is_missing_and_then_nothing() {
    let markdown = "# 甲\r\n\r\n## 基础\r\n\r\n### 一 {#one}\r\n\r\n```python\r\nprint('a')\r\n\
                    print('```')\r\n```\r\n\r\n> [!note] 里面\r\n> ```python\r\n> print('b')\r\n\
                    > ```\r\n>\r\n> ```output\r\n> old\r\n> ```\r\n\r\n- 项\r\n\r\n  ```python \
                    raises=KeyError\r\n  {}['k']\r\n  ```\r\n";
    let project = section(markdown);
    let ran = run(project.root(), &["test", "--bless"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
    assert_eq!(ran.stdout, "3 outputs written\n3 passed, 0 failed, 0 not run\n");
    let once = fs::read_to_string(project.root().join("content/01-a.md")).unwrap();
    let version = &once[once.find("python=3.").unwrap()..][..11];
    let version = version.trim_end();
    let expected = markdown
        .replace(
            "print('```')\r\n```\r\n",
            &format!("print('```')\r\n```\r\n\r\n````output {version}\r\na\r\n```\r\n````\r\n"),
        )
        .replace("> ```output\r\n> old\r\n", &format!("> ```output {version}\r\n> b\r\n"))
        .replace(
            "  {}['k']\r\n  ```\r\n",
            &format!(
                "  {{}}['k']\r\n  ```\r\n\r\n  ```output {version}\r\n  KeyError: 'k'\r\n  ```\r\n"
            ),
        );
    assert_eq!(once, expected);
    let again = run(project.root(), &["test", "--bless"]);
    assert_eq!(again.stdout, "0 outputs written\n3 passed, 0 failed, 0 not run\n");
    assert_eq!(fs::read_to_string(project.root().join("content/01-a.md")).unwrap(), once);
    assert_eq!(run(project.root(), &["test", "--strict"]).code, 0);
}

#[test]
fn bless_keeps_what_varies_until_it_is_taken_out() {
    let site = |output: &str| {
        let fence = format!("```output python=3.11\n{output}```\n");
        section(&format!(
            "# 甲\n\n## 基础\n\n### 一 {{#one}}\n\n```python varies\nprint('now')\n```\n\n{fence}"
        ))
    };
    for (output, written, kept) in [("then\n", 0, "then\n"), ("", 1, "now\n")] {
        let project = site(output);
        let ran = run(project.root(), &["test", "--bless"]);
        assert!(ran.stdout.starts_with(&format!("{written} output")), "{}", ran.stdout);
        let text = fs::read_to_string(project.root().join("content/01-a.md")).unwrap();
        assert!(text.ends_with(&format!("\n{kept}```\n")), "{text}");
    }
}

#[test]
fn results_are_remembered_until_something_that_decides_them_changes() {
    let counter = "open('COUNT', 'a').write('x'); print(1)";
    let cache = tempfile::tempdir().unwrap();
    let log = cache.path().join("count");
    let code = counter.replace("COUNT", &log.display().to_string());
    let text = |code: &str| {
        format!(
            "# 甲\n\n## 基础\n\n### 一 {{#one}}\n\n```python\n{code}\n```\n\n```output\n1\n```\n"
        )
    };
    let project = section(&text(&code));
    let test = |more: &[&str]| {
        let mut arguments = vec!["test"];
        arguments.extend(more);
        let mut command = program(project.root(), &arguments);
        let output = command.env("XDG_CACHE_HOME", cache.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(&log).unwrap().len()
    };
    assert_eq!((test(&[]), test(&[]), test(&["one"])), (1, 1, 1));
    assert_eq!(test(&["--no-cache"]), 2);
    project.write("content/01-a.md", text(&format!("{code}  # anders")));
    assert_eq!((test(&[]), test(&[])), (3, 3));
}

#[test]
fn a_broken_site_and_strictness_fail_without_an_example_failing() {
    let broken = section("# 甲\n\n- 一 {#one nope=1}\n");
    let ran = run(broken.root(), &["test"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.ends_with("1 error; no example was run\n"), "{}", ran.stderr);
    let new = section("# 甲\n\n## 基础\n\n### 一 {#one}\n\n```python python=3.99\n1\n```\n");
    assert_eq!(run(new.root(), &["test"]).code, 0);
    assert_eq!(run(new.root(), &["test", "--strict"]).code, 1);
}
