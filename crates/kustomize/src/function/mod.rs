//! KRM functions: programs and containers that generate, change or check resources.
//!
//! An object with the annotation `config.kubernetes.io/function` that stands under `generators`,
//! `transformers` or `validators` configures one. The rules are those of kustomize's
//! `api/internal/plugins/fnplugin` and `kyaml/runfn`.

mod command;
mod exchange;
mod resource_list;
mod results;
mod spec;
mod standalone;

pub(crate) use exchange::{document_of, documents_of, take_wishes, update};
pub(crate) use resource_list::PATHS;
pub(crate) use spec::FunctionSpec;
pub use standalone::{Answer, StandaloneFunction, Told};

use crate::documents;
use crate::loader::{Loader, Source, Sources};
use crate::options::FunctionOptions;
use crate::program::{Failure, Outcome, Program};
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use resource_list::Returned;
use results::Finding;
use std::io::ErrorKind;
use std::path::Path;
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Position, Result, Value};

/// A function, configured, and where it runs.
pub(crate) struct Function<'f> {
    /// The object that configures it.
    pub config: &'f Resource,
    /// What its annotation says.
    pub spec: &'f FunctionSpec,
    /// What it may do.
    pub options: &'f FunctionOptions,
    /// Reads for the kustomization that names it.
    pub loader: &'f Loader<'f>,
    /// What kinds are judged by.
    pub schema: &'f Schema,
}

impl Function<'_> {
    /// Runs it on resources, or on nothing where it generates some. `None` when the options do not
    /// let it run, which is a warning; otherwise the resources it returned.
    ///
    /// # Errors
    /// When it cannot be run, fails, or returns what are no resources.
    pub(crate) fn run(&self, input: Option<&ResourceSet>) -> Result<Option<Vec<Resource>>> {
        let sources = self.loader.sources();
        let place = self.spec.position;
        let who = self.who();
        let root = self.loader.root();
        let programs = self.programs(root).map_err(|error| error.at(place))?;
        if programs.is_empty() {
            sources.warn(*self.not_run());
            return Ok(None);
        }
        let documents = input.map_or_else(|| Ok(Vec::new()), documents_of)?;
        let text = resource_list::wrap(&documents, &document_of(self.config)?)?;
        let outcome = run_first(&programs, root, &text, &who).map_err(|error| error.at(place))?;
        self.read(&outcome, input).map(Some)
    }

    /// What messages call it.
    fn who(&self) -> String {
        format!("the function {}", self.config.id().in_words())
    }

    /// The programs that may be it: the first that is there is run. None when the options say so.
    fn programs(&self, root: &Path) -> Result<Vec<Program>> {
        programs(self.spec, self.options, root)
    }

    fn not_run(&self) -> Box<Diagnostic> {
        not_run(&self.who(), self.spec)
    }

    /// The resources in what it wrote; what it had to say is noted.
    fn read(&self, outcome: &Outcome, input: Option<&ResourceSet>) -> Result<Vec<Resource>> {
        let sources = self.loader.sources();
        let (who, place) = (self.who(), self.spec.position);
        let failed = !outcome.status.success();
        let parsed = self.parse(outcome);
        // A function that failed may have written anything.
        let returned = match parsed {
            Err(_) if failed => Returned::default(),
            parsed => parsed?,
        };
        let id = self.config.id().in_words();
        for result in &returned.results {
            let objects = || {
                let input = input.into_iter().flatten();
                input.map(Resource::value).chain(&returned.items)
            };
            let find = |reference: &results::Reference<'_>| -> Option<&Value> {
                objects().find(|object| reference.means(object))
            };
            match results::finding(result, &who, place, failed, find) {
                Finding::Diagnostic(finding) => sources.warn(*finding),
                Finding::Told(line) => sources.tell(&id, &line),
            }
        }
        if failed {
            let mut error = failed_with(&who, outcome).at(place);
            if self.spec.defer_failure {
                let note = "`deferFailure` lets its results be told, and not the build go on";
                error.notes.push(note.to_owned());
            }
            return Err(outcome.tell(error));
        }
        sources.tell(&id, &outcome.messages);
        let mut resources = documents::resources(returned.items, self.schema)?;
        for resource in &mut resources {
            resource.take_history();
        }
        Ok(resources)
    }

    fn parse(&self, outcome: &Outcome) -> Result<Returned> {
        let (sources, place) = (self.loader.sources(), self.spec.position);
        let source = output_source(sources, &self.who(), outcome, place)?;
        Ok(resource_list::unwrap(source.documents()?))
    }
}

/// What a program wrote, as a text of the build whose places can be shown.
///
/// # Errors
/// When it is no text, or too much.
pub(crate) fn output_source(
    sources: &Sources,
    who: &str,
    outcome: &Outcome,
    place: Position,
) -> Result<Source> {
    let text = outcome.text(who).map_err(|error| error.at(place))?;
    sources.add_output(&format!("output of {who}"), text.into(), place)
}

/// The programs that a function may be: the first that is there is run. None when the options say so.
fn programs(spec: &FunctionSpec, options: &FunctionOptions, root: &Path) -> Result<Vec<Program>> {
    if !spec.container.image.is_empty() {
        let container = |runtime| command::container(&spec.container, options, root, runtime);
        return command::RUNTIMES.into_iter().map(container).collect();
    }
    let runs = options.exec && !spec.exec.path.is_empty();
    let program = runs.then(|| command::exec(&spec.exec, options, root));
    Ok(program.into_iter().collect())
}

/// Runs the first of `programs` that is there, in `directory`.
fn run_first(programs: &[Program], directory: &Path, input: &str, who: &str) -> Result<Outcome> {
    if directory == Path::new("/") {
        let message = format!("{who} would run in the root directory");
        return Err(Diagnostic::error("function-in-root-directory", message)
            .expecting("another working directory"));
    }
    for program in programs {
        let is_only = programs.len() == 1;
        match program.run(Some(directory), input.as_bytes()) {
            // The next one may be there.
            Err(Failure::Start(error)) if error.kind() == ErrorKind::NotFound && !is_only => {}
            result => return result.map_err(|failure| failure.explain(who, program)),
        }
    }
    let message = format!("{who} needs a program that runs containers");
    Err(Diagnostic::error("program-not-run", message).expecting("`docker` or `podman` in the PATH"))
}

/// kustomize passes over such a function in silence.
fn not_run(who: &str, spec: &FunctionSpec) -> Box<Diagnostic> {
    if spec.exec.path.is_empty() {
        let message = format!("{who} names neither a program nor an image and is passed over");
        return Diagnostic::warning("function-not-run", message)
            .at(spec.position)
            .expecting("`exec` with a `path`, or `container` with an `image`");
    }
    let message = format!("{who} is a program of this machine and is passed over");
    Diagnostic::warning("function-not-run", message)
        .at(spec.position)
        .hint("to run it use `--enable-exec`")
}

/// The error of a function that ended with a failure.
fn failed_with(who: &str, outcome: &Outcome) -> Box<Diagnostic> {
    Diagnostic::error("function-failed", format!("{who} {}", outcome.ending()))
}
