//! The file of the audit log, and its older ones.
//!
//! As kube-apiserver's: when the file would grow beyond its size it is renamed to
//! `NAME-TIME.EXTENSION`, and of those only the newest, and none that is too old, are kept.

use jiff::{SignedDuration, Timestamp};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// How the log is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditOptions {
    /// Where it is (`--audit-log-path`); `-` is standard output.
    pub path: PathBuf,
    /// What is told (`--audit-policy-file`); `None` is everything, without bodies.
    pub policy: Option<PathBuf>,
    /// How large the file gets, in mebibytes, before another is begun; 0 is 100.
    pub max_size: u64,
    /// How many older files are kept; 0 is all.
    pub max_backups: usize,
    /// How many days older files are kept; 0 is for ever.
    pub max_age: u32,
}

/// Why there is no audit log.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The policy cannot be read.
    #[error("cannot read the audit policy `{}`", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The policy is none.
    #[error(
        "`{}` holds no audit policy: {why}; expected a Policy of audit.k8s.io/v1 with rules",
        path.display()
    )]
    Policy {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The log cannot be opened.
    #[error("cannot open the audit log `{}`", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

const DEFAULT_MIB: u64 = 100;

/// The log.
pub(super) struct Log {
    options: AuditOptions,
    limit: u64,
    open: Mutex<Open>,
}

enum Open {
    Standard,
    File { file: File, length: u64 },
}

impl Log {
    /// Opens it, to be gone on with.
    pub(super) fn open(options: &AuditOptions) -> Result<Self, AuditError> {
        let limit = match options.max_size {
            0 => DEFAULT_MIB,
            mib => mib,
        };
        Ok(Self {
            limit: limit << 20,
            open: Mutex::new(if options.path == Path::new("-") {
                Open::Standard
            } else {
                open(&options.path).map_err(|source| AuditError::Open {
                    path: options.path.clone(),
                    source,
                })?
            }),
            options: options.clone(),
        })
    }

    /// Writes a line. What cannot be written is told once in the program's own log.
    pub(super) fn write(&self, line: &str, now: Timestamp) {
        let mut log = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Open::File { length, .. } = &*log
            && *length > 0
            && *length + line.len() as u64 > self.limit
        {
            match self.rotate(now) {
                Ok(new) => *log = new,
                Err(error) => tracing::error!(%error, "the audit log is not begun anew"),
            }
        }
        let written = match &mut *log {
            Open::Standard => std::io::stdout().lock().write_all(line.as_bytes()),
            Open::File { file, length } => {
                *length += line.len() as u64;
                file.write_all(line.as_bytes())
            }
        };
        if let Err(error) = written {
            tracing::error!(%error, "an event of the audit log is lost");
        }
    }

    /// Puts the file aside and begins another.
    fn rotate(&self, now: Timestamp) -> std::io::Result<Open> {
        let path = &self.options.path;
        let (stem, extension) = names(path);
        let time = now
            .strftime("%Y-%m-%dT%H-%M-%S%.3f")
            .to_string()
            .replace('.', "-");
        std::fs::rename(
            path,
            path.with_file_name(format!("{stem}-{time}{extension}")),
        )?;
        self.prune(now);
        open(path)
    }

    /// Removes older files that are too many or too old.
    fn prune(&self, now: Timestamp) {
        let path = &self.options.path;
        let (stem, extension) = names(path);
        let directory = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let Ok(entries) = std::fs::read_dir(directory.unwrap_or(Path::new("."))) else {
            return;
        };
        let mut older: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                let name = path
                    .file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or_default();
                let time = name.strip_prefix(&format!("{stem}-"));
                let time = time.and_then(|rest| rest.strip_suffix(&*extension));
                time.is_some_and(|time| time.len() == "2026-01-01T00-00-00-000".len())
            })
            .collect();
        // The names sort by time.
        older.sort_unstable_by(|one, other| other.cmp(one));
        let days = i64::from(self.options.max_age) * 24;
        let oldest = now - SignedDuration::from_hours(days);
        for (at, path) in older.iter().enumerate() {
            let is_surplus = self.options.max_backups > 0 && at >= self.options.max_backups;
            let modified = path
                .metadata()
                .and_then(|metadata| metadata.modified())
                .ok();
            let modified = modified.and_then(|time| Timestamp::try_from(time).ok());
            let is_old = days > 0 && modified.is_some_and(|time| time < oldest);
            if (is_surplus || is_old)
                && let Err(error) = std::fs::remove_file(path)
            {
                tracing::warn!(%error, path = %path.display(), "an old audit log stays");
            }
        }
    }
}

/// The name of a file before and from its last dot.
fn names(path: &Path) -> (String, String) {
    let text = |part: Option<&std::ffi::OsStr>| {
        let text = part.map(|part| part.to_string_lossy().into_owned());
        text.unwrap_or_default()
    };
    let extension = match text(path.extension()) {
        extension if extension.is_empty() => extension,
        extension => format!(".{extension}"),
    };
    (text(path.file_stem()), extension)
}

fn open(path: &Path) -> std::io::Result<Open> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    let length = file.metadata()?.len();
    Ok(Open::File { file, length })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_is_full_is_put_aside_and_the_oldest_go() {
        let directory = tempfile::tempdir().unwrap();
        let options = AuditOptions {
            path: directory.path().join("audit.log"),
            max_size: 1,
            max_backups: 2,
            ..AuditOptions::default()
        };
        let log = Log::open(&options).unwrap();
        let line = "x".repeat(600 << 10);
        for second in 0..5 {
            log.write(&line, Timestamp::from_second(second).unwrap());
        }
        let mut names: Vec<String> = std::fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "audit-1970-01-01T00-00-03-000.log",
                "audit-1970-01-01T00-00-04-000.log",
                "audit.log"
            ]
        );
        // It is gone on with.
        drop(log);
        Log::open(&options)
            .unwrap()
            .write("y\n", Timestamp::UNIX_EPOCH);
        let length = std::fs::metadata(&options.path).unwrap().len();
        assert_eq!(length, line.len() as u64 + 2);
    }

    #[test]
    fn a_log_in_a_place_that_is_not_there_is_told() {
        let options = AuditOptions {
            path: PathBuf::from("/nowhere/at/all/audit.log"),
            ..AuditOptions::default()
        };
        let error = Log::open(&options).err().unwrap();
        assert!(error.to_string().contains("/nowhere/at/all/audit.log"));
    }
}
