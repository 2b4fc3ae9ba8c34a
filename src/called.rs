//! Flags are defined for the command that is called, and for all only where all are looked at.
//!
//! To define them all takes more memory and time than a small build.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};
use std::cell::Cell;
use std::ops::Deref;

thread_local! {
    static CALLED: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Runs `read`, in which only the command `called` has flags; all have where it is `None`.
pub(crate) fn only<T>(called: Option<&'static str>, read: impl FnOnce() -> T) -> T {
    CALLED.set(called);
    let value = read();
    CALLED.set(None);
    value
}

/// The arguments of a command, which are defined if it is called.
#[derive(Debug)]
pub(crate) struct Called<A>(A);

impl<A> Deref for Called<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.0
    }
}

impl<A: Args> Args for Called<A> {
    fn augment_args(command: Command) -> Command {
        match CALLED.get() {
            Some(called) if called != command.get_name() => command,
            _ => A::augment_args(command),
        }
    }

    fn augment_args_for_update(command: Command) -> Command {
        A::augment_args_for_update(command)
    }
}

impl<A: FromArgMatches> FromArgMatches for Called<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches(matches).map(Self)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches_mut(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}
