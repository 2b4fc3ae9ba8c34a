//! `trimtab status`: what the control plane of `trimtab up` is doing, or how far a release is.

mod control_plane;
mod follow;
mod release;
mod view;

use crate::client::Connection;
use crate::complete;
use crate::duration;
use crate::exit::Failure;
use crate::instance::ClusterName;
use crate::ui::apply_report::ApplyReport;
use clap::ValueEnum;
use std::time::Duration;
use trimtab_deploy::ReleaseName;

/// Show a control plane that `trimtab up` or `trimtab run` started, or how far a release is
///
/// Of a control plane: the exit status is 0 if it runs and answers, 1 if not. What a killed one left in
/// your kubeconfig is taken out.
///
/// With --release, -k, --follow or the flags of a cluster: which revision of a release is the newest, how far
/// it came, which of its objects are there as they are described, which are ready, and why the others are
/// not. --follow goes on until all is, or it is certain that it will not be: also where `trimtab apply` was
/// interrupted, or runs elsewhere.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab status
  trimtab status blue -o json
  trimtab status --release overlays-production -n shop
  trimtab status -k overlays/production --follow
  trimtab status --follow --timeout 10m

Exit status, of a release: 0 ready or getting there, with --follow ready; 1 no answer; 3 failed, gone, timed out,
or left in the middle.")]
pub(crate) struct Args {
    /// Which control plane; without it the one that `trimtab up` started, or the only one that runs
    #[arg(value_name = "NAME", value_parser = ClusterName::parse, conflicts_with_all = ["release", "kustomize", "follow", "context", "kubeconfig", "namespace"])]
    name: Option<ClusterName>,

    /// How far this release is
    #[arg(long, value_name = "NAME", add = complete::releases(), value_parser = ReleaseName::parse)]
    release: Option<ReleaseName>,

    /// How far the release of the kustomization in this directory is
    #[arg(short, long, value_name = "DIR", conflicts_with = "release")]
    kustomize: Option<String>,

    /// Follow a release until all of it is ready; without a name the one that is being applied, or the newest
    #[arg(short, long)]
    follow: bool,

    /// How long to follow; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", default_value = "0", hide_default_value = true, value_parser = duration::parse, requires = "follow")]
    timeout: Duration,

    /// After so long without anything new an apply is taken for interrupted
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = duration::parse, requires = "follow")]
    patience: Duration,

    /// Custom resources are ready by the conditions that they show; without it once they are there
    #[arg(long)]
    wait_custom: bool,

    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    connection: Connection,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For programs; of a release the events of `apply -o json`
    Json,
}

impl Args {
    /// Whether a release is asked about.
    fn is_about_release(&self) -> bool {
        self.release.is_some()
            || self.kustomize.is_some()
            || self.follow
            || self.connection.is_given()
    }

    fn report(&self) -> ApplyReport {
        match self.output {
            Output::Text => ApplyReport::Text,
            Output::Json => ApplyReport::Json,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.is_about_release() {
        release::run(args)
    } else {
        control_plane::run(args)
    }
}
