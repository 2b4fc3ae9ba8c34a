//! `trimtab edit set`: another value for something.

use super::add::{Options, options};
use super::{change, generator};
use crate::exit::Failure;
use crate::ui::report::Report;
use clap::Subcommand;
use trimtab_kustomize::edit::{CommonField, GeneratorKind, TextField};

/// Set something in the kustomization file
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab edit set image nginx=registry.example.com/nginx:1.27.3
  trimtab edit set replicas web=3 worker=1")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Change literals or the namespace of a config map generator
    #[command(after_help = "Examples:
  trimtab edit set configmap app --from-literal=level=info")]
    Configmap(generator::Change),
    /// Change literals or the namespace of a secret generator
    #[command(after_help = "Examples:
  trimtab edit set secret app --from-literal=password=other")]
    Secret(generator::Change),
    /// Set `namePrefix`
    #[command(after_help = "Examples:
  trimtab edit set nameprefix acme-")]
    Nameprefix(Value),
    /// Set `nameSuffix`
    #[command(after_help = "Examples:
  trimtab edit set namesuffix -- -acme")]
    Namesuffix(Value),
    /// Set `namespace`
    #[command(after_help = "Examples:
  trimtab edit set namespace staging")]
    Namespace(Value),
    /// Set new names, tags and digests of images
    ///
    /// A part that is not named is taken away; `*` keeps it.
    #[command(after_help = "Forms:
  IMAGE=NEWIMAGE[:TAG][@DIGEST]
  IMAGE:TAG[@DIGEST]
  IMAGE@DIGEST

Examples:
  trimtab edit set image nginx=registry.example.com/nginx:1.27.3
  trimtab edit set image 'nginx=*:1.27.3' postgres:17 redis@sha256:24a0c4b4a4c0eb97")]
    Image(Images),
    /// Make options, with commas between them, the only ones of `buildMetadata`
    #[command(after_help = concat!(options!(), "\n\nExamples:
  trimtab edit set buildmetadata managedByLabel"))]
    Buildmetadata(Options),
    /// Set numbers of replicas
    #[command(after_help = "Examples:
  trimtab edit set replicas web=3 worker=1")]
    Replicas(Replicas),
    /// Set labels in `commonLabels`
    #[command(after_help = "Examples:
  trimtab edit set label app:web tier:back")]
    Label(Pairs),
    /// Set annotations in `commonAnnotations`
    #[command(after_help = "Examples:
  trimtab edit set annotation owner:shop")]
    Annotation(Pairs),
}

#[derive(Debug, clap::Args)]
struct Value {
    /// The value; an empty one takes the field away
    #[arg(value_name = "VALUE", required = true)]
    value: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Images {
    /// Images
    #[arg(value_name = "IMAGE", required = true)]
    images: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Replicas {
    /// Names of resources and numbers
    #[arg(value_name = "NAME=COUNT", required = true)]
    replicas: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Pairs {
    /// Keys and values
    #[arg(value_name = "KEY:VALUE", required = true)]
    pairs: Vec<String>,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.what {
        What::Configmap(args) => args.set(GeneratorKind::ConfigMap, report),
        What::Secret(args) => args.set(GeneratorKind::Secret, report),
        What::Nameprefix(args) => set_text(TextField::NamePrefix, args, report),
        What::Namesuffix(args) => set_text(TextField::NameSuffix, args, report),
        What::Namespace(args) => set_text(TextField::Namespace, args, report),
        What::Image(args) => change(report, |file| file.set_images(&args.images)),
        What::Buildmetadata(args) => change(report, |file| file.set_build_metadata(&args.options)),
        What::Replicas(args) => change(report, |file| file.set_replicas(&args.replicas)),
        What::Label(args) => set_common(CommonField::Labels, args, report),
        What::Annotation(args) => set_common(CommonField::Annotations, args, report),
    }
}

fn set_text(field: TextField, args: &Value, report: &Report) -> Result<(), Failure> {
    change(report, |file| file.set_text(field, &args.value))
}

fn set_common(common: CommonField, args: &Pairs, report: &Report) -> Result<(), Failure> {
    change(report, |file| file.set_common(common, &args.pairs))
}
