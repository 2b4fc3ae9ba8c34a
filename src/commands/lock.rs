//! `trimtab lock`: which commit and which content everything on other machines stands for.

use crate::build_flags::BuildFlags;
use crate::building;
use crate::exit::Failure;
use crate::ui::report::Report;
use crate::ui::stdout;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use trimtab_remote::{LOCK_FILE, Lock, Locking, Pin, Remote, RepoSpec, Uses};
use trimtab_tree::{ParseOptions, parse_document};

/// Pin everything that a kustomization fetches to a commit and a digest
///
/// Builds each DIR and writes `trimtab.lock` into it, which is to be committed: builds then use
/// these commits and contents, and fail when they are others. What is locked already stays as it
/// is, unless `--update` is given; what is no longer used is left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  trimtab lock overlays/production
  trimtab lock --update overlays/production
  trimtab lock --update=org/repo overlays/production
  trimtab lock --check overlays/*
  trimtab build --locked overlays/production")]
pub(crate) struct Args {
    /// Directories to lock
    #[arg(value_name = "DIR", default_value = ".")]
    targets: Vec<String>,

    /// Look up anew where branches and tags are, and what files hold; with NAME, only of the remotes
    /// with that address or end of an address, such as `org/repo`; can be given again
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    update: Vec<String>,

    /// Write nothing; fail when the file would change
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    flags: BuildFlags,
}

impl Args {
    /// Whether nothing stays as it is locked.
    fn updates_all(&self) -> bool {
        self.update.iter().any(String::is_empty)
    }

    /// Makes sure that the names of what is to be looked up anew mean something.
    fn check_names(&self, lock: &Lock) -> Result<(), Failure> {
        for name in self.update.iter().filter(|name| !name.is_empty()) {
            if lock.iter().any(|(remote, _)| remote.is_named(name)) {
                continue;
            }
            let mut failure = Failure::new(
                "bad-argument",
                format!("nothing that is fetched is called `{name}`"),
            );
            for (remote, _) in lock.iter() {
                failure = failure.note(format!("fetched: {}", remote.shown()));
            }
            return Err(failure.hint("name an address, or the end of one, such as `org/repo`"));
        }
        Ok(())
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let mut changed = Vec::new();
    for target in &args.targets {
        let changes = lock(args, target, report)?;
        if args.check && !changes.is_empty() {
            changed.push((target, changes));
        }
    }
    let Some((first, _)) = changed.first() else {
        return Ok(());
    };
    let message = match &changed[..] {
        [(target, _)] => format!("`{LOCK_FILE}` of `{target}` is not current"),
        all => format!("`{LOCK_FILE}` of {} directories is not current", all.len()),
    };
    let update = match &args.update[..] {
        [] => String::new(),
        _ if args.updates_all() => " --update".to_owned(),
        names => names
            .iter()
            .map(|name| format!(" --update={name}"))
            .collect(),
    };
    let mut failure = Failure::new("lock-not-current", message);
    for (target, changes) in &changed {
        for change in changes {
            failure = failure.note(format!("{target}: {change}"));
        }
    }
    Err(failure.hint(format!("write it: `trimtab lock{update} {first}`")))
}

/// Locks one target, unless it is only to be checked, and says what is new.
fn lock(args: &Args, target: &str, report: &Report) -> Result<Vec<String>, Failure> {
    if RepoSpec::parse(target).is_ok() {
        return Err(
            Failure::new("usage", format!("`{target}` has no place for a lock file"))
                .hint("name it with a whole commit name, or in a kustomization of yours"),
        );
    }
    let uses = Arc::new(Uses::default());
    let mut options = args.flags.options();
    options.remote.uses = Some(Arc::clone(&uses));
    options.remote.locking = if args.updates_all() {
        Locking::Ignore
    } else {
        Locking::Honour
    };
    options.remote.renewed = args.update.clone().into();
    building::build(target, &options, report, |_| Ok(()))?;
    let lock = uses.to_lock();
    args.check_names(&lock)?;
    let path = Path::new(target).join(LOCK_FILE);
    let (old_text, old) = read(&path)?;
    let changes = changes(&old, &lock);
    let text = lock.to_text();
    // A directory that fetches nothing needs no file.
    let is_needed = old_text.is_some() || lock.iter().next().is_some();
    if args.check || !is_needed || old_text.as_deref() == Some(&*text) {
        return Ok(changes);
    }
    std::fs::write(&path, text).map_err(|error| Failure::Write {
        path: path.clone(),
        error,
    })?;
    for change in &changes {
        stdout::line(&format!("{}: {change}", path.display()))?;
    }
    Ok(changes)
}

/// The file as it is. One that cannot be read as a lock is like none: it is written anew.
fn read(path: &Path) -> Result<(Option<String>, Lock), Failure> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((None, Lock::default())),
        Err(error) => return Err(Failure::io("read", path, &error)),
    };
    let lock = parse_document(&text, ParseOptions::default())
        .and_then(|document| Lock::parse(&document))
        .unwrap_or_default();
    Ok((Some(text), lock))
}

/// What is new, line by line.
fn changes(old: &Lock, new: &Lock) -> Vec<String> {
    let remotes: BTreeSet<&Remote> = old.iter().chain(new.iter()).map(|(it, _)| it).collect();
    let describe = |remote: &Remote| {
        let shown = remote.shown();
        Some(match (old.get(remote), new.get(remote)) {
            (Some(old), Some(new)) if old == new => return None,
            (Some(old), Some(new)) => format!("{shown}: {} -> {}", stand(old), stand(new)),
            (None, Some(new)) => format!("{shown}: {}", stand(new)),
            (_, None) => format!("{shown}: no longer used"),
        })
    };
    remotes.into_iter().filter_map(describe).collect()
}

/// What a remote stands for.
fn stand(pin: &Pin) -> String {
    pin.commit.clone().unwrap_or_else(|| pin.digest.to_string())
}
