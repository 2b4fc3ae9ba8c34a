//! The arguments of the commands for config maps and secrets.

use super::change;
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_kustomize::edit::{GeneratorChange, GeneratorKind, GeneratorSources};

/// Which of the objects of a name is meant.
#[derive(Debug, clap::Args)]
struct Namespace {
    /// Namespace of the object; none is the same as `default`
    #[arg(
        long,
        value_name = "NAMESPACE",
        default_value = "",
        hide_default_value = true
    )]
    namespace: String,
}

/// What a new or known generator gets.
#[derive(Debug, clap::Args)]
pub(super) struct Sources {
    /// Name of the object
    #[arg(value_name = "NAME", required = true)]
    name: Vec<String>,

    /// File, or pattern of files, whose name is the key; or KEY=FILE
    #[arg(long, value_name = "[KEY=]FILE", value_delimiter = ',')]
    from_file: Vec<String>,

    /// Key and value
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    from_literal: Vec<String>,

    /// File with lines KEY=VALUE
    #[arg(
        long,
        value_name = "FILE",
        default_value = "",
        hide_default_value = true
    )]
    from_env_file: String,

    #[command(flatten)]
    namespace: Namespace,

    /// Put no hash behind the name
    #[arg(long = "disableNameSuffixHash")]
    disable_name_suffix_hash: bool,
}

impl Sources {
    pub(super) fn add(
        &self,
        kind: GeneratorKind,
        behavior: &str,
        secret_type: &str,
        report: &Report,
    ) -> Result<(), Failure> {
        let sources = GeneratorSources {
            files: self.from_file.clone(),
            literals: self.from_literal.clone(),
            env_file: self.from_env_file.clone(),
            namespace: self.namespace.namespace.clone(),
            behavior: behavior.to_owned(),
            secret_type: secret_type.to_owned(),
            disable_name_suffix_hash: self.disable_name_suffix_hash,
        };
        change(report, |file| {
            file.add_generator(kind, &self.name, &sources)
        })
    }
}

/// What changes in a generator.
#[derive(Debug, clap::Args)]
pub(super) struct Change {
    /// Name of the object
    #[arg(value_name = "NAME", required = true)]
    name: Vec<String>,

    /// Known key and new value
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    from_literal: Vec<String>,

    #[command(flatten)]
    namespace: Namespace,

    /// New namespace of the object
    #[arg(
        long,
        value_name = "NAMESPACE",
        default_value = "",
        hide_default_value = true
    )]
    new_namespace: String,
}

impl Change {
    pub(super) fn set(&self, kind: GeneratorKind, report: &Report) -> Result<(), Failure> {
        let changes = GeneratorChange {
            literals: self.from_literal.clone(),
            namespace: self.namespace.namespace.clone(),
            new_namespace: self.new_namespace.clone(),
        };
        change(report, |file| {
            file.set_generator(kind, &self.name, &changes)
        })
    }
}

/// Which generators go.
#[derive(Debug, clap::Args)]
pub(super) struct Names {
    /// Names of the objects, with commas between them
    #[arg(value_name = "NAMES", required = true)]
    names: Vec<String>,

    #[command(flatten)]
    namespace: Namespace,
}

impl Names {
    pub(super) fn remove(&self, kind: GeneratorKind, report: &Report) -> Result<(), Failure> {
        change(report, |file| {
            file.remove_generators(kind, &self.names, &self.namespace.namespace)
        })
    }
}
