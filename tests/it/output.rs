//! The output contract on real folders: nothing of the user's is ever changed, no publish is
//! ever half seen, and what a killed build leaves behind is swept up by the next.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use roadmap_site::config::Config;
use roadmap_site::output::{OutFile, Output, Synced, sync};

use crate::command::{Tree, changed, program, run, tree};
use crate::fixture::{Project, section};

const ONE: &str = "# 甲\n\n- 一 {#one}\n";

/// A folder with a project in it, and things around it that are not the project's.
fn world() -> Project {
    let world = Project::new(&[
        ("site/site.toml", "id = \"test\"\ntitle = \"Test\"\n"),
        ("site/content/01-a.md", ONE),
        ("site/content/picture.png", "x"),
        ("site/themes/default/css/own.css", "/* own */\n"),
        ("site/src/main.rs", "fn main() {}\n"),
        ("site/.git/config", "[core]\n"),
        ("site/notes.txt", "mine\n"),
        ("home/letter.txt", "mine\n"),
        ("repository/.git/config", "[core]\n"),
        ("worktree/.git", "gitdir: ../repository/.git\n"),
        ("full/photo.jpg", "mine\n"),
    ]);
    fs::remove_file(world.root().join("site.toml")).unwrap();
    fs::create_dir(world.root().join("empty")).unwrap();
    world
}

/// An output folder that has to be refused: its name, what it may say, what is done before.
type Hostile = (&'static str, &'static str, fn(&Path));

const HOSTILE: &[Hostile] = &[
    ("", "has no name", |_| {}),
    (".", "the project", |_| {}),
    ("./", "the project", |_| {}),
    ("..", "the project", |_| {}),
    ("../..", "the project", |_| {}),
    ("content/..", "the project", |_| {}),
    ("ABSOLUTE/site", "the project", |_| {}),
    ("/", "root of the file system", |_| {}),
    ("../../../../../../../../../..", "root of the file system", |_| {}),
    ("../home", "the home folder", |_| {}),
    ("ABSOLUTE/home", "the home folder", |_| {}),
    ("content", "overlaps the content", |_| {}),
    ("./content/", "overlaps the content", |_| {}),
    ("content/public", "overlaps the content", |_| {}),
    ("content/../content/a/b", "overlaps the content", |_| {}),
    ("themes", "theme", |_| {}),
    ("themes/default", "theme", |_| {}),
    ("themes/new", "theme", |_| {}),
    (".git", "repository", |_| {}),
    (".git/public", "repository", |_| {}),
    ("../repository", "Git repository", |_| {}),
    ("../worktree", "Git repository", |_| {}),
    ("../repository/.git/hooks", "repository", |_| {}),
    ("notes.txt", "is a file", |_| {}),
    ("notes.txt/public", "", |_| {}),
    ("src", "main.rs", |_| {}),
    ("../full", "photo.jpg", |_| {}),
    ("ABSOLUTE/full", "photo.jpg", |_| {}),
    ("link", "symbolic link", |site| symlink("../empty", site.join("link")).unwrap()),
    ("link", "symbolic link", |site| symlink("nowhere", site.join("link")).unwrap()),
    ("link", "", |site| symlink("content", site.join("link")).unwrap()),
    ("link/", "symbolic link", |site| symlink("../empty", site.join("link")).unwrap()),
    ("link/public", "overlaps the content", |site| symlink("content", site.join("link")).unwrap()),
    ("link/..", "", |site| symlink("content/x", site.join("link")).unwrap()),
    ("public", "index.html", |site| {
        built(site);
        fs::write(site.join("public/index.html"), "mine").unwrap();
    }),
    ("public", "mine.html", |site| {
        built(site);
        fs::write(site.join("public/mine.html"), "mine").unwrap();
    }),
    ("public", "a/b/mine.html", |site| {
        built(site);
        fs::create_dir_all(site.join("public/a/b")).unwrap();
        fs::write(site.join("public/a/b/mine.html"), "mine").unwrap();
    }),
    ("public", "friend", |site| {
        built(site);
        symlink("../content", site.join("public/friend")).unwrap();
    }),
    ("public", "index.html", |site| {
        built(site);
        fs::rename(site.join("public/index.html"), site.join("kept.html")).unwrap();
        symlink("../kept.html", site.join("public/index.html")).unwrap();
    }),
    ("public", "index.html", |site| {
        built(site);
        fs::write(site.join("public/.roadmap-site.json"), "{}").unwrap();
    }),
    ("public", "index.html", |site| {
        built(site);
        fs::remove_file(site.join("public/.roadmap-site.json")).unwrap();
    }),
    ("public", "index.html", |site| {
        built(site);
        fs::remove_file(site.join("public/index.html")).unwrap();
        let fifo = site.join("public/index.html");
        assert!(std::process::Command::new("mkfifo").arg(fifo).status().unwrap().success());
    }),
    ("public", "mine", |site| {
        fs::create_dir(site.join("public")).unwrap();
        let manifest = "{\"version\":1,\"files\":{\"mine\":\"\",\"../notes.txt\":\"\"}}";
        fs::write(site.join("public/.roadmap-site.json"), manifest).unwrap();
        fs::write(site.join("public/mine"), "mine").unwrap();
    }),
];

