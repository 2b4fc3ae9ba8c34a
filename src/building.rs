//! Builds a target for a command and tells its warnings.

use crate::exit::{Failure, Status};
use crate::ui::{diagnostic, stderr};
use std::path::Path;
use trimtab_kustomize::{BuildOptions, Resource, Sources};
use trimtab_tree::{Diagnostic, SourceMap};

/// More warnings are only counted.
const MOST_WARNINGS: usize = 100;

/// Builds the kustomization in the directory `target` and does with its resources what `then`
/// says. Warnings go to standard error first, whether or not the build ends well.
///
/// # Errors
/// The first thing that is wrong with what was read, or with what `then` made of it.
pub(crate) fn build<T>(
    target: &str,
    options: &BuildOptions,
    then: impl FnOnce(&[Resource]) -> trimtab_tree::Result<T>,
) -> Result<T, Failure> {
    let sources = Sources::new(Path::new("."));
    let result = trimtab_kustomize::build(target, options, &sources);
    let result = result.and_then(|resources| then(&resources));
    let warnings = sources.take_warnings();
    for line in sources.take_told() {
        stderr::line(&line);
    }
    let sources = sources.into_map();
    tell(&warnings, &sources);
    result.map_err(|finding| Failure::Finding {
        finding,
        sources,
        status: Status::Failed,
    })
}

fn tell(warnings: &[Diagnostic], sources: &SourceMap) {
    for warning in warnings.iter().take(MOST_WARNINGS) {
        stderr::line(&diagnostic::render(warning, sources));
        stderr::line("");
    }
    if let Some(more @ 1..) = warnings.len().checked_sub(MOST_WARNINGS) {
        stderr::line(&format!("warning: {more} more warnings are not shown\n"));
    }
}
