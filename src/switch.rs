//! Flags that are on or off, as Go's flag packages take them: alone, or with a value behind `=`.

use clap::builder::TypedValueParser;
use clap::{ArgAction, Command};
use std::ffi::{OsStr, OsString};

/// Reads the value of such a flag.
pub(crate) fn parse(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("neither true nor false".to_owned()),
    }
}

/// The value parser of an argument that is a switch with a value of its own: `--flag`, `--flag=true`
/// and `--flag=false`.
pub(crate) fn value() -> impl TypedValueParser<Value = bool> {
    clap::builder::PossibleValuesParser::new(["true", "false"]).try_map(|text| parse(&text))
}

/// Command line arguments in which the flags of a command that take no value have none: a true one is
/// dropped, and with a false one the whole flag, which is off unless given. Most command lines have
/// no such value, and the definition of the command is not made for them.
pub(crate) fn without_values(
    command: impl FnOnce() -> Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments
        .iter()
        .all(|argument| switched(argument).is_none())
    {
        return arguments;
    }
    let command = command();
    let mut command = &command;
    let mut flags: Vec<&str> = Vec::new();
    collect(command, &mut flags);
    let mut arguments = arguments.into_iter();
    let mut kept: Vec<OsString> = arguments.next().into_iter().collect();
    for argument in arguments.by_ref() {
        if argument == "--" {
            kept.push(argument);
            break;
        }
        match switched(&argument).filter(|(flag, _)| flags.contains(flag)) {
            Some((_, false)) => {}
            Some((flag, true)) => kept.push(format!("--{flag}").into()),
            None => {
                let below = argument
                    .to_str()
                    .and_then(|name| command.find_subcommand(name));
                if let Some(below) = below {
                    command = below;
                    collect(command, &mut flags);
                }
                kept.push(argument);
            }
        }
    }
    kept.extend(arguments);
    kept
}

/// Adds the flags of a command that take no value.
fn collect<'c>(command: &'c Command, flags: &mut Vec<&'c str>) {
    let switches = command
        .get_arguments()
        .filter(|it| matches!(it.get_action(), ArgAction::SetTrue));
    flags.extend(switches.filter_map(clap::Arg::get_long));
}

/// The flag and the value in `--FLAG=VALUE`, if that is a truth value.
fn switched(argument: &OsStr) -> Option<(&str, bool)> {
    let (flag, value) = argument.to_str()?.strip_prefix("--")?.split_once('=')?;
    Some((flag, parse(value).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    #[test]
    fn flags_lose_their_values() {
        let switch = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
        let build = Command::new("build")
            .arg(switch("helm"))
            .arg(Arg::new("env").long("env"));
        let command = Command::new("x").arg(switch("trace")).subcommand(build);
        for (given, kept) in [
            (
                "x build --helm=true --env=true",
                "x build --helm --env=true",
            ),
            ("x --trace=0 build --helm=F a", "x build a"),
            ("x build --helm=maybe", "x build --helm=maybe"),
            ("x --helm=true build", "x --helm=true build"),
            (
                "x build --trace=1 -- --helm=true",
                "x build --trace -- --helm=true",
            ),
        ] {
            let arguments = given.split(' ').map(OsString::from);
            let found = without_values(|| command.clone(), arguments);
            let expected: Vec<OsString> = kept.split(' ').map(OsString::from).collect();
            assert_eq!(found, expected);
        }
    }
}
