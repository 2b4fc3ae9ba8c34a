//! Which entries of a kustomization change something, and which only say what is so already.

use super::step::{Action, Step};
use rustc_hash::FxHashMap;
use trimtab_tree::{Diagnostic, Position};

/// What an entry of a list, which is for some resources, did to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    position: Position,
    field: &'static str,
    has_changed: bool,
}

/// The effects of the entries of one build, by where they stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effects(FxHashMap<Position, Effect>);

impl Effects {
    /// Notes that an entry came to a resource, and whether it changed that.
    pub(super) fn note(&mut self, step: &Step, has_changed: bool) {
        let is_entry = matches!(
            step.action,
            Action::Patch | Action::Label | Action::Replicas | Action::Image | Action::Replacement
        );
        if is_entry && step.position.is_some() {
            self.add(Effect {
                position: step.position,
                field: step.field,
                has_changed,
            });
        }
    }

    fn add(&mut self, effect: Effect) {
        let has_changed = effect.has_changed;
        let known = self.0.entry(effect.position).or_insert(effect);
        known.has_changed |= has_changed;
    }

    /// Takes over the effects of other builds, or of a part.
    pub(crate) fn merge(&mut self, others: impl IntoIterator<Item = Effect>) {
        others.into_iter().for_each(|effect| self.add(effect));
    }

    /// All of them, in the order of their places.
    pub(crate) fn into_list(self) -> Vec<Effect> {
        let mut all: Vec<Effect> = self.0.into_values().collect();
        all.sort_unstable_by_key(|effect| effect.position);
        all
    }
}

/// A note for each entry that changed nothing in any of the builds whose effects these are. An entry of a
/// shared base or component may have an effect in one of them only.
#[must_use]
pub fn without_effect(effects: Vec<Effect>) -> Vec<Diagnostic> {
    let mut all = Effects::default();
    all.merge(effects);
    let idle = all
        .into_list()
        .into_iter()
        .filter(|effect| !effect.has_changed);
    let note = |effect: Effect| {
        let message = format!("this entry of `{}` changes nothing", effect.field);
        let note = Diagnostic::note("changes-nothing", message)
            .at(effect.position)
            .hint("what it is for is so already: take it out, or say what was meant");
        *note
    };
    idle.map(note).collect()
}
