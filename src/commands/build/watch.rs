//! `trimtab build --watch`: built again whenever something changes that the build looked at.
//!
//! What is watched is exactly what the last build read or looked for, files that were not there
//! included, and for patterns the directories whose names they were compared with. Directories are
//! watched, not files: editors put a new file in the place of the old one. What else they write beside
//! it counts only where a pattern stands for it, and not when it is gone again at once.

use super::output::{Output, Rendering};
use crate::building::{self, Built};
use crate::exit::Failure;
use crate::signals::Stop;
use crate::ui::colour::{Colour, Paint};
use crate::ui::report::Report;
use crate::ui::{failure, stderr, stdout, unified};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use trimtab_kustomize::{BuildOptions, LookedAt, Sources};

/// What changes together, as when an editor saves or a branch is checked out, is one change.
const SETTLE: Duration = Duration::from_millis(100);

/// What is built, and where to.
pub(super) struct Watch<'a> {
    pub(super) targets: &'a [&'a str],
    pub(super) options: &'a BuildOptions,
    pub(super) output: &'a Output,
    pub(super) report: &'a Report,
}

impl Watch<'_> {
    /// Builds until it is told to stop.
    pub(super) fn run(&self) -> Result<(), Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failure("start the async runtime", &error))?;
        runtime.block_on(self.go_on())
    }

    async fn go_on(&self) -> Result<(), Failure> {
        let mut stop = Stop::listen()?;
        let mut eyes = Eyes::open()?;
        let mut last = None;
        loop {
            let (printed, looked_at) = self.build();
            if let Some(printed) = printed {
                self.tell(last.as_deref(), &printed)?;
                last = Some(printed);
            }
            let files = eyes.turn_to(looked_at, self.output);
            if last.is_none() || eyes.is_new() {
                stderr::line(&format!(
                    "watching {files} files and directories; Ctrl-C ends"
                ));
            }
            let Some(changed) = stop.unless_wanted(eyes.see()).await else {
                return Ok(());
            };
            stderr::line(&format!("changed: {changed}"));
        }
    }

    /// What the targets come to, unless something is wrong, which is told.
    fn build(&self) -> (Option<Vec<Rendering>>, LookedAt) {
        let sources = Sources::new(Path::new("."));
        sources.watch();
        // Another handle to the same texts.
        let texts = self.options.record.then(|| sources.for_another_build());
        let built = building::build_several(
            self.targets,
            self.options,
            sources,
            self.report,
            |number, resources| (self.output).render_with(number, &resources, texts.as_ref()),
        );
        let looked_at = built.sources.looked_at();
        (self.told(built), looked_at)
    }

    fn told(&self, built: Built<Rendering>) -> Option<Vec<Rendering>> {
        let report = self.report.again();
        let result = built.tell(&report);
        let mut printed = None;
        let told = report.close(result.map(|done| printed = Some(done)));
        if let Err(failure) = told {
            // It is told, and will be mended.
            let _ = failure::report(failure);
            return None;
        }
        printed
    }

    /// Writes what is new, and shows what is different.
    fn tell(&self, last: Option<&[Rendering]>, printed: &[Rendering]) -> Result<(), Failure> {
        let Some(last) = last else {
            return self.output.write(self.targets, printed);
        };
        if last == printed {
            stderr::line("the output is the same");
            return Ok(());
        }
        if !self.output.is_stdout() {
            self.output.write(self.targets, printed)?;
        }
        let mut text = String::new();
        for ((target, before), after) in self.targets.iter().zip(last).zip(printed) {
            if before != after {
                let (old, new) = (format!("{target} (before)"), format!("{target} (now)"));
                text.push_str(&unified::lines(&before.text(), &after.text(), &old, &new));
            }
        }
        stdout::write(coloured(&text, Paint::for_stdout()).as_bytes())
    }
}

/// The lines of a unified diff in the colours people know.
fn coloured(diff: &str, paint: Paint) -> String {
    let line = |line: &str| {
        let colour = match line.as_bytes().first() {
            Some(b'+') => Some(Colour::Green),
            Some(b'-') => Some(Colour::Red),
            Some(b'@') => Some(Colour::Yellow),
            _ => None,
        };
        let text = line.strip_suffix('\n').unwrap_or(line);
        let painted = colour.map_or(text.to_owned(), |colour| paint.paint(colour, text));
        painted + "\n"
    };
    diff.split_inclusive('\n').map(line).collect()
}

