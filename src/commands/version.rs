//! `trimtab version`: which version this is, and whose rules it follows.

use crate::exit::Failure;
use crate::ui::stdout;
use clap::ValueEnum;
use trimtab_tree::{JsonStyle, SequenceIndent};
use trimtab_tree::{Mapping, Value, write_json, write_yaml_styled};

/// The release of kustomize whose rules builds follow; invoked as `kustomize`, it is this version.
pub(crate) const KUSTOMIZE: &str = "v5.8.1";

/// Print the version
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab version
  trimtab version -o json")]
pub(crate) struct Args {
    /// Print more, in this form
    #[arg(short, long, value_name = "FORMAT", value_enum)]
    output: Option<Format>,
}

/// A form for machines.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let version = env!("CARGO_PKG_VERSION");
    let Some(format) = args.output else {
        return stdout::line(&format!("trimtab {version}"));
    };
    let platform = format!("{}/{}", std::env::consts::OS, architecture());
    print(
        &[
            ("version", version),
            ("kustomizeVersion", KUSTOMIZE),
            ("kubernetesVersion", trimtab_apiserver::KUBERNETES_VERSION),
            ("platform", &platform),
        ],
        format,
    )
}

/// Prints fields in their order.
pub(crate) fn print(fields: &[(&str, &str)], format: Format) -> Result<(), Failure> {
    let mut mapping = Mapping::new();
    for (field, text) in fields {
        mapping.insert(field, Value::string(*text));
    }
    let value = Value::from(mapping);
    let mut text = String::new();
    match format {
        Format::Yaml => write_yaml_styled(&value, &mut text, SequenceIndent::Compact),
        Format::Json => write_json(&value, &mut text, JsonStyle::OrderedIndented),
    }
    .map_err(Failure::of)?;
    stdout::line(text.trim_end())
}

/// The processor, by its name in Go and in container images.
pub(crate) fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    }
}
