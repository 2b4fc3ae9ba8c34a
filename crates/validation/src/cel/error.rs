//! What is wrong with an expression, or with evaluating it.

use std::fmt;

/// Why an expression does not compile: everything that is wrong with it, at its places.
///
/// `Display` has the form of `cel-go`: `ERROR: <input>:1:5: what`, the line, and a caret below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CelError {
    problems: Vec<Problem>,
    source: String,
    /// Why an expression that is well typed has no program, if that is what is wrong.
    program: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// In bytes of the source.
    pub(super) at: usize,
    pub(super) message: String,
}

impl CelError {
    pub(super) fn new(source: &str, problems: Vec<Problem>) -> Self {
        Self {
            problems,
            source: source.to_owned(),
            program: None,
        }
    }

    /// A part that is the same whenever it is evaluated fails.
    pub(super) fn of_program(why: String) -> Self {
        Self {
            problems: Vec::new(),
            source: String::new(),
            program: Some(why),
        }
    }

    /// The error behind what failed: `compilation failed: ERROR: ...`, or `program instantiation failed:
    /// ...` of an expression that is well typed but always fails.
    #[must_use]
    pub fn told(&self) -> String {
        match &self.program {
            Some(why) => format!("program instantiation failed: {why}"),
            None => format!("compilation failed: {self}"),
        }
    }

    /// Line and column of the first problem, both from 1, the column in characters.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        let at = self.problems.first().map_or(0, |problem| problem.at);
        let (line, column, _) = place(&self.source, at);
        (line, column)
    }

    /// The problems without their places.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        let problems = self.problems.iter().map(|problem| problem.message.as_str());
        problems.chain(self.program.as_deref())
    }
}

/// Line and column from 1, and the text of the line.
fn place(source: &str, at: usize) -> (usize, usize, &str) {
    let before = &source[..at.min(source.len())];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let text = source[start..].lines().next().unwrap_or_default();
    (line, before[start..].chars().count() + 1, text)
}

impl fmt::Display for CelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(why) = &self.program {
            return f.write_str(why);
        }
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            let (line, column, text) = place(&self.source, problem.at);
            let dots = ".".repeat(column - 1);
            let message = &problem.message;
            write!(
                f,
                "ERROR: <input>:{line}:{column}: {message}\n | {text}\n | {dots}^"
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for CelError {}

/// Why an evaluation came to no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// The expression failed on these values: `no such key: a`.
    #[error("{0}")]
    Failed(String),
    /// It would cost more than one evaluation may.
    #[error("operation cancelled: actual cost limit exceeded")]
    TooExpensive,
    /// What all evaluations may cost together has been used up.
    #[error(
        "validation failed due to running out of cost budget, no further validation rules will be run"
    )]
    OutOfBudget,
}

/// What evaluating something gives.
pub(super) type Evaluated<T> = Result<T, EvaluationError>;

impl EvaluationError {
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    pub(super) fn no_overload() -> Self {
        Self::failed("no such overload")
    }

    pub(super) fn no_such_key(key: &str) -> Self {
        Self::Failed(format!("no such key: {key}"))
    }
}
