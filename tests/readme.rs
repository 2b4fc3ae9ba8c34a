//! What README.md shows is what the binary does.
//!
//! Each fenced block marked `console` holds commands after `$ ` and the output that follows them.
//! They run in the repository's root with `trimtab` on the path; `UPDATE_GOLDEN=1` renews them.

use crate::{golden, trimtab};
use std::env;
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::process::Command;

#[test]
fn the_tour_shows_real_output() {
    let path = trimtab::root().join("README.md");
    let readme = fs::read_to_string(&path).expect("README.md is there");
    golden::report(
        &golden::compare(&path, &with_real_output(&readme))
            .err()
            .into_iter()
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_newcomer_needs_two_commands() {
    let readme = fs::read_to_string(trimtab::root().join("README.md")).expect("README.md");
    let commands: Vec<&str> = blocks(&readme, "```sh\n").take(2).collect();
    let expected = [
        "cargo run --release -- build examples/base-overlay/overlays/production\n",
        "cargo test\n",
    ];
    assert_eq!(commands, expected);
}

/// The insides of the fenced blocks that open with `fence`.
fn blocks<'a>(text: &'a str, fence: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(fence)
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
}

/// The same text with each console block's output replaced by what its commands print now.
fn with_real_output(text: &str) -> String {
    let mut renewed = String::new();
    let mut in_console = false;
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("$ ") {
            Some(command) if in_console => {
                let _ = write!(renewed, "{line}{}", output(command.trim_end()));
            }
            _ => {
                let fence = line.starts_with("```");
                if fence || !in_console {
                    renewed.push_str(line);
                }
                if fence {
                    in_console = line == "```console\n";
                }
            }
        }
    }
    renewed
}

/// What a shell prints for `command`, warnings and errors included.
fn output(command: &str) -> String {
    let mut path = OsString::from(trimtab::binary_directory());
    path.push(":");
    path.push(env::var_os("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(trimtab::root())
        .env("PATH", path)
        .env("NO_COLOR", "1");
    String::from_utf8_lossy(&trimtab::run_command(shell).stdout).into_owned()
}
