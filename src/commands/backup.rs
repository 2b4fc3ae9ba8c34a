//! `trimtab backup`: a copy of a control plane's store, whether it runs or not.

use crate::client::{self, Session};
use crate::commands::store::{Place, of_store};
use crate::complete;
use crate::exit::{Failure, chain};
use crate::instance::{ClusterName, Home, State};
use crate::private;
use crate::runtime::{self, Logging, Threads};
use crate::ui::{path, stderr};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use trimtab_apiserver::BACKUP_PATH;
use trimtab_store::{Revision, StoreError};

/// Copy the objects of a control plane into a file
///
/// A running one is asked for the copy, and goes on meanwhile: the file holds what was stored at one
/// moment, and nothing half. One that is stopped is read where it is. The file appears once it is
/// complete, flushed and known to be readable, for its owner alone, as Secrets are in it. Certificates
/// and keys are not: they stay in `pki` beside the store. `trimtab restore` brings it back.
#[derive(Debug, clap::Args)]
#[command(
    allow_missing_positional = true,
    after_help = "Examples:
  trimtab backup before-upgrade.backup
  trimtab backup blue blue.backup
  trimtab backup --data-dir /var/lib/trimtab stopped.backup
  trimtab backup --kubeconfig admin.kubeconfig running.backup"
)]
pub(crate) struct Args {
    /// Which one of `trimtab up`, if it was given a name
    #[arg(add = complete::control_planes(), value_name = "NAME", default_value = "default", hide_default_value = true, value_parser = ClusterName::parse)]
    name: ClusterName,

    /// The file to write, which must not exist
    #[arg(value_name = "FILE", required = true)]
    file: PathBuf,

    /// The data directory of a `trimtab server` that is stopped
    #[arg(long, value_name = "DIR", conflicts_with_all = ["kubeconfig", "name"])]
    data_dir: Option<PathBuf>,

    /// A kubeconfig whose current context leads to a `trimtab server` that runs, as its administrator
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    kubeconfig: Option<PathBuf>,

    #[command(flatten)]
    logging: Logging,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let file = &args.file;
    match file.try_exists() {
        Ok(false) => {}
        Ok(true) => {
            let what = format!("{} is there already", file.display());
            return Err(Failure::new("exists", what).hint("name a file that does not exist yet"));
        }
        Err(error) => return Err(Failure::io("read", file, &error)),
    }
    let revision = if let Some(directory) = &args.data_dir {
        let place = Place::new(&directory.join("store"));
        let hint = "it runs: ask it by `--kubeconfig` instead of `--data-dir`";
        at_rest(&place, file).map_err(|failure| match failure {
            (StoreError::Locked { .. }, failure) => failure.hint(hint),
            (_, failure) => failure,
        })?
    } else if let Some(kubeconfig) = &args.kubeconfig {
        running(args, kubeconfig, None)?
    } else {
        of_instance(args)?
    };
    let size = fs::metadata(file).map_or(0, |facts| facts.len());
    stderr::line(&format!(
        "copied the store as of revision {revision} to {} ({} KiB)",
        path::short(file),
        size.div_ceil(1024)
    ));
    Ok(())
}

/// Of a control plane of `trimtab up`.
fn of_instance(args: &Args) -> Result<Revision, Failure> {
    let home = Home::locate(&args.name)?;
    let name = home.name();
    match home.state()? {
        State::Running(record) if record.store.is_none() => {
            let what = format!("{} keeps nothing: it is ephemeral", name.description());
            Err(Failure::new("ephemeral", what)
                .hint("start it without `--ephemeral` to have a store that can be copied"))
        }
        State::Running(_) => running(args, &home.kubeconfig(), Some(&name.context())),
        State::Starting => {
            let what = format!("{} is just starting", name.description());
            Err(Failure::new("starting", what).hint("try again in a moment"))
        }
        State::Stopped(_) => {
            let place = Place::new(&home.store());
            at_rest(&place, &args.file).map_err(|(_, failure)| failure)
        }
    }
}

