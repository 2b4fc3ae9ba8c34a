//! `trimtab edit alpha-list-builtin-plugin`.

use crate::exit::Failure;
use crate::ui::stdout;
use trimtab_kustomize::edit::BUILTIN_PLUGINS;

/// List the built-in generators and transformers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run() -> Result<(), Failure> {
    let mut text = "Builtin plugins:\n\n".to_owned();
    for name in BUILTIN_PLUGINS {
        text.extend([" * ", name, "\n"]);
    }
    stdout::write(text.as_bytes())
}
