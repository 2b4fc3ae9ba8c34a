//! `trimtab build`: a directory with a kustomization file to complete resources.

mod annotate;
mod format;
mod names;
pub(crate) mod output;
mod unreferenced;
mod watch;

use crate::build_flags::{BuildFlags, OVERRIDES_HEADING, OverrideFlags};
use crate::building;
use crate::exit::Failure;
use crate::manifests::read_stdin;
use crate::ui::report::Report;
use clap::ValueEnum;
use format::Format;
use output::Output;
use std::path::{Path, PathBuf};
use trimtab_kustomize::{BuildOptions, Reorder, Resource, Sources, without_effect};
use watch::Watch;

/// Print the complete resources that a kustomization describes
///
/// DIR must hold a `kustomization.yaml`, `kustomization.yml` or `Kustomization`. Standard output
/// is exactly what kustomize prints; warnings go to standard error.
///
/// Several directories are built at a time, on all cores, and a base that several of them name is
/// read and built once. Nothing is written unless all can be built. Each gets a file of its own
/// below `--output`; on standard output all are one stream, with a comment before each.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab build
  trimtab build overlays/production | kubectl apply -f -
  trimtab build overlays/production -o rendered.yaml
  trimtab build overlays/* -o rendered/
  trimtab build overlays/production --image web=registry.example.com/web:1.4
  trimtab build overlays/production --watch
  printf 'resources: [base]\\nnamePrefix: try-\\n' | trimtab build -
  trimtab build overlays/production -o json | jq '.items[].metadata.name'")]
pub(crate) struct Args {
    /// Directories to build; `-` for a kustomization on standard input whose paths are relative to the
    /// working directory
    #[arg(value_name = "DIR", default_value = ".")]
    targets: Vec<String>,

    /// Write to this file, or one file a resource into this directory if it exists; of several
    /// targets, one file each into this directory. `json` and `yaml` are formats, unless something of
    /// that name is there
    #[arg(short, long, value_name = "PATH|FORMAT")]
    output: Option<PathBuf>,

    /// The form of what is written
    #[arg(long, value_enum, value_name = "FORMAT")]
    output_format: Option<Format>,

    /// Build again whenever something changes that the build reads, and show what is different
    #[arg(long)]
    watch: bool,

    /// Order of the resources; `sortOptions` in the kustomization file goes before it
    #[arg(long, value_enum)]
    reorder: Option<Order>,

    /// Label every resource with `app.kubernetes.io/managed-by`
    #[arg(long)]
    enable_managedby_label: bool,

    /// Say behind each value, in a comment, which lines gave it
    #[arg(long)]
    annotate_sources: bool,

    /// Tell files beside those that are read which nothing names, and entries that change nothing, too
    #[arg(long)]
    lint: bool,

    #[command(flatten)]
    overrides: OverrideFlags,

    /// The namespace of everything
    #[arg(help_heading = OVERRIDES_HEADING, long, value_name = "NAMESPACE", default_value = "", hide_default_value = true)]
    namespace: String,

    #[command(flatten)]
    flags: BuildFlags,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    /// Namespaces first, webhooks last, as kustomize always did
    Legacy,
    /// As the kustomizations list them
    None,
}

impl Args {
    fn options(&self) -> BuildOptions {
        BuildOptions {
            reorder: match self.reorder {
                None => Reorder::Unspecified,
                Some(Order::Legacy) => Reorder::Legacy,
                Some(Order::None) => Reorder::None,
            },
            managed_by_label: self.enable_managedby_label,
            record: self.annotate_sources || self.lint,
            overrides: self.overrides.overrides(&self.namespace),
            ..self.flags.options()
        }
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let targets: Vec<&str> = args.targets.iter().map(String::as_str).collect();
    let output = Output::new(args.output.as_deref(), args.output_format, &targets)?;
    let options = args.options();
    let is_given = targets.contains(&"-");
    if args.watch {
        if is_given || report.is_for_machines() {
            return Err(Failure::new("usage", "there is nothing to watch, or nobody to tell")
                .hint("`--watch` is for directories, and for people: leave out `-` and `--error-format`"));
        }
        let watch = Watch {
            targets: &targets,
            options: &options,
            output: &output,
            report,
        };
        return watch.run();
    }
    let sources = Sources::new(Path::new("."));
    if is_given {
        sources
            .give_standard_input(&read_stdin()?)
            .map_err(|finding| Failure::of(finding.in_file("standard input")))?;
    }
    // Another handle to the same texts: what was read is known when a target is built.
    let texts = args.annotate_sources.then(|| sources.for_another_build());
    let render = |number: usize, resources: Vec<Resource>| {
        if targets.len() > 1 {
            return output.render_and_drop(number, resources, texts.as_ref());
        }
        let rendering = output.render_with(number, &resources, texts.as_ref());
        // The process ends soon: to give back every node by itself is a tenth of a build's time.
        std::mem::forget(resources);
        rendering
    };
    let mut built = building::build_several(&targets, &options, sources, report, render);
    drop(texts);
    // So it is with what the targets shared.
    std::mem::forget(std::mem::take(&mut built.bases));
    if args.lint {
        let found = unreferenced::find(&built.sources, &excluded(&options));
        let effects = std::mem::take(&mut built.effects);
        // Where a build ended early, an entry may only have had no time to change something.
        let is_whole = built.results.iter().all(Result::is_ok);
        let idle = if is_whole {
            without_effect(effects)
        } else {
            Vec::default()
        };
        // Each is of all targets together.
        let found = found.into_iter().chain(idle);
        built.warnings.extend(found.map(|it| (it, 0)));
    }
    let printed = built.tell(report)?;
    let written = output.write(&targets, &printed);
    // And with what the targets' texts share.
    std::mem::forget(printed);
    written
}

/// Where remote bases are kept: nobody lints those.
fn excluded(options: &BuildOptions) -> Vec<PathBuf> {
    let cache = options.remote.cache_directory.as_deref();
    cache.map(Path::to_owned).into_iter().collect()
}
