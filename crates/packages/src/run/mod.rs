//! Functions run on the objects of a package, one after the other, as `kustomize fn run` runs them.
//!
//! A function sees the objects in and below the directory of the file that configures it, or in and
//! below the one above where that is called `functions`. What it returns takes their place. The rules
//! are those of kyaml's `runfn`, `fn/runtime/runtimeutil` and `kio`.

mod comments;
mod files;
mod function;
mod memory;

pub use files::{FileChange, PackageFiles};
pub use function::{ConfiguredFunction, declared, explicit, from_directories};

use crate::annotations::{ID, OLD_ID, OLD_PATH, PATH, annotation, complete, file, remove, set};
use crate::output::Output;
use crate::reader::Reader;
use crate::{kind, metadata};
use memory::Memory;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use trimtab_kustomize::{FunctionOptions, Told};
use trimtab_tree::{Diagnostic, Result, Value};

/// A directory of this name holds functions for the directory above.
const FUNCTIONS: &str = "functions";

/// What functions may do, and what is noted of them.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// What they may do.
    pub functions: FunctionOptions,
    /// Where they run; an absolute path.
    pub directory: PathBuf,
    /// Whether all of them see all objects.
    pub global_scope: bool,
    /// The directory that gets their results, a file each.
    pub results: Option<PathBuf>,
}

/// What happens while functions run.
#[derive(Debug)]
pub enum Event<'e> {
    /// The function with this image or program begins.
    Begins(&'e str),
    /// A function wrote this to its standard error and ended well.
    Wrote(&'e str),
    /// A function has something to say about an object.
    Finding(Diagnostic),
    /// A line for the reader's information.
    Told(String),
}

/// What running functions came to.
#[derive(Debug)]
pub struct Ran {
    /// The objects; `None` when a function left none, and those behind it were not run: nothing is to be
    /// written then.
    pub objects: Option<Vec<Value>>,
    /// Why functions failed that let those behind them run all the same.
    pub failures: Vec<Diagnostic>,
}

/// Functions in the order in which they run.
#[derive(Debug)]
pub struct Pipeline<'p> {
    functions: Vec<ConfiguredFunction>,
    options: &'p RunOptions,
}

impl<'p> Pipeline<'p> {
    /// Those of `functions` that the options let run; a warning for each of the others.
    ///
    /// # Errors
    /// When one needs the network and may not have it.
    pub fn new(
        functions: Vec<ConfiguredFunction>,
        options: &'p RunOptions,
    ) -> Result<(Self, Vec<Diagnostic>)> {
        let mut pipeline = Self {
            functions: Vec::new(),
            options,
        };
        let mut warnings = Vec::new();
        for function in functions {
            let permission = function
                .function
                .permission(&options.functions, &options.directory)?;
            match permission {
                Ok(()) => pipeline.functions.push(function),
                Err(warning) => warnings.push(*warning),
            }
        }
        Ok((pipeline, warnings))
    }

