//! Replacing a kubeconfig as a whole: nobody ever sees half of it, and nobody else's change is lost.

use crate::exit::Failure;
use crate::private;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long another program may hold the lock before that is an error.
const PATIENCE: Duration = Duration::from_secs(3);

/// Replaces the file at `path` by what `edit` makes of its text (empty if there is no file), unless
/// that is `None`. The new file is readable by its owner alone: it holds a key.
pub(super) fn replace(
    path: &Path,
    edit: impl FnOnce(&str) -> trimtab_tree::Result<Option<String>>,
) -> Result<(), Failure> {
    // A link stays one, and what it leads to is replaced.
    let path = &dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    private::directory()
        .create(directory)
        .map_err(|error| Failure::io("make", directory, &error))?;
    let _lock = Lock::acquire(path)?;
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::io("read", path, &error)),
    };
    let edited = edit(&text).map_err(|finding| Failure::from_finding(finding, &text, path))?;
    let Some(edited) = edited else {
        return Ok(());
    };
    let new = beside(path, &format!(".{}.new", std::process::id()));
    write_whole(&new, &edited)
        .and_then(|()| fs::rename(&new, path))
        .map_err(|error| {
            // Best effort: the error is what matters.
            let _ = fs::remove_file(&new);
            Failure::io("write", path, &error)
        })
}

fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = private::file().create(true).truncate(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The path with something behind its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The lock that client-go's `clientcmd` takes around its own changes: a file that must not exist.
struct Lock(PathBuf);

impl Lock {
    fn acquire(path: &Path) -> Result<Self, Failure> {
        let lock = beside(path, ".lock");
        let started = Instant::now();
        loop {
            match File::create_new(&lock) {
                Ok(_) => return Ok(Self(lock)),
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(Failure::io("make", &lock, &error));
                }
                Err(_) if started.elapsed() > PATIENCE => {
                    return Err(Failure::new(
                        "kubeconfig-locked",
                        format!("{} is being changed by another program", path.display()),
                    )
                    .hint(format!("if none is, delete {}", lock.display())));
                }
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Nothing can be done about a lock that does not go away; the next one says so.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_private_and_the_lock_is_gone() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("kube").join("config");
        replace(&path, |text| Ok(Some(format!("{text}new")))).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, |text| Ok(Some(format!("{text} and new")))).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "old and new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn what_is_refused_stays_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config");
        fs::write(&path, "old").unwrap();
        let refuse = |_: &str| Err(trimtab_tree::Diagnostic::error("test", "no"));
        assert!(replace(&path, refuse).is_err());
        replace(&path, |_| Ok(None)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }
}
