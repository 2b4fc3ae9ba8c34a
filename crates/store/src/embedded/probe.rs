//! A look at a database file that changes nothing in it.
//!
//! A database that is merely opened is written to: it is marked as open, and repaired after a crash.
//! And what it reads it believes. So before a file is opened for good it is opened here, on a layer
//! that keeps all writes to itself, every page is held against its checksum, and every row is read.
//! What is refused is left byte for byte as it was.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use redb::StorageBackend;

use super::database::{Loaded, LogFile, builder, failed_open};
use crate::StoreError;

/// What is written is kept in pieces of so many bytes.
const PIECE: usize = 4096;

/// What the file at `path` holds.
///
/// # Errors
/// [`StoreError::Unreadable`] when it is no store, or any part of it that counts is damaged;
/// [`StoreError::Io`].
pub(super) fn read(path: &Path) -> Result<Loaded, StoreError> {
    let failed = |source| StoreError::Io {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let layer = Layer::over(file).map_err(failed)?;
    let damaged = |reason: &str| StoreError::Unreadable {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    // Of some damage the database finds out by broken invariants of its own.
    let looked = catch_unwind(AssertUnwindSafe(|| {
        let database = builder().create_with_backend(layer);
        let mut database = database.map_err(|error| failed_open(path, error))?;
        match database.check_integrity() {
            Ok(true) => LogFile::checked(path, database)?.read(),
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

/// A file, and what would have been written to it.
#[derive(Debug)]
struct Layer {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    /// How much of the file counts: what was cut off reads as zeros when it grows again.
    original: u64,
    length: u64,
    /// Pieces that have been written to, by number.
    written: BTreeMap<u64, Box<[u8; PIECE]>>,
}

impl Layer {
    fn over(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let inner = Inner {
            file,
            original: length,
            length,
            written: BTreeMap::new(),
        };
        Ok(Self {
            inner: Mutex::new(inner),
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> io::Result<T>) -> io::Result<T> {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inner {
    /// Fills `out` from the file; what is behind its end is zero.
    fn read_file(&mut self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let there = self.original.saturating_sub(offset);
        let there = usize::try_from(there).unwrap_or(usize::MAX).min(out.len());
        let (there, beyond) = out.split_at_mut(there);
        beyond.fill(0);
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.read_exact(there)
    }

    fn check(&self, offset: u64, length: usize) -> io::Result<()> {
        match offset.checked_add(length as u64) {
            Some(end) if end <= self.length => Ok(()),
            _ => Err(io::Error::from(ErrorKind::UnexpectedEof)),
        }
    }
}

/// The pieces that `length` bytes at `offset` are in: number, where in the piece, where in the bytes.
fn pieces(
    offset: u64,
    length: usize,
) -> impl Iterator<Item = (u64, usize, std::ops::Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        (at < length).then(|| {
            let position = offset + at as u64;
            let within = (position % PIECE as u64) as usize;
            let end = length.min(at + PIECE - within);
            let piece = (position / PIECE as u64, within, at..end);
            at = end;
            piece
        })
    })
}

impl StorageBackend for Layer {
    fn len(&self) -> io::Result<u64> {
        self.with(|inner| Ok(inner.length))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.with(|inner| {
            inner.check(offset, out.len())?;
            inner.read_file(offset, out)?;
            if inner.written.is_empty() {
                return Ok(());
            }
            for (number, within, part) in pieces(offset, out.len()) {
                if let Some(piece) = inner.written.get(&number) {
                    let length = part.len();
                    out[part].copy_from_slice(&piece[within..within + length]);
                }
            }
            Ok(())
        })
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.with(|inner| {
            inner.original = inner.original.min(length);
            inner.length = length;
            let beyond = length.div_ceil(PIECE as u64);
            inner.written.split_off(&beyond);
            let within = (length % PIECE as u64) as usize;
            if within > 0
                && let Some(last) = inner.written.get_mut(&(beyond - 1))
            {
                last[within..].fill(0);
            }
            Ok(())
        })
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.with(|inner| {
            inner.check(offset, data.len())?;
            for (number, within, part) in pieces(offset, data.len()) {
                if !inner.written.contains_key(&number) {
                    let mut piece = Box::new([0; PIECE]);
                    inner.read_file(number * PIECE as u64, &mut *piece)?;
                    inner.written.insert(number, piece);
                }
                let length = part.len();
                if let Some(piece) = inner.written.get_mut(&number) {
                    piece[within..within + length].copy_from_slice(&data[part]);
                }
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn writes_are_seen_and_not_made() {
        let mut file = tempfile();
        file.write_all(&[7; 10_000]).unwrap();
        let layer = Layer::over(file.try_clone().unwrap()).unwrap();
        layer.write(4000, &[1; 200]).unwrap();
        layer.set_len(9000).unwrap();
        layer.set_len(12_000).unwrap();
        let mut read = vec![0; 12_000];
        layer.read(0, &mut read).unwrap();
        let mut expected = vec![7; 9000];
        expected.resize(12_000, 0);
        expected[4000..4200].fill(1);
        assert!(read == expected);
        assert!(layer.read(11_999, &mut [0; 2]).is_err());
        let mut kept = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut kept).unwrap();
        assert!(kept == [7; 10_000]);
    }

    fn tempfile() -> File {
        let name = format!("trimtab-probe-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let mut options = File::options();
        let file = options.read(true).write(true).create_new(true).open(&path);
        std::fs::remove_file(&path).unwrap();
        file.unwrap()
    }
}
