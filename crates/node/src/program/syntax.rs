//! The syntax of shell scripts, as far as containers' commands use it: lists, conditions, loops,
//! functions, quoting, variables and redirections (POSIX XCU 2, and bash's `[[ ]]`).
//!
//! What is not understood (pipes, background jobs, here-documents, patterns) makes a script one that
//! cannot be read; nothing is guessed.

use std::rc::Rc;

/// Commands, one after the other.
#[derive(Debug, Default)]
pub(super) struct List(pub(super) Vec<Item>);

impl List {
    /// One command of these words, with nothing to be replaced in them.
    pub(super) fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let word = |text: &str| {
            Word(vec![Part {
                is_quoted: true,
                kind: PartKind::Text(text.to_owned()),
            }])
        };
        Self(vec![Item {
            joint: Joint::Then,
            is_negated: false,
            is_asked: false,
            command: Command::Simple(Simple {
                words: words.map(word).collect(),
                ..Simple::default()
            }),
        }])
    }
}

/// A command of a list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) joint: Joint,
    /// Whether a `!` turns its status around.
    pub(super) is_negated: bool,
    /// Whether an `&&` or `||` behind it looks at its status.
    pub(super) is_asked: bool,
    pub(super) command: Command,
}

/// On what it depends whether a command is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    Then,
    And,
    Or,
}

#[derive(Debug)]
pub(super) enum Command {
    Simple(Simple),
    If {
        branches: Vec<(List, List)>,
        otherwise: List,
    },
    Loop(Loop),
    For {
        variable: String,
        words: Vec<Word>,
        body: List,
    },
    Group(List),
    Subshell(List),
    Function(String, Rc<List>),
}

#[derive(Debug)]
pub(super) struct Loop {
    /// Whether it goes on until its condition holds, and not while it does.
    pub(super) is_until: bool,
    /// Condition and body, if they can be read.
    pub(super) parts: Option<(List, List)>,
    /// Whether plainly nothing ends it, whatever its body does.
    pub(super) is_endless: bool,
}

#[derive(Debug, Default)]
pub(super) struct Simple {
    pub(super) assignments: Vec<(String, Word)>,
    pub(super) words: Vec<Word>,
    pub(super) redirections: Vec<Redirection>,
}

#[derive(Debug)]
pub(super) struct Redirection {
    pub(super) is_output: bool,
    pub(super) path: Word,
}

/// A word before its variables are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Word(pub(super) Vec<Part>);

#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) is_quoted: bool,
    pub(super) kind: PartKind,
}

#[derive(Clone, Debug)]
pub(super) enum PartKind {
    Text(String),
    Variable(String),
    /// What stands between `$((` and `))`.
    Arithmetic(String),
    /// What is between `$(` and `)`.
    Substitution(Rc<List>),
    /// Something whose value cannot be known.
    Opaque,
}

impl Word {
    /// Its text, if it is written without quotes and has no variables in it.
    pub(super) fn bare(&self) -> Option<&str> {
        match &self.0[..] {
            [
                Part {
                    is_quoted: false,
                    kind: PartKind::Text(text),
                },
            ] => Some(text),
            _ => None,
        }
    }
}
