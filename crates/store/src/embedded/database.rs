//! The file: a log of versions in a redb database.
//!
//! There is one row for each write, under its revision, and nothing else but a few numbers: the
//! live set is what the rows say when read in order. A compaction deletes the rows of versions
//! that are out of reach. So a write is one row, at the right edge of the tree.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use redb::backends::FileBackend;
use redb::{
    Database, DatabaseError, Durability, ReadOnlyTable, ReadableDatabase, ReadableTable,
    StorageBackend, StorageError, TableDefinition, TableError,
};

use crate::embedded::layer::Layer;
use crate::embedded::lock::with_suffix;
use crate::embedded::mark;
use crate::state::{FIRST, State};
use crate::{Entry, Event, Revision, StoreError};

/// Revision to (create revision, version, key, value); no value is a deletion.
type Row<'a> = (u64, u64, &'a str, Option<&'a [u8]>);

const LOG: TableDefinition<'_, u64, Row<'_>> = TableDefinition::new("log");
const NUMBERS: TableDefinition<'_, &str, u64> = TableDefinition::new("numbers");

/// The row of `NUMBERS` that says how to read the rest.
const FORMAT: &str = "format";
/// The row of `NUMBERS` with the revision at which history begins.
const COMPACTED: &str = "compacted";

/// The format written here. Earlier ones, once there are any, are still read.
const FORMAT_VERSION: u64 = 1;

/// Pages that redb may keep in memory. It is little because only opening and backup read.
const CACHE_BYTES: usize = 8 << 20;

/// The open file.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    database: Database,
}

/// The rows at one moment, whatever is written meanwhile.
pub(super) struct Snapshot {
    pub(super) compacted: Revision,
    rows: ReadOnlyTable<u64, Row<'static>>,
}

/// One write, as it is stored.
#[derive(Debug)]
pub(super) struct StoredVersion {
    pub(super) revision: Revision,
    pub(super) key: Arc<str>,
    /// `None` for a deletion.
    pub(super) entry: Option<Entry>,
}

/// What the rows add up to.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) state: State,
    /// Revisions of rows that are out of reach, and can go.
    dropped: Vec<Revision>,
}

impl LogFile {
    /// Opens the file, and makes it if there is none; with the state that its rows add up to. One
    /// that is refused is left as it is.
    pub(super) fn open(path: &Path) -> Result<(Self, State), StoreError> {
        let length = fs::metadata(path).map(|metadata| metadata.len()).ok();
        // redb takes an empty file for a new database too: its maker died early, or it lost all.
        if length.is_none_or(|length| length == 0) {
            match length {
                None => mark::clear(path),
                Some(_) => mark::check(path, FIRST)?,
            }
            let file = Self::create(path)?;
            let state = file.read()?.state;
            return Ok((file, state));
        }
        let file = OpenOptions::new().read(true).write(true).open(path);
        let backend = file.map_err(StorageError::Io).map_err(DatabaseError::from);
        let backend = backend.and_then(FileBackend::new);
        Self::open_on(path, backend.map_err(|error| failed_open(path, error))?)
    }

    /// Opens what is on a backend, which is known as `path` in messages.
    ///
    /// Nothing is written before every page has been held against its checksum and every row has been
    /// read. The state is that of the very database that is given back, so no recovery but the one
    /// that made it can have an opinion of what was committed.
    pub(super) fn open_on(
        path: &Path,
        backend: impl StorageBackend,
    ) -> Result<(Self, State), StoreError> {
        let failed = |source| StoreError::Io {
            path: path.to_owned(),
            source,
        };
        let layer = Layer::over(backend).map_err(failed)?;
        let (file, Loaded { state, dropped }) = Self::look(path, layer.clone())?;
        mark::check(path, state.current())?;
        layer.let_through().map_err(failed)?;
        if !dropped.is_empty() {
            file.compact(state.compacted(), &dropped)
                .map_err(|error| file.unreadable(&error))?;
        }
        Ok((file, state))
    }

