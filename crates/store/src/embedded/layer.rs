//! A file to which nothing is written before all of it has been looked at.
//!
//! A database that is merely opened is written to: it is marked as open, and repaired after a crash.
//! And what it reads it believes. So it is opened on a layer that keeps all writes to itself, until
//! every page has been held against its checksum and every row has been read. What is refused is left
//! byte for byte as it was. What is accepted is let through, step by step in the order in which the
//! database took them; it goes on with the very database that was looked at, so there is one recovery
//! and not two that could differ.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use redb::{BackendError, StorageBackend};

/// What is written is kept in pieces of so many bytes.
const PIECE: usize = 4096;

/// A backend, and what would have been written to it. Clones are the same layer.
#[derive(Debug)]
pub(super) struct Layer<B>(Arc<Inner<B>>);

#[derive(Debug)]
struct Inner<B> {
    backend: B,
    /// Whether writes go to the backend.
    is_open: AtomicBool,
    /// Nothing once they do, or could not.
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    /// How much of the backend counts: what was cut off reads as zeros when it grows again.
    original: u64,
    length: u64,
    /// Pieces that have been written to, by number.
    written: BTreeMap<u64, Box<[u8; PIECE]>>,
    steps: Vec<Step>,
}

/// One thing that a database asked its backend to do.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Write(u64, Box<[u8]>),
    SetLength(u64),
    Flush,
}

impl Step {
    /// Does it.
    pub(super) fn apply(&self, backend: &impl StorageBackend) -> io::Result<()> {
        match self {
            Self::Write(offset, data) => backend.write(*offset, data),
            Self::SetLength(length) => backend.set_len(*length),
            Self::Flush => backend.sync_data(),
        }
    }
}

impl<B> Clone for Layer<B> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<B: StorageBackend> Layer<B> {
    /// Keeps what is written to `backend`.
    pub(super) fn over(backend: B) -> io::Result<Self> {
        let length = backend.len()?;
        let held = Held {
            original: length,
            length,
            written: BTreeMap::new(),
            steps: Vec::new(),
        };
        Ok(Self(Arc::new(Inner {
            backend,
            is_open: AtomicBool::new(false),
            held: Mutex::new(Some(held)),
        })))
    }

    /// Writes what was kept, and from now on all that is written.
    ///
    /// # Errors
    /// When the backend fails. It is as after a crash then, and nothing more is written to it.
    pub(super) fn let_through(&self) -> io::Result<()> {
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        for step in held.take().into_iter().flat_map(|held| held.steps) {
            step.apply(&self.0.backend)?;
        }
        self.0.is_open.store(true, Ordering::Release);
        Ok(())
    }

    /// The backend, once writes go there.
    fn through(&self) -> Option<&B> {
        let is_open = self.0.is_open.load(Ordering::Acquire);
        is_open.then_some(&self.0.backend)
    }

    fn held<T>(&self, act: impl FnOnce(&mut Held) -> io::Result<T>) -> io::Result<T> {
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *held {
            Some(held) => act(held),
            None => Err(io::Error::other("what was kept could not be written")),
        }
    }
}

impl Held {
    /// Fills `out` from the backend; what is behind its end is zero.
    fn read_backend(
        &self,
        backend: &impl StorageBackend,
        offset: u64,
        out: &mut [u8],
    ) -> io::Result<()> {
        let there = self.original.saturating_sub(offset);
        let there = usize::try_from(there).unwrap_or(usize::MAX).min(out.len());
        let (there, beyond) = out.split_at_mut(there);
        beyond.fill(0);
        if there.is_empty() {
            return Ok(());
        }
        backend.read(offset, there)
    }

    fn check(&self, offset: u64, length: usize) -> io::Result<()> {
        match offset.checked_add(length as u64) {
            Some(end) if end <= self.length => Ok(()),
            _ => Err(io::Error::from(ErrorKind::UnexpectedEof)),
        }
    }

    fn read(&self, backend: &impl StorageBackend, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.check(offset, out.len())?;
        self.read_backend(backend, offset, out)?;
        if self.written.is_empty() {
            return Ok(());
        }
        for (number, within, part) in pieces(offset, out.len()) {
            if let Some(piece) = self.written.get(&number) {
                let length = part.len();
                out[part].copy_from_slice(&piece[within..within + length]);
            }
        }
        Ok(())
    }

