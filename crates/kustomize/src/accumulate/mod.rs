//! The walk through a tree of kustomizations, in kustomize's order: resources and bases, generators,
//! components, transformers, validators, vars.
//!
//! Each kustomization gathers its bases' resources in an [`Accumulation`] of its own and passes it
//! up; a component works on the one of the kustomization that names it.

mod ahead;
mod bases;
mod bases_ahead;
mod charts;
mod finish;
mod generators;
mod overrides;
mod plugins;
mod shared;
mod transformers;

use crate::config::TransformerConfig;
use crate::documents;
use crate::kustomization::{At, Kind, Kustomization};
use crate::lint;
use crate::loader::{Entry, Loader, Source, Sources, Wanted};
use crate::options::BuildOptions;
use crate::origin::Origin;
use crate::provenance::{Action, Removed, Step};
use crate::reference::VarSet;
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use ahead::ReadAhead;
pub use shared::SharedBases;
use shared::{BuildId, ReadFile, Recording, may_be_directory};
use std::sync::Arc;
use trimtab_schema::{BuiltIn, Schema};
use trimtab_tree::{Diagnostic, Parsed, Position, Result, Text, Value};

/// More kustomizations are not built. A base counts whenever it is named, so a few dozen files that
/// each name the next twice would take for ever.
const MOST_KUSTOMIZATIONS: usize = 20_000;

/// What a kustomization hands to the one that names it.
#[derive(Clone, Debug)]
struct Accumulation {
    resources: ResourceSet,
    config: TransformerConfig,
    vars: VarSet,
}

/// A kustomization and where it is.
struct Target<'a> {
    kustomization: Arc<Kustomization>,
    loader: Loader<'a>,
    /// The name of its file.
    file_name: &'static str,
    /// Where the text of its file starts.
    start: Position,
    /// What `buildMetadata` calls its directory.
    origin: Origin,
    /// The namespace that the kustomizations above it have for the charts below them.
    outer_chart_namespace: Text,
}

/// One build from start to end.
pub(crate) struct Build<'a> {
    options: &'a BuildOptions,
    sources: &'a Sources,
    bases: &'a SharedBases,
    id: BuildId,
    schema: Schema,
    /// How many kustomizations may still be read.
    left: usize,
    /// The first kustomization met that names a schema decides, the target itself before all.
    schema_is_set: bool,
    /// Whether the target's `buildMetadata` asks for anything.
    tracks_origins: bool,
    /// Whether a strategic merge patch was applied.
    has_merged: bool,
    /// Whether an object was read whose scope the schema does not know.
    has_met_unknown_kind: bool,
    /// Whether it was counted how often the bases of this build are named.
    has_counted: bool,
    /// Whether other targets are built beside this one.
    has_company: bool,
    /// Whether a second thread builds bases for this build, or this is such a thread's.
    has_help: bool,
    /// What is noted of a base while it is built for others, too.
    recording: Option<Recording>,
    /// The resources that steps took out, in builds that record.
    pub(crate) removed: Vec<Removed>,
}

impl<'a> Build<'a> {
    /// A build that shares with those of the same `bases`, which must have the same options.
    pub(crate) fn new(
        options: &'a BuildOptions,
        sources: &'a Sources,
        bases: &'a SharedBases,
    ) -> Self {
        sources.use_remote_options(&options.remote);
        let (id, has_counted) = bases.enter();
        Self {
            options,
            sources,
            bases,
            id,
            schema: Schema::kustomize(),
            left: MOST_KUSTOMIZATIONS,
            schema_is_set: false,
            tracks_origins: false,
            has_merged: false,
            has_met_unknown_kind: false,
            has_counted,
            has_company: has_counted,
            has_help: false,
            recording: None,
            removed: Vec::new(),
        }
    }

