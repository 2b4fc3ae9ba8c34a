//! `trimtab create`: a new kustomization file.

use crate::building;
use crate::exit::Failure;
use crate::ui::report::Report;
use trimtab_kustomize::edit::{CreateArguments, create};

/// Make a kustomization file in the current directory
#[derive(Debug, clap::Args)]
#[command(
    visible_alias = "init",
    after_help = "Examples:
  trimtab create --resources ../base
  trimtab create --autodetect
  trimtab create --resources deployment.yaml,../base --namespace staging --nameprefix acme-"
)]
pub(crate) struct Args {
    /// Files, patterns of files, directories and repositories, with commas between them
    #[arg(
        long,
        value_name = "RESOURCES",
        default_value = "",
        hide_default_value = true
    )]
    resources: String,

    /// Namespace of everything
    #[arg(
        long,
        value_name = "NAMESPACE",
        default_value = "",
        hide_default_value = true
    )]
    namespace: String,

    /// Annotations of everything, `KEY:VALUE` with commas between them
    #[arg(
        long,
        value_name = "ANNOTATIONS",
        default_value = "",
        hide_default_value = true
    )]
    annotations: String,

    /// Labels of everything and its selectors, `KEY:VALUE` with commas between them
    ///
    /// They go to `commonLabels`, as kustomize writes them; `edit fix` makes them `labels`.
    #[arg(
        long,
        value_name = "LABELS",
        default_value = "",
        hide_default_value = true
    )]
    labels: String,

    /// What goes before names
    #[arg(
        long,
        value_name = "PREFIX",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    nameprefix: String,

    /// What goes behind names
    #[arg(
        long,
        value_name = "SUFFIX",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    namesuffix: String,

    /// Take all files of the directory that hold Kubernetes objects
    #[arg(long)]
    autodetect: bool,

    /// With --autodetect, look into the directories below too; one with a kustomization is taken as a whole
    #[arg(long)]
    recursive: bool,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let arguments = CreateArguments {
        resources: args.resources.clone(),
        namespace: args.namespace.clone(),
        annotations: args.annotations.clone(),
        labels: args.labels.clone(),
        name_prefix: args.nameprefix.clone(),
        name_suffix: args.namesuffix.clone(),
        detect: args.autodetect,
        recursive: args.recursive,
    };
    building::read(report, |sources| create(&arguments, sources))
}
