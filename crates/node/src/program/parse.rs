//! Reading scripts: lists, conditions, loops, functions and redirections.

use super::syntax::{Command, Item, Joint, List, Loop, Part, PartKind, Redirection, Simple, Word};
use std::rc::Rc;

/// How deep constructs may be nested.
const DEEPEST: u32 = 40;

/// Reads a script, if all of it can be read.
pub(super) fn parse(script: &str) -> Option<List> {
    let mut parser = Parser {
        text: script,
        at: 0,
        depth: 0,
    };
    let list = parser.list(&[])?;
    parser.rest().is_empty().then_some(list)
}

pub(super) struct Parser<'a> {
    text: &'a str,
    pub(super) at: usize,
    pub(super) depth: u32,
}

impl<'a> Parser<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn takes(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            if !self.takes("\\\n") {
                return;
            }
        }
    }

    /// Blanks, ends of lines and comments.
    fn skip_space(&mut self) {
        loop {
            self.skip_blank();
            if self.rest().starts_with('#') {
                let rest = self.rest();
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if !self.takes("\n") {
                return;
            }
        }
    }

    /// The bare word that comes next.
    fn next_word(&self) -> &'a str {
        let rest = self.rest();
        let is_end = |it: char| it.is_whitespace() || ";&|<>()".contains(it);
        &rest[..rest.find(is_end).unwrap_or(rest.len())]
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.skip_space();
        let is_next = self.next_word() == word;
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    /// Up to one of these words, a closing parenthesis, or the end.
    pub(super) fn list(&mut self, ends: &[&str]) -> Option<List> {
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let mut items: Vec<Item> = Vec::new();
        let mut joint = Joint::Then;
        loop {
            self.skip_space();
            if self.rest().is_empty() || self.rest().starts_with(')') {
                break;
            }
            if joint == Joint::Then && ends.contains(&self.next_word()) {
                break;
            }
            let mut is_negated = false;
            while self.takes_word("!") {
                is_negated = !is_negated;
                self.skip_space();
            }
            let command = self.command()?;
            self.skip_blank();
            let rest = self.rest();
            let next = if rest.starts_with("&&") {
                Some((2, Joint::And))
            } else if rest.starts_with("||") {
                Some((2, Joint::Or))
            } else if rest.starts_with(";;") {
                return None;
            } else if rest.starts_with([';', '\n']) {
                Some((1, Joint::Then))
            } else if rest.is_empty() || rest.starts_with([')', '#']) {
                Some((0, Joint::Then))
            } else {
                // A pipe, a job, or what cannot stand here.
                None
            };
            let (length, next) = next?;
            self.at += length;
            items.push(Item {
                joint,
                is_negated,
                is_asked: next != Joint::Then,
                command,
            });
            joint = next;
        }
        self.depth -= 1;
        (joint == Joint::Then).then_some(List(items))
    }

    fn command(&mut self) -> Option<Command> {
        let before = self.at;
        if self.takes("((") {
            return None;
        }
        if self.takes("(") {
            let list = self.list(&[])?;
            return self.takes(")").then_some(Command::Subshell(list));
        }
        let word = self.next_word();
        let keyword = |parser: &mut Self| parser.at = before + word.len();
        match word {
            "{" => {
                keyword(self);
                let list = self.list(&["}"])?;
                self.takes_word("}").then_some(Command::Group(list))
            }
            "if" => {
                keyword(self);
                self.conditional()
            }
            "while" | "until" => {
                keyword(self);
                self.repetition(word == "until")
            }
            "for" => {
                keyword(self);
                self.iteration()
            }
            "case" | "select" | "function" | "then" | "do" | "done" | "fi" | "else" | "elif"
            | "}" | "time" | "coproc" => None,
            "[[" => {
                keyword(self);
                self.double_brackets()
            }
            _ => self.simple(),
        }
    }

    fn conditional(&mut self) -> Option<Command> {
        let mut branches = Vec::new();
        loop {
            let condition = self.list(&["then"])?;
            let has_then = self.takes_word("then");
            let body = self.list(&["elif", "else", "fi"])?;
            if !has_then || condition.0.is_empty() {
                return None;
            }
            branches.push((condition, body));
            if !self.takes_word("elif") {
                break;
            }
        }
        let otherwise = if self.takes_word("else") {
            self.list(&["fi"])?
        } else {
            List::default()
        };
        let command = Command::If {
            branches,
            otherwise,
        };
        self.takes_word("fi").then_some(command)
    }

    /// What stands behind `while` or `until`.
    fn repetition(&mut self, is_until: bool) -> Option<Command> {
        let (start, depth) = (self.at, self.depth);
        let parts = self.parts_of_loop();
        if parts.is_none() {
            // Where it takes the rest of the script, it may be endless all the same.
            (self.at, self.depth) = (self.text.len(), depth);
        }
        let is_endless = !is_until && is_endless(self.text[start..self.at].trim());
        let is_known = parts.is_some() || is_endless;
        is_known.then_some(Command::Loop(Loop {
            is_until,
            parts,
            is_endless,
        }))
    }

    fn parts_of_loop(&mut self) -> Option<(List, List)> {
        let condition = self.list(&["do"])?;
        let body = self.body()?;
        (!condition.0.is_empty()).then_some((condition, body))
    }

    fn body(&mut self) -> Option<List> {
        let has_do = self.takes_word("do");
        let body = self.list(&["done"])?;
        (has_do && self.takes_word("done")).then_some(body)
    }

    fn iteration(&mut self) -> Option<Command> {
        self.skip_blank();
        let variable = self.next_word();
        if !is_name(variable) {
            return None;
        }
        self.at += variable.len();
        if !self.takes_word("in") {
            return None;
        }
        let mut words = Vec::new();
        loop {
            self.skip_blank();
            if self.takes(";") || self.takes("\n") {
                break;
            }
            words.push(self.word()?);
        }
        Some(Command::For {
            variable: variable.to_owned(),
            words,
            body: self.body()?,
        })
    }

    /// `[[ ... ]]`, in which operators are words like others.
    fn double_brackets(&mut self) -> Option<Command> {
        let text = |text: &str| {
            Word(vec![Part {
                is_quoted: false,
                kind: PartKind::Text(text.to_owned()),
            }])
        };
        let mut words = vec![text("[[")];
        loop {
            self.skip_space();
            let operators = ["&&", "||", "<", ">", "(", ")"];
            if let Some(operator) = operators.iter().find(|it| self.takes(it)) {
                words.push(text(operator));
                continue;
            }
            let word = self.word()?;
            let is_last = word.bare() == Some("]]");
            words.push(word);
            if is_last {
                break;
            }
        }
        Some(Command::Simple(Simple {
            words,
            ..Simple::default()
        }))
    }

    fn simple(&mut self) -> Option<Command> {
        let mut simple = Simple::default();
        loop {
            self.skip_blank();
            let rest = self.rest();
            if rest.starts_with("&>") {
                self.at += 2;
                simple.redirections.push(self.redirection(true)?);
                continue;
            }
            if rest.is_empty() || rest.starts_with([';', '\n', '&', '|', ')']) {
                break;
            }
            if rest.starts_with('#') {
                break;
            }
            let digits = rest.len()
                - rest
                    .trim_start_matches(|it: char| it.is_ascii_digit())
                    .len();
            if rest[digits..].starts_with(['<', '>']) {
                let is_output = rest[digits..].starts_with('>');
                self.at += digits + 1;
                if self.rest().starts_with('<') || self.rest().starts_with('(') {
                    return None;
                }
                if is_output && !self.takes(">") {
                    self.takes("|");
                }
                if self.takes("&") {
                    // Two of its streams become one.
                    self.word()?;
                    continue;
                }
                simple.redirections.push(self.redirection(is_output)?);
                continue;
            }
            let word = self.word()?;
            if rest[self.at - (self.text.len() - rest.len())..].starts_with('(') {
                return self.function(&word, &simple);
            }
            match assignment(&word).filter(|_| simple.words.is_empty()) {
                Some(assignment) => simple.assignments.push(assignment),
                None => simple.words.push(word),
            }
        }
        Some(Command::Simple(simple))
    }

    fn redirection(&mut self, is_output: bool) -> Option<Redirection> {
        self.skip_blank();
        let path = self.word()?;
        Some(Redirection { is_output, path })
    }

    /// The rest of a definition, behind the function's name.
    fn function(&mut self, name: &Word, before: &Simple) -> Option<Command> {
        let is_first = before.words.is_empty() && before.assignments.is_empty();
        let name = name.bare().filter(|it| is_first && is_name(it))?.to_owned();
        self.at += 1;
        self.skip_blank();
        let is_closed = self.takes(")");
        self.skip_space();
        if !is_closed || self.next_word() != "{" {
            return None;
        }
        match self.command()? {
            Command::Group(body) => Some(Command::Function(name, Rc::new(body))),
            _ => None,
        }
    }
}

/// The word as an assignment, if it is one.
fn assignment(word: &Word) -> Option<(String, Word)> {
    let first = word.0.first()?;
    let PartKind::Text(text) = &first.kind else {
        return None;
    };
    let (name, value) = text.split_once('=').filter(|_| !first.is_quoted)?;
    if !is_name(name) {
        return None;
    }
    let mut parts = word.0.clone();
    parts[0].kind = PartKind::Text(value.to_owned());
    Some((name.to_owned(), Word(parts)))
}

pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
        && bytes.all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

/// Whether a loop, told from behind its `while`, is one that nothing ends.
fn is_endless(text: &str) -> bool {
    let Some((condition, body)) = text.split_once([';', '\n']) else {
        return false;
    };
    let is_always = matches!(condition.trim(), "true" | ":" | "/bin/true");
    let body = body.trim();
    let is_loop = body
        .strip_prefix("do")
        .is_some_and(|rest| rest.starts_with(char::is_whitespace))
        && body.trim_end_matches(';').ends_with("done");
    let mut words = body.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    is_always
        && is_loop
        && !words.any(|it| matches!(it, "break" | "exit" | "return" | "kill" | "exec"))
}