    /// Builds the kustomization in `directory` to its final resources.
    pub(crate) fn run(&mut self, directory: &str) -> Result<Vec<Resource>> {
        if self.options.record {
            self.sources.keep_lines();
        }
        let loader = Loader::open(self.sources, directory, self.options.load_restrictions)?;
        let target = self.load(loader, Origin::default())?;
        self.tracks_origins = !target.kustomization.build_metadata.is_empty();
        let is_base = target.kustomization.kind == Kind::Kustomization && !target.loader.is_given();
        let accumulation = if is_base {
            self.base(
                &target.loader,
                target.start,
                &target.origin,
                &Text::default(),
                |build| build.accumulate(&target, build.empty()),
            )?
        } else {
            self.accumulate(&target, self.empty())?
        };
        let accumulation = self.override_all(&target, accumulation)?;
        let resources = self.finish(&target, accumulation)?;
        if resources.is_empty() && target.kustomization.kind == Kind::Kustomization {
            let message = "the kustomization makes no resources";
            let warning = Diagnostic::warning("no-resources", message)
                .at(target.start)
                .expecting("`resources`, `components` or generators that give some");
            self.sources.warn(*warning);
        }
        Ok(resources)
    }

    fn empty(&self) -> Accumulation {
        Accumulation {
            resources: self.empty_set(),
            config: TransformerConfig::empty(),
            vars: VarSet::default(),
        }
    }

    fn empty_set(&self) -> ResourceSet {
        let mut set = ResourceSet::new(self.schema.clone());
        if self.options.record {
            set.record();
        }
        if self.has_company && self.id.comes_second() {
            set.look_from_back();
        }
        set
    }