fn built(site: &Path) {
    assert_eq!(run(site, &["build", "--output", "public"]).code, 0);
    // So that the next build has something to write.
    fs::write(site.join("content/01-a.md"), "# 甲\n\n- 一 {#one}\n- 二 {#two}\n").unwrap();
}

#[test]
fn hostile_output_folders_are_refused_and_nothing_is_touched() {
    for (folder, says, prepare) in HOSTILE {
        let world = world();
        let site = world.root().join("site");
        prepare(&site);
        let folder = folder.replace("ABSOLUTE", &world.root().display().to_string());
        let before = tree(world.root());
        let output = program(&site, &["build", "--output", &folder])
            .env("HOME", world.root().join("home"))
            .output()
            .unwrap();
        let after = tree(world.root());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(changed(&before, &after), [] as [&Path; 0], "`{folder}` ({says}): {stderr}");
        assert_eq!(output.status.code(), Some(2), "`{folder}`: {stderr}");
        assert!(stderr.contains(says), "`{folder}` should say `{says}`: {stderr}");
    }
}

#[test]
fn output_folders_that_are_ones_own_are_accepted() {
    for folder in ["public", "a/b/c", "../beside", "../empty", "src/site", "content-site", "..a"] {
        let world = world();
        let site = world.root().join("site");
        let before = tree(world.root());
        let ran = run(&site, &["build", "--output", folder]);
        assert_eq!(ran.code, 0, "`{folder}`: {}", ran.stderr);
        assert!(site.join(folder).join("a/index.html").is_file(), "{folder}");
        let after = tree(world.root());
        let lost = before.keys().filter(|path| !after.contains_key(*path)).count();
        assert_eq!(lost, 0, "{folder}");
        assert_eq!(staging_folders(&site.join(folder)), 0, "{folder}");
    }
}