    /// Runs the functions on `objects`. What they write is read by `reader`, which knows the texts that
    /// findings point into.
    ///
    /// # Errors
    /// The first failure that a function does not defer.
    pub fn run(
        mut self,
        mut objects: Vec<Value>,
        reader: &mut Reader,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Result<Ran> {
        let mut failures = Vec::new();
        for at in 0..self.functions.len() {
            let memory = Memory::take(&mut objects)?;
            tell(Event::Begins(self.functions[at].function.shown()));
            let done = self.run_one(at, objects, reader, tell)?;
            failures.extend(done.failure.map(|failure| *failure));
            objects = done.objects;
            if objects.is_empty() {
                return Ok(Ran {
                    objects: None,
                    failures,
                });
            }
            memory.reconcile(&mut objects)?;
        }
        Ok(Ran {
            objects: Some(objects),
            failures,
        })
    }

    fn run_one(
        &mut self,
        at: usize,
        objects: Vec<Value>,
        reader: &mut Reader,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Result<Done> {
        let global = self.options.global_scope || self.functions[at].is_global;
        let scope = scope_of(&self.functions[at].config);
        let is_in_scope = |object: &Value| global || is_below(object, &scope);
        let (mut input, mut saved): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
        for (place, mut object) in objects.into_iter().enumerate() {
            if is_in_scope(&object) {
                let id = (input.len() + 1).to_string();
                set(&mut object, ID, &id)?;
                set(&mut object, OLD_ID, &id)?;
            }
            // kustomize shares the object with the function that it configures until the first one has run.
            if at == 0 {
                let mut functions = self.functions.iter_mut();
                if let Some(function) = functions.find(|it| it.input == Some(place)) {
                    function.config = object.clone();
                }
            }
            if is_in_scope(&object) {
                input.push(object);
            } else {
                saved.push(object);
            }
        }
        let function = &self.functions[at];
        let text = wrap(input.clone(), function.config.clone())?;
        let RunOptions {
            functions: options,
            directory,
            ..
        } = self.options;
        let answer = function.function.run(options, directory, &text)?;
        let name = format!("output of {}", function.function.who());
        let read = reader.resource_list(&name, answer.output.into_bytes());
        let (mut output, results) = match read {
            Err(_) if answer.failure.is_some() => (Vec::new(), None),
            read => read?,
        };
        restore(&input, &mut output);
        if let Some(results) = &results {
            self.note_results(at, results)?;
        }
        let failed = answer.failure.is_some();
        let results = results.as_ref().and_then(Value::as_sequence);
        let told = function.function.told(
            results.unwrap_or_default(),
            failed,
            &input.iter().chain(&output),
        );
        for told in told {
            tell(match told {
                Told::Finding(finding) => Event::Finding(*finding),
                Told::Line(line) => Event::Told(line),
            });
        }
        if let Some(failure) = answer.failure {
            if !function.function.defers_failure() {
                return Err(failure);
            }
            output.append(&mut saved);
            return Ok(Done {
                objects: output,
                failure: Some(failure),
            });
        }
        tell(Event::Wrote(&answer.messages));
        for object in &mut output {
            default_path(object, &scope)?;
        }
        output.append(&mut saved);
        Ok(Done {
            objects: output,
            failure: None,
        })
    }

    /// Writes what a function has to say into a file of the directory for that.
    fn note_results(&self, at: usize, results: &Value) -> Result<()> {
        let Some(directory) = &self.options.results else {
            return Ok(());
        };
        let path = directory.join(format!("results-{at}.yaml"));
        let text = crate::output::compact(results)?;
        std::fs::create_dir_all(directory)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| {
                let message = format!("`{}` cannot be written: {error}", path.display());
                Diagnostic::error("unwritable-file", message)
            })
    }
}

/// What one function made.
struct Done {
    objects: Vec<Value>,
    failure: Option<Box<Diagnostic>>,
}

/// The text that a function reads.
fn wrap(objects: Vec<Value>, config: Value) -> Result<String> {
    let output = Output {
        keep_annotations: true,
        wrap_kind: "ResourceList".to_owned(),
        wrap_version: "config.kubernetes.io/v1".to_owned(),
        function_config: Some(config),
        ..Output::default()
    };
    let mut text = String::new();
    output.write(objects, &mut text)?;
    Ok(text)
}

/// Gives what came back the comments and the order of what went in, and takes from it what tells apart
/// inputs.
fn restore(input: &[Value], output: &mut [Value]) {
    let mut known = HashMap::new();
    for object in input {
        known.insert(annotation(object, ID).unwrap_or_default(), object);
    }
    for object in output {
        let id = annotation(object, ID).or_else(|| annotation(object, OLD_ID));
        if let Some(before) = id.and_then(|id| known.get(id)) {
            comments::restore(before, object);
            remove(object, &[ID, OLD_ID]);
        }
    }
}

/// The directory whose objects a function sees; empty for all.
fn scope_of(config: &Value) -> String {
    match file(config) {
        "" => String::new(),
        path => directory_of(path),
    }
}

/// The directory of a file, or the one above where that is called `functions`.
fn directory_of(path: &str) -> String {
    let parent = |path: &Path| match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => crate::packages::cleaned(parent),
        _ => PathBuf::from("."),
    };
    let mut directory = parent(Path::new(path));
    if directory.file_name().is_some_and(|name| name == FUNCTIONS) {
        directory = parent(&directory);
    }
    directory.display().to_string()
}

/// Whether a function of this scope sees an object. As kustomize compares them: `a` has `ab` in it, too.
fn is_below(object: &Value, scope: &str) -> bool {
    if scope.is_empty() || scope == "." {
        return true;
    }
    match file(object) {
        "" => false,
        path => directory_of(path).starts_with(scope),
    }
}

/// Gives an object that has no file one of its own, named after it.
fn default_path(object: &mut Value, directory: &str) -> Result<()> {
    complete(object)?;
    if annotation(object, PATH).is_some() {
        return Ok(());
    }
    let name = format!(
        "{}_{}.yaml",
        kind(object).to_lowercase(),
        metadata(object, "name")
    );
    let path = Path::new(directory)
        .join(metadata(object, "namespace"))
        .join(name);
    let path = crate::packages::cleaned(&path).display().to_string();
    set(object, PATH, &path)?;
    set(object, OLD_PATH, &path)
}

#[cfg(test)]
mod tests;
