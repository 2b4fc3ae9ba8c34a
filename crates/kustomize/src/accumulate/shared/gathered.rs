//! What a base came to, for all that name it.

use super::super::{Accumulation, Build};
use super::{Answer, Permit, Question};
use crate::loader::{Loader, Notes};
use crate::origin::Origin;
use std::path::Path;
use std::sync::Arc;
use trimtab_schema::Schema;
use trimtab_tree::{Position, Result, Text};

/// A base that was built.
#[derive(Debug)]
pub(in crate::accumulate) struct Gathered {
    accumulation: Accumulation,
    effects: Effects,
}

/// What building a base does beside.
#[derive(Debug)]
struct Effects {
    /// The text of its kustomization file starts here.
    start: Position,
    /// The directories of all kustomizations in it, its own first.
    roots: Vec<Arc<Path>>,
    /// How many kustomizations lead to the deepest one, the base itself included.
    depth: usize,
    /// How many kustomizations were read, those read again counted again.
    count: usize,
    has_merged: bool,
    has_met_unknown_kind: bool,
    /// The namespace of charts that say none, where it may have some.
    charts_for: Option<Text>,
    /// Warnings, and which places led to which files.
    notes: Notes,
}

/// What is noted of a base while it is built.
#[derive(Debug)]
pub(in crate::accumulate) struct Recording {
    start: Position,
    /// As in [`Effects`].
    roots: Vec<Arc<Path>>,
    /// Whether one of them may have charts.
    pub(in crate::accumulate) has_charts: bool,
    /// How many kustomizations lead from the target to the base, both included.
    own_depth: usize,
    /// How many lead to the deepest one in it.
    depth: usize,
}

impl Recording {
    /// Of the base that `loader` is for. Its text starts at `start`, if it was read already.
    fn new(loader: &Loader<'_>, start: Position) -> Self {
        Self {
            start,
            roots: vec![loader.shared_root()],
            has_charts: false,
            own_depth: loader.depth(),
            depth: loader.depth(),
        }
    }

    /// Notes a kustomization that was read.
    pub(in crate::accumulate) fn note(&mut self, loader: &Loader<'_>, start: Position) {
        let root = loader.shared_root();
        if root == self.roots[0] {
            self.start = start;
        } else {
            self.roots.push(root);
        }
        self.depth = self.depth.max(loader.depth());
    }

    fn include(&mut self, roots: &[Arc<Path>], depth: usize) {
        self.roots.extend_from_slice(roots);
        self.depth = self.depth.max(depth);
    }
}

/// What a build knew before it began to build a base for others.
struct Before {
    left: usize,
    schema: Schema,
    schema_is_set: bool,
    has_merged: bool,
    has_met_unknown_kind: bool,
    recording: Option<Recording>,
    notes: Notes,
}