/// What looks at the file system.
struct Eyes {
    watcher: RecommendedWatcher,
    events: UnboundedReceiver<notify::Result<notify::Event>>,
    looked_at: LookedAt,
    /// What the build itself writes.
    own: Vec<PathBuf>,
    directories: BTreeSet<PathBuf>,
    turns: usize,
}

impl Eyes {
    fn open() -> Result<Self, Failure> {
        let (sender, events) = unbounded_channel();
        let watcher = notify::recommended_watcher(move |event| {
            // Nobody listens any more when the command ends.
            let _ = sender.send(event);
        });
        Ok(Self {
            watcher: watcher.map_err(|error| failure("watch files", &error))?,
            events,
            looked_at: LookedAt::default(),
            own: Vec::new(),
            directories: BTreeSet::new(),
            turns: 0,
        })
    }

    fn is_new(&self) -> bool {
        self.turns == 1
    }

    /// Watches what the last build looked at, and nothing else; returns how much that is.
    fn turn_to(&mut self, looked_at: LookedAt, output: &Output) -> usize {
        self.turns += 1;
        let above = looked_at.paths.iter().filter_map(|path| path.parent());
        let wanted: BTreeSet<PathBuf> = above
            .chain(looked_at.directories.keys().map(PathBuf::as_path))
            .filter_map(existing)
            .collect();
        for gone in self.directories.difference(&wanted) {
            let _ = self.watcher.unwatch(gone);
        }
        let mut watched: BTreeSet<PathBuf> =
            self.directories.intersection(&wanted).cloned().collect();
        for new in wanted.difference(&self.directories) {
            match self.watcher.watch(new, RecursiveMode::NonRecursive) {
                Ok(()) => drop(watched.insert(new.clone())),
                Err(error) => {
                    stderr::line(&format!("warning: cannot watch {}: {error}", new.display()));
                }
            }
        }
        self.directories = watched;
        self.looked_at = looked_at;
        self.own = output.paths();
        self.looked_at.paths.len() + self.looked_at.directories.len()
    }

    /// Waits for a change, and until it is over; returns what changed first.
    async fn see(&mut self) -> String {
        loop {
            let Some(event) = self.events.recv().await else {
                // The watcher holds the other end, so this never comes.
                std::future::pending::<()>().await;
                continue;
            };
            let mut changed: Vec<PathBuf> = self.counts(event).into_iter().collect();
            let mut seen = 0;
            while seen < changed.len() {
                seen = changed.len();
                tokio::time::sleep(SETTLE).await;
                while let Ok(event) = self.events.try_recv() {
                    changed.extend(self.counts(event));
                }
            }
            let mut changed = changed.iter();
            if let Some(path) = changed.find(|path| self.was_read(path) || path.exists()) {
                return path.display().to_string();
            }
        }
    }

    /// The path of an event that may change the build.
    fn counts(&self, event: notify::Result<notify::Event>) -> Option<PathBuf> {
        let event = event.ok()?;
        if matches!(event.kind, EventKind::Access(_)) {
            return None;
        }
        event.paths.into_iter().find(|path| {
            let is_listed = || {
                let parent = path.parent();
                let fitting = parent.and_then(|parent| self.looked_at.directories.get(parent));
                fitting.is_some_and(|fitting| fitting.counts(path))
            };
            (self.was_read(path) || is_listed()) && !self.own.contains(path)
        })
    }

    /// Whether the last build looked at it, or, of a directory that comes or goes, at what is in it.
    fn was_read(&self, path: &Path) -> bool {
        let mut from = self.looked_at.paths.range(path.to_owned()..);
        from.next().is_some_and(|first| first.starts_with(path))
    }
}

/// The nearest directory that is there.
fn existing(path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .find(|path| path.is_dir())
        .map(Path::to_owned)
}

fn failure(what: &str, error: &dyn std::error::Error) -> Failure {
    Failure::new("watch", format!("cannot {what}: {error}"))
}
