//! Flags before the command, where kubectl's users write them: `trimtab -n shop get pods`. Only commands that
//! talk to a cluster have them, so they are moved behind the name of the command before clap reads them.

use clap::{Arg, Command};
use std::ffi::{OsStr, OsString};
use std::iter::Peekable;
use std::vec::IntoIter;

type Words = Peekable<IntoIter<OsString>>;

/// What decides which flags are moved, and where to.
pub(crate) struct Leading {
    /// The flags that are moved.
    pub(crate) movable: Command,
    /// Those that every command has, which may stand before it.
    pub(crate) of_all: Command,
}

impl Leading {
    /// The words of a command line, the program first, with the flags behind the command. `defined` gives the
    /// definition of the command line, in which the command whose name it gets has its flags.
    pub(crate) fn behind_the_command(
        &self,
        words: Vec<OsString>,
        defined: impl FnOnce(&str) -> Command,
    ) -> Vec<OsString> {
        let mut words = words.into_iter().peekable();
        let mut line: Vec<OsString> = words.next().into_iter().collect();
        let mut flags = self.take(&mut words, &mut line);
        let Some(name) = next_name(&mut words) else {
            // To `--help` it does not matter what else was said.
            line.extend(words);
            line.extend(flags.into_iter().flat_map(|flag| flag.words));
            return line;
        };
        line.extend(words.next());
        let next = words.peek();
        let goes_on = next.is_some_and(|word| meant(word, &self.movable).is_some());
        if flags.is_empty() && !goes_on {
            line.extend(words);
            return line;
        }
        let root = defined(&name);
        let mut command = root.find_subcommand(&name).unwrap_or(&self.of_all);
        while command.has_subcommands() {
            flags.extend(self.take(&mut words, &mut line));
            let Some(name) = next_name(&mut words) else {
                break;
            };
            line.extend(words.next());
            command = command.find_subcommand(&name).unwrap_or(&self.of_all);
        }
        line.extend(flags.into_iter().flat_map(|flag| flag.of(command)));
        line.extend(words);
        line
    }

    /// Takes the flags that come next; those of all commands go on to `line`.
    fn take(&self, words: &mut Words, line: &mut Vec<OsString>) -> Vec<Flag> {
        let mut flags = Vec::new();
        loop {
            if let Some(flag) = Flag::next(words, &self.movable) {
                flags.push(flag);
            } else if let Some(flag) = Flag::next(words, &self.of_all) {
                line.extend(flag.words);
            } else {
                return flags;
            }
        }
    }
}

/// The next word, unless it is a flag.
fn next_name(words: &mut Words) -> Option<String> {
    let word = words.peek()?.to_str()?;
    (!word.starts_with('-')).then(|| word.to_owned())
}

/// The flag of `command` that a word is, and whether its value stands in the same word.
fn meant<'c>(word: &OsStr, command: &'c Command) -> Option<(&'c Arg, bool)> {
    let word = word.to_str()?;
    let mut arguments = command.get_arguments();
    if let Some(long) = word.strip_prefix("--") {
        let (name, has_value) = match long.split_once('=') {
            Some((name, _)) => (name, true),
            None => (long, false),
        };
        let arg = arguments.find(|arg| arg.get_long() == Some(name))?;
        return Some((arg, has_value));
    }
    let mut letters = word.strip_prefix('-')?.chars();
    let short = letters.next()?;
    let arg = arguments.find(|arg| arg.get_short() == Some(short))?;
    Some((arg, !letters.as_str().is_empty()))
}

/// A flag on the command line, with its value.
struct Flag {
    words: Vec<OsString>,
    long: String,
}

impl Flag {
    /// Takes the next word and its value, if it is a flag of `command`.
    fn next(words: &mut Words, command: &Command) -> Option<Self> {
        let (arg, has_value) = meant(words.peek()?, command)?;
        let wants_value = arg.get_action().takes_values() && !arg.is_require_equals_set();
        let mut flag = Self {
            words: words.next().into_iter().collect(),
            long: arg.get_long().unwrap_or_default().to_owned(),
        };
        if wants_value && !has_value {
            flag.words.extend(words.next());
        }
        Some(flag)
    }

    /// As it is typed for `command`: by its long name where the short one means something else there.
    fn of(mut self, command: &Command) -> Vec<OsString> {
        if let Some(word) = self.words.first_mut()
            && let Some((arg, has_value)) = meant(word, command)
            && arg.get_long() != Some(&self.long)
        {
            let typed = word.to_string_lossy();
            let value = typed.chars().skip(2).collect::<String>();
            let value = value.strip_prefix('=').unwrap_or(&value);
            let long = &self.long;
            *word = if has_value {
                format!("--{long}={value}").into()
            } else {
                format!("--{long}").into()
            };
        }
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ArgAction;

    fn flag(long: &'static str) -> Arg {
        Arg::new(long).long(long).action(ArgAction::Set)
    }

    /// What is read where `typed` is typed.
    fn read(typed: &str) -> String {
        let namespace = flag("namespace").short('n');
        let lax = flag("lax").num_args(0..=1).require_equals(true);
        let switch = flag("quiet").action(ArgAction::SetTrue);
        let movable = [namespace.clone(), lax, flag("context"), switch];
        let status = Command::new("status").arg(namespace.clone());
        let root = Command::new("x")
            .subcommand(Command::new("get").arg(namespace))
            .subcommand(Command::new("build").arg(flag("name").short('n')))
            .subcommand(Command::new("rollout").subcommand(status));
        let leading = Leading {
            movable: Command::new("").args(movable),
            of_all: Command::new("").arg(flag("color")),
        };
        let words = typed.split(' ').map(OsString::from).collect();
        let line = leading.behind_the_command(words, |_| root);
        let line: Vec<String> = line
            .into_iter()
            .map(|word| word.into_string().expect("UTF-8"))
            .collect();
        line.join(" ")
    }

    #[test]
    fn flags_before_a_command_are_read_behind_it() {
        for (typed, expected) in [
            ("x -n a get pods", "x get -n a pods"),
            ("x -na get pods", "x get -na pods"),
            ("x --namespace=a get pods", "x get --namespace=a pods"),
            ("x --context get get pods", "x get --context get pods"),
            ("x --lax --quiet get", "x get --lax --quiet"),
            ("x --lax=false get", "x get --lax=false"),
            ("x -n a --color never get", "x --color never get -n a"),
            ("x rollout -n a status web", "x rollout status -n a web"),
            (
                "x --context c rollout --color never -n a status web",
                "x rollout --color never status --context c -n a web",
            ),
        ] {
            assert_eq!(read(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_command_without_the_flag_is_not_given_another() {
        assert_eq!(read("x -n a build"), "x build --namespace a");
        assert_eq!(read("x -na build"), "x build --namespace=a");
        assert_eq!(read("x -n=a build"), "x build --namespace=a");
        assert_eq!(read("x --context a build"), "x build --context a");
    }

    #[test]
    fn what_is_no_such_flag_stays_where_it_is() {
        for typed in [
            "x",
            "x get -n a",
            "x build -n a",
            "x -n",
            "x -n a",
            "x --help get -n a",
            "x --bogus -n a get",
            "x --color never get pods -n a",
            "x rollout status -n a web",
            "x -- -n a get",
        ] {
            assert_eq!(read(typed), typed);
        }
    }

    #[test]
    fn a_wrong_name_is_what_is_wrong() {
        assert_eq!(read("x -n a gte pods"), "x gte -n a pods");
        assert_eq!(read("x -n a rollout stats"), "x rollout stats -n a");
        assert_eq!(read("x -n a --help"), "x --help -n a");
    }
}