    /// What is on a layer that writes nothing yet, if it is whole.
    fn look(path: &Path, layer: Layer<impl StorageBackend>) -> Result<(Self, Loaded), StoreError> {
        let damaged = |reason: &str| StoreError::Unreadable {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        // Of some damage the database finds out by broken invariants of its own.
        let looked = catch_unwind(AssertUnwindSafe(|| {
            let database = builder().create_with_backend(layer);
            let mut database = database.map_err(|error| failed_open(path, error))?;
            match database.check_integrity() {
                Ok(true) => {
                    let file = Self::checked(path, database)?;
                    let loaded = file.read()?;
                    Ok((file, loaded))
                }
                Ok(false) => Err(damaged("parts of it are damaged")),
                Err(error) => Err(failed_open(path, error)),
            }
        }));
        looked.unwrap_or_else(|_| {
            Err(damaged(
                "it is damaged in a way that its reader did not expect",
            ))
        })
    }

    /// Makes a new database. It gets its name when it is complete: a maker that dies early leaves no
    /// file that the next one would have to refuse.
    fn create(path: &Path) -> Result<Self, StoreError> {
        let partial = with_suffix(path, ".new");
        let failed = |source| StoreError::Io {
            path: path.to_owned(),
            source,
        };
        make_private(&partial).map_err(failed)?;
        let database = builder()
            .create(&partial)
            .map_err(|error| failed_open(path, error))?;
        let file = Self::checked(path, database)?;
        fs::rename(&partial, path).map_err(failed)?;
        sync_directory(path)?;
        Ok(file)
    }

    /// Opens a file that must be there.
    pub(super) fn open_existing(path: &Path) -> Result<(Self, State), StoreError> {
        if let Err(source) = fs::metadata(path) {
            let path = path.to_owned();
            return Err(StoreError::Io { path, source });
        }
        Self::open(path)
    }

    /// The store in a database, which is known as `path` in messages.
    pub(super) fn checked(path: &Path, database: Database) -> Result<Self, StoreError> {
        let file = Self {
            path: path.to_owned(),
            database,
        };
        let reason = match file.ensure_format() {
            Ok(Some(FORMAT_VERSION)) => return Ok(file),
            Ok(Some(other)) => {
                format!("it has format {other}, and this program knows {FORMAT_VERSION}")
            }
            Ok(None) => "it is a database of something else".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(file.unreadable(&reason))
    }

    /// The format of the file. One that holds nothing at all, because it is new or its maker
    /// died early, gets ours.
    fn ensure_format(&self) -> Result<Option<u64>, redb::Error> {
        let transaction = self.database.begin_write()?;
        if transaction.list_tables()?.next().is_some() {
            transaction.abort()?;
            return self.format();
        }
        transaction.open_table(LOG)?;
        transaction
            .open_table(NUMBERS)?
            .insert(FORMAT, FORMAT_VERSION)?;
        transaction.commit()?;
        Ok(Some(FORMAT_VERSION))
    }

    fn format(&self) -> Result<Option<u64>, redb::Error> {
        match self.database.begin_read()?.open_table(NUMBERS) {
            Ok(numbers) => Ok(numbers.get(FORMAT)?.map(|format| format.value())),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What the rows add up to.
    pub(super) fn read(&self) -> Result<Loaded, StoreError> {
        let snapshot = self.snapshot().map_err(|error| self.unreadable(&error))?;
        let mut state = State::new(snapshot.compacted);
        for version in snapshot
            .versions()
            .map_err(|error| self.unreadable(&error))?
        {
            let StoredVersion {
                revision,
                key,
                entry,
            } = version.map_err(|error| self.unreadable(&error))?;
            if revision > state.current() + 1 {
                let missing = state.current() + 1;
                return Err(self.unreadable(&format!("revision {missing} is missing")));
            }
            state.load(key, revision, entry);
        }
        let dropped = state.settle();
        Ok(Loaded { state, dropped })
    }

    /// The rows as of the last commit.
    pub(super) fn snapshot(&self) -> Result<Snapshot, redb::Error> {
        let transaction = self.database.begin_read()?;
        let compacted = transaction.open_table(NUMBERS)?.get(COMPACTED)?;
        Ok(Snapshot {
            compacted: compacted.map_or(FIRST - 1, |revision| revision.value()),
            rows: transaction.open_table(LOG)?,
        })
    }

    /// Adds versions and flushes: once this returns, they survive a crash.
    pub(super) fn append<T>(
        &self,
        versions: impl IntoIterator<Item = Result<T, redb::Error>>,
    ) -> Result<(), redb::Error>
    where
        T: std::borrow::Borrow<StoredVersion>,
    {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        {
            let mut rows = transaction.open_table(LOG)?;
            for version in versions {
                let version = version?;
                let StoredVersion {
                    revision,
                    key,
                    entry,
                } = version.borrow();
                let row = match entry {
                    Some(entry) => (
                        entry.create_revision,
                        entry.version,
                        &**key,
                        Some(&*entry.value),
                    ),
                    None => (0, 0, &**key, None),
                };
                rows.insert(revision, row)?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Notes that history begins at `compacted`, and removes the rows that are out of reach.
    ///
    /// It is flushed at once, so that every state that a crash can leave is one that was flushed.
    pub(super) fn compact(
        &self,
        compacted: Revision,
        dropped: &[Revision],
    ) -> Result<(), redb::Error> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        {
            let mut rows = transaction.open_table(LOG)?;
            for revision in dropped {
                rows.remove(revision)?;
            }
            transaction
                .open_table(NUMBERS)?
                .insert(COMPACTED, compacted)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn unreadable(&self, reason: &impl ToString) -> StoreError {
        StoreError::Unreadable {
            path: self.path.clone(),
            reason: reason.to_string(),
        }
    }
}

impl Snapshot {
    /// All versions, in the order of their revisions.
    pub(super) fn versions(
        &self,
    ) -> Result<impl Iterator<Item = Result<StoredVersion, redb::Error>>, redb::Error> {
        Ok(self.rows.iter()?.map(|row| {
            let (revision, row) = row?;
            Ok(StoredVersion::decode(revision.value(), row.value()))
        }))
    }
}

impl StoredVersion {
    fn decode(revision: Revision, (create_revision, version, key, value): Row<'_>) -> Self {
        let key: Arc<str> = key.into();
        let entry = value.map(|value| Entry {
            key: Arc::clone(&key),
            value: Bytes::copy_from_slice(value),
            create_revision,
            mod_revision: revision,
            version,
        });
        Self {
            revision,
            key,
            entry,
        }
    }
}

impl From<&Event> for StoredVersion {
    fn from(event: &Event) -> Self {
        Self {
            revision: event.revision,
            key: Arc::clone(&event.key),
            entry: event.entry.clone(),
        }
    }
}

fn builder() -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

/// Makes an empty file, which redb takes for a new database, that only its owner can read: there
/// will be Secrets in it.
fn make_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn failed_open(path: &Path, error: DatabaseError) -> StoreError {
    let path = path.to_owned();
    match error {
        DatabaseError::DatabaseAlreadyOpen => StoreError::Locked { path, holder: None },
        DatabaseError::Storage(StorageError::Io(source))
            if !matches!(
                source.kind(),
                ErrorKind::InvalidData | ErrorKind::UnexpectedEof
            ) =>
        {
            StoreError::Io { path, source }
        }
        error => StoreError::Unreadable {
            path,
            reason: error.to_string(),
        },
    }
}

/// Makes a new name in a directory survive a crash, where the system asks for that.
pub(super) fn sync_directory(path: &Path) -> Result<(), StoreError> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    if cfg!(unix) {
        File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|source| StoreError::Io {
                path: directory.to_owned(),
                source,
            })?;
    }
    Ok(())
}
