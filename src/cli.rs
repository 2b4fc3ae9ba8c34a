//! The command line: raw arguments, as clap reads them, and which command they call. Each command
//! turns its own into resolved options before it does anything.

use crate::called::{Called, only};
use crate::client::Connection;
use crate::commands::{
    NAMES, apply, autoscale, backup, build, cfg, check, completion, controllers, create, delete,
    describe, diff, down, edit, events, explain, functions, get, list, localize, lock, logs, man,
    nodes, plan, prune, rehearse, releases, restore, rollout, run, scale, scheduler, server, set,
    snapshot, status, up, version, wait,
};
use crate::exit::{Failure, Status};
use crate::leading::Leading;
use crate::switch;
use crate::ui::colour;
use crate::ui::report::{self, Report};
use crate::ui::stdout;
use clap::{Args as _, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Render Kubernetes manifests from plain bases and overlays, roll them out, and be the cluster.
#[derive(Debug, Parser)]
#[command(
    name = "trimtab",
    version,
    about,
    propagate_version = true,
    max_term_width = 100,
    after_help = "Examples:
  trimtab check overlays/*
  trimtab build overlays/production | trimtab apply -f - --yes
  trimtab up --detach

`trimtab COMMAND --help` has those of each command."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    findings: report::Flags,

    #[command(flatten)]
    terminal: colour::TerminalFlags,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(Called<build::Args>),
    Explain(Called<explain::Args>),
    Create(Called<create::Args>),
    Edit(Called<edit::Args>),
    Check(Called<check::Args>),
    Rehearse(Called<rehearse::Args>),
    Snapshot(Called<snapshot::Args>),
    Localize(Called<localize::Args>),
    Cfg(Called<cfg::Args>),
    Fn(Called<functions::Args>),
    Lock(Called<lock::Args>),
    Diff(Called<diff::Args>),
    Plan(Called<plan::Args>),
    Apply(Called<apply::Args>),
    Rollout(Called<rollout::Args>),
    Scale(Called<scale::Args>),
    Autoscale(Called<autoscale::Args>),
    Set(Called<set::Args>),
    Get(Called<get::Args>),
    Describe(Called<describe::Args>),
    Wait(Called<wait::Args>),
    Events(Called<events::Args>),
    Logs(Called<logs::Args>),
    Delete(Called<delete::Args>),
    Releases(Called<releases::Args>),
    Prune(Called<prune::Args>),
    Run(Called<run::Args>),
    Up(Called<up::Args>),
    Down(Called<down::Args>),
    Status(Called<status::Args>),
    List(Called<list::Args>),
    Backup(Called<backup::Args>),
    Restore(Called<restore::Args>),
    Server(Called<server::Args>),
    Controllers(Called<controllers::Args>),
    Scheduler(Called<scheduler::Args>),
    Nodes(Called<nodes::Args>),
    Version(Called<version::Args>),
    Completion(Called<completion::Args>),
    Man(Called<man::Args>),
}

impl Cli {
    /// Reads a command line; ends the process where it is none, or asks for help.
    ///
    /// # Errors
    /// Where it is none, and the process must not end as clap would have it. All has been said then.
    pub(crate) fn read(mut arguments: Vec<OsString>) -> Result<Self, Failure> {
        if let Some(program) = arguments.first_mut() {
            *program = called(program).into();
        }
        let arguments = Self::with_flags_behind(arguments);
        let word = arguments.get(1);
        let called = NAMES
            .into_iter()
            .find(|name| word.is_some_and(|it| it == name));
        only(called, || {
            let arguments = switch::without_values(Self::command, arguments);
            let command = Self::command().color(colour::asked(&arguments));
            let mut words = arguments.iter().filter_map(|it| it.to_str());
            let word = words.find(|word| NAMES.contains(word));
            let two_means_more = word.is_some_and(|word| TWO_MEANS_MORE.contains(&word));
            let matches = command.try_get_matches_from(arguments);
            let read = matches.and_then(|matches| Self::from_arg_matches(&matches));
            read.map_err(|error| leave(&error, two_means_more))
        })
    }

    /// A command line in which what says which cluster stands behind the command, wherever it was typed.
    pub(crate) fn with_flags_behind(words: Vec<OsString>) -> Vec<OsString> {
        if !may_have_flags_before(&words) {
            return words;
        }
        let movable = Connection::augment_args(clap::Command::new(""));
        let of_all = report::Flags::augment_args(clap::Command::new(""));
        let of_all = colour::TerminalFlags::augment_args(of_all);
        let leading = Leading { movable, of_all };
        leading.behind_the_command(words, |name| {
            let name = NAMES.into_iter().find(|it| *it == name);
            only(name, Self::command)
        })
    }

    /// Runs the command to its end.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        self.terminal.choose();
        let report = self.findings.open()?;
        let result = self.run_command(&report);
        report.close(result)
    }

    /// Whether the command changes something: then it comes to its end, whoever still reads what it prints.
    fn changes(&self) -> bool {
        match &self.command {
            Command::Rollout(args) => args.changes(),
            Command::Snapshot(args) => args.changes(),
            Command::Create(_)
            | Command::Edit(_)
            | Command::Localize(_)
            | Command::Lock(_)
            | Command::Plan(_)
            | Command::Apply(_)
            | Command::Scale(_)
            | Command::Autoscale(_)
            | Command::Set(_)
            | Command::Delete(_)
            | Command::Prune(_)
            | Command::Down(_)
            | Command::Backup(_)
            | Command::Restore(_) => true,
            Command::Build(_)
            | Command::Explain(_)
            | Command::Check(_)
            | Command::Rehearse(_)
            | Command::Cfg(_)
            | Command::Fn(_)
            | Command::Diff(_)
            | Command::Get(_)
            | Command::Describe(_)
            | Command::Wait(_)
            | Command::Events(_)
            | Command::Logs(_)
            | Command::Releases(_)
            | Command::Run(_)
            | Command::Up(_)
            | Command::Status(_)
            | Command::List(_)
            | Command::Server(_)
            | Command::Controllers(_)
            | Command::Scheduler(_)
            | Command::Nodes(_)
            | Command::Version(_)
            | Command::Completion(_)
            | Command::Man(_) => false,
        }
    }

    fn run_command(&self, report: &Report) -> Result<(), Failure> {
        if self.changes() {
            stdout::outlive_readers();
        }
        match &self.command {
            Command::Build(args) => build::run(args, report),
            Command::Explain(args) => explain::run(args, report),
            Command::Create(args) => create::run(args, report),
            Command::Edit(args) => edit::run(args, report),
            Command::Check(args) => check::run(args, report),
            Command::Rehearse(args) => rehearse::run(args, report),
            Command::Snapshot(args) => snapshot::run(args, report),
            Command::Localize(args) => localize::run(args, report),
            Command::Cfg(args) => cfg::run(args, report),
            Command::Fn(args) => functions::run(args, report),
            Command::Lock(args) => lock::run(args, report),
            Command::Diff(args) => diff::run(args, report),
            Command::Plan(args) => plan::run(args, report),
            Command::Apply(args) => apply::run(args, report),
            Command::Rollout(args) => rollout::run(args, report),
            Command::Scale(args) => scale::run(args, report),
            Command::Autoscale(args) => autoscale::run(args, report),
            Command::Set(args) => set::run(args, report),
            Command::Get(args) => get::run(args, report),
            Command::Describe(args) => describe::run(args, report),
            Command::Wait(args) => wait::run(args, report),
            Command::Events(args) => events::run(args),
            Command::Logs(args) => logs::run(args),
            Command::Delete(args) => delete::run(args, report),
            Command::Releases(args) => releases::run(args),
            Command::Prune(args) => prune::run(args),
            Command::Run(args) => run::run(args, report),
            Command::Up(args) => up::run(args),
            Command::Down(args) => down::run(args),
            Command::Status(args) => status::run(args),
            Command::List(args) => list::run(args),
            Command::Backup(args) => backup::run(args),
            Command::Restore(args) => restore::run(args),
            Command::Server(args) => server::run(args),
            Command::Controllers(args) => controllers::run(args),
            Command::Scheduler(args) => scheduler::run(args),
            Command::Nodes(args) => nodes::run(args),
            Command::Version(args) => version::run(args),
            Command::Completion(args) => completion::run(args),
            Command::Man(args) => man::run(args, Self::command()),
        }
    }
}

/// Commands that end with 1 where they are wrongly typed: a pipeline takes the 2 that others end
/// with for a success of `apply --exit-code`.
const TWO_MEANS_MORE: [&str; 2] = ["apply", "run"];

/// Says what is wrong with a command line, or the help that it asks for.
fn leave(error: &clap::Error, two_means_more: bool) -> Failure {
    if error.use_stderr() && two_means_more {
        // There is nowhere else to say it.
        let _ = error.print();
        return Failure::Said(Status::Failed);
    }
    error.exit()
}

/// How people call the program, whatever its file is named: a plugin of kubectl by two words, and on Windows
/// without the ending.
fn called(program: &OsStr) -> &'static str {
    if Path::new(program).file_stem() == Some(OsStr::new("kubectl-trimtab")) {
        "kubectl trimtab"
    } else {
        "trimtab"
    }
}

/// Whether a flag stands before a command, or before the second word of one that talks to a cluster. To define
/// those that could takes as much as a small build.
fn may_have_flags_before(words: &[OsString]) -> bool {
    let is_flag =
        |word: Option<&OsString>| word.is_some_and(|word| word.to_string_lossy().starts_with('-'));
    let command = words.get(1);
    let has_second = command.is_some_and(|it| it == "rollout" || it == "set");
    is_flag(command) || has_second && is_flag(words.get(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_manual_page() {
        let definition = Cli::command();
        let names: Vec<&str> = definition
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        assert_eq!(names, NAMES);
        definition.debug_assert();
    }

    /// The examples of a command, each as it is typed: a line that ends with a backslash goes on in the next.
    fn examples(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
        let mut examples = Vec::new();
        let mut typed = String::new();
        for line in lines.take_while(|line| !line.is_empty()) {
            assert!(
                line.chars().count() <= 100,
                "it is broken elsewhere: {line}"
            );
            match line.strip_suffix('\\') {
                Some(begun) => typed.push_str(begun),
                None => examples.push(std::mem::take(&mut typed) + line),
            }
        }
        examples
    }

    /// The command lines of trimtab in what somebody types to a shell.
    fn command_lines(typed: &str) -> Vec<Vec<String>> {
        // `<(trimtab ...)`: its output as a file.
        let typed = typed
            .replace("<(trimtab", "| trimtab")
            .replace(" bash)", " bash");
        let words = shlex::split(&typed).expect("a shell would take it");
        let commands = words.split(|word| ["|", "&&"].contains(&word.as_str()));
        commands
            .map(|words| {
                words
                    .iter()
                    .take_while(|word| *word != ">")
                    .cloned()
                    .collect()
            })
            .filter(|words: &Vec<String>| words.first().is_some_and(|word| word == "trimtab"))
            .collect()
    }

    fn check_examples(command: &clap::Command, path: &str) {
        let mut has_own = false;
        for example in examples(command) {
            let lines = command_lines(&example);
            assert!(!lines.is_empty(), "{path}: it is not trimtab's: {example}");
            for words in lines {
                has_own |= words.join(" ").starts_with(path);
                let words = words.into_iter().map(OsString::from);
                let words = switch::without_values(Cli::command, words);
                if let Err(error) = Cli::try_parse_from(words) {
                    panic!("{example}\n{error}");
                }
            }
        }
        assert!(has_own, "{path} has no examples");
        let below = command.get_subcommands();
        for command in below.filter(|it| it.get_name() != "help") {
            check_examples(command, &format!("{path} {}", command.get_name()));
        }
    }

    #[test]
    fn every_command_has_examples_that_are_command_lines() {
        check_examples(&Cli::command(), "trimtab");
    }
}
