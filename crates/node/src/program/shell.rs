//! Running a script, as far as it can be followed without a machine.

use super::scene::{Change, Scene};
use super::syntax::{Command, Item, Joint, List, Loop, Simple};
use super::{Program, Run};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// How many commands are followed at most: what takes more is not plain.
const MOST_STEPS: u32 = 2_000;

/// How long a value may get, in bytes.
pub(super) const LONGEST: usize = 64 * 1024;

/// How deep functions may call each other.
const DEEPEST: u32 = 20;

/// Why a script does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Exit(i32),
    /// It never comes back.
    Forever,
    /// What it does cannot be known.
    Unknown,
    Break,
    Continue,
    Return,
}

/// What becomes of what is written.
pub(super) enum Output {
    /// Nobody reads it.
    Unread,
    Read(String),
    /// Somebody does, and it cannot be known.
    Lost,
}

pub(super) type Followed<T = ()> = Result<T, Stop>;

/// A script on its way.
pub(super) struct Shell<'a> {
    pub(super) scene: &'a Scene<'a>,
    /// What it has set itself; without a value where that cannot be known.
    pub(super) variables: BTreeMap<String, Option<String>>,
    functions: BTreeMap<String, Rc<List>>,
    /// What it does when it is told to stop.
    pub(super) at_signal: Option<String>,
    pub(super) elapsed: Duration,
    /// How long the last command took that took time.
    pub(super) last_wait: Duration,
    pub(super) status: i32,
    pub(super) stops_at_errors: bool,
    /// Whether a status is being asked for, so that an error does not stop it.
    is_asked: bool,
    steps: u32,
    pub(super) depth: u32,
    pub(super) output: Output,
    pub(super) changes: Vec<(Duration, Change)>,
    /// Whether it depends on what may be another the next time.
    pub(super) is_fickle: bool,
}

impl<'a> Shell<'a> {
    pub(super) fn new(scene: &'a Scene<'a>, stops_at_errors: bool) -> Self {
        Self {
            scene,
            variables: BTreeMap::new(),
            functions: BTreeMap::new(),
            at_signal: None,
            elapsed: Duration::ZERO,
            last_wait: Duration::ZERO,
            status: 0,
            stops_at_errors,
            is_asked: false,
            steps: 0,
            depth: 0,
            output: Output::Unread,
            changes: Vec::new(),
            is_fickle: false,
        }
    }

    /// How it ends, and what it does when it is told to stop before.
    pub(super) fn run(mut self, script: &List) -> Run {
        let stop = self.list(script).err();
        let program = match stop {
            None | Some(Stop::Break | Stop::Continue | Stop::Return) => {
                Program::ends(self.elapsed, self.status)
            }
            Some(Stop::Exit(code)) => Program::ends(self.elapsed, code),
            Some(Stop::Forever) => Program::Endless,
            Some(Stop::Unknown) => Program::Unknown,
        };
        Run {
            program,
            changes: std::mem::take(&mut self.changes),
            on_signal: self.answer_to_signal(),
        }
    }

    /// What the trap makes of the signal to stop: how long it takes, and the code.
    fn answer_to_signal(mut self) -> Option<(Duration, i32)> {
        let handler = super::parse::parse(&self.at_signal.take()?)?;
        // The command that runs meanwhile comes to its end first.
        self.elapsed = self.last_wait;
        self.steps = 0;
        match self.list(&handler) {
            Err(Stop::Exit(code)) => Some((self.elapsed, code)),
            Err(Stop::Unknown) => None,
            // It goes on as if nothing had happened, until it is killed.
            _ => Some((Duration::MAX, 0)),
        }
    }

