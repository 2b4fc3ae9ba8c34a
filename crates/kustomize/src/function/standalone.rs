//! Functions outside of a build: what `fn run` runs on the files of a package.
//!
//! The rules are those of `kyaml/runfn`: what a function reads and what becomes of what it writes is
//! the caller's business.

use super::results::{self, Finding};
use super::spec::FunctionSpec;
use super::{failed_with, not_run, programs, run_first};
use crate::options::FunctionOptions;
use std::path::Path;
use trimtab_tree::{Diagnostic, Position, Result, Value};

/// A function that an object configures.
#[derive(Clone, Debug)]
pub struct StandaloneFunction {
    spec: FunctionSpec,
    who: String,
}

/// What a function did.
#[derive(Debug)]
pub struct Answer {
    /// What it wrote to its standard output; of one that failed only what is text.
    pub output: String,
    /// What it wrote to its standard error, or the end of that.
    pub messages: String,
    /// Why it failed, with its messages, if it did.
    pub failure: Option<Box<Diagnostic>>,
}

/// What a function has to say about an object.
#[derive(Debug)]
pub enum Told {
    /// A finding.
    Finding(Box<Diagnostic>),
    /// A line for the reader's information only.
    Line(String),
}

impl StandaloneFunction {
    /// The function that an object configures; `None` when it configures none. `inline` reads the text of
    /// an annotation, which stands at a position.
    ///
    /// # Errors
    /// When what the object says about it cannot be read, or is of a kind that is no more.
    pub fn of(
        object: &Value,
        inline: impl FnOnce(Position, &str) -> Result<Value>,
    ) -> Result<Option<Self>> {
        let Some(spec) = FunctionSpec::read_from(object, inline)? else {
            return Ok(None);
        };
        let text = |path: &[&str]| {
            let text = object.get_path(path).and_then(Value::text_if_not_null);
            text.unwrap_or_default()
        };
        let who = [text(&["kind"]), text(&["metadata", "name"])].join(" ");
        let who = format!("the function {}", who.trim());
        Ok(Some(Self { spec, who }))
    }

    /// What messages call it.
    #[must_use]
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Its image, or the path of its program.
    #[must_use]
    pub fn shown(&self) -> &str {
        match self.spec.container.image.as_str() {
            "" => &self.spec.exec.path,
            image => image,
        }
    }

    /// Whether it runs in a container.
    #[must_use]
    pub fn is_container(&self) -> bool {
        !self.spec.container.image.is_empty()
    }

    /// Whether those behind it still run when it fails.
    #[must_use]
    pub fn defers_failure(&self) -> bool {
        self.spec.defer_failure
    }

    /// Whether it may run: a warning that says why not otherwise.
    ///
    /// # Errors
    /// When it needs the network and may not have it.
    pub fn permission(
        &self,
        options: &FunctionOptions,
        directory: &Path,
    ) -> Result<std::result::Result<(), Box<Diagnostic>>> {
        let programs = programs(&self.spec, options, directory)
            .map_err(|error| error.at(self.spec.position))?;
        Ok(if programs.is_empty() {
            Err(not_run(&self.who, &self.spec))
        } else {
            Ok(())
        })
    }

    /// Runs it in `directory`, which is absolute, with `input` as its standard input.
    ///
    /// # Errors
    /// When it cannot be run. One that ran and failed is no error: see [`Answer::failure`].
    pub fn run(&self, options: &FunctionOptions, directory: &Path, input: &str) -> Result<Answer> {
        let place = self.spec.position;
        let run = || {
            let programs = programs(&self.spec, options, directory)?;
            let outcome = run_first(&programs, directory, input, &self.who)?;
            let failed = !outcome.status.success();
            Ok(Answer {
                output: match outcome.text(&self.who) {
                    Err(_) if failed => String::new(),
                    text => text?,
                },
                failure: failed.then(|| outcome.tell(failed_with(&self.who, &outcome).at(place))),
                messages: outcome.messages,
            })
        };
        run().map_err(|error: Box<Diagnostic>| error.at(place))
    }

    /// What its results say, about `objects` or others; of a function that ended well they are warnings at
    /// most.
    #[must_use]
    pub fn told<'v>(
        &self,
        results: &[Value],
        failed: bool,
        objects: &(impl Iterator<Item = &'v Value> + Clone),
    ) -> Vec<Told> {
        let one = |result| {
            let find = |reference: &results::Reference<'_>| {
                objects.clone().find(|object| reference.means(object))
            };
            match results::finding(result, &self.who, self.spec.position, failed, find) {
                Finding::Diagnostic(finding) => Told::Finding(finding),
                Finding::Told(line) => Told::Line(line),
            }
        };
        results.iter().map(one).collect()
    }
}
