//! Arguments in, exit code out. The only place that prints.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Parser, Subcommand, ValueEnum};

use crate::config::Overrides;
use crate::diagnostic::{self, Diagnostic};
use crate::memo::Memo;
use crate::output::{self, Synced};
use crate::site::{Built, build};
use crate::source::{self, Sources};
use crate::{pin, report};

/// Turns a learning roadmap written in Markdown into a study website.
#[derive(Parser)]
#[command(name = "roadmap-site", version, propagate_version = true)]
struct Arguments {
    /// The project: the folder of `site.toml` [default: this folder or the nearest above it]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the site into its output folder
    Build {
        /// Where the site will be: `https://name.github.io/repository/`
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// Write to this folder instead of `output` in `site.toml`
        #[arg(long, value_name = "DIR")]
        output: Option<String>,
    },
    /// Tell everything that is wrong with the content; write nothing
    Check {
        /// Let warnings fail too
        #[arg(long)]
        strict: bool,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Give every topic an id and record the ids in `roadmap.lock`
    Pin {
        /// Instead, record that this id is gone for good
        #[arg(long, value_name = "ID")]
        retire: Option<String>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    /// One JSON object per line, on standard output
    Json,
}

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
        Command::Build { base_url, output } => {
            let overrides = Overrides { base_url, output };
            project(arguments.root, &overrides).and_then(|sources| run_build(&sources))
        }
        Command::Check { strict, format } => project(arguments.root, &Overrides::default())
            .map(|sources| run_check(&sources, strict, format)),
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
    let found = match root {
        Some(_) => Some(start.as_path()).filter(holds_project),
        None => start.ancestors().find(holds_project),
    };
    let missing = || Box::new(diagnostic::no_project(&start.display().to_string()));
    source::read(found.ok_or_else(missing)?, overrides)
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
