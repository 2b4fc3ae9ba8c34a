//! Files that are damaged: refused and left as they are, or fully right.

use std::fs;
use std::path::Path;

use trimtab_store::{EmbeddedStore, RangeRequest, Retention, Store, StoreError};

use crate::support::{Directory, block_on, drain, list, value};

/// Little history, so that rows have been removed too.
const RETENTION: Retention = Retention {
    events: 100,
    bytes: usize::MAX,
};

/// Everything that a store says.
#[derive(Debug, PartialEq)]
struct Told {
    revision: u64,
    entries: Vec<String>,
    events: Vec<String>,
}

fn told(store: &EmbeddedStore) -> Told {
    block_on(async {
        let oldest = match store.watch("", Some(1)).await.map(drop) {
            Err(StoreError::Compacted { compacted, .. }) => compacted,
            _ => 2,
        };
        let mut watch = store.watch("", Some(oldest)).await.unwrap();
        let events = drain(&mut *watch).await;
        Told {
            revision: store.current_revision().await.unwrap(),
            entries: list(store, RangeRequest::default()).await.0,
            events: events.iter().map(|event| format!("{event:?}")).collect(),
        }
    })
}

/// A store that has seen creates, updates, deletions and compactions.
fn fill(directory: &Directory) -> Told {
    let store = directory.open(RETENTION);
    block_on(async {
        for round in 0..8 {
            for number in 0..60 {
                let key = format!("key-{number:03}");
                let text = format!("{round} of {number} ").repeat(30);
                match store.get(&key, None).await.unwrap().entry {
                    Some(_) if (number + round) % 7 == 0 => {
                        store.delete(&key, None).await.unwrap();
                    }
                    Some(entry) => {
                        let revision = entry.mod_revision;
                        store.update(&key, value(&text), revision).await.unwrap();
                    }
                    None => {
                        store.create(&key, value(&text)).await.unwrap();
                    }
                }
            }
        }
    });
    drop(store);
    // As it is read: what was before the oldest event that is kept is no longer known.
    told(&directory.open(RETENTION))
}

/// Whether the file, which holds `bytes`, is refused; if not, it must say what is expected.
fn is_refused(path: &Path, bytes: &[u8], expected: &Told, what: &str) -> bool {
    fs::write(path, bytes).unwrap();
    match EmbeddedStore::open(path, RETENTION) {
        Ok(store) => {
            assert!(told(&store) == *expected, "{what}: silently wrong");
            false
        }
        Err(error) => {
            assert!(
                matches!(error, StoreError::Unreadable { .. }),
                "{what}: {error}"
            );
            assert!(error.to_string().contains("store"), "{error}");
            assert!(fs::read(path).unwrap() == bytes, "{what}: changed");
            true
        }
    }
}

#[test]
fn flipped_bits_are_refused_or_do_no_harm() {
    let directory = Directory::new();
    let expected = fill(&directory);
    let whole = fs::read(directory.path()).unwrap();
    let mark = fs::read(directory.file("store.closed")).unwrap();
    // All of the header, and places all over the file.
    let header = (0..320).map(|byte| (byte, byte % 8));
    let spread = (0..200).map(|number| {
        (
            320 + number * (whole.len() - 320) / 200 + number % 61,
            number % 8,
        )
    });
    let mut refused = 0;
    for (byte, bit) in header.chain(spread).filter(|(byte, _)| *byte < whole.len()) {
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << bit;
        let what = format!("bit {bit} of byte {byte}");
        refused += usize::from(is_refused(&directory.path(), &damaged, &expected, &what));
        fs::write(directory.file("store.closed"), &mark).unwrap();
    }
    assert!(refused > 30, "only {refused} were refused");
}

#[test]
fn a_truncated_file_is_refused() {
    let directory = Directory::new();
    let expected = fill(&directory);
    let whole = fs::read(directory.path()).unwrap();
    for part in 1..16 {
        let cut = &whole[..whole.len() * part / 16];
        let what = format!("{part} of 16 parts");
        assert!(
            is_refused(&directory.path(), cut, &expected, &what),
            "{what}"
        );
    }
    for length in [1, 10, 100, 320, 4096] {
        let what = format!("{length} bytes");
        assert!(
            is_refused(&directory.path(), &whole[..length], &expected, &what),
            "{what}"
        );
    }
}

#[test]
fn an_older_state_is_refused() {
    let directory = Directory::new();
    let store = directory.open(RETENTION);
    block_on(store.create("a", value("1"))).unwrap();
    drop(store);
    let older = fs::read(directory.path()).unwrap();
    let store = directory.open(RETENTION);
    block_on(store.create("b", value("1"))).unwrap();
    drop(store);
    fs::write(directory.path(), &older).unwrap();
    let error = EmbeddedStore::open(directory.path(), RETENTION).unwrap_err();
    assert!(error.to_string().contains("ends at revision 2"), "{error}");
    fs::write(directory.path(), "").unwrap();
    assert!(EmbeddedStore::open(directory.path(), RETENTION).is_err());
    assert!(fs::read(directory.path()).unwrap().is_empty());
    fs::write(directory.path(), &older).unwrap();
    // Who puts it there on purpose says so.
    fs::remove_file(directory.file("store.closed")).unwrap();
    assert_eq!(told(&directory.open(RETENTION)).revision, 2);
}

/// What a process that was killed leaves: a file that is marked as open.
#[test]
fn flipped_bits_after_a_crash_are_refused_or_do_no_harm() {
    let directory = Directory::new();
    let expected = fill(&directory);
    let store = directory.open(RETENTION);
    let crashed = fs::read(directory.path()).unwrap();
    drop(store);
    let data = 320..crashed.len();
    let mut refused = 0;
    for number in 0..100 {
        let byte = data.start + number * data.len() / 100 + number % 61;
        let Some(_) = crashed.get(byte) else { continue };
        let mut damaged = crashed.clone();
        damaged[byte] ^= 1 << (number % 8);
        let what = format!("byte {byte}");
        refused += usize::from(is_refused(&directory.path(), &damaged, &expected, &what));
    }
    assert!(refused > 5, "only {refused} were refused");
    assert!(!is_refused(
        &directory.path(),
        &crashed,
        &expected,
        "a crash"
    ));
}
