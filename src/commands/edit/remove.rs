//! `trimtab edit remove`: one less of something.

use super::add::{Options, options};
use super::{change, generator, patch};
use crate::exit::Failure;
use crate::ui::report::Report;
use clap::Subcommand;
use trimtab_kustomize::edit::{CommonField, FileList, GeneratorKind};

/// Remove something from the kustomization file
///
/// A list that becomes empty goes with its last item.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab edit remove resource deployment.yaml
  trimtab edit remove label app")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Remove config map generators
    #[command(after_help = "Examples:
  trimtab edit remove configmap app")]
    Configmap(generator::Names),
    /// Remove secret generators
    #[command(after_help = "Examples:
  trimtab edit remove secret app,tls")]
    Secret(generator::Names),
    /// Remove entries of `resources`
    #[command(after_help = "Examples:
  trimtab edit remove resource deployment.yaml 'manifests/*.yaml'")]
    Resource(Patterns),
    /// Remove entries of `components`
    #[command(after_help = "Examples:
  trimtab edit remove component ../components/metrics")]
    Component(Patterns),
    /// Remove labels from `commonLabels`
    #[command(after_help = "Examples:
  trimtab edit remove label app,tier
  trimtab edit remove label app --ignore-non-existence")]
    Label(Keys),
    /// Remove annotations from `commonAnnotations`
    #[command(after_help = "Examples:
  trimtab edit remove annotation owner")]
    Annotation(Keys),
    /// Remove the items of `patches` that have exactly these fields
    #[command(
        disable_version_flag = true,
        after_help = "Examples:
  trimtab edit remove patch --path patch.yaml --kind Deployment --name web"
    )]
    Patch(patch::Flags),
    /// Remove entries of `transformers`
    #[command(after_help = "Examples:
  trimtab edit remove transformer labels.yaml")]
    Transformer(Patterns),
    /// Remove options, with commas between them, from `buildMetadata`
    #[command(after_help = concat!(options!(), "\n\nExamples:
  trimtab edit remove buildmetadata originAnnotations"))]
    Buildmetadata(Options),
}

#[derive(Debug, clap::Args)]
struct Patterns {
    /// Entries as they are listed, or patterns of them
    #[arg(value_name = "PATTERN", required = true)]
    patterns: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Keys {
    /// Keys, with commas between them
    #[arg(value_name = "KEYS", required = true)]
    keys: Vec<String>,

    /// Do not fail for keys that are not there
    #[arg(short, long)]
    ignore_non_existence: bool,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.what {
        What::Configmap(args) => args.remove(GeneratorKind::ConfigMap, report),
        What::Secret(args) => args.remove(GeneratorKind::Secret, report),
        What::Resource(args) => change(report, |file| {
            file.remove_files(FileList::Resources, &args.patterns)
        }),
        What::Component(args) => change(report, |file| {
            file.remove_files(FileList::Components, &args.patterns)
        }),
        What::Label(args) => remove_common(CommonField::Labels, args, report),
        What::Annotation(args) => remove_common(CommonField::Annotations, args, report),
        What::Patch(args) => change(report, |file| file.remove_patch(&args.arguments())),
        What::Transformer(args) => change(report, |file| file.remove_transformers(&args.patterns)),
        What::Buildmetadata(args) => {
            change(report, |file| file.remove_build_metadata(&args.options))
        }
    }
}

fn remove_common(common: CommonField, args: &Keys, report: &Report) -> Result<(), Failure> {
    change(report, |file| {
        file.remove_common(common, &args.keys, args.ignore_non_existence)
    })
}
