//! The flags that say how nodes and pods are simulated, shared by `up`, `run`, `server` and `nodes`.

use crate::control_plane::Settings;
use crate::duration;
use crate::exit::{Failure, Status};
use std::path::{Path, PathBuf};
use std::time::Duration;
use trimtab_node::{ReadyAfter, Scenario};
use trimtab_tree::SourceMap;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Simulation")]
pub(crate) struct Simulation {
    /// How many nodes to simulate
    #[arg(long, value_name = "N", value_parser = nodes)]
    nodes: Option<usize>,

    /// How long a simulated pod takes to be ready, such as 500ms; without it as long as a small
    /// image and a quick program need
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    pod_ready_after: Option<Duration>,

    /// A file that says which pods fail, and how (see docs/control-plane.md)
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
}

impl Simulation {
    /// Says so in `settings`; there are `nodes` unless the command line has another number.
    pub(super) fn apply(&self, settings: &mut Settings, nodes: usize) -> Result<(), Failure> {
        settings.nodes = self.nodes(nodes);
        settings.pod_ready_after = self.ready_after();
        settings.scenario = self.scenario()?;
        Ok(())
    }

    /// How many nodes there are: `usual` unless the command line has another number.
    pub(super) fn nodes(&self, usual: usize) -> usize {
        self.nodes.unwrap_or(usual)
    }

    /// How soon pods get ready.
    pub(super) fn ready_after(&self) -> ReadyAfter {
        self.pod_ready_after
            .map_or_else(ReadyAfter::default, ReadyAfter::Fixed)
    }

    /// Which pods fail; none without a file that says so.
    pub(super) fn scenario(&self) -> Result<Scenario, Failure> {
        self.scenario
            .as_deref()
            .map_or_else(|| Ok(Scenario::default()), read)
    }
}

/// Reads a scenario file.
///
/// # Errors
/// When it cannot be read or is no scenario.
pub(super) fn read(path: &Path) -> Result<Scenario, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))?;
    let mut sources = SourceMap::new();
    Scenario::read(&path.display().to_string(), &text, &mut sources).map_err(|finding| {
        Failure::Finding {
            finding,
            sources,
            status: Status::Failed,
        }
    })
}

/// What Kubernetes itself is tested with.
const MOST_NODES: usize = 5_000;

fn nodes(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count <= MOST_NODES => Ok(count),
        _ => Err(format!("expected a number from 0 to {MOST_NODES}")),
    }
}
