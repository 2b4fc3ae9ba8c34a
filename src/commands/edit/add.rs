//! `trimtab edit add`: one more of something.

use super::{change, generator, patch};
use crate::exit::Failure;
use crate::ui::report::Report;
use clap::Subcommand;
use trimtab_kustomize::edit::{CommonField, FileList, GeneratorKind, PatternList};

/// What `buildMetadata` may hold.
macro_rules! options {
    () => {
        "Options:
  originAnnotations       where each resource comes from, as an annotation
  transformerAnnotations  which transformers changed it, as an annotation
  managedByLabel          which program built it, as a label"
    };
}
pub(super) use options;

/// Add something to the kustomization file
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab edit add resource deployment.yaml ../base
  trimtab edit add label app:web tier:front")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add files, directories or repositories to `resources`
    #[command(after_help = "Examples:
  trimtab edit add resource deployment.yaml ../base
  trimtab edit add resource 'manifests/*.yaml'
  trimtab edit add resource --no-verify 'https://github.com/org/repo//base?ref=v1.2.0'")]
    Resource(Resource),
    /// Add an item to `patches`
    #[command(
        disable_version_flag = true,
        after_help = "Examples:
  trimtab edit add patch --path patch.yaml --kind Deployment --name web
  trimtab edit add patch --patch '[{op: remove, path: /spec/replicas}]' --label-selector app=web"
    )]
    Patch(patch::Flags),
    /// Add files, directories or repositories to `components`
    #[command(after_help = "Examples:
  trimtab edit add component ../components/metrics")]
    Component(Files),
    /// Add to a secret generator, or make one
    #[command(after_help = "Examples:
  trimtab edit add secret tls --from-file=tls.crt --from-file=key=tls.key --type kubernetes.io/tls
  trimtab edit add secret app --from-env-file=app.env")]
    Secret(Secret),
    /// Add to a config map generator, or make one
    #[command(after_help = "Examples:
  trimtab edit add configmap app --from-literal=level=debug --from-file='conf/*.ini'
  trimtab edit add configmap app --behavior=merge --from-env-file=app.env")]
    Configmap(ConfigMap),
    /// Add directories, with commas between them, to `resources`
    #[command(after_help = "Examples:
  trimtab edit add base ../base,../shared")]
    Base(Paths),
    /// Add options, with commas between them, to `buildMetadata`
    #[command(after_help = concat!(options!(), "\n\nExamples:
  trimtab edit add buildmetadata originAnnotations,managedByLabel"))]
    Buildmetadata(Options),
    /// Add labels to `commonLabels` or `labels`
    #[command(after_help = "Examples:
  trimtab edit add label app:web tier:front
  trimtab edit add label --without-selector --include-templates team:shop")]
    Label(Labels),
    /// Add annotations to `commonAnnotations`
    #[command(after_help = "Examples:
  trimtab edit add annotation owner:shop tier:front")]
    Annotation(Annotations),
    /// Add files to `transformers`
    #[command(after_help = "Examples:
  trimtab edit add transformer labels.yaml")]
    Transformer(Files),
    /// Add files to `configurations`
    #[command(after_help = "Examples:
  trimtab edit add configuration name-references.yaml")]
    Configuration(Files),
    /// Add files to `generators`
    #[command(after_help = "Examples:
  trimtab edit add generator chart.yaml")]
    Generator(Files),
}

#[derive(Debug, clap::Args)]
struct Resource {
    /// Files, patterns of files, directories or repositories
    #[arg(value_name = "RESOURCE", required = true)]
    resources: Vec<String>,

    /// Add them as they are, whether or not they are there
    #[arg(long)]
    no_verify: bool,
}

#[derive(Debug, clap::Args)]
struct Files {
    /// Files or patterns of files
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Paths {
    /// Directories, with commas between them
    #[arg(value_name = "DIRS", required = true)]
    paths: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Options, with commas between them
    #[arg(value_name = "OPTIONS", required = true)]
    pub(super) options: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Secret {
    #[command(flatten)]
    sources: generator::Sources,

    /// Type of a new secret, such as `kubernetes.io/tls`
    #[arg(long = "type", value_name = "TYPE", default_value = "Opaque")]
    secret_type: String,
}

#[derive(Debug, clap::Args)]
struct ConfigMap {
    #[command(flatten)]
    sources: generator::Sources,

    /// What it does to one that a base has: create, merge or replace
    #[arg(
        long,
        value_name = "BEHAVIOR",
        default_value = "",
        hide_default_value = true
    )]
    behavior: String,
}

#[derive(Debug, clap::Args)]
struct Labels {
    /// Labels
    #[arg(value_name = "KEY:VALUE", required = true)]
    pairs: Vec<String>,

    /// Overwrite labels that are there
    #[arg(short, long)]
    force: bool,

    /// Leave selectors alone: add to `labels`, not to `commonLabels`
    #[arg(long)]
    without_selector: bool,

    /// With --without-selector, label templates of pods too
    #[arg(long)]
    include_templates: bool,
}

#[derive(Debug, clap::Args)]
struct Annotations {
    /// Annotations
    #[arg(value_name = "KEY:VALUE", required = true)]
    annotations: Vec<String>,

    /// Overwrite annotations that are there
    #[arg(short, long)]
    force: bool,
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    match &args.what {
        What::Resource(args) => change(report, |file| {
            file.add_files(FileList::Resources, &args.resources, !args.no_verify)
        }),
        What::Patch(args) => change(report, |file| file.add_patch(&args.arguments())),
        What::Component(args) => change(report, |file| {
            file.add_files(FileList::Components, &args.paths, true)
        }),
        What::Secret(args) => {
            args.sources
                .add(GeneratorKind::Secret, "", &args.secret_type, report)
        }
        What::Configmap(args) => {
            args.sources
                .add(GeneratorKind::ConfigMap, &args.behavior, "", report)
        }
        What::Base(args) => change(report, |file| file.add_bases(&args.paths)),
        What::Buildmetadata(args) => change(report, |file| file.add_build_metadata(&args.options)),
        What::Label(args) => add_labels(args, report),
        What::Annotation(args) => change(report, |file| {
            file.add_common(CommonField::Annotations, &args.annotations, args.force)
        }),
        What::Transformer(args) => add_matches(PatternList::Transformers, args, report),
        What::Configuration(args) => add_matches(PatternList::Configurations, args, report),
        What::Generator(args) => add_matches(PatternList::Generators, args, report),
    }
}

fn add_matches(list: PatternList, args: &Files, report: &Report) -> Result<(), Failure> {
    change(report, |file| file.add_matches(list, &args.paths))
}

fn add_labels(args: &Labels, report: &Report) -> Result<(), Failure> {
    if args.include_templates && !args.without_selector {
        return Err(Failure::new(
            "bad-argument",
            "--without-selector flag must be specified for --include-templates to work",
        ));
    }
    change(report, |file| {
        if args.without_selector {
            file.add_labels(&args.pairs, args.include_templates, args.force)
        } else {
            file.add_common(CommonField::Labels, &args.pairs, args.force)
        }
    })
}
