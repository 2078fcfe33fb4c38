//! Arguments in, exit code out. The only place that prints.

use std::io::{IsTerminal, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{CommandFactory, Parser};
use clap_complete::Shell;
use tokio::sync::watch;

use crate::arguments::{Arguments, Command, Format, Init, Serve, Test};
use crate::cache::Cache;
use crate::config::Overrides;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::examples::{Outcome, Verdict};
use crate::interpreter::{Python, Running};
use crate::memo::Memo;
use crate::output::{self, Synced};
use crate::preview::{Live, State};
use crate::respond::Hosts;
use crate::site::{Built, build};
use crate::source::{self, Sources};
use crate::test::Tester;
use crate::watch::Watch;
use crate::{bless, init, pin, project, report, serve};

/// Fine; problems in the content; wrong usage or environment.
const FINE: u8 = 0;
const PROBLEMS: u8 = 1;
const ENVIRONMENT: u8 = 2;

/// Runs the program with these arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are errors to clap, and go to standard output.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(ENVIRONMENT);
        }
    };
    let outcome = match arguments.command {
        Command::Init(options) => run_init(&options),
        Command::Completions { shell } => {
            print_completions(shell);
            Ok(FINE)
        }
        Command::Build { base_url, output } => {
            let overrides = Overrides { base_url, output };
            project(arguments.root, &overrides).and_then(|sources| run_build(&sources))
        }
        Command::Serve(options) => run_serve(arguments.root, options),
        Command::Check { strict, format } => project(arguments.root, &Overrides::default())
            .map(|sources| run_check(&sources, strict, format)),
        Command::Test(options) => project(arguments.root, &Overrides::default())
            .and_then(|sources| run_test(&sources, &options)),
        Command::Pin { retire } => project(arguments.root, &Overrides::default())
            .and_then(|sources| run_pin(&sources, retire.as_deref())),
    };
    outcome.unwrap_or_else(|problem| {
        print_problem(&problem, None);
        ENVIRONMENT
    })
}

fn project(root: Option<PathBuf>, overrides: &Overrides) -> Result<Sources, Box<Diagnostic>> {
    let here = std::env::current_dir()
        .map_err(|error| Box::new(diagnostic::unreadable("the current folder", error)))?;
    let start = root.clone().unwrap_or(here);
    let holds_project = |folder: &&Path| folder.join("site.toml").is_file();
    let found = match &root {
        Some(_) => Some(start.as_path()).filter(holds_project),
        None => start.ancestors().find(holds_project),
    };
    let shown = start.display().to_string();
    let missing = || match root {
        Some(_) => Box::new(diagnostic::no_project_there(&shown)),
        None => Box::new(diagnostic::no_project(&shown)),
    };
    source::read(found.ok_or_else(missing)?, overrides)
}

fn print_completions(shell: Shell) {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(shell, &mut command, "roadmap-site", &mut script);
    // A reader that goes away is no failure.
    let _ = std::io::stdout().write_all(&script);
}

fn run_init(options: &Init) -> Result<u8, Box<Diagnostic>> {
    let project = init::init(options)?;
    let built = &project.built;
    let shown = options.dir.display();
    for section in &built.roadmap.sections {
        let topics = plural(section.topics().count(), "topic");
        anstream::println!("{}: {}, {topics}", section.place.path, section.title.text);
    }
    let open = !project.guesses.is_empty() || project::REPOSITORY.is_none();
    if open {
        anstream::println!("\nleft open, and how it was taken:");
    }
    for guess in &project.guesses {
        anstream::println!("- {guess}");
    }
    if project::REPOSITORY.is_none() {
        anstream::println!("- where this program is published: `ROADMAP_SITE` in pages.yml");
    }
    let sections = plural(built.roadmap.sections.len(), "section");
    let topics = plural(built.roadmap.all_topics().count(), "topic");
    anstream::println!("\n{sections}, {topics}: a new project in {shown}");
    print_problems(built, &project.sources);
    if !built.diagnostics.is_empty() {
        anstream::eprintln!("{} to mend before it can be published", counts(built));
        return Ok(PROBLEMS);
    }
    let root = if options.dir == Path::new(".") { "".into() } else { format!(" --root {shown}") };
    anstream::println!("next: roadmap-site serve --watch --open{root}");
    anstream::println!("README.md tells how to write, and how to publish it on GitHub Pages");
    Ok(FINE)
}

fn run_build(sources: &Sources) -> Result<u8, Box<Diagnostic>> {
    let start = Instant::now();
    let built = build(sources, &mut Memo::default());
    print_problems(&built, sources);
    let Some(output) = &built.output else {
        anstream::eprintln!("{}; nothing was written", counts(&built));
        return Ok(PROBLEMS);
    };
    let synced = output::sync(&sources.root, &sources.config, output)?;
    let sections = plural(built.roadmap.sections.len(), "section");
    let topics = plural(built.roadmap.all_topics().count(), "topic");
    let files = plural(output.files.len(), "file");
    let state = match synced {
        Synced::Written => "",
        Synced::Unchanged => ", unchanged",
    };
    let folder = &sources.config.output;
    let time_ms = start.elapsed().as_millis();
    anstream::println!("{sections}, {topics}: {files} in {folder}/{state} ({time_ms} ms)");
    Ok(FINE)
}