    fn list(&mut self, list: &List) -> Followed {
        for item in &list.0 {
            let is_due = match item.joint {
                Joint::Then => true,
                Joint::And => self.status == 0,
                Joint::Or => self.status != 0,
            };
            if is_due {
                self.item(item)?;
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &Item) -> Followed {
        let was_asked = self.is_asked;
        self.is_asked |= item.is_asked || item.is_negated;
        let done = self.command(&item.command);
        let is_asked = std::mem::replace(&mut self.is_asked, was_asked);
        done?;
        if item.is_negated {
            self.status = i32::from(self.status == 0);
        } else if self.status != 0 && self.stops_at_errors && !is_asked {
            return Err(Stop::Exit(self.status));
        }
        Ok(())
    }

    fn command(&mut self, command: &Command) -> Followed {
        self.steps += 1;
        if self.steps > MOST_STEPS || self.depth > DEEPEST {
            return Err(Stop::Unknown);
        }
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Group(list) => self.list(list),
            Command::Subshell(list) => self.subshell(list),
            Command::Function(name, body) => {
                self.functions.insert(name.clone(), Rc::clone(body));
                self.status = 0;
                Ok(())
            }
            Command::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    if self.holds(condition)? {
                        self.status = 0;
                        return self.list(body);
                    }
                }
                self.status = 0;
                self.list(otherwise)
            }
            Command::Loop(repeated) => self.repeat(repeated),
            Command::For {
                variable,
                words,
                body,
            } => {
                let mut values = Vec::new();
                for word in words {
                    values.extend(self.expand(word)?);
                }
                self.status = 0;
                for value in values {
                    self.variables.insert(variable.clone(), Some(value));
                    if self.round(body)? {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    fn holds(&mut self, condition: &List) -> Followed<bool> {
        let was_asked = std::mem::replace(&mut self.is_asked, true);
        let done = self.list(condition);
        self.is_asked = was_asked;
        done?;
        Ok(self.status == 0)
    }

    /// Once through the body of a loop. Returns whether that was the last time.
    fn round(&mut self, body: &List) -> Followed<bool> {
        self.steps += 1;
        match self.list(body) {
            Ok(()) | Err(Stop::Continue) => Ok(false),
            Err(Stop::Break) => Ok(true),
            Err(other) => Err(other),
        }
    }

    fn repeat(&mut self, repeated: &Loop) -> Followed {
        // An error in an endless loop would end it, where errors do.
        let is_endless = repeated.is_endless && !self.stops_at_errors;
        match self.rounds(repeated) {
            Err(Stop::Unknown) if is_endless => Err(Stop::Forever),
            done => done,
        }
    }

    fn rounds(&mut self, repeated: &Loop) -> Followed {
        let Some((condition, body)) = &repeated.parts else {
            return Err(Stop::Unknown);
        };
        let mut status = 0;
        loop {
            let (before, known) = (self.variables.clone(), self.changes.len());
            if self.holds(condition)? == repeated.is_until {
                self.status = status;
                return Ok(());
            }
            if self.round(body)? {
                return Ok(());
            }
            status = self.status;
            let is_same = before == self.variables && known == self.changes.len();
            if is_same && !self.is_fickle {
                // What has not changed anything will not the next time either.
                return Err(Stop::Forever);
            }
            if self.steps > MOST_STEPS {
                return Err(Stop::Unknown);
            }
        }
    }

    pub(super) fn subshell(&mut self, list: &List) -> Followed {
        let (variables, functions) = (self.variables.clone(), self.functions.clone());
        let signal = self.at_signal.take();
        let done = self.list(list);
        (self.variables, self.functions, self.at_signal) = (variables, functions, signal);
        match done {
            Err(Stop::Exit(code)) => {
                self.status = code;
                Ok(())
            }
            Err(stop @ (Stop::Forever | Stop::Unknown)) => Err(stop),
            _ => Ok(()),
        }
    }

    fn simple(&mut self, simple: &Simple) -> Followed {
        let mut writes_elsewhere = false;
        for redirection in &simple.redirections {
            let path = self.expand_one(&redirection.path)?;
            if redirection.is_output {
                writes_elsewhere = true;
                self.make(&path, true);
            } else if !self.exists(&path)? {
                self.status = 1;
                return Ok(());
            }
        }
        let Some((name, arguments)) = simple.words.split_first() else {
            self.status = 0;
            for (variable, value) in &simple.assignments {
                let value = match self.expand_joined(value) {
                    Ok(value) => Some(value),
                    Err(Stop::Unknown) => None,
                    Err(stop) => return Err(stop),
                };
                self.variables.insert(variable.clone(), value);
            }
            return Ok(());
        };
        if !simple.assignments.is_empty() {
            // They hold for this command alone; nothing that is known here looks at them.
            for (_, value) in &simple.assignments {
                self.expand_joined(value)?;
            }
        }
        let name = self.expand_one(name)?;
        if let Some(body) = self.functions.get(&name).cloned() {
            if !arguments.is_empty() {
                return Err(Stop::Unknown);
            }
            self.depth += 1;
            let done = self.list(&body);
            self.depth -= 1;
            return match done {
                Err(Stop::Return) => Ok(()),
                other => other,
            };
        }
        let output = writes_elsewhere.then(|| std::mem::replace(&mut self.output, Output::Unread));
        let done = self.named(&name, arguments);
        if let Some(output) = output {
            self.output = output;
        }
        done
    }
}
