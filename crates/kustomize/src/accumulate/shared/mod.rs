//! Bases that are named more than once, built once: by several kustomizations of one build, or by
//! several builds at a time.
//!
//! First it is counted how often each base will be asked for, see [`count`]; only those that will be
//! again are kept: one that two ask for until the second has asked. What a base comes to depends on
//! little but its files: on the schema that was set before, and where the target wants origins told,
//! on the way from the target to it. So these belong to the question.

mod count;
mod gathered;
#[cfg(test)]
mod tests;

pub(super) use count::{ReadFile, may_be_directory};
pub(super) use gathered::{Gathered, Recording};

use crate::origin::Origin;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use trimtab_remote::Lock;
use trimtab_schema::Schema;

/// What several builds of the same options have in common. Every method may be called from any
/// thread.
#[derive(Debug, Default)]
pub struct SharedBases {
    state: Mutex<State>,
    /// Told whenever a base that was being built is there, or will not be.
    progress: Condvar,
}

#[derive(Debug, Default)]
struct State {
    bases: FxHashMap<Arc<Path>, Base>,
    /// Kustomization files that were read to count what they name.
    files: FxHashMap<Arc<Path>, (usize, Arc<ReadFile>)>,
    /// Whether it was told beforehand what will be built.
    is_planned: bool,
    /// How many kustomizations were built.
    built: usize,
    /// How many builds have begun.
    builds: usize,
    /// Whom each build waits for.
    waiting: FxHashMap<BuildId, BuildId>,
    /// Bases of which copies were changed that may still be printed: see [`SharedBases::ask`].
    kept: Vec<Arc<Gathered>>,
}

/// One of the builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BuildId(usize);

impl BuildId {
    /// Whether it is the second one of two that are next to each other, which two threads build at a time.
    pub(super) fn comes_second(self) -> bool {
        self.0.is_multiple_of(2)
    }
}

#[derive(Debug, Default)]
struct Base {
    /// How often it will still be asked for.
    left: usize,
    /// What it came to, or who builds it.
    known: Vec<(Question, Slot)>,
    /// How often it was handed out.
    taken: usize,
}

/// What a base depends on beside its files.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// What was set when the base was reached.
    pub(super) schema: Schema,
    /// Whether a kustomization set it.
    pub(super) schema_is_set: bool,
    /// What `buildMetadata` calls the base, where the target asks for it.
    pub(super) origin: Option<Origin>,
    /// What pins its remotes: targets that are built side by side have lock files of their own.
    pub(super) lock: Option<Arc<Lock>>,
}

impl Question {
    fn is_same(&self, other: &Self) -> bool {
        self.schema_is_set == other.schema_is_set
            && self.origin == other.origin
            && self.lock == other.lock
            && self.schema.is_same(&other.schema)
    }
}

#[derive(Debug)]
enum Slot {
    BuiltBy(BuildId),
    Known(Arc<Gathered>),
}

/// How a base is to be had.
pub(super) enum Answer<'s> {
    /// Build it; nobody else will ask.
    Alone,
    /// Build it and tell the others.
    First(Permit<'s>),
    /// Here it is.
    Known(Arc<Gathered>),
}

/// The right and duty to build a base for others. They wait until it is used or dropped.
pub(super) struct Permit<'s> {
    bases: &'s SharedBases,
    root: Arc<Path>,
    builder: BuildId,
    is_used: bool,
}

impl SharedBases {
    /// How many kustomizations were built: one that is taken over counts no more.
    #[must_use]
    pub fn built(&self) -> usize {
        self.lock().built
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new build, and whether its bases were counted.
    pub(super) fn enter(&self) -> (BuildId, bool) {
        let mut state = self.lock();
        state.builds += 1;
        (BuildId(state.builds), state.is_planned)
    }

    /// Says that two more will ask for the base at `root`.
    pub(super) fn expect_two(&self, root: Arc<Path>) {
        self.lock().bases.entry(root).or_default().left += 2;
    }

    /// How to come to the base at `root`; waits for another build that is at it.
    ///
    /// What was taken often is kept, so that the last one to take it gets a copy, too: what was printed
    /// of the copies before is remembered with the base, and of use to all who change as much of it.
    pub(super) fn ask(&self, root: &Arc<Path>, question: &Question, asker: BuildId) -> Answer<'_> {
        let mut state = self.lock();
        loop {
            let Some(base) = state.bases.get_mut(root).filter(|base| base.left > 0) else {
                return Answer::Alone;
            };
            let known = base.known.iter().find(|(its, _)| its.is_same(question));
            let builder = match known {
                Some((_, Slot::BuiltBy(builder))) => *builder,
                Some((_, Slot::Known(gathered))) => {
                    let gathered = Arc::clone(gathered);
                    base.left -= 1;
                    base.taken += 1;
                    if base.left == 0 {
                        let is_remembered = base.taken > 1;
                        state.bases.remove(root);
                        if is_remembered {
                            state.kept.push(Arc::clone(&gathered));
                        }
                    }
                    return Answer::Known(gathered);
                }
                None => {
                    base.left -= 1;
                    if base.left == 0 {
                        return Answer::Alone;
                    }
                    let question = question.clone();
                    base.known.push((question, Slot::BuiltBy(asker)));
                    return Answer::First(Permit {
                        bases: self,
                        root: Arc::clone(root),
                        builder: asker,
                        is_used: false,
                    });
                }
            };
            if state.waits_for(builder, asker) {
                return Answer::Alone;
            }
            state.waiting.insert(asker, builder);
            let woken = self.progress.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
            state.waiting.remove(&asker);
        }
    }
}

impl State {
    /// Whether `build` is `other`, or waits for it through whatever others.
    fn waits_for(&self, mut build: BuildId, other: BuildId) -> bool {
        loop {
            if build == other {
                return true;
            }
            match self.waiting.get(&build) {
                Some(&next) => build = next,
                None => return false,
            }
        }
    }

    /// Takes away what somebody was to build; the rest asks anew.
    fn give_up(&mut self, root: &Path, builder: BuildId) {
        if let Some(base) = self.bases.get_mut(root) {
            let is_its = |slot: &Slot| matches!(slot, Slot::BuiltBy(its) if *its == builder);
            base.known.retain(|(_, slot)| !is_its(slot));
        }
    }
}

impl Permit<'_> {
    /// Tells the others what the base came to.
    pub(super) fn publish(mut self, gathered: Arc<Gathered>) {
        self.is_used = true;
        let mut state = self.bases.lock();
        let base = state.bases.get_mut(&self.root);
        let mut slots = base.into_iter().flat_map(|base| &mut base.known);
        let is_its = |slot: &Slot| matches!(slot, Slot::BuiltBy(its) if *its == self.builder);
        if let Some((_, slot)) = slots.find(|(_, slot)| is_its(slot)) {
            *slot = Slot::Known(gathered);
        }
        self.bases.progress.notify_all();
    }

    /// Lets everybody build the base alone: it depends on more than the question.
    pub(super) fn refuse(mut self) {
        self.is_used = true;
        let mut state = self.bases.lock();
        state.bases.remove(&self.root);
        self.bases.progress.notify_all();
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.is_used {
            self.bases.lock().give_up(&self.root, self.builder);
            self.bases.progress.notify_all();
        }
    }
}