fn run_serve(root: Option<PathBuf>, options: Serve) -> Result<u8, Box<Diagnostic>> {
    let overrides = Overrides { base_url: options.base_url.clone(), output: None };
    let sources = project(root, &overrides)?;
    let shown = options.host.map_or("localhost".into(), |host| host.to_string());
    let listeners = serve::bind(options.host, options.port)
        .map_err(|error| Box::new(diagnostic::cannot_listen(&shown, error)))?;
    let port = listeners[0].local_addr().map_or(0, |address| address.port());
    let live = if options.watch { Live::Watching } else { Live::Still };
    let poll = options.poll.map(Duration::from_millis);
    let mut author = Author { sources, overrides, memo: Memo::default(), live, unreadable: None };
    let (state, receiver) = watch::channel(author.first_build());
    let address = format!("http://localhost:{port}{}", author.sources.config.base_path());
    if let Some(host) = options.host.filter(|host| !host.is_loopback()) {
        print_problem(&diagnostic::open_to_others(&host.to_string()), None);
    }
    anstream::println!("{address}");
    if options.open
        && let Err(error) = opener::open(&address)
    {
        print_problem(&diagnostic::cannot_open(error), None);
    }
    if options.watch {
        std::thread::spawn(move || author.follow_saves(&state, poll));
    } else {
        // The state stays as it is; dropping its sender would end the server.
        std::mem::forget(state);
    }
    let mut allowed: Vec<String> =
        options.allow_host.iter().map(|host| host.to_ascii_lowercase()).collect();
    allowed.extend(options.host.map(|host| match host {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }));
    serve::run(listeners, Hosts { allowed }, receiver)
        .map_err(|error| Box::new(diagnostic::cannot_listen(&shown, error)))?;
    Ok(FINE)
}

/// The loop behind `serve --watch`: the build of the other commands, again and again.
struct Author {
    sources: Sources,
    overrides: Overrides,
    memo: Memo,
    live: Live,
    /// Why the project could not be read the last time, if so.
    unreadable: Option<Box<Diagnostic>>,
}

impl Author {
    fn first_build(&mut self) -> State {
        let built = build(&self.sources, &mut self.memo);
        print_problems(&built, &self.sources);
        State::new(&self.sources.config).next(&built, &self.sources, self.live)
    }

    fn follow_saves(mut self, state: &watch::Sender<State>, poll: Option<Duration>) {
        let mut watch = Watch::new(poll).unwrap_or_else(|(watch, failure)| {
            print_problem(&diagnostic::watch_limit(&failure.reason), None);
            watch
        });
        loop {
            if let Err(failure) = watch.follow(&self.sources) {
                print_problem(&diagnostic::watch_limit(&failure.reason), None);
            }
            watch.wait();
            self.rebuild(state);
        }
    }

    /// Reads everything again, and builds if anything is different.
    fn rebuild(&mut self, state: &watch::Sender<State>) {
        let start = Instant::now();
        let sources = match source::read(&self.sources.root, &self.overrides) {
            Ok(sources) => sources,
            Err(problem) if self.unreadable.as_ref() == Some(&problem) => return,
            Err(problem) => {
                print_problem(&problem, None);
                let broken = state.borrow().broken(&problem);
                state.send_replace(broken);
                self.unreadable = Some(problem);
                return;
            }
        };
        if self.unreadable.take().is_none() && sources == self.sources {
            return;
        }
        self.sources = sources;
        let built = build(&self.sources, &mut self.memo);
        // Made before it is sent: answers wait while a state is exchanged.
        let next = state.borrow().next(&built, &self.sources, self.live);
        let changed = plural(next.changed.len(), "page");
        state.send_replace(next);
        print_problems(&built, &self.sources);
        let time_ms = start.elapsed().as_millis();
        match built.output {
            Some(_) => anstream::println!("{changed} changed ({time_ms} ms)"),
            None => anstream::eprintln!("{}; the last good site stays up", counts(&built)),
        }
    }
}

fn run_check(sources: &Sources, strict: bool, format: Format) -> u8 {
    let built = build(sources, &mut Memo::default());
    match format {
        Format::Text => {
            print_problems(&built, sources);
            let sections = plural(built.roadmap.sections.len(), "section");
            let topics = plural(built.roadmap.all_topics().count(), "topic");
            anstream::eprintln!("{sections}, {topics}: {}", counts(&built));
        }
        Format::Json => {
            for problem in &built.diagnostics {
                anstream::println!("{}", report::json(problem, Some(sources)));
            }
        }
    }
    let failed = built.output.is_none() || (strict && !built.diagnostics.is_empty());
    if failed { PROBLEMS } else { FINE }
}