#[test]
fn a_message_names_five_foreign_files_and_counts_the_rest() {
    let project = section(ONE);
    for number in 0..7 {
        project.write(&format!("public/{number}.txt"), "mine");
    }
    let ran = run(project.root(), &["build"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("`0.txt`, `1.txt`, `2.txt`, `3.txt` and `4.txt` and 2 more"));
}

#[test]
fn a_failed_build_changes_nothing() {
    let project = section(ONE);
    assert_eq!(run(project.root(), &["build"]).code, 0);
    let before = tree(&project.root().join("public"));
    for broken in [
        "# 甲\n\n- 一 {#one}\n- 二 {#one}\n",
        "# 甲\n",
        "# 甲\n\n- [一](x.md) {#one}\n\n  [x](x.md)\n",
    ] {
        project.write("content/01-a.md", broken);
        assert_eq!(run(project.root(), &["build"]).code, 1);
        assert_eq!(changed(&before, &tree(&project.root().join("public"))), [] as [&Path; 0]);
    }
    project.write("content/01-a.md", ONE);
    project.write("themes/default/templates/map.html", "{{ nothing.at.all }}");
    assert_eq!(run(project.root(), &["build"]).code, 1);
    assert_eq!(changed(&before, &tree(&project.root().join("public"))), [] as [&Path; 0]);
    assert_eq!(staging_folders(&project.root().join("public")), 0);
}

#[test]
fn a_file_that_no_longer_belongs_to_the_site_is_gone() {
    let project = Project::new(&[("content/01-a.md", ONE), ("content/02-b.md", "# 乙\n\n- 二\n")]);
    assert_eq!(run(project.root(), &["build"]).code, 0);
    assert!(project.root().join("public/b/index.html").is_file());
    fs::remove_file(project.root().join("content/02-b.md")).unwrap();
    assert_eq!(run(project.root(), &["build"]).code, 0);
    assert!(!project.root().join("public/b").exists());
}

#[test]
fn a_file_missing_from_the_output_comes_back() {
    let project = section(ONE);
    assert_eq!(run(project.root(), &["build"]).code, 0);
    let before = tree(&project.root().join("public"));
    fs::remove_file(project.root().join("public/a/index.html")).unwrap();
    assert_eq!(run(project.root(), &["build"]).code, 0);
    assert_eq!(changed(&before, &tree(&project.root().join("public"))), [] as [&Path; 0]);
}

#[test]
fn a_second_build_touches_nothing() {
    let project = section(ONE);
    let times = |project: &Project| {
        let files = walkdir::WalkDir::new(project.root().join("public"));
        let entries = files.into_iter().map(|entry| {
            let metadata = entry.unwrap().metadata().unwrap();
            (std::os::unix::fs::MetadataExt::ino(&metadata), metadata.modified().unwrap())
        });
        entries.collect::<Vec<_>>()
    };
    assert_eq!(run(project.root(), &["build"]).code, 0);
    let before = times(&project);
    let again = run(project.root(), &["build"]);
    assert_eq!(times(&project), before);
    assert!(again.stdout.contains("unchanged"), "{}", again.stdout);
}

#[test]
fn the_output_holds_files_and_folders_and_no_links() {
    let project = section(ONE);
    project.write("content/data/a.csv", "1\n");
    project.write("content/real.txt", "x");
    symlink("real.txt", project.root().join("content/alias.txt")).unwrap();
    symlink("data", project.root().join("content/folder")).unwrap();
    let ran = run(project.root(), &["build"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let public = tree(&project.root().join("public"));
    let links = public.values().filter(|entry| matches!(entry, crate::command::Entry::Link(_)));
    assert_eq!(links.count(), 0);
    assert!(
        public.contains_key(Path::new("alias.txt"))
            && public.contains_key(Path::new("folder/a.csv"))
    );
}

#[test]
fn a_link_out_of_the_project_is_never_published() {
    let world = world();
    let site = world.root().join("site");
    for (name, target) in
        [("a.txt", "../../home/letter.txt"), ("b", "../../home"), ("03-c.md", "/etc/hostname")]
    {
        let link = site.join("content").join(name);
        symlink(target, &link).unwrap();
        let ran = run(&site, &["build", "--output", "out"]);
        assert_eq!(ran.code, 1, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains("outside the project"), "{}", ran.stderr);
        assert!(!site.join("out").exists());
        fs::remove_file(link).unwrap();
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_of_the_environment() {
    if may_write_anywhere() {
        println!("skipped: nothing is unwritable for root");
        return;
    }
    let project = section(ONE);
    fs::create_dir(project.root().join("locked")).unwrap();
    let locked = project.root().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    let ran = run(project.root(), &["build", "--output", "locked/public"]);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot be written"), "{}", ran.stderr);
}

fn may_write_anywhere() -> bool {
    let probe = tempfile::tempdir().unwrap();
    fs::set_permissions(probe.path(), fs::Permissions::from_mode(0o500)).unwrap();
    fs::write(probe.path().join("x"), "x").is_ok()
}

fn staging_folders(output: &Path) -> usize {
    let entries = fs::read_dir(output.parent().unwrap()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(".roadmap-site-")).count()
}

// ---- killed, and read meanwhile --------------------------------------------------------------

/// A project whose output takes a while to write.
fn large(generation: usize) -> Project {
    let project = section(ONE);
    write_generation(&project, generation);
    project
}

fn write_generation(project: &Project, generation: usize) {
    for number in 0..200 {
        project.write(&format!("content/data/{number}.txt"), format!("{generation} {number}"));
    }
}

#[test]
fn a_killed_build_leaves_a_whole_site_and_no_rubbish_for_ever() {
    let project = large(0);
    let public = project.root().join("public");
    assert_eq!(run(project.root(), &["build"]).code, 0);
    let mut old = tree(&public);
    for round in 1..=40 {
        write_generation(&project, round);
        let mut child = program(project.root(), &["build"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // From the moment that writing begins to a little after its end.
        while staging_folders(&public) == 0 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let killed_at = Instant::now() + Duration::from_micros(700 * (round as u64 % 40));
        while Instant::now() < killed_at {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let found = tree(&public);
        let new = generation(&found, round);
        assert!(new || changed(&old, &found).is_empty(), "round {round}: a mixture");
        assert_eq!(run(project.root(), &["build"]).code, 0, "round {round}");
        assert_eq!(staging_folders(&public), 0, "round {round}: left behind");
        old = tree(&public);
        assert!(generation(&old, round), "round {round}");
    }
}

/// Whether every data file is of this generation, and all are there.
fn generation(site: &Tree, generation: usize) -> bool {
    (0..200).all(|number| {
        let file = site.get(Path::new(&format!("data/{number}.txt")));
        let expected = format!("{generation} {number}").into_bytes();
        file.is_some_and(|file| *file == crate::command::Entry::File(expected))
    }) && site.contains_key(Path::new("a/index.html"))
}

#[test]
fn a_reader_never_sees_a_missing_or_an_empty_file() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::default();
    let site = |generation: usize| {
        let mut output = Output::default();
        for number in 0..20 {
            let text = format!("{generation} ").repeat(200 + number);
            output.add(format!("{number}/index.html"), OutFile::Text(text));
        }
        output
    };
    fs::create_dir(folder.path().join("content")).unwrap();
    sync(folder.path(), &config, &site(0)).unwrap();
    let done = AtomicBool::new(false);
    let (reads, faults) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                for number in [0, 19] {
                    let path = folder.path().join(format!("public/{number}/index.html"));
                    let whole = fs::read(path).is_ok_and(|bytes| !bytes.is_empty());
                    reads.fetch_add(1, Ordering::Relaxed);
                    faults.fetch_add(usize::from(!whole), Ordering::Relaxed);
                }
            }
        });
        for generation in 1..=300 {
            let synced = sync(folder.path(), &config, &site(generation)).unwrap();
            assert_eq!(synced, Synced::Written);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(reads.load(Ordering::Relaxed) > 300, "the reader has hardly read");
    assert_eq!(faults.load(Ordering::Relaxed), 0, "of {reads:?} reads");
}

#[test]
fn builds_at_the_same_time_leave_one_whole_site() {
    let project = large(1);
    let public = project.root().join("public");
    for round in 0..3 {
        write_generation(&project, 1);
        project.write("content/round.txt", round.to_string());
        let quiet = || std::process::Stdio::null();
        let spawn = |_| program(project.root(), &["build"]).stdout(quiet()).spawn().unwrap();
        let children: Vec<_> = (0..4).map(spawn).collect();
        for mut child in children {
            assert_eq!(child.wait().unwrap().code(), Some(0));
        }
    }
    assert!(generation(&tree(&public), 1));
    assert_eq!(staging_folders(&public), 0);
}
