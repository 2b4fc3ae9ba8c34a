//! The directory that a control plane keeps its data in, and the format that it has.
//!
//! The file `format` holds one number. A directory of an earlier format is copied to
//! `backup-format-N` inside it before it is brought up to date; one of a later format is refused and
//! left as it is.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use trimtab_store::StoreError;

/// What brings a directory from the format that is the step's place in the list to the next one.
type Step = fn(&DataDirectory) -> Result<(), DataDirectoryError>;

/// One step for each format there has been. Format 0 is that of directories made before formats had
/// numbers; all they lack is the number.
const STEPS: [Step; 1] = [|_| Ok(())];

/// The format written here: the one that the last step leads to.
const FORMAT: usize = STEPS.len();

/// A control plane's data on disk, in a directory that only its owner may enter.
#[derive(Clone, Debug)]
pub struct DataDirectory {
    path: PathBuf,
}

/// Why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirectoryError {
    /// A file or directory cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// `read`, `write`, ...
        action: &'static str,
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A later version of trimtab has written it.
    #[error(
        "{} has format {found}, and this trimtab knows formats up to {FORMAT}: a later version has \
         written it, and it was left as it is",
        .path.display()
    )]
    Newer {
        /// The directory.
        path: PathBuf,
        /// Its format.
        found: usize,
    },
    /// The file `format` does not hold a number.
    #[error("{} holds {found:?} where the number of a format is expected", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The beginning of what is in it.
        found: String,
    },
    /// The store could not be copied.
    #[error("cannot back up {}", path.display())]
    Backup {
        /// The store's file.
        path: PathBuf,
        /// What is wrong with it.
        source: StoreError,
    },
}

impl DataDirectory {
    /// Opens the directory, which is made if it is not there, and brings it to the format of this
    /// version. Returns it and, if it had an earlier format, where the copy from before is.
    ///
    /// # Errors
    /// When it is of a later format or of something else, when it is in use while it would have to be
    /// brought up to date, and when it cannot be read or written.
    pub fn open(path: &Path) -> Result<(Self, Option<PathBuf>), DataDirectoryError> {
        let directory = Self {
            path: path.to_owned(),
        };
        make_private(path)?;
        let found = directory.format()?;
        if found == FORMAT {
            return Ok((directory, None));
        }
        if found > FORMAT {
            return Err(DataDirectoryError::Newer {
                path: path.to_owned(),
                found,
            });
        }
        let backup = directory.back_up(found)?;
        for step in &STEPS[found..] {
            step(&directory)?;
        }
        directory.write_format()?;
        Ok((directory, backup))
    }

    /// The file that objects are in.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.path.join("store")
    }

    /// Where certificates and keys are.
    #[must_use]
    pub fn certificates(&self) -> PathBuf {
        self.path.join("pki")
    }

    fn format_file(&self) -> PathBuf {
        self.path.join("format")
    }

    /// The format it has. An empty directory has that of this version.
    fn format(&self) -> Result<usize, DataDirectoryError> {
        let file = self.format_file();
        let text = match fs::read(&file) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if self.store().exists() {
                    return Ok(0);
                }
                self.write_format()?;
                return Ok(FORMAT);
            }
            Err(source) => return Err(io("read", &file)(source)),
        };
        text.trim()
            .parse()
            .map_err(|_| DataDirectoryError::Foreign {
                path: file,
                found: text.chars().take(40).collect(),
            })
    }

    fn write_format(&self) -> Result<(), DataDirectoryError> {
        let file = self.format_file();
        let new = self.path.join("format.new");
        let write = || {
            let mut new = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&new)?;
            writeln!(new, "{FORMAT}")?;
            new.sync_all()
        };
        write()
            .and_then(|()| fs::rename(&new, &file))
            .map_err(io("write", &file))
    }

    /// Copies store and certificates, which nobody may be using; `None` when there is nothing to copy.
    fn back_up(&self, format: usize) -> Result<Option<PathBuf>, DataDirectoryError> {
        let (store, certificates) = (self.store(), self.certificates());
        if !store.exists() {
            return Ok(None);
        }
        let backup = self.free_name(format);
        make_private(&backup)?;
        trimtab_store::restore(&store, backup.join("store"), 0).map_err(|source| {
            // A copy that was not made must not look like one.
            let _ = fs::remove_dir_all(&backup);
            DataDirectoryError::Backup {
                path: store.clone(),
                source,
            }
        })?;
        if certificates.exists() {
            let copies = backup.join("pki");
            make_private(&copies)?;
            for file in fs::read_dir(&certificates).map_err(io("read", &certificates))? {
                let file = file.map_err(io("read", &certificates))?;
                // The copy has the mode of the original.
                fs::copy(file.path(), copies.join(file.file_name()))
                    .map_err(io("copy", &file.path()))?;
            }
        }
        Ok(Some(backup))
    }

    /// A name for the backup; one of an attempt that was cut short stays as it is.
    fn free_name(&self, format: usize) -> PathBuf {
        let name = self.path.join(format!("backup-format-{format}"));
        if !name.exists() {
            return name;
        }
        (2..=usize::MAX)
            .map(|number| self.path.join(format!("backup-format-{format}-{number}")))
            .find(|name| !name.exists())
            .unwrap_or(name)
    }
}