impl Build<'_> {
    /// What a base comes to: as somebody built it before, or as `build` builds it now. `start` is
    /// where the text of its kustomization file starts, if that was read already; `charts` is the
    /// namespace of charts in it that say none.
    pub(in crate::accumulate) fn base(
        &mut self,
        loader: &Loader<'_>,
        start: Position,
        origin: &Origin,
        charts: &Text,
        build: impl Fn(&mut Self) -> Result<Accumulation>,
    ) -> Result<Accumulation> {
        if self.options.record {
            // What was taken out, and by what, belongs to this build.
            return build(self);
        }
        let question = self.question(loader, origin)?;
        let bases = self.bases;
        match bases.ask(&loader.shared_root(), &question, self.id) {
            Answer::Alone => build(self),
            Answer::First(permit) => self.build_for_all(loader, start, charts, permit, build),
            Answer::Known(known) if self.admits(loader, charts, &known) => {
                Ok(self.take(loader, known))
            }
            // It is an error, which building it anew tells.
            Answer::Known(_) => build(self),
        }
    }

    fn question(&self, loader: &Loader<'_>, origin: &Origin) -> Result<Question> {
        Ok(Question {
            schema: self.schema.clone(),
            schema_is_set: self.schema_is_set,
            origin: self.tracks_origins.then(|| origin.clone()),
            // One build has one, which is nobody's business before something remote is named.
            lock: if self.has_company {
                loader.lock()?
            } else {
                None
            },
        })
    }

    /// Builds a base for others, if nobody has begun to. What is wrong they will find out.
    pub(in crate::accumulate) fn base_for_others(
        &mut self,
        loader: &Loader<'_>,
        origin: &Origin,
        charts: &Text,
        build: impl Fn(&mut Self) -> Result<Accumulation>,
    ) {
        let Ok(question) = self.question(loader, origin) else {
            return;
        };
        let bases = self.bases;
        let Answer::First(permit) = bases.ask(&loader.shared_root(), &question, self.id) else {
            return;
        };
        let before = self.start_recording(Recording::new(loader, Position::NONE));
        let built = build(self);
        let sets_schema = self.schema_is_set != before.schema_is_set;
        let effects = self.stop_recording(before, charts);
        match built {
            Ok(mut accumulation) if !sets_schema => {
                accumulation.resources.settle();
                permit.publish(Arc::new(Gathered {
                    accumulation,
                    effects,
                }));
            }
            // Given up, it is built by who asks next.
            _ => drop(permit),
        }
    }

    fn build_for_all(
        &mut self,
        loader: &Loader<'_>,
        start: Position,
        charts: &Text,
        permit: Permit<'_>,
        build: impl Fn(&mut Self) -> Result<Accumulation>,
    ) -> Result<Accumulation> {
        let before = self.start_recording(Recording::new(loader, start));
        let built = build(self);
        let (schema, schema_is_set) = (self.schema.clone(), self.schema_is_set);
        let sets_schema = schema_is_set != before.schema_is_set;
        let has_met_before = before.has_merged || before.has_met_unknown_kind;
        let effects = self.stop_recording(before, charts);
        if sets_schema {
            permit.refuse();
            if has_met_before {
                // That counts for the schema, see `built_in`.
                return build(self);
            }
            (self.schema, self.schema_is_set) = (schema, schema_is_set);
            self.apply(loader, &effects);
            return built;
        }
        match built {
            Ok(mut accumulation) => {
                accumulation.resources.settle();
                accumulation.resources.prepare_for_copies();
                let gathered = Arc::new(Gathered {
                    accumulation,
                    effects,
                });
                permit.publish(Arc::clone(&gathered));
                Ok(self.take(loader, gathered))
            }
            Err(error) => {
                self.apply(loader, &effects);
                Err(error)
            }
        }
    }

    /// Begins to note what building a base does beside, as if nothing had been met before.
    fn start_recording(&mut self, recording: Recording) -> Before {
        Before {
            left: self.left,
            schema: self.schema.clone(),
            schema_is_set: self.schema_is_set,
            has_merged: std::mem::take(&mut self.has_merged),
            has_met_unknown_kind: std::mem::take(&mut self.has_met_unknown_kind),
            recording: self.recording.replace(recording),
            notes: self.sources.start_notes(),
        }
    }

    /// What was noted since; the build is then where it was.
    fn stop_recording(&mut self, before: Before, charts: &Text) -> Effects {
        let recording = std::mem::replace(&mut self.recording, before.recording);
        let recording = recording.expect("it was started, and parts put back what they found");
        let effects = Effects {
            start: recording.start,
            depth: recording.depth - recording.own_depth + 1,
            roots: recording.roots,
            count: before.left - self.left,
            has_merged: self.has_merged,
            has_met_unknown_kind: self.has_met_unknown_kind,
            charts_for: recording.has_charts.then(|| charts.clone()),
            notes: self.sources.end_notes(before.notes),
        };
        self.left = before.left;
        self.schema = before.schema;
        self.schema_is_set = before.schema_is_set;
        self.has_merged = before.has_merged;
        self.has_met_unknown_kind = before.has_met_unknown_kind;
        effects
    }

    /// Whether a base that was built elsewhere could be built here.
    fn admits(&self, loader: &Loader<'_>, charts: &Text, known: &Gathered) -> bool {
        let Effects {
            roots,
            depth,
            count,
            notes,
            charts_for,
            ..
        } = &known.effects;
        *count <= self.left
            && charts_for.as_ref().is_none_or(|known| known == charts)
            && loader.admits(roots, *depth)
            && self.sources.has_remotes_of(notes, loader.target_root())
    }

    /// A copy of a base, with all that building it does beside.
    fn take(&mut self, loader: &Loader<'_>, known: Arc<Gathered>) -> Accumulation {
        self.apply(loader, &known.effects);
        match Arc::try_unwrap(known) {
            Ok(last) => last.accumulation,
            Err(shared) => shared.accumulation.clone(),
        }
    }

    fn apply(&mut self, loader: &Loader<'_>, effects: &Effects) {
        self.left = self.left.saturating_sub(effects.count);
        self.has_merged |= effects.has_merged;
        self.has_met_unknown_kind |= effects.has_met_unknown_kind;
        if let Some(recording) = &mut self.recording {
            recording.include(&effects.roots, loader.depth() + effects.depth - 1);
            recording.has_charts |= effects.charts_for.is_some();
        }
        self.sources.note(effects.start, loader.named_at());
        self.sources.add_notes(&effects.notes);
    }
}
