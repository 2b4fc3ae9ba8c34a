//! `trimtab edit alpha-list-builtin-plugin`.

use crate::exit::Failure;
use crate::ui::stdout;
use trimtab_kustomize::edit::BUILTIN_PLUGINS;

/// List the built-in generators and transformers
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab edit alpha-list-builtin-plugin")]
pub(crate) struct Args {}

pub(crate) fn run() -> Result<(), Failure> {
    let mut text = "Builtin plugins:\n\n".to_owned();
    for plugin in BUILTIN_PLUGINS {
        text.extend([" * ", plugin.kind, "\n"]);
    }
    stdout::write(text.as_bytes())
}
