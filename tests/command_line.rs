//! The command line itself: its help, completion scripts and manual pages are committed, so that a
//! changed flag shows in review and nothing shipped is out of date.

use crate::sandbox::Sandbox;
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
    for path in commands(&[]) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let name = path.join("-");
        let help = [&path[..], &["--help"]].concat();
        check(&format!("docs/cli/{name}.txt"), &help, &mut failures);
        let page = [&["man"], &path[..]].concat();
        let file = format!("completions/man/trimtab-{name}.1");
        check(&file, &page, &mut failures);
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = format!("completions/trimtab.{shell}");
        check(&script, &["completion", shell], &mut failures);
    }
    golden::report(&failures);
}

/// The commands below one, and those below them, as its help lists them.
fn commands(above: &[String]) -> Vec<Vec<String>> {
    let mut arguments = above.to_vec();
    arguments.push("--help".to_owned());
    let outcome = trimtab::run(trimtab::root(), &arguments);
    let help = String::from_utf8(outcome.stdout).expect("help is UTF-8");
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed
        .take_while(|line| !line.is_empty())
        // The text of a command goes on below it, further in.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
    let paths = names.map(|name| [above, &[name.to_owned()]].concat());
    paths
        .flat_map(|path| {
            let below = commands(&path);
            std::iter::once(path).chain(below)
        })
        .collect()
}

/// 2 says there that something was applied.
#[test]
fn a_wrong_command_line_of_apply_ends_with_status_1() {
    for arguments in [
        &["apply", "--exit-code", "--bogus"][..],
        &["apply", "--exit-code", "-f", "a.yaml", "--timeout", "xx"],
        &["--color", "never", "apply", "--bogus"],
        &["run", "--bogus"],
    ] {
        let outcome = trimtab::run(trimtab::root(), arguments);
        assert_eq!(outcome.status, Some(1), "{arguments:?}");
        assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
        assert!(outcome.stdout.is_empty());
    }
    let helped = trimtab::run(trimtab::root(), &["apply", "--help"]);
    assert_eq!(helped.status, Some(0));
}

#[test]
fn a_wrong_command_line_ends_with_status_2() {
    for arguments in [
        &["biuld"][..],
        &["build", "--output-format", "xml"],
        &["build", "--reorder", "up"],
        &["rollout", "status", "-f", "web.yaml", "deployment/web"],
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

#[test]
fn a_kubeconfig_that_is_no_yaml_is_refused_at_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".kube/config",
        "kind: Config\nclusters: [\n  {a: b}\nx: y\n",
    );
    let outcome = sandbox.run(&["get", "pods"]);
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stderr.contains("config:3:9"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("\\n"), "{}", outcome.stderr);
}

#[test]
fn under_the_name_of_a_plugin_it_takes_its_own_command_line() {
    let plugin = trimtab::scratch_directory().join("kubectl-trimtab");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_trimtab"), &plugin).expect("a link can be made");
    let run = |argument: &str| {
        let mut command = std::process::Command::new(&plugin);
        command.arg(argument).env("NO_COLOR", "1");
        trimtab::run_command(command)
    };
    // As people call it.
    let help = run("--help");
    let help = String::from_utf8_lossy(&help.stdout);
    assert!(help.contains("Usage: kubectl trimtab "), "{help}");
    let own = trimtab::run(trimtab::root(), &["version"]);
    let outcome = run("version");
    assert_eq!((outcome.status, outcome.stdout), (Some(0), own.stdout));
}

#[test]
fn flags_of_the_cluster_may_stand_before_the_command() {
    let sandbox = Sandbox::new();
    for (typed, expected) in [
        (
            "-n a --server http://127.0.0.1:1 get pods",
            "the server at http://127.0.0.1:1",
        ),
        (
            "--color never --kubeconfig /none rollout -n a status deploy/web",
            "/none does not exist",
        ),
        ("--context=there get pods", "there is no kubeconfig"),
        (
            "rollout --kubeconfig /none history deploy/web",
            "/none does not exist",
        ),
        ("-n a build .", "error: unexpected argument '-n' found"),
        (
            "--context a edit add",
            "error: unexpected argument '--context' found",
        ),
        ("-n a up", "error: unexpected argument"),
        ("-n a gte pods", "error: unrecognized subcommand 'gte'"),
    ] {
        let typed: Vec<&str> = typed.split(' ').collect();
        let outcome = sandbox.run(&typed);
        assert!(
            outcome.stderr.contains(expected),
            "{typed:?}: {}",
            outcome.stderr
        );
    }
    let helped = sandbox.run(&["-n", "a", "--help"]);
    assert_eq!(helped.status, Some(0));
}
