//! Kills a writing process at random moments and looks at what it left.
//!
//! The process is this test binary again, told by the environment what to do. What it was
//! acknowledged it notes in a journal beside the store, which the kernel keeps whatever happens to
//! the process.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use trimtab_store::{EmbeddedStore, Entry, Retention, Revision, Store};

use crate::support::{Directory, block_on, drain, value};

const DIRECTORY: &str = "TRIMTAB_STORE_CRASH_DIRECTORY";
const KILLS: u32 = 15;
const WRITERS: usize = 8;
/// Little history, so that compactions are under way too when the process dies.
const RETENTION: Retention = Retention {
    events: 200,
    bytes: usize::MAX,
};

#[test]
fn acknowledged_writes_survive_a_kill() {
    let directory = Directory::new();
    let mut known = Known::default();
    for kill in 0..KILLS {
        let journal = directory.file("journal");
        File::create(&journal).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "crash::child_writes_until_it_is_killed",
                "--exact",
                "--nocapture",
            ])
            .env(DIRECTORY, directory.file(""))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Counted from the first write, or a busy machine would kill nothing but starts.
        let started = Instant::now();
        while std::fs::metadata(&journal).unwrap().len() == 0 {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "the child does not write"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        let moment = RandomState::new().hash_one(kill) % 200;
        std::thread::sleep(Duration::from_millis(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        known.read(&journal);
        let store = directory.open(RETENTION);
        block_on(known.check(&store, kill));
    }
    assert!(
        known.acknowledged > 100,
        "{} writes are no test",
        known.acknowledged
    );
}

/// Not a test by itself: does nothing unless the test above runs it.
#[test]
fn child_writes_until_it_is_killed() {
    let Some(directory) = std::env::var_os(DIRECTORY) else {
        return;
    };
    let directory = Path::new(&directory);
    let store = Arc::new(EmbeddedStore::open(directory.join("store"), RETENTION).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let journal = OpenOptions::new()
                    .append(true)
                    .open(directory.join("journal"))
                    .unwrap();
                tokio::spawn(write_for_ever(Arc::clone(&store), writer, journal))
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
    });
}

/// Each writer has its own few keys; it makes, changes and deletes them in turn.
async fn write_for_ever(store: Arc<EmbeddedStore>, writer: usize, mut journal: File) {
    for round in 0_u64.. {
        let key = format!("writer-{writer}/{}", round % 3);
        let (now, text) = (
            store.get(&key, None).await.unwrap().entry,
            format!("round-{round}"),
        );
        match now {
            None => {
                note(&mut journal, &format!("try {key} {text}"));
                let made = store.create(&key, value(&text)).await.unwrap();
                note(
                    &mut journal,
                    &format!("done {key} {text} {}", made.mod_revision),
                );
            }
            Some(entry) if entry.version == 3 => {
                note(&mut journal, &format!("try {key} -"));
                let deleted = store.delete(&key, Some(entry.mod_revision)).await.unwrap();
                note(&mut journal, &format!("done {key} - {}", deleted.revision));
            }
            Some(entry) => {
                note(&mut journal, &format!("try {key} {text}"));
                let done = store
                    .update(&key, value(&text), entry.mod_revision)
                    .await
                    .unwrap();
                note(
                    &mut journal,
                    &format!("done {key} {text} {}", done.mod_revision),
                );
            }
        }
    }
}

/// One line in one system call, so that no two mix.
fn note(journal: &mut File, line: &str) {
    journal.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// What the journals say: "-" is the value of a deleted key.
#[derive(Default)]
struct Known {
    /// The last acknowledged write of each key.
    done: HashMap<String, (String, Revision)>,
    /// Values that were being written at the end, and may or may not be there.
    tried: HashMap<String, String>,
    /// Key and value of each acknowledged write.
    writes: HashMap<Revision, (String, String)>,
    last: Revision,
    acknowledged: usize,
}

impl Known {
    /// A journal may have no acknowledgement, if the process died before its first flush.
    fn read(&mut self, journal: &Path) {
        let before = self.last;
        let text = std::fs::read_to_string(journal).unwrap();
        // A kill can end even a short line half-way, where it goes over the end of a page: such a note
        // was not made, and a write that was only noted as tried is uncertain anyway.
        let lines = text.split_inclusive('\n');
        for line in lines.filter_map(|line| line.strip_suffix('\n')) {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["try", key, text] => {
                    self.tried.insert(key.to_owned(), text.to_owned());
                }
                ["done", key, text, revision] => {
                    let revision = revision.parse().unwrap();
                    assert!(revision > before, "{revision} after {before}");
                    let write = (key.to_owned(), text.to_owned());
                    assert_eq!(
                        self.writes.insert(revision, write),
                        None,
                        "{revision} came twice"
                    );
                    self.tried.remove(key);
                    self.done
                        .insert(key.to_owned(), (text.to_owned(), revision));
                    self.last = self.last.max(revision);
                    self.acknowledged += 1;
                }
                _ => panic!("{line:?}"),
            }
        }
    }

    async fn check(&mut self, store: &EmbeddedStore, kill: u32) {
        let current = store.current_revision().await.unwrap();
        assert!(
            current >= self.last,
            "kill {kill}: {current} after {}",
            self.last
        );
        self.last = current;
        for key in self
            .done
            .keys()
            .chain(self.tried.keys())
            .cloned()
            .collect::<Vec<_>>()
        {
            let entry = store.get(&key, None).await.unwrap().entry;
            let found = entry.as_ref().map_or("-".to_owned(), text);
            let done = self.done.get(&key);
            let kept = match (done, &entry) {
                (Some((text, revision)), Some(entry)) => {
                    *text == found && *revision == entry.mod_revision
                }
                (Some((text, _)), None) => text == "-",
                (None, entry) => entry.is_none(),
            };
            let tried = self.tried.get(&key);
            assert!(
                kept || tried == Some(&found),
                "kill {kill}: {key} is {found}, not {done:?}"
            );
            let revision = entry.map_or(current, |entry| entry.mod_revision);
            self.done.insert(key, (found, revision));
        }
        self.tried.clear();
        self.check_history(store, kill).await;
    }

    /// Every acknowledged write within history is told, once, by a watch.
    async fn check_history(&self, store: &EmbeddedStore, kill: u32) {
        let oldest = match store.watch("", Some(1)).await.map(drop) {
            Err(trimtab_store::StoreError::Compacted { compacted, .. }) => compacted,
            _ => 2,
        };
        let mut watch = store.watch("", Some(oldest)).await.unwrap();
        let events = drain(&mut *watch).await;
        let revisions = events.iter().map(|event| event.revision);
        assert!(
            revisions.eq(oldest..=self.last),
            "kill {kill}: each revision once, in order"
        );
        for event in events {
            if let Some((key, told)) = self.writes.get(&event.revision) {
                assert_eq!(**key, *event.key);
                assert_eq!(*told, event.entry.as_ref().map_or("-".to_owned(), text));
            }
        }
    }
}

fn text(entry: &Entry) -> String {
    String::from_utf8(entry.value.to_vec()).unwrap()
}