/// Makes a directory, and those above it, that only the owner may enter.
fn make_private(directory: &Path) -> Result<(), DataDirectoryError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(io("make", directory))
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> DataDirectoryError {
    let path = path.to_owned();
    move |source| DataDirectoryError::Io {
        action,
        path,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_store::{EmbeddedStore, Retention};

    /// A directory as it was made before formats had numbers.
    fn unnumbered() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        drop(EmbeddedStore::open(directory.path().join("store"), Retention::default()).unwrap());
        fs::create_dir(directory.path().join("pki")).unwrap();
        fs::write(directory.path().join("pki/ca.crt"), "certificate").unwrap();
        directory
    }

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_one_has_the_format_of_this_version() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        for _ in 0..2 {
            let (_, backup) = DataDirectory::open(&path).unwrap();
            assert_eq!(backup, None);
            assert_eq!(names(&path), ["format"]);
            let format = fs::read_to_string(path.join("format")).unwrap();
            assert_eq!(format, format!("{FORMAT}\n"));
        }
    }

    #[test]
    fn an_older_one_is_backed_up_and_brought_up_to_date() {
        let directory = unnumbered();
        let (data, backup) = DataDirectory::open(directory.path()).unwrap();
        let backup = backup.expect("a backup");
        assert_eq!(names(&backup.join("pki")), ["ca.crt"]);
        drop(EmbeddedStore::open(backup.join("store"), Retention::default()).unwrap());
        drop(EmbeddedStore::open(data.store(), Retention::default()).unwrap());
        let (_, again) = DataDirectory::open(directory.path()).unwrap();
        assert_eq!(again, None, "once is enough");
    }

    #[test]
    fn one_in_use_is_not_brought_up_to_date() {
        let directory = unnumbered();
        let _user =
            EmbeddedStore::open(directory.path().join("store"), Retention::default()).unwrap();
        let before = names(directory.path());
        let error = DataDirectory::open(directory.path()).unwrap_err();
        assert!(
            matches!(error, DataDirectoryError::Backup { .. }),
            "{error}"
        );
        assert_eq!(names(directory.path()), before);
    }

    #[test]
    fn a_newer_one_and_a_foreign_one_are_left_as_they_are() {
        for (format, expected) in [
            (
                "99\n",
                "has format 99, and this trimtab knows formats up to",
            ),
            ("x=1\n", "where the number of a format is expected"),
        ] {
            let directory = unnumbered();
            fs::write(directory.path().join("format"), format).unwrap();
            let before = names(directory.path());
            let error = DataDirectory::open(directory.path())
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{error}");
            assert_eq!(names(directory.path()), before);
            let after = fs::read_to_string(directory.path().join("format")).unwrap();
            assert_eq!(after, format);
        }
    }
}
