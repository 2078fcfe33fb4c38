//! The integration tests: files in, pages and messages out. `cases.rs` runs the case files of
//! `tests/cases`, which need no Rust to add; the other modules hold what a case cannot say.
#![allow(clippy::unwrap_used)]

mod cases;
mod cli;
mod command;
mod examples;
mod fixture;
#[path = "../highlight/golden.rs"]
mod highlight_golden;
#[path = "../highlight/oracle.rs"]
mod highlight_oracle;
#[path = "../highlight/robust.rs"]
mod highlight_robust;
mod html;
mod init;
mod output;
mod pathological;
mod preview;
mod properties;
mod serve;
mod sites;
mod spec;
mod tidy;
mod watch;
