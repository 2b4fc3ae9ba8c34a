//! A copy of a kustomization that needs nothing from elsewhere.
//!
//! Every file that the target reads is copied to the same place below a new directory, every base
//! with it; what is on other machines goes into `localized-files/HOST/...` beside the kustomization
//! that names it, which then names the copy. The rules are those of kustomize's `localize`
//! (`api/internal/localizer`): the same files with the same content at the same places, the
//! kustomization files written anew with sorted fields.
//!
//! [`arguments`] finds out what is copied and where to, [`root`] walks the kustomizations, [`plugin`]
//! knows the objects that configure generators and transformers, [`chart`] copies Helm charts and
//! [`place`] says where the copy of something remote is.

mod arguments;
mod chart;
mod copy;
mod place;
mod plugin;
mod root;

use crate::loader::{Sources, join};
use crate::options::BuildOptions;
use root::{Job, Root};
use std::path::{Path, PathBuf};
use trimtab_tree::Result;

/// What to copy, and where to. Paths are relative to the working directory of the [`Sources`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalizeArguments {
    /// The kustomization: a directory, or a repository with a `ref`.
    pub target: String,
    /// The directory to make, whose parent must exist; `localized-TARGET` in the working directory
    /// when not given, `localized-TARGET-REF` for a target that is on another machine.
    pub destination: Option<PathBuf>,
    /// The directory that all local bases must be in; the target itself when not given.
    pub scope: Option<PathBuf>,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized {
    /// The new directory, absolute and free of symbolic links. It mirrors the scope.
    pub directory: PathBuf,
    /// The copy of the target, in or below it.
    pub target: PathBuf,
}

/// Makes a copy of a kustomization that needs nothing from elsewhere. Warnings are left in `sources`.
/// Of `options` only those count that say how to read what is on other machines.
///
/// # Errors
/// When the arguments do not fit together, when the new directory exists already, and for the first
/// thing that cannot be read, may not be read, or could not be copied; nothing of the new directory
/// stays then.
pub fn localize(
    arguments: &LocalizeArguments,
    options: &BuildOptions,
    sources: &Sources,
) -> Result<Localized> {
    let run = || {
        let options = arguments::restricted(options);
        let (loader, scope, directory) = arguments::establish(arguments, &options, sources)?;
        let place = copy::relative(&scope, loader.root());
        let target = join(&directory, &place);
        let job = Job::new(sources, scope, directory.clone());
        let copied = Root::target(&job, loader, target.clone()).and_then(|root| root.copy());
        match copied {
            Ok(()) => Ok(Localized { directory, target }),
            Err(error) => Err(discard(&directory, error)),
        }
    };
    run().map_err(|error| sources.with_trail(error))
}

/// Removes what was copied before an error.
fn discard(
    directory: &Path,
    mut error: Box<trimtab_tree::Diagnostic>,
) -> Box<trimtab_tree::Diagnostic> {
    if let Err(left) = std::fs::remove_dir_all(directory) {
        error.notes.push(format!(
            "what was copied so far is left in {}: {left}",
            directory.display()
        ));
    }
    error
}
