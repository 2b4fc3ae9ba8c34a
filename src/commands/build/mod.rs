//! `trimtab build`: a directory with a kustomization file to complete resources.

pub(crate) mod output;
mod unreferenced;

use crate::build_flags::BuildFlags;
use crate::building;
use crate::exit::Failure;
use crate::ui::report::Report;
use clap::ValueEnum;
use output::{Rendering, print, print_each};
use std::path::{Path, PathBuf};
use trimtab_kustomize::{BuildOptions, Reorder};

/// Print the complete resources that a kustomization describes
///
/// DIR must hold a `kustomization.yaml`, `kustomization.yml` or `Kustomization`. Standard output
/// is exactly what kustomize prints; warnings go to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab build
  trimtab build overlays/production | kubectl apply -f -
  trimtab build overlays/production -o rendered.yaml")]
pub(crate) struct Args {
    /// Directory to build
    #[arg(value_name = "DIR", default_value = ".")]
    target: String,

    /// Write to this file, or one file a resource into this directory if it exists
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,

    /// Order of the resources; `sortOptions` in the kustomization file goes before it
    #[arg(long, value_enum)]
    reorder: Option<Order>,

    /// Label every resource with `app.kubernetes.io/managed-by`
    #[arg(long)]
    enable_managedby_label: bool,

    /// Warn of files beside those that are read which nothing names, too
    #[arg(long)]
    lint: bool,

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
            ..self.flags.options()
        }
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let options = args.options();
    let rendering = building::read(report, |sources| {
        let resources = trimtab_kustomize::build(&args.target, &options, sources)?;
        if args.lint {
            let found = unreferenced::find(sources, &excluded(&options));
            found.into_iter().for_each(|it| sources.warn(it));
        }
        match &args.output {
            Some(directory) if directory.is_dir() => Ok(Rendering::Files(print_each(&resources)?)),
            _ => Ok(Rendering::Stream(print(&resources)?)),
        }
    })?;
    rendering.write(args.output.as_deref())
}

/// Where remote bases are kept: nobody lints those.
fn excluded(options: &BuildOptions) -> Vec<PathBuf> {
    let cache = options.remote.cache_directory.as_deref();
    cache.map(Path::to_owned).into_iter().collect()
}
