//! What can stand on the command line, and what `--help` says of it.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::config;

/// Turns a learning roadmap written in Markdown into a study website.
#[derive(Parser)]
#[command(
    name = "roadmap-site",
    version,
    propagate_version = true,
    after_help = "\
Examples:
  roadmap-site init my-roadmap --from outline.md   a project from an outline you have
  roadmap-site serve --watch --open                write, and see it at every save
  roadmap-site check --strict                      everything that is wrong, with a way out
  roadmap-site build                               the website, in public/

Exit codes: 0 fine, 1 problems in the content, 2 wrong usage or environment."
)]
pub struct Arguments {
    /// The project: the folder of `site.toml` [default: this folder or the nearest above it]
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Begin a project: settings, content, and a workflow that publishes it on GitHub Pages
    #[command(after_help = "\
Examples:
  roadmap-site init my-roadmap                        a small worked example, in Chinese
  roadmap-site init my-roadmap --language en          the same in English
  roadmap-site init my-roadmap --from outline.md      your outline, split into sections
  roadmap-site init . --from notes/go.md --title Go   into this folder")]
    Init(Init),
    /// Build the site into its output folder
    #[command(after_help = "\
Examples:
  roadmap-site build
  roadmap-site build --base-url https://name.github.io/repository/   with sitemap and 404 page
  roadmap-site build --root my-roadmap --output /tmp/site")]
    Build {
        /// Where the site will be: `https://name.github.io/repository/`
        #[arg(long, value_name = "URL", value_parser = address)]
        base_url: Option<String>,
        /// Write to this folder instead of `output` in `site.toml`
        #[arg(long, value_name = "DIR")]
        output: Option<String>,
    },
    /// Show the site while you write: from memory, at its real path
    #[command(after_help = "\
Examples:
  roadmap-site serve --watch --open            every save is in the open page at once
  roadmap-site serve --watch --poll 500        where the system reports no changes
  roadmap-site serve --host 0.0.0.0            from a phone in the same network")]
    Serve(Serve),
    /// Tell everything that is wrong with the content; write nothing
    #[command(after_help = "\
Examples:
  roadmap-site check
  roadmap-site check --strict          before publishing: warnings fail too
  roadmap-site check --format json     for an editor: one problem a line")]
    Check {
        /// Let warnings fail too
        #[arg(long)]
        strict: bool,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Run the examples and compare what they print with what the pages say
    #[command(after_help = "\
Examples:
  roadmap-site test
  roadmap-site test decorators         only what is in that file, or has it in id or title
  roadmap-site test --bless            write what the examples print into the content")]
    Test(Test),
    /// Give every topic an id and record the ids in `roadmap.lock`
    #[command(after_help = "\
Examples:
  roadmap-site pin                     after new topics, before publishing
  roadmap-site pin --retire old-topic  a topic that is gone for good")]
    Pin {
        /// Instead, record that this id is gone for good
        #[arg(long, value_name = "ID")]
        retire: Option<String>,
    },
    /// Print what makes a shell complete commands and options
    #[command(after_help = "\
Examples:
  roadmap-site completions bash > ~/.local/share/bash-completion/completions/roadmap-site
  roadmap-site completions zsh > ~/.zfunc/_roadmap-site       with ~/.zfunc in your fpath
  roadmap-site completions fish > ~/.config/fish/completions/roadmap-site.fish
  roadmap-site completions powershell >> $PROFILE")]
    Completions { shell: Shell },
}

#[derive(Args)]
pub struct Init {
    /// Where the project goes
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Split this outline into sections, its text unchanged [default: a small worked example]
    #[arg(long, value_name = "OUTLINE.md")]
    pub from: Option<PathBuf>,
    /// The site's title [default: the outline's own]
    #[arg(long)]
    pub title: Option<String>,
    /// The language of content and pages, `en` or `zh-CN` [default: that of the outline]
    #[arg(long, value_parser = language)]
    pub language: Option<String>,
}

#[derive(Args)]
pub struct Serve {
    /// Build again at every save and update the open page
    #[arg(long)]
    pub watch: bool,
    /// Open the site in a browser
    #[arg(long)]
    pub open: bool,
    /// Listen on this address instead of this computer's own
    #[arg(long, value_name = "ADDRESS")]
    pub host: Option<IpAddr>,
    /// Listen on this port [default: the first free one from 8000]
    #[arg(long)]
    pub port: Option<u16>,
    /// Also answer to this name, as behind a proxy or in a container
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Look for changes at this interval, where the system reports none
    #[arg(long, value_name = "MS")]
    pub poll: Option<u64>,
    /// Where the site will be: its path is used here too
    #[arg(long, value_name = "URL", value_parser = address)]
    pub base_url: Option<String>,
}

#[derive(Args)]
pub struct Test {
    /// Only examples whose file, topic id or title contains this
    #[arg(default_value = "", hide_default_value = true)]
    pub filter: String,
    /// Write missing and changed outputs into the content
    #[arg(long)]
    pub bless: bool,
    /// Let examples that could not run fail too
    #[arg(long)]
    pub strict: bool,
    /// Run everything again, and remember nothing
    #[arg(long)]
    pub no_cache: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    /// One JSON object per line, on standard output
    Json,
}

/// An address as in `site.toml`.
fn address(text: &str) -> Result<String, String> {
    match config::is_address(text) {
        true => Ok(text.to_owned()),
        false => Err("write it whole: `https://name.github.io/repository/`".into()),
    }
}

/// A language as in `site.toml`.
fn language(text: &str) -> Result<String, String> {
    match config::is_language(text) {
        true => Ok(text.to_owned()),
        false => Err("write it as in BCP 47: `zh-CN`, `en`".into()),
    }
}