    /// Reads the kustomization file of a directory.
    fn load<'l>(&mut self, loader: Loader<'l>, origin: Origin) -> Result<Target<'l>> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            let message = format!("more than {MOST_KUSTOMIZATIONS} kustomizations are built");
            Diagnostic::error("too-many-kustomizations", message)
                .at(loader.named_at())
                .expecting("bases that do not multiply from level to level")
        })?;
        let file = self.read(&loader)?;
        let start = Position::new(file.source.base, 0);
        if let Some(recording) = &mut self.recording {
            recording.note(&loader, start);
            // Generators can be charts, too.
            let file = &file.kustomization;
            recording.has_charts |= !(file.helm_charts.is_empty() && file.generators.is_empty());
        }
        let mut warn = |warning| self.sources.warn(warning);
        lint::warn_of_kustomization(&file.kustomization, &mut warn);
        let target = Target {
            kustomization: Arc::clone(&file.kustomization),
            loader,
            file_name: file.name,
            start,
            origin,
            outer_chart_namespace: Text::default(),
        };
        target.loader.prefetch(&target.kustomization);
        self.use_schema_of(&target)?;
        Ok(target)
    }

    fn read(&self, loader: &Loader<'_>) -> Result<Arc<ReadFile>> {
        let known = self.bases.begin(loader.root());
        if let Some(file) = known.filter(|_| !loader.is_given()) {
            let start = Position::new(file.source.base, 0);
            self.sources.note(start, loader.named_at());
            for warning in &file.warnings {
                self.sources.warn(warning.clone());
            }
            return Ok(file);
        }
        let mut warnings = Vec::new();
        let file = ReadFile::read(loader, &mut warnings);
        let told = file.as_ref().map_or(&warnings, |file| &file.warnings);
        for warning in told {
            self.sources.warn(warning.clone());
        }
        file.map(Arc::new)
    }

    fn use_schema_of(&mut self, target: &Target<'_>) -> Result<()> {
        let openapi = &target.kustomization.openapi;
        let (path, version) = (openapi.get("path"), openapi.get("version"));
        if self.schema_is_set {
            return Ok(());
        }
        if let (Some(path), Some(version)) = (path, version) {
            return Err(Diagnostic::error(
                "openapi-twice",
                "`openapi` names both a path and a built-in version",
            )
            .at(version.position)
            .label(path.position, "the path")
            .expecting("one of the two"));
        }
        if let Some(path) = path {
            let document = self.read_one(target, path)?;
            let schema = Schema::kustomize().with_openapi(Arc::new(document), self.built_in());
            self.schema =
                schema.map_err(|error| self.sources.reached_from(error, path.position))?;
            self.schema_is_set = true;
        } else if let Some(version) = version.filter(|version| !version.is_empty()) {
            self.schema =
                Schema::kustomize_at(version).map_err(|error| error.at(version.position))?;
            self.schema_is_set = true;
        }
        Ok(())
    }

    /// What a custom schema leaves of the built-in types: kustomize reads those when it first needs
    /// them, so that depends on what was met before.
    fn built_in(&self) -> BuiltIn {
        if self.has_merged {
            BuiltIn::Under
        } else if self.has_met_unknown_kind {
            BuiltIn::Over
        } else {
            BuiltIn::Dropped
        }
    }

    /// Does what a kustomization says to what is already there: nothing for a kustomization, the
    /// caller's resources for a component.
    fn accumulate(&mut self, target: &Target<'_>, mut into: Accumulation) -> Result<Accumulation> {
        let file = &target.kustomization;
        if !self.has_counted && !self.options.record {
            self.has_counted = self.bases.expect_below(&target.loader, file);
        }
        let paths = target.loader.expand(&file.resources, Wanted::Resources)?;
        let is_awaited = self.is_awaited();
        ReadAhead::new(&paths).during(
            is_awaited,
            &target.loader,
            |mut delivery| -> Result<()> {
                for (place, path) in paths.iter().enumerate() {
                    let parsed = delivery.take(place);
                    let is_base =
                        parsed.is_none() && self.may_build_ahead(paths.len() - place, &into);
                    if is_base && may_be_directory(path) {
                        return self.add_on_two_threads(target, &paths[place..], &mut into);
                    }
                    self.add_resources(target, path, parsed, &mut into)?;
                }
                Ok(())
            },
        )?;
        self.add_configuration(target, &mut into.config)?;
        self.generate(target, &mut into)?;
        for path in &*target
            .loader
            .expand(&file.components, Wanted::Directories)?
        {
            into = self.add_component(target, path, into)?;
        }
        into.resources.use_schema(&self.schema);
        let transformed = self.transform(target, &mut into);
        self.tell_unmatched(target, &mut into.resources);
        transformed?;
        self.validate(target, &mut into)?;
        into.vars.define(&file.vars, &mut into.resources)?;
        Ok(into)
    }

    /// Whether several wait for what is being built, so that nothing else is to be done meanwhile.
    fn is_awaited(&self) -> bool {
        self.has_company || self.recording.is_some()
    }

    /// Tells what transformers found that matched nothing. A component is written for many, and must
    /// not find all that it is for in each.
    fn tell_unmatched(&self, target: &Target<'_>, resources: &mut ResourceSet) {
        let file = &target.kustomization;
        let unmatched = resources.take_warnings();
        // One that is built by itself has nothing to work on.
        if file.kind == Kind::Component && !target.loader.named_at().is_some() {
            return;
        }
        for mut unmatched in unmatched {
            let position = &mut unmatched.warning.position;
            *position = position.or(target.start);
            if unmatched.is_exact || file.kind == Kind::Kustomization {
                self.sources.warn(unmatched.warning);
            }
        }
        if file.kind == Kind::Kustomization {
            let mut warn = |warning| self.sources.warn(warning);
            lint::warn_of_label_fields(file, resources, &mut warn);
        }
    }

    /// Adds the resources of a file, which may have been parsed ahead, or of a base.
    fn add_resources(
        &mut self,
        target: &Target<'_>,
        path: &At<Text>,
        parsed: Option<Parsed>,
        into: &mut Accumulation,
    ) -> Result<()> {
        let added = target.loader.entry(path).and_then(|entry| match entry {
            Entry::File(source) => self.add_file(target, path, &source, parsed, into),
            Entry::Directory(loader) => self.add_base(target, path, &loader, into),
        });
        added.map_err(|error| self.sources.reached_from(error, path.position))
    }

    fn add_file(
        &mut self,
        target: &Target<'_>,
        path: &At<Text>,
        source: &Source,
        parsed: Option<Parsed>,
        into: &mut Accumulation,
    ) -> Result<()> {
        into.resources
            .begin(Step::new(Action::Read, "resources", path.position));
        let schema = &self.schema;
        let parts = match parsed {
            Some(parsed) => vec![documents::Part::of(parsed, schema)],
            None => lint::parse_parts(source, self.is_awaited(), |parsed| {
                documents::Part::of(parsed, schema)
            })?,
        };
        let read = documents::resources_of_parts(parts, schema, self.sources)?;
        for mut resource in read {
            let gvk = resource.gvk();
            self.has_met_unknown_kind |= self
                .schema
                .is_cluster_scoped(&gvk.api_version(), &gvk.kind)
                .is_none();
            lint::warn_of_object(&resource, &mut |warning| self.sources.warn(warning));
            resource.origin = (self.tracks_origins).then(|| Box::new(target.origin.join(path)));
            into.resources.append(resource)?;
        }
        Ok(())
    }

    fn add_configuration(&self, target: &Target<'_>, config: &mut TransformerConfig) -> Result<()> {
        let read = |paths: &[At<Text>]| -> Result<Vec<Value>> {
            paths
                .iter()
                .map(|path| self.read_one(target, path))
                .collect()
        };
        let file = &target.kustomization;
        config.merge(&TransformerConfig::with_files(&read(
            &file.configurations,
        )?)?)?;
        config.merge(&TransformerConfig::from_crds(&read(&file.crds)?)?)?;
        Ok(())
    }

    /// The only document of a file that the kustomization names.
    fn read_one(&self, target: &Target<'_>, path: &At<Text>) -> Result<Value> {
        (target.loader.load(path)?.document())
            .map_err(|error| self.sources.reached_from(error, path.position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::tests::Tree;

    #[test]
    fn bases_that_multiply_are_refused() {
        let tree = Tree::new(&[
            ("kustomization.yaml", b"resources: [a, b]\n"),
            ("a/kustomization.yaml", b"resources: [../c]\n"),
            ("b/kustomization.yaml", b"resources: [../c]\n"),
            ("c/kustomization.yaml", b"namePrefix: c-\n"),
        ]);
        for (left, code) in [(5, None), (4, Some("too-many-kustomizations"))] {
            let sources = tree.sources();
            let options = BuildOptions::default();
            let bases = SharedBases::default();
            let mut build = Build::new(&options, &sources, &bases);
            build.left = left;
            let error = build.run(".").err();
            assert_eq!(error.map(|error| error.code), code);
        }
    }

    #[test]
    fn a_base_named_twice_warns_once_and_takes_the_room_of_one() {
        let base = "commonLabels: {a: b}\npatches:\n- target: {kind: None}\n  patch: '[]'\n";
        let tree = Tree::new(&[
            ("kustomization.yaml", b"resources: [a, b]\n"),
            ("a/kustomization.yaml", b"resources: [../c]\n"),
            ("b/kustomization.yaml", b"resources: [../c]\n"),
            ("c/kustomization.yaml", base.as_bytes()),
        ]);
        let sources = tree.sources();
        crate::build(".", &BuildOptions::default(), &sources).unwrap();
        let codes: Vec<_> = sources.take_warnings().iter().map(|it| it.code).collect();
        assert_eq!(codes, ["deprecated-field", "no-resources"]);
        let before = sources.add_inline(Position::NONE, "x".into()).unwrap();
        crate::build(".", &BuildOptions::default(), &sources).unwrap();
        let after = sources.add_inline(Position::NONE, "y".into()).unwrap();
        assert_eq!(after.base, before.base + 2);
    }
}
