//! What a container's command plainly says about how it ends.
//!
//! Nothing runs on a simulated node. But of `sleep 300`, `sh -c 'exit 1'` or
//! `if [ "$JOB_COMPLETION_INDEX" = 1 ]; then exit 1; fi` everybody knows how long it runs and what
//! it ends with, and jobs, init containers and crash loops turn on just that. So scripts are
//! followed: their conditions and loops, the variables that the pod sets, and the files that pods
//! make. What is not plain is [`Program::Unknown`]: such a container does what its kind suggests.
//!
//! Following is bounded in steps, depth and bytes, and a script that goes beyond is not plain.

mod arithmetic;
mod builtins;
mod commands;
mod expand;
mod parse;
mod parse_word;
mod scene;
mod shell;
mod syntax;
#[cfg(test)]
mod tests;

pub(crate) use scene::{Change, Scene};

use commands::Effect;
use k8s_openapi::api::core::v1::Container;
use shell::Shell;
use std::time::Duration;

/// What is asked to last longer does not end: a tenth of what an instant can be told to wait.
const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How a container's main process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// Its command does not say.
    Unknown,
    /// It runs until it is stopped.
    Endless,
    /// It runs so long, and exits with this code.
    Ends { after: Duration, code: i32 },
}

impl Program {
    fn ends(after: Duration, code: i32) -> Self {
        if after >= FOREVER {
            return Self::Endless;
        }
        Self::Ends { after, code }
    }
}

/// How a program runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) program: Program,
    /// The files that it makes and takes away, and how long after its start.
    pub(crate) changes: Vec<(Duration, Change)>,
    /// What it does at the signal to stop, if it says so: after how long, and with what code it ends.
    pub(crate) on_signal: Option<(Duration, i32)>,
}

impl From<Program> for Run {
    fn from(program: Program) -> Self {
        Self {
            program,
            changes: Vec::new(),
            on_signal: None,
        }
    }
}

impl Run {
    /// Of a container of the scene's spec.
    pub(crate) fn of(scene: &Scene) -> Self {
        let Container {
            image,
            command,
            args,
            ..
        } = scene.spec;
        // Without a command the image's own entry point runs, which only of a pause image is known.
        match command.as_deref() {
            None | Some([]) if is_pause(image.as_deref().unwrap_or_default()) => {
                Program::Endless.into()
            }
            None | Some([]) => Program::Unknown.into(),
            Some(_) => {
                let words: Vec<&str> = [command, args]
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(String::as_str)
                    .collect();
                Self::of_command(&words, scene)
            }
        }
    }

    /// Of a command that is run in the scene's container.
    pub(crate) fn of_command(words: &[&str], scene: &Scene) -> Self {
        of_words(words, scene).unwrap_or_else(|| Program::Unknown.into())
    }
}

fn of_words(words: &[&str], scene: &Scene) -> Option<Run> {
    let (program, arguments) = words.split_first()?;
    let name = program.rsplit('/').next()?;
    if matches!(name, "sh" | "bash" | "ash" | "dash") {
        let (script, stops_at_errors) = script_among(arguments)?;
        let script = parse::parse(script)?;
        return Some(Shell::new(scene, stops_at_errors).run(&script));
    }
    if matches!(name, "cat" | "test" | "touch" | "rm") {
        // As a script of one command, whose words are what they are.
        let script = syntax::List::of_words(words.iter().copied());
        return Some(Shell::new(scene, false).run(&script));
    }
    if name == "sleep" && arguments.iter().any(|it| it.contains('$')) {
        return None;
    }
    let arguments: Vec<String> = arguments.iter().map(|&it| it.to_owned()).collect();
    let program = match commands::effect(name, &arguments).filter(|_| name != ":")? {
        Effect::Goes { after, code } => Program::ends(after, code),
        Effect::Stays => Program::Endless,
    };
    Some(program.into())
}

/// Whether the image holds nothing but the program that waits for signals.
fn is_pause(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split([':', '@']).next() == Some("pause")
}

/// The script among a shell's arguments, and whether it stops at the first error.
fn script_among<'a>(arguments: &[&'a str]) -> Option<(&'a str, bool)> {
    let mut stops_at_errors = false;
    let mut is_next = false;
    for &argument in arguments {
        let flags = argument.strip_prefix('-').filter(|_| !is_next);
        let Some(flags) = flags else {
            return is_next.then_some((argument, stops_at_errors));
        };
        if flags.is_empty() || flags.contains(|flag| !"ceuxl".contains(flag)) {
            return None;
        }
        stops_at_errors |= flags.contains('e');
        is_next |= flags.contains('c');
    }
    None
}
