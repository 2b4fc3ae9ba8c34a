//! What README.md shows is what the binary does.
//!
//! Each fenced block marked `console` holds commands after `$ ` and the output that follows them.
//! They run one after another in a directory that has copies of `examples` and `testdata`, at home
//! in a sandbox, with `trimtab` on the path. One that says how to stop it is left running; the rest
//! is for a second terminal. What differs from run to run (times, ports, names that are made up)
//! may differ. `UPDATE_GOLDEN=1` renews the file.

use crate::sandbox::{PATIENCE, Running, Sandbox};
use crate::{golden, trimtab};
use regex::{Captures, Regex};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_tour_shows_real_output() {
    let path = trimtab::root().join("README.md");
    let readme = fs::read_to_string(&path).expect("README.md is there");
    let tour = Tour::new();
    let renewed = tour.renew(&readme);
    golden::report(
        &golden::compare(&path, &renewed)
            .err()
            .into_iter()
            .collect::<Vec<_>>(),
    );
}

/// What is rehearsed is the same everywhere, so the page about it can show it.
#[test]
fn the_page_on_rehearsals_shows_real_output() {
    let path = trimtab::root().join("docs/rehearse.md");
    let page = fs::read_to_string(&path).expect("the page is there");
    let renewed = Tour::new().renew(&page);
    let failures: Vec<String> = golden::compare(&path, &renewed).err().into_iter().collect();
    golden::report(&failures);
}

#[test]
fn the_newcomer_needs_two_commands() {
    let readme = fs::read_to_string(trimtab::root().join("README.md")).expect("README.md");
    let commands: Vec<&str> = blocks(&readme, "```sh\n").take(2).collect();
    let expected = [
        "cargo run --release -- run --once examples/base-overlay/overlays/production\n",
        "cargo test\n",
    ];
    assert_eq!(commands, expected);
}

#[test]
fn only_what_differs_from_run_to_run_may_differ() {
    let [a, b] = [
        "ready in 84 ms at https://127.0.0.1:6443\npod/web-7d9c6b8f5d-x2x7q 3m12s",
        "ready in 1203 ms at https://127.0.0.1:41217\npod/web-58fd8cc5c4-bzq9w 4s",
    ];
    assert_eq!(without_chance(a), without_chance(b));
    assert_ne!(
        without_chance("3 of 4 available"),
        without_chance("4 of 4 available")
    );
    assert_ne!(without_chance("revision 1"), without_chance("revision 2"));
}

/// The insides of the fenced blocks that open with `fence`.
fn blocks<'a>(text: &'a str, fence: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(fence)
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
}

/// The text without what differs from run to run.
fn without_chance(text: &str) -> String {
    const CHANCE: [(&str, &str); 6] = [
        // How far a rollout is at the moments at which it is told.
        (r"(?m)^([^ ]+: )?Waiting for deployment .*\n", ""),
        (r"(?m)^  (pod|replicaset)[^ ]*/[^ ]+: .*\n", ""),
        // Lengths of time, and the columns that grow and shrink with them.
        (r" *\b\d+(\.\d+)?( ?ms| ?s|[smhd](\d+[smh])?)\b", " TIME"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        // The hash of a pod template, and behind it the suffix of a pod.
        (r"-[bcdf-hj-np-tv-z0-9]{8,10}\b", "-HASH"),
        (r"-HASH-[bcdf-hj-np-tv-z0-9]{5}\b", "-HASH-SUFFIX"),
    ];
    CHANCE
        .iter()
        .fold(text.to_owned(), |text, (pattern, name)| {
            let pattern = Regex::new(pattern).expect("the pattern is right");
            pattern
                .replace_all(&text, |_: &Captures<'_>| *name)
                .into_owned()
        })
}

/// A place where the commands of the README run.
struct Tour {
    sandbox: Sandbox,
}

impl Tour {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        for name in ["examples", "testdata/errors"] {
            copy(&trimtab::root().join(name), &sandbox.path(name));
        }
        Self { sandbox }
    }

    /// The same text with each console block's output replaced by what its commands print now,
    /// where that is more than chance.
    fn renew(&self, text: &str) -> String {
        let mut renewed = String::new();
        let mut left_running = Vec::new();
        let mut lines = text.split_inclusive('\n').peekable();
        let mut in_console = false;
        while let Some(line) = lines.next() {
            renewed.push_str(line);
            if line.starts_with("```") {
                in_console = line == "```console\n";
            }
            let Some(command) = line.strip_prefix("$ ").filter(|_| in_console) else {
                continue;
            };
            let mut shown = String::new();
            while let Some(line) =
                lines.next_if(|line| !line.starts_with("$ ") && !line.starts_with("```"))
            {
                shown.push_str(line);
            }
            let command = self.shell(command.trim_end());
            let printed = if shown.contains("stop it with Ctrl-C") {
                let running = Running::start(command, "stop it with Ctrl-C");
                let printed = running.said().to_owned();
                left_running.push(running);
                printed
            } else {
                output(command)
            };
            let is_same = without_chance(&printed) == without_chance(&shown);
            renewed.push_str(if is_same { &shown } else { &printed });
        }
        renewed
    }

    /// A shell that runs `command`, warnings and errors on standard output.
    fn shell(&self, command: &str) -> Command {
        let mut path = OsString::from(trimtab::binary_directory());
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        let mut shell = self.sandbox.command("sh");
        shell
            .args(["-c", &format!("exec 2>&1; {command}")])
            .current_dir(self.sandbox.path(""))
            .env("PATH", path);
        shell
    }
}

fn output(shell: Command) -> String {
    let outcome = trimtab::run_command(shell);
    assert!(
        outcome.status.is_some(),
        "a command of the tour does not end within {PATIENCE:?}"
    );
    String::from_utf8_lossy(&outcome.stdout).into_owned()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("the sandbox can be written");
        for name in golden::entries(from) {
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::copy(from, to).expect("a file can be copied");
    }
}
