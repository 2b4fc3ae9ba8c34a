//! How bases and files on other machines are read.

use crate::duration;
use crate::signals;
use crate::ui::stderr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trimtab_kustomize::RemoteOptions;
use trimtab_remote::{Locking, Observer, Progress};

const HEADING: &str = "Other machines";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct RemoteFlags {
    /// Use only what is in the cache, never the network
    #[arg(help_heading = HEADING, long)]
    offline: bool,

    /// Refuse what `trimtab.lock` beside the target does not name
    #[arg(help_heading = HEADING, long)]
    locked: bool,

    /// Where fetched repositories and files are kept [default: trimtab in the user's cache directory]
    #[arg(help_heading = HEADING, long, value_name = "DIR", env = "TRIMTAB_CACHE_DIR", hide_env_values = true)]
    cache_dir: Option<PathBuf>,
}

impl RemoteFlags {
    pub(super) fn options(&self) -> RemoteOptions {
        let given = self.cache_dir.as_deref().map(Arc::from);
        RemoteOptions {
            // Where there is no home that can be written to, such as in some containers.
            cache_is_optional: given.is_none(),
            cache_directory: given.or_else(users_cache),
            offline: self.offline,
            locking: if self.locked {
                Locking::Require
            } else {
                Locking::Honour
            },
            renewed: Arc::default(),
            observer: Some(Observer::new(tell)),
            interruption: Some(signals::interruption()),
            uses: None,
        }
    }
}

/// The user's cache directory, as the XDG base directory specification has it: only absolute paths
/// count.
fn users_cache() -> Option<Arc<Path>> {
    let directory = |variable: &str| {
        let path = PathBuf::from(std::env::var_os(variable)?);
        path.is_absolute().then_some(path)
    };
    let cache = directory("XDG_CACHE_HOME").or_else(|| Some(directory("HOME")?.join(".cache")));
    Some(cache?.join("trimtab").into())
}

fn tell(progress: Progress) {
    stderr::line(&match progress {
        Progress::Slow { remote } => format!("fetching {remote} ..."),
        Progress::Fetched { remote, took } => {
            format!("fetched {remote} in {}", duration::human(took))
        }
    });
}
