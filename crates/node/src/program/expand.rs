//! What words of a script stand for.

use super::arithmetic;
use super::shell::{Followed, LONGEST, Output, Shell, Stop};
use super::syntax::{List, Part, PartKind, Word};

impl Shell<'_> {
    pub(super) fn expand_all(&mut self, words: &[Word]) -> Followed<Vec<String>> {
        let mut all = Vec::new();
        for word in words {
            all.extend(self.expand(word)?);
            within_bounds(all.len())?;
        }
        Ok(all)
    }

    pub(super) fn expand_one(&mut self, word: &Word) -> Followed<String> {
        let mut values = self.expand(word)?.into_iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(Stop::Unknown),
        }
    }

    /// The word with its values in it, and not taken apart.
    pub(super) fn expand_joined(&mut self, word: &Word) -> Followed<String> {
        let mut text = String::new();
        for part in &word.0 {
            text.push_str(&self.value(part)?);
            within_bounds(text.len())?;
        }
        Ok(text)
    }

    /// What becomes of a word: values without quotes are taken apart at blanks.
    pub(super) fn expand(&mut self, word: &Word) -> Followed<Vec<String>> {
        let mut words: Vec<String> = Vec::new();
        let mut current: Option<String> = None;
        let mut length = 0;
        for part in &word.0 {
            let value = self.value(part)?;
            length += value.len();
            within_bounds(length)?;
            if part.is_quoted || matches!(part.kind, PartKind::Text(_)) {
                let is_pattern = !part.is_quoted && value.contains(['*', '?', '{', '~']);
                // `[` alone is a command.
                let is_class = !part.is_quoted && value.len() > 2 && value.contains('[');
                if is_pattern || (is_class && value != "[[") {
                    return Err(Stop::Unknown);
                }
                current.get_or_insert_default().push_str(&value);
                continue;
            }
            if value.starts_with(char::is_whitespace) {
                words.extend(current.take());
            }
            for (at, piece) in value.split_whitespace().enumerate() {
                if at > 0 {
                    words.extend(current.take());
                }
                current.get_or_insert_default().push_str(piece);
            }
            if value.ends_with(char::is_whitespace) {
                words.extend(current.take());
            }
        }
        words.extend(current);
        Ok(words)
    }

    fn value(&mut self, part: &Part) -> Followed<String> {
        match &part.kind {
            PartKind::Text(text) => Ok(text.clone()),
            PartKind::Variable(name) => self.variable(name),
            PartKind::Arithmetic(text) => {
                let value = arithmetic::evaluate(text, &mut |name| self.variable(name).ok());
                value.map(|it| it.to_string()).ok_or(Stop::Unknown)
            }
            PartKind::Substitution(list) => self.substitute(list),
            PartKind::Opaque => Err(Stop::Unknown),
        }
    }

    fn variable(&mut self, name: &str) -> Followed<String> {
        if name == "?" {
            return Ok(self.status.to_string());
        }
        if let Some(value) = self.variables.get(name) {
            return value.clone().ok_or(Stop::Unknown);
        }
        if name == "RANDOM" {
            self.is_fickle = true;
            return Ok(self.scene.random().to_string());
        }
        self.scene.variable(name).ok_or(Stop::Unknown)
    }

    fn substitute(&mut self, list: &List) -> Followed<String> {
        self.depth += 1;
        let before = std::mem::replace(&mut self.output, Output::Read(String::new()));
        let done = self.subshell(list);
        let output = std::mem::replace(&mut self.output, before);
        self.depth -= 1;
        done?;
        let Output::Read(text) = output else {
            return Err(Stop::Unknown);
        };
        Ok(text.trim_end_matches('\n').to_owned())
    }
}

/// What gets longer than anybody would write is not followed.
fn within_bounds(length: usize) -> Followed {
    if length > LONGEST {
        return Err(Stop::Unknown);
    }
    Ok(())
}
