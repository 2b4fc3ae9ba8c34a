//! What is copied, what may be read for it, and where the copy goes.

use super::LocalizeArguments;
use super::copy::unwritable;
use super::root::check_reference;
use crate::loader::{LoadRestrictions, Loader, Sources};
use crate::options::BuildOptions;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use trimtab_remote::{Checkout, RepoSpec};
use trimtab_tree::{Diagnostic, Result};

/// What goes before the name of the target in the name of the new directory.
const PREFIX: &str = "localized";

/// The same options with every restriction on what may be read: the copy of a file lies in the copy
/// of its kustomization.
pub(super) fn restricted(options: &BuildOptions) -> BuildOptions {
    BuildOptions {
        load_restrictions: LoadRestrictions::RootOnly,
        ..options.clone()
    }
}

/// The loader of the target, the real path of the scope, and that of the directory that was made.
pub(super) fn establish<'a>(
    arguments: &LocalizeArguments,
    options: &BuildOptions,
    sources: &'a Sources,
) -> Result<(Loader<'a>, PathBuf, PathBuf)> {
    let repository = RepoSpec::parse(&arguments.target).ok();
    if let Some(spec) = &repository {
        check_reference(spec, &arguments.target)?;
    }
    sources.use_remote_options(&options.remote);
    let loader = Loader::open(sources, &arguments.target, options.load_restrictions)?;
    let scope = scope(arguments, &loader)?;
    let directory = match &arguments.destination {
        Some(given) => given.clone(),
        None => default_directory(&loader, repository.as_ref()).into(),
    };
    let directory = make(&directory, sources)?;
    Ok((loader, scope, directory))
}

/// The directory that all local bases must be in.
fn scope(arguments: &LocalizeArguments, loader: &Loader<'_>) -> Result<PathBuf> {
    let checkout = loader.repository();
    let Some(given) = &arguments.scope else {
        let scope = checkout.map_or(loader.root(), Checkout::root);
        return Ok(scope.to_owned());
    };
    if checkout.is_some() {
        let message = "a target on another machine takes no scope";
        return Err(Diagnostic::error("bad-scope", message)
            .hint("leave it out: its repository is the scope"));
    }
    let shown = given.display();
    let path = loader.sources().working_directory().join(given);
    let scope = dunce::canonicalize(path).ok().filter(|path| path.is_dir());
    let Some(scope) = scope else {
        let message = format!("the scope `{shown}` is not a directory");
        return Err(Diagnostic::error("bad-scope", message)
            .expecting("a directory that holds the target and all its bases"));
    };
    if !loader.root().starts_with(&scope) {
        let message = format!(
            "the scope `{shown}` does not contain the target `{}`",
            loader.shown_root()
        );
        return Err(Diagnostic::error("bad-scope", message)
            .expecting("the target's directory, or one above it"));
    }
    Ok(scope)
}

/// The name of the new directory when none is given.
fn default_directory(loader: &Loader<'_>, repository: Option<&RepoSpec>) -> OsString {
    let mut name = OsString::from(PREFIX);
    let is_whole = |checkout: &Checkout| checkout.root() == loader.root();
    let target = match repository {
        // The directory of a checkout has a name that says nothing.
        Some(spec) if loader.repository().is_some_and(is_whole) => {
            Path::new(&spec.repository).file_name()
        }
        _ => loader.root().file_name(),
    };
    if let Some(target) = target {
        name.push("-");
        name.push(target);
    }
    if let Some(spec) = repository {
        name.push("-");
        name.push(spec.reference.replace('/', "-"));
    }
    name
}

/// Makes the new directory and gives its real path.
fn make(given: &Path, sources: &Sources) -> Result<PathBuf> {
    let path = sources.working_directory().join(given);
    let shown = given.display();
    if path.symlink_metadata().is_ok() {
        let message = format!("the destination `{shown}` exists already");
        return Err(Diagnostic::error("destination-exists", message)
            .expecting("the name of a new directory")
            .hint("remove it, or name another"));
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.is_dir()) {
        let message = format!(
            "the destination `{shown}` cannot be made: there is no directory `{}`",
            sources.shown(parent)
        );
        return Err(Diagnostic::error("destination-nowhere", message)
            .expecting("a new directory in one that exists"));
    }
    std::fs::create_dir(&path)
        .and_then(|()| dunce::canonicalize(&path))
        .map_err(|error| unwritable(&shown.to_string(), &error))
}