    fn set_length(&mut self, length: u64) {
        self.steps.push(Step::SetLength(length));
        self.original = self.original.min(length);
        self.length = length;
        let beyond = length.div_ceil(PIECE as u64);
        self.written.split_off(&beyond);
        let within = (length % PIECE as u64) as usize;
        if within > 0
            && let Some(last) = self.written.get_mut(&(beyond - 1))
        {
            last[within..].fill(0);
        }
    }

    fn write(&mut self, backend: &impl StorageBackend, offset: u64, data: &[u8]) -> io::Result<()> {
        self.check(offset, data.len())?;
        for (number, within, part) in pieces(offset, data.len()) {
            if !self.written.contains_key(&number) {
                let mut piece = Box::new([0; PIECE]);
                self.read_backend(backend, number * PIECE as u64, &mut *piece)?;
                self.written.insert(number, piece);
            }
            let length = part.len();
            if let Some(piece) = self.written.get_mut(&number) {
                piece[within..within + length].copy_from_slice(&data[part]);
            }
        }
        self.steps.push(Step::Write(offset, data.into()));
        Ok(())
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

impl<B: StorageBackend> StorageBackend for Layer<B> {
    fn len(&self) -> io::Result<u64> {
        match self.through() {
            Some(backend) => backend.len(),
            None => self.held(|held| Ok(held.length)),
        }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self.through() {
            Some(backend) => backend.read(offset, out),
            None => self.held(|held| held.read(&self.0.backend, offset, out)),
        }
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        match self.through() {
            Some(backend) => backend.set_len(length),
            None => self.held(|held| {
                held.set_length(length);
                Ok(())
            }),
        }
    }

    fn sync_data(&self) -> io::Result<()> {
        match self.through() {
            Some(backend) => backend.sync_data(),
            None => self.held(|held| {
                held.steps.push(Step::Flush);
                Ok(())
            }),
        }
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        match self.through() {
            Some(backend) => backend.write(offset, data),
            None => self.held(|held| held.write(&self.0.backend, offset, data)),
        }
    }

    fn close(&self) -> io::Result<()> {
        self.0.backend.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.backend.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.0.backend.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.backend.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.backend.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.backend.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.backend.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redb::backends::InMemoryBackend;

    fn bytes_of(backend: &impl StorageBackend) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(backend.len().unwrap()).unwrap()];
        backend.read(0, &mut bytes).unwrap();
        bytes
    }

    /// A layer over ten thousand sevens, and what it holds after a few writes.
    fn written() -> (Layer<InMemoryBackend>, Vec<u8>) {
        let backend = InMemoryBackend::new();
        backend.set_len(10_000).unwrap();
        backend.write(0, &[7; 10_000]).unwrap();
        let layer = Layer::over(backend).unwrap();
        layer.write(4000, &[1; 200]).unwrap();
        layer.write(8998, &[2; 4]).unwrap();
        layer.set_len(9000).unwrap();
        layer.set_len(12_000).unwrap();
        let mut expected = vec![7; 9000];
        expected[8998..].fill(2);
        expected.resize(12_000, 0);
        expected[4000..4200].fill(1);
        (layer, expected)
    }

    #[test]
    fn writes_are_seen_and_not_made() {
        let (layer, expected) = written();
        assert!(bytes_of(&layer) == expected);
        assert!(layer.read(11_999, &mut [0; 2]).is_err());
        assert!(bytes_of(&layer.0.backend) == [7; 10_000]);
    }

    #[test]
    fn what_is_let_through_is_written_and_so_is_what_follows() {
        let (layer, mut expected) = written();
        layer.let_through().unwrap();
        assert!(bytes_of(&layer) == expected);
        assert!(bytes_of(&layer.0.backend) == expected);
        layer.write(0, &[9]).unwrap();
        layer.set_len(11_000).unwrap();
        expected[0] = 9;
        expected.truncate(11_000);
        assert!(bytes_of(&layer) == expected);
        assert!(bytes_of(&layer.0.backend) == expected);
    }
}
