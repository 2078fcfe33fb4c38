//! The command: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(roadmap_site::cli::run(std::env::args_os()))
}
