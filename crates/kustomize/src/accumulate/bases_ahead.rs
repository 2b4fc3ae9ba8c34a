//! The bases that one kustomization names, built on two threads.
//!
//! A second thread begins with the last base and goes backwards until it meets the first one. It
//! builds for the other thread only, which asks for each base in turn as if somebody else of the same
//! tree wanted it, too (see [`SharedBases`](super::SharedBases)). It says nothing: what it cannot
//! build is built again by the first thread, which tells what is wrong, in order.

use super::{Accumulation, Build, SharedBases, Target};
use crate::kustomization::At;
use crate::loader::Loader;
use crate::options::BuildOptions;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;
use trimtab_schema::Schema;
use trimtab_tree::{Result, Text, make_room};

/// Where the bases so far came to fewer resources, the rest is built sooner than a thread is started.
const FEWEST_RESOURCES: usize = 500;

/// As much as the main thread has on most systems: kustomizations lead to each other.
const STACK: usize = 8 << 20;

/// What the second thread needs to know.
struct Helper<'b> {
    options: &'b BuildOptions,
    bases: &'b SharedBases,
    schema: Schema,
    schema_is_set: bool,
    tracks_origins: bool,
    has_company: bool,
    /// The places of the entries that nobody has begun with.
    left: &'b Mutex<Range<usize>>,
}

fn claim<T>(left: &Mutex<Range<usize>>, claim: impl FnOnce(&mut Range<usize>) -> T) -> T {
    // A range is whole after every change.
    claim(&mut left.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Build<'_> {
    /// Whether what is left of the entries of `resources` is worth a second thread. `so_far` is what
    /// those before came to.
    pub(super) fn may_build_ahead(&self, left: usize, so_far: &Accumulation) -> bool {
        left > 1
            && so_far.resources.len() >= FEWEST_RESOURCES
            && !(self.has_company || self.has_help || self.options.record)
    }

    /// Adds what the last entries of `resources` lead to, while a second thread builds some of it.
    pub(super) fn add_on_two_threads(
        &mut self,
        target: &Target<'_>,
        paths: &[At<Text>],
        into: &mut Accumulation,
    ) -> Result<()> {
        let left = Mutex::new(0..paths.len());
        let helper = Helper {
            options: self.options,
            bases: self.bases,
            schema: self.schema.clone(),
            schema_is_set: self.schema_is_set,
            tracks_origins: self.tracks_origins,
            has_company: self.has_company,
            left: &left,
        };
        self.has_help = true;
        let added = thread::scope(|scope| {
            let helping = thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, move || helper.help(target, paths));
            let added = paths.iter().try_for_each(|path| {
                // What the other thread has begun with it will soon be through with.
                claim(&left, Range::next);
                self.add_resources(target, path, None, into)
            });
            // After an error nobody wants the rest.
            claim(&left, |left| left.end = left.start);
            if let Some(told) = helping.ok().and_then(|helping| helping.join().ok()) {
                self.sources.pass_on(told);
            }
            added
        });
        self.has_help = false;
        added
    }

    /// Builds the kustomization in another directory, which `path` names.
    pub(super) fn accumulate_base(
        &mut self,
        path: &At<Text>,
        loader: &Loader<'_>,
        origin: &crate::origin::Origin,
        charts: &Text,
    ) -> Result<Accumulation> {
        let mut base = self.load(loader.clone(), origin.clone())?;
        base.outer_chart_namespace.clone_from(charts);
        if base.kustomization.kind == super::Kind::Component {
            return Err(super::bases::wrong_kind(
                &base,
                path,
                "resources",
                "components",
            ));
        }
        self.accumulate(&base, self.empty())
    }
}

impl Helper<'_> {
    /// Builds from the back whatever is left. Gives back what programs told.
    fn help(self, target: &Target<'_>, paths: &[At<Text>]) -> Vec<String> {
        make_room();
        // What is noted, found and told on the way comes with each base.
        let sources = target.loader.sources().for_another_build();
        let loader = target.loader.noting_in(&sources);
        let mut build = Build::new(self.options, &sources, self.bases);
        build.schema = self.schema;
        build.schema_is_set = self.schema_is_set;
        build.tracks_origins = self.tracks_origins;
        build.has_company = self.has_company;
        build.has_counted = true;
        build.has_help = true;
        let next = |left: &mut Range<usize>| {
            let place = left.next_back()?;
            let base = loader.local_child(&paths[place]);
            // Before the other thread can come to it.
            if let Some(base) = &base {
                self.bases.expect_two(base.shared_root());
            }
            Some((place, base))
        };
        while let Some((place, base)) = claim(self.left, next) {
            let Some(base) = base else { continue };
            let path = &paths[place];
            let origin = target.origin.join(path);
            let charts = target.chart_namespace();
            build.base_for_others(&base, &origin, charts, |build| {
                build.accumulate_base(path, &base, &origin, charts)
            });
        }
        sources.take_told()
    }
}
