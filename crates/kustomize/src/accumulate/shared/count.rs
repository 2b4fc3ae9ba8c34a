//! How often each base will be asked for.
//!
//! The kustomization files are read ahead of the build, which then takes over what was read; so it
//! costs a build next to nothing. What is wrong is passed over here: the build will tell it.

use super::SharedBases;
use crate::kustomization::{At, Kustomization};
use crate::loader::{Loader, Source, Sources, Wanted, is_pattern};
use crate::options::BuildOptions;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;
use trimtab_tree::{Diagnostic, Result, Text};

/// A kustomization file that was read.
#[derive(Debug)]
pub(in crate::accumulate) struct ReadFile {
    /// Its name.
    pub(in crate::accumulate) name: &'static str,
    pub(in crate::accumulate) source: Source,
    pub(in crate::accumulate) kustomization: Arc<Kustomization>,
    /// What is to be said of it.
    pub(in crate::accumulate) warnings: Vec<Diagnostic>,
}

/// More kustomizations are not looked at: components can multiply from level to level.
const MOST: usize = 100_000;

impl SharedBases {
    /// Counts what the kustomizations in several directories name, which are then to be built.
    pub fn expect(&self, targets: &[&str], options: &BuildOptions, sources: &Sources) {
        self.lock().is_planned = true;
        let mut counter = Counter::new(self);
        for target in targets {
            if let Some(loader) = Loader::open_local(sources, target, options.load_restrictions) {
                counter.ask(&loader);
            }
        }
    }

    /// Counts what one kustomization names that was read already, if it names several directories.
    /// Returns whether it does.
    pub(in crate::accumulate) fn expect_below(
        &self,
        loader: &Loader<'_>,
        file: &Kustomization,
    ) -> bool {
        let may_share = may_share(file);
        if may_share {
            Counter::new(self).count(loader, file);
        }
        may_share
    }

    /// Begins to build the kustomization in a directory; gives its file, if that was read already.
    pub(in crate::accumulate) fn begin(&self, root: &Path) -> Option<Arc<ReadFile>> {
        let mut state = self.lock();
        state.built += 1;
        let (left, file) = state.files.get_mut(root)?;
        *left -= 1;
        if *left == 0 {
            return state.files.remove(root).map(|(_, file)| file);
        }
        Some(Arc::clone(file))
    }
}

impl ReadFile {
    /// Reads the kustomization file of a directory. Warnings are there even when it is wrong.
    pub(in crate::accumulate) fn read(
        loader: &Loader<'_>,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Self> {
        let (name, source) = loader.kustomization()?;
        let kustomization = Kustomization::parse(&source, warnings)
            .map_err(|error| error.in_file(format!("{}/{name}", loader.shown_root())))?;
        Ok(Self {
            name,
            source,
            kustomization: Arc::new(kustomization),
            warnings: std::mem::take(warnings),
        })
    }
}

/// Whether a kustomization names several directories, so that these can have something in common.
fn may_share(file: &Kustomization) -> bool {
    let mut patterns = file.resources.iter().chain(&file.components);
    let plugins = plugins(file).into_iter().flatten();
    let directories = file
        .resources
        .iter()
        .chain(plugins)
        .filter(|entry| may_be_directory(entry));
    directories.chain(&file.components).nth(1).is_some() || patterns.any(|it| is_pattern(it))
}

/// The other lists that can name bases.
fn plugins(file: &Kustomization) -> [&Vec<At<Text>>; 3] {
    [&file.generators, &file.transformers, &file.validators]
}

/// Nearly no directory is named like a file; one that is will only not be shared.
pub(in crate::accumulate) fn may_be_directory(entry: &At<Text>) -> bool {
    let ends = |suffix: &&str| entry.ends_with(suffix);
    ![".yaml", ".yml", ".json"].iter().any(ends) && !entry.contains('\n')
}

struct Counter<'s> {
    bases: &'s SharedBases,
    asked: FxHashMap<Arc<Path>, usize>,
    files: FxHashMap<Arc<Path>, (usize, Arc<ReadFile>)>,
    /// How many more kustomizations are looked at.
    left: usize,
}

impl<'s> Counter<'s> {
    fn new(bases: &'s SharedBases) -> Self {
        Self {
            bases,
            asked: FxHashMap::default(),
            files: FxHashMap::default(),
            left: MOST,
        }
    }

    /// Counts a question for a base. What it names itself is asked for once, however often it is.
    fn ask(&mut self, loader: &Loader<'_>) {
        if loader.is_given() {
            // Nobody else asks for it.
            if let Ok(file) = ReadFile::read(loader, &mut Vec::new()) {
                self.count(loader, &file.kustomization);
            }
            return;
        }
        let times = self.asked.entry(loader.shared_root()).or_default();
        *times += 1;
        if *times == 1 {
            self.read(loader);
        }
    }

    /// Reads a kustomization file and counts what it names.
    fn read(&mut self, loader: &Loader<'_>) {
        let Some(left) = self.left.checked_sub(1) else {
            return;
        };
        self.left = left;
        let root = loader.shared_root();
        let file = match self.files.get_mut(&root) {
            Some((times, file)) => {
                *times += 1;
                Arc::clone(file)
            }
            None => match ReadFile::read(loader, &mut Vec::new()) {
                Ok(file) => {
                    let file = Arc::new(file);
                    self.files.insert(root, (1, Arc::clone(&file)));
                    file
                }
                Err(_) => return,
            },
        };
        self.count(loader, &file.kustomization);
    }

    fn count(&mut self, loader: &Loader<'_>, file: &Kustomization) {
        let resources = loader.expand(&file.resources, Wanted::Resources);
        let resources = resources.iter().flat_map(|entries| entries.iter());
        let bases = resources.chain(plugins(file).into_iter().flatten());
        for entry in bases.filter(|entry| may_be_directory(entry)) {
            if let Some(base) = loader.local_child(entry) {
                self.ask(&base);
            }
        }
        // A component is built anew for each that names it.
        let components = loader.expand(&file.components, Wanted::Directories);
        for entry in components.iter().flat_map(|entries| entries.iter()) {
            if let Some(component) = loader.local_child(entry) {
                self.read(&component);
            }
        }
    }
}

impl Drop for Counter<'_> {
    fn drop(&mut self) {
        let mut state = self.bases.lock();
        for (root, times) in self.asked.drain().filter(|(_, times)| *times > 1) {
            state.bases.entry(root).or_default().left += times;
        }
        state.files.extend(self.files.drain());
    }
}
