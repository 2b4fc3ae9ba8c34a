//! The command line itself: its help, completion scripts and manual pages are committed, so that a
//! changed flag shows in review and nothing shipped is out of date.

use crate::{golden, trimtab};

/// Runs `trimtab` with `arguments` and compares what it prints with a committed file.
fn check(file: &str, arguments: &[&str], failures: &mut Vec<String>) {
    let outcome = trimtab::run(trimtab::root(), arguments);
    assert_eq!(outcome.status, Some(0), "{arguments:?}: {}", outcome.stderr);
    let printed = String::from_utf8(outcome.stdout).expect("help is UTF-8");
    if let Err(difference) = golden::compare(&trimtab::root().join(file), &printed) {
        failures.push(difference);
    }
}

#[test]
fn help_completions_and_manual_pages_are_current() {
    let mut failures = Vec::new();
    check("docs/cli/trimtab.txt", &["--help"], &mut failures);
    check("completions/man/trimtab.1", &["man"], &mut failures);
    for command in ["build", "completion", "man"] {
        let help = format!("docs/cli/{command}.txt");
        check(&help, &[command, "--help"], &mut failures);
        let page = format!("completions/man/trimtab-{command}.1");
        check(&page, &["man", command], &mut failures);
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = format!("completions/trimtab.{shell}");
        check(&script, &["completion", shell], &mut failures);
    }
    golden::report(&failures);
}

#[test]
fn a_wrong_command_line_ends_with_status_2() {
    for arguments in [
        &["biuld"][..],
        &["build", "a", "b"],
        &["build", "--reorder", "up"],
    ] {
        let outcome = trimtab::run(trimtab::root(), arguments);
        assert_eq!(outcome.status, Some(2), "{arguments:?}");
        assert!(
            outcome.stdout.is_empty(),
            "{arguments:?} prints to standard output"
        );
        assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
    }
}