fn run_test(sources: &Sources, options: &Test) -> Result<u8, Box<Diagnostic>> {
    let (built, python) = std::thread::scope(|scope| {
        // Through a version manager it takes as long to start as the build takes.
        let python = scope.spawn(|| Python::find(Path::new(&sources.config.examples.python)));
        let built = build(sources, &mut Memo::default());
        (built, python.join().expect("finding a Python never panics"))
    });
    if built.output.is_none() {
        print_problems(&built, sources);
        anstream::eprintln!("{}; no example was run", counts(&built));
        return Ok(PROBLEMS);
    }
    let terminal = std::io::stderr().is_terminal();
    let progress = |done: usize, of: usize| {
        if terminal {
            let end = if done == of { "\r\x1b[K" } else { "" };
            anstream::eprint!("\r{done} of {of}{end}");
        }
    };
    let running = Running::default();
    end_with_program(running.clone());
    let cache = Cache::of_user(!options.no_cache);
    let tester = Tester { sources, python, cache, running, progress: &progress };
    let outcomes = tester.run(&built.roadmap, &options.filter);
    if options.bless {
        let count = bless::bless(sources, &built.roadmap, &outcomes)?;
        anstream::println!("{} written", plural(count, "output"));
    }
    Ok(print_outcomes(&outcomes, sources, options))
}

fn print_outcomes(outcomes: &[Outcome], sources: &Sources, options: &Test) -> u8 {
    let (mut passed, mut failed, mut not_run) = (0, 0, 0);
    for outcome in outcomes {
        let place = location(&outcome.place, sources);
        match &outcome.result {
            Verdict::Passed => passed += 1,
            // It was written just now.
            Verdict::Differs(_) if options.bless => passed += 1,
            Verdict::Differs(what) | Verdict::Failed(what) => {
                failed += 1;
                anstream::eprintln!("{place}: {what}\n");
            }
            Verdict::NotRun(reason) => {
                not_run += 1;
                anstream::eprintln!("{place}: not run: {reason}\n");
            }
        }
    }
    anstream::println!("{passed} passed, {failed} failed, {not_run} not run");
    let bad = failed > 0 || (options.strict && not_run > 0);
    if bad { PROBLEMS } else { FINE }
}

/// Ctrl-C and SIGTERM end the examples with the program.
fn end_with_program(running: Running) {
    const INTERRUPTED: i32 = 130;
    std::thread::spawn(move || {
        // Where signals cannot be had, the system's own way of ending has to do.
        if serve::wait_for_end().is_ok() {
            running.end_all();
            std::process::exit(INTERRUPTED);
        }
    });
}

fn location(place: &Place, sources: &Sources) -> String {
    let text = sources.text(&place.path).unwrap_or_default();
    let line = text[..place.span.start.min(text.len())].matches('\n').count() + 1;
    format!("{}:{line}", place.path)
}

fn run_pin(sources: &Sources, retire: Option<&str>) -> Result<u8, Box<Diagnostic>> {
    let built = build(sources, &mut Memo::default());
    // A vanished id is what `--retire` is for, a missing one what `pin` is for.
    let curable = |problem: &&Diagnostic| problem.rule == "vanished-id" && retire.is_some();
    let others = built.diagnostics.iter().filter(|problem| problem.is_error());
    let blocking: Vec<&Diagnostic> = others.filter(|problem| !curable(problem)).collect();
    if !blocking.is_empty() {
        for problem in blocking {
            print_problem(problem, Some(sources));
        }
        anstream::eprintln!("nothing was pinned");
        return Ok(PROBLEMS);
    }
    match retire {
        Some(id) => {
            pin::retire(sources, &built.roadmap, &built.lock, id)?;
            anstream::println!("`{id}` is retired");
        }
        None => {
            let pinned = pin::pin(sources, &built.roadmap, &built.lock)?;
            let written = plural(pinned.written, "id");
            let recorded = plural(pinned.recorded, "new id");
            let lock = source::lock_path(&sources.config);
            anstream::println!("{written} written, {recorded} recorded in {lock}");
        }
    }
    Ok(FINE)
}

fn print_problems(built: &Built, sources: &Sources) {
    for problem in &built.diagnostics {
        print_problem(problem, Some(sources));
    }
}

fn print_problem(problem: &Diagnostic, sources: Option<&Sources>) {
    anstream::eprintln!("{}\n", report::text(problem, sources));
}

fn counts(built: &Built) -> String {
    let errors = built.diagnostics.iter().filter(|problem| problem.is_error()).count();
    let warnings = built.diagnostics.len() - errors;
    match (errors, warnings) {
        (0, 0) => "no problems".into(),
        (errors, 0) => plural(errors, "error"),
        (0, warnings) => plural(warnings, "warning"),
        (errors, warnings) => {
            format!("{}, {}", plural(errors, "error"), plural(warnings, "warning"))
        }
    }
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
