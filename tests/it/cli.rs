//! The real program where a case file cannot say it: without a project, with colours asked for
//! and refused, read from a pipe that closes. All else about it stands in `tests/cases/cli`.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use clap::Parser;

use crate::command::{program, run};
use crate::fixture::section;

const BROKEN: &str = "# 甲\n\n- 一 {#one nope=1}\n";

#[test]
fn without_a_project_it_says_where_it_looked() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["build", "check", "pin"] {
        let ran = run(folder.path(), &[command]);
        assert_eq!((ran.code, &*ran.stdout), (2, ""));
        let said =
            format!("error[no-project]: there is no `site.toml` in `{}", folder.path().display());
        assert!(ran.stderr.starts_with(&said), "{}", ran.stderr);
        assert!(ran.stderr.contains("--root DIR"), "{}", ran.stderr);
    }
    let ran = run(folder.path(), &["build", "--root", "nowhere"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("`site.toml` in `nowhere`"), "{}", ran.stderr);
    fs::create_dir(folder.path().join("site.toml")).unwrap();
    assert_eq!(run(folder.path(), &["build"]).code, 2);
}

#[test]
fn help_and_version_are_no_failures() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["--help"][..], &["help", "build"], &["check", "--help"], &["--version"]] {
        let ran = run(folder.path(), arguments);
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{arguments:?}");
        assert!(ran.stdout.contains("roadmap-site") || ran.stdout.contains("Options"));
    }
    for arguments in [&[][..], &["bild"], &["build", "--nope"], &["check", "--format", "xml"]] {
        assert_eq!(run(folder.path(), arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn help_teaches_by_examples_that_are_no_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let commands = ["init", "build", "serve", "check", "test", "pin", "completions"];
    let overall = run(folder.path(), &["--help"]).stdout;
    let mut examples = 0;
    let pages = commands.iter().map(|command| run(folder.path(), &[command, "--help"]).stdout);
    for (page, command) in pages.chain([overall.clone()]).zip(commands.iter().chain([&""])) {
        assert!(overall.contains(command), "{command} is in the overview");
        let shown = page.split("Examples:\n").nth(1).expect("there are examples");
        let lines = shown.lines().filter_map(|line| line.strip_prefix("  roadmap-site "));
        for line in lines {
            // What stands behind two spaces, or a redirection, is for the reader.
            let usage = line.split("  ").next().unwrap().split(" >").next().unwrap();
            let arguments: Vec<&str> = usage.split_whitespace().collect();
            assert!(usage.starts_with(command), "{line}");
            let arguments = std::iter::once("roadmap-site").chain(arguments);
            let parsed = roadmap_site::arguments::Arguments::try_parse_from(arguments);
            assert!(parsed.is_ok(), "{line}");
            examples += 1;
        }
    }
    assert!(examples > 20, "{examples}");
}

#[test]
fn completions_know_every_command_in_every_shell() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(folder.path(), &["completions", shell]);
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{shell}");
        for word in ["init", "serve", "base-url", "retire"] {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(run(folder.path(), &["completions", "cmd"]).code, 2);
}

#[test]
fn a_pipe_gets_no_colours_and_neither_does_who_refuses_them() {
    let project = section(BROKEN);
    for (name, value) in [("TERM", "xterm-256color"), ("NO_COLOR", "1"), ("CLICOLOR", "0")] {
        let output = program(project.root(), &["check"]).env(name, value).output().unwrap();
        assert!(!output.stderr.contains(&0x1b), "{name}");
    }
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    let forced = program(project.root(), &["check"]).env(both[0].0, "1").output().unwrap();
    assert!(forced.stderr.contains(&0x1b), "colours can be asked for");
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let project = section(BROKEN);
    let many: String = (0..3000).map(|n| format!("- 一 {{#a{n} nope=1}}\n")).collect();
    project.write("content/01-a.md", format!("# 甲\n\n{many}"));
    let mut child = program(project.root(), &["check", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn every_line_of_json_is_an_object_with_the_same_keys() {
    let project = section("# 甲\n\n- 一 {#one nope=1}\n\n  [x](y.md) <b>\n\n```pyhton\n```\n");
    project.write("content/notes.md", "x");
    let ran = run(project.root(), &["check", "--format", "json"]);
    assert_eq!((ran.code, &*ran.stderr), (1, ""));
    assert!(ran.stdout.lines().count() >= 4, "{}", ran.stdout);
    for line in ran.stdout.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 9, "{line}");
        assert!(value["severity"] == "error" || value["severity"] == "warning");
    }
}

#[test]
fn a_file_name_that_is_not_utf8_is_told_and_not_a_panic() {
    use std::os::unix::ffi::OsStrExt;
    let project = section("# 甲\n\n- 一 {#one}\n");
    let name = std::ffi::OsStr::from_bytes(b"02-\xff.md");
    fs::write(project.root().join("content").join(name), "# 乙\n\n- 二 {#two}\n").unwrap();
    let ran = run(project.root(), &["build"]);
    assert!(ran.code == 1 || ran.code == 2, "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}
