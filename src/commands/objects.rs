//! The objects that a command's words, or its files, name.

use super::get::Selectors;
use crate::cluster::Failed;
use crate::exit::Failure;
use crate::manifests::{FileArgs, Origin};
use crate::ui::report::Report;
use trimtab_deploy::{Error, Named, ObjectRef, Scope, Target};

/// Flags that name objects beside words.
#[derive(Debug, clap::Args)]
pub(super) struct ObjectFlags {
    #[command(flatten)]
    files: FileArgs,

    #[command(flatten)]
    selectors: Selectors,

    /// Every object of the kinds
    #[arg(long)]
    all: bool,
}

impl ObjectFlags {
    /// The files that describe the objects, if a flag names some.
    pub(super) fn origin(&self) -> Option<Origin> {
        self.files.origin()
    }

    /// The objects that these words, or the flags, name.
    pub(super) fn objects<'a>(&'a self, words: &'a [String], report: &'a Report) -> Objects<'a> {
        Objects {
            words,
            files: &self.files,
            scope: Scope {
                all_namespaces: false,
                selection: self.selectors.selection(),
                all: self.all,
            },
            report,
        }
    }
}

/// What names objects: words and selectors, or files that describe them.
pub(super) struct Objects<'a> {
    /// `TYPE NAME ...`, `TYPE/NAME ...`, or `TYPE` with what `scope` selects.
    words: &'a [String],
    /// Files, instead of words.
    files: &'a FileArgs,
    /// What of the types is meant.
    scope: Scope,
    /// Hears what is doubtful about the files.
    report: &'a Report,
}

impl Objects<'_> {
    /// Finds out which they are: at least one.
    pub(super) async fn find(&self, target: &Target) -> Result<Vec<ObjectRef>, Failed> {
        let objects = match self.files.origin() {
            Some(_) if !self.words.is_empty() => {
                let message = "specify objects by type and name, or by -f or -k, but not both";
                return Err(Failure::new("usage", message).into());
            }
            Some(origin) => described(&origin, target, self.report).await?,
            None => {
                let named = Named::resolve(target, self.words, &self.scope, true).await?;
                named.objects(target, &self.scope).await?
            }
        };
        at_least_one(objects, "objects", target)
    }
}

/// Does `work` with each object. What is refused of one does not keep it from the others.
pub(super) async fn each(
    objects: &[ObjectRef],
    mut work: impl AsyncFnMut(&ObjectRef) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let mut refused = Vec::new();
    for object in objects {
        match work(object).await {
            Ok(()) => {}
            Err(Failed::Error(error)) if error.is_of_one_object() => refused.push(error),
            Err(failed) => return Err(failed),
        }
    }
    ended(refused)
}

/// The end of work on several objects, of which some were refused.
pub(super) fn ended(mut refused: Vec<Error>) -> Result<(), Failed> {
    match refused.len() {
        0 => Ok(()),
        1 => Err(refused.remove(0).into()),
        _ => Err(Failed::Errors(refused)),
    }
}

/// What was found, unless that is nothing; `what` was looked for.
pub(super) fn at_least_one(
    found: Vec<ObjectRef>,
    what: &str,
    target: &Target,
) -> Result<Vec<ObjectRef>, Failed> {
    if found.is_empty() {
        let message = format!("no {what} found in {} namespace", target.namespace());
        return Err(Failure::new("not-found", message).into());
    }
    Ok(found)
}

/// The objects that files, or a kustomization, describe.
pub(super) async fn described(
    origin: &Origin,
    target: &Target,
    report: &Report,
) -> Result<Vec<ObjectRef>, Failed> {
    let discovery = target.discovery().await?;
    let described = origin.load(report)?;
    let of = |object| ObjectRef::of(object, &discovery, target.namespace());
    Ok(described.iter().map(of).collect::<Result<_, _>>()?)
}
