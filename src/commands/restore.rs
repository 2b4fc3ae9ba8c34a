//! `trimtab restore`: what `trimtab backup` copied becomes a control plane's store.

use crate::commands::store::{Place, of_store};
use crate::complete;
use crate::exit::{Failure, chain};
use crate::instance::{ClusterName, Home};
use crate::ui::{path, stderr};
use std::path::{Path, PathBuf};
use trimtab_cluster::DataDirectory;
use trimtab_store::{Revision, StoreError};

/// Make what `trimtab backup` copied the store of a control plane
///
/// The control plane must be stopped. A store that it has stays as it is unless `--replace` says
/// otherwise, and is then kept beside the new one as `store.before-restore`. Revisions go on a good way
/// behind those of the copy, without history, so that no client takes an object of before for one of
/// after: whoever watches lists again.
#[derive(Debug, clap::Args)]
#[command(
    allow_missing_positional = true,
    after_help = "Examples:
  trimtab restore before-upgrade.backup --replace
  trimtab restore green blue.backup && trimtab up green
  trimtab restore --data-dir /var/lib/trimtab running.backup"
)]
pub(crate) struct Args {
    /// Which one of `trimtab up`, if it has a name, or shall have one
    #[arg(add = complete::control_planes(), value_name = "NAME", default_value = "default", hide_default_value = true, value_parser = ClusterName::parse)]
    name: ClusterName,

    /// The file that `trimtab backup` wrote
    #[arg(value_name = "FILE", required = true)]
    file: PathBuf,

    /// The data directory of a `trimtab server`
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    data_dir: Option<PathBuf>,

    /// Take the place of a store that is there
    #[arg(long)]
    replace: bool,

    /// How many revisions to leave out behind those of the copy; with 0 it is as it was, history
    /// included, which is safe only where no client has seen anything later
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000)]
    advance: Revision,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let copy = Place::new(&args.file);
    let copy = copy.exists().map_err(|error| of_store("restore", &error))?;
    let (directory, claim) = if let Some(directory) = &args.data_dir {
        (directory.clone(), None)
    } else {
        let home = Home::locate(&args.name)?;
        // Nobody starts it meanwhile.
        let claim = home.claim()?;
        (home.directory().to_owned(), Some(claim))
    };
    let store = opened(&directory)?;
    if store.exists() && !args.replace {
        let what = format!("there is a store already: {}", store.display());
        return Err(Failure::new("exists", what)
            .hint("with `--replace` it makes way, and is kept beside as store.before-restore")
            .hint("or restore under another name: `trimtab restore NAME FILE`"));
    }
    let kept = trimtab_store::restore_over(copy, &store, args.advance);
    let kept = kept.map_err(|error| {
        let failure = of_store("restore", &error);
        match error {
            StoreError::Locked { .. } => failure.hint("stop the server that uses it first"),
            _ => failure,
        }
    })?;
    let revision = trimtab_store::verify(&store).map_err(|error| of_store("read", &error))?;
    drop(claim);
    stderr::line(&format!(
        "restored {} as of revision {revision}",
        path::short(&store)
    ));
    if let Some(kept) = kept {
        stderr::line(&format!(
            "what was there before is in {}",
            path::short(&kept)
        ));
    }
    if args.data_dir.is_none() {
        stderr::line(&format!("next:\n  trimtab up{}", args.name.argument()));
    }
    Ok(())
}

/// The store of a data directory, in today's format.
fn opened(directory: &Path) -> Result<PathBuf, Failure> {
    let (data, _) = DataDirectory::open(directory)
        .map_err(|error| Failure::new("data-directory", chain(&error)))?;
    Ok(data.store())
}