/// Of a store that nobody uses.
fn at_rest(place: &Place, file: &Path) -> Result<Revision, (StoreError, Failure)> {
    let copied = place
        .exists()
        .and_then(|store| trimtab_store::back_up(store, file));
    copied.map_err(|error| {
        let failure = of_store("copy", &error);
        (error, failure)
    })
}

/// Of a server that runs, by the context of a kubeconfig.
fn running(args: &Args, kubeconfig: &Path, context: Option<&str>) -> Result<Revision, Failure> {
    runtime::run(Threads::One, &args.logging, runtime::ASKING, async {
        let session = match context {
            Some(context) => Session::of_file(kubeconfig, context).await?,
            None => Session::of_current(kubeconfig).await?,
        };
        // Written beside, so that nothing by that name is ever half there.
        let partial = Partial::beside(&args.file)?;
        fetch(&session, &partial).await?;
        let revision = trimtab_store::verify(&partial.path);
        let revision = revision.map_err(|error| of_store("use the copy", &error))?;
        partial.finish(&args.file)?;
        Ok(revision)
    })
}

/// Reads the copy into the file, and compares it with its digest.
async fn fetch(session: &Session, partial: &Partial) -> Result<(), Failure> {
    let server = &session.server;
    let request = http::Request::get(BACKUP_PATH).body(kube::client::Body::empty());
    let request = request.map_err(|error| broken(server, &error))?;
    let answer = session.client.send(request).await;
    let answer = answer.map_err(|error| client::failure(server, &error))?;
    let (head, mut body) = answer.into_parts();
    if !head.status.is_success() {
        let bytes = body
            .collect()
            .await
            .map_err(|error| broken(server, &error))?;
        let status: serde_json::Value =
            serde_json::from_slice(&bytes.to_bytes()).unwrap_or_default();
        let told = status["message"].as_str().unwrap_or("404 page not found");
        let what = format!("the server at {server} gives no copy of its store: {told}");
        return Err(
            Failure::new("refused", what).hint(match head.status.as_u16() {
                404 => "only trimtab's own server has one, of this version or a later one",
                401 | 403 => "only an administrator, who may see all Secrets, gets one",
                501 => "an ephemeral control plane keeps nothing that could be copied",
                _ => "the server's log may say more",
            }),
        );
    }
    let mut digest = Sha256::new();
    let mut file = &partial.file;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| broken(server, &error))?;
        if let Some(bytes) = frame.data_ref() {
            digest.update(bytes);
            let written = file.write_all(bytes);
            written.map_err(|error| Failure::io("write", &partial.path, &error))?;
        }
    }
    let digest = format!("sha-256=:{}:", STANDARD.encode(digest.finalize()));
    let told = head.headers.get("content-digest");
    if told.is_none_or(|told| told.as_bytes() != digest.as_bytes()) {
        let what = format!("what came from the server at {server} is not what it sent");
        return Err(Failure::new("digest", what).hint("try again"));
    }
    Ok(())
}

fn broken(server: &str, error: &dyn std::error::Error) -> Failure {
    let what = format!(
        "the copy from the server at {server} broke off: {}",
        chain(error)
    );
    Failure::new("unreachable", what)
}

/// A file that is not complete; it goes unless it is finished.
struct Partial {
    path: PathBuf,
    file: File,
}

impl Partial {
    fn beside(file: &Path) -> Result<Self, Failure> {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".partial-{}", std::process::id()));
        let path = PathBuf::from(name);
        let opened = private::file().create_new(true).open(&path);
        Ok(Self {
            file: opened.map_err(|error| Failure::io("write", &path, &error))?,
            path,
        })
    }

    /// Gives it its name, for good.
    fn finish(self, file: &Path) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::io("write", file, &error);
        self.file.sync_all().map_err(failed)?;
        // A link, unlike a new name, takes nothing else's place.
        fs::hard_link(&self.path, file).map_err(failed)?;
        if cfg!(windows) {
            // It keeps names by itself, and opens no directories.
            return Ok(());
        }
        let directory = file.parent().filter(|parent| *parent != Path::new(""));
        let directory = File::open(directory.unwrap_or(Path::new(".")));
        directory
            .and_then(|directory| directory.sync_all())
            .map_err(failed)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Its other name, if it has one by now, stays.
        let _ = fs::remove_file(&self.path);
    }
}
