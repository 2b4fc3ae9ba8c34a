//! One kustomization after the other: every field that names something is followed.

use super::copy::{make_directory, relative, write};
use super::place;
use super::plugin::read;
use crate::generate::split_file_source;
use crate::kustomization::encode::Encode;
use crate::kustomization::{At, GeneratorArgs, Kustomization, Patch, Written};
use crate::loader::{Entry, Loader, Source, Sources, Wanted, join};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use trimtab_remote::{Checkout, RepoSpec, is_web_address, mask};
use trimtab_schema::Schema;
use trimtab_tree::{Diagnostic, Result, Text, write_yaml};

/// What all kustomizations of one run share.
pub(super) struct Job<'a> {
    sources: &'a Sources,
    schema: Schema,
    /// All local bases are in here.
    scope: PathBuf,
    /// The directory that is being filled.
    new_directory: PathBuf,
    /// The copies that are made, or being made.
    roots: RefCell<FxHashSet<PathBuf>>,
    /// The copies of files from other machines, with their addresses.
    fetched: RefCell<FxHashMap<PathBuf, Text>>,
}

/// The directory of a kustomization, and where its copy goes.
pub(super) struct Root<'a> {
    job: &'a Job<'a>,
    loader: Loader<'a>,
    directory: PathBuf,
    /// Whether nothing on the way here is on another machine.
    is_local: bool,
    /// Where the copies of files are, by what they are called here: a file that many entries name is
    /// read and written once.
    copied: RefCell<FxHashMap<Text, Text>>,
    /// The same of those whose resources were looked at.
    copied_resources: RefCell<FxHashMap<Text, Text>>,
}

impl<'a> Job<'a> {
    pub(super) fn new(sources: &'a Sources, scope: PathBuf, new_directory: PathBuf) -> Self {
        Self {
            sources,
            schema: Schema::kustomize(),
            scope,
            new_directory,
            roots: RefCell::default(),
            fetched: RefCell::default(),
        }
    }
}

impl<'a> Root<'a> {
    /// The target.
    pub(super) fn target(job: &'a Job<'a>, loader: Loader<'a>, directory: PathBuf) -> Result<Self> {
        make_directory(&directory)?;
        Ok(Self {
            job,
            loader,
            directory,
            is_local: true,
            copied: RefCell::default(),
            copied_resources: RefCell::default(),
        })
    }

    pub(super) fn sources(&self) -> &'a Sources {
        self.job.sources
    }

    pub(super) fn schema(&self) -> &Schema {
        &self.job.schema
    }

    pub(super) fn loader(&self) -> &Loader<'a> {
        &self.loader
    }

    /// The directory of the copy.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The directory that is being filled.
    pub(super) fn new_directory(&self) -> &Path {
        &self.job.new_directory
    }

    /// Copies the kustomization and all that it names.
    pub(super) fn copy(&self) -> Result<()> {
        // A base that several name is copied once, to one place.
        if !self.job.roots.borrow_mut().insert(self.directory.clone()) {
            return Ok(());
        }
        let (name, source) = self.loader.kustomization()?;
        let mut warnings = Vec::new();
        let written = Written::parse(&source, &mut warnings);
        for warning in warnings {
            self.sources().warn(warning);
        }
        let mut written = written
            .map_err(|error| error.in_file(format!("{}/{name}", self.loader.shown_root())))?;
        self.loader.prefetch(&written.file);
        self.copy_named_by(&mut written)?;
        let mut text = String::new();
        write_yaml(&written.encode(), &mut text)?;
        write(&self.directory.join(name), text.as_bytes())
    }

    /// Copies what a kustomization names, and names the copies instead.
    fn copy_named_by(&self, written: &mut Written) -> Result<()> {
        let file = &mut written.file;
        self.expand_patterns(file)?;
        if let Some(path) = file.openapi.get_mut("path") {
            in_field("openapi.path", self.copy_file(path))?;
        }
        let resources = |path: &mut _| self.copy_resource(path);
        let roots = |path: &mut _| self.copy_root(path);
        let files = |path: &mut _| self.copy_file(path);
        let objects = |entry: &mut _| self.copy_objects(entry);
        let plugins = |entry: &mut _| self.copy_plugin(entry);
        all("resources", &mut file.resources, resources)?;
        all("bases", &mut written.bases, roots)?;
        all("components", &mut file.components, roots)?;
        all("configurations", &mut file.configurations, files)?;
        all("crds", &mut file.crds, files)?;
        all(
            "configMapGenerator",
            &mut file.config_map_generator,
            |args| self.copy_generator(&mut args.value),
        )?;
        all("secretGenerator", &mut file.secret_generator, |args| {
            self.copy_generator(&mut args.value.args)
        })?;
        all(
            "helmChartInflationGenerator",
            &mut written.old_helm_charts,
            |chart| {
                self.copy_file(&mut chart.value.values_file)?;
                self.copy_chart_home(&mut chart.value.home)
            },
        )?;
        all("helmCharts", &mut file.helm_charts, |chart| {
            self.copy_file(&mut chart.value.values_file)?;
            let more = &mut chart.value.additional_values_files;
            all("additionalValuesFiles", more, files)
        })?;
        if let Some(globals) = &mut file.helm_globals {
            let home = &mut globals.value.chart_home;
            in_field("helmGlobals.chartHome", self.copy_chart_home(home))?;
        } else if let Some(chart) = file.helm_charts.first() {
            let mut default = At::new(Text::default(), chart.position);
            in_field("helmCharts", self.copy_chart_home(&mut default))?;
        }
        let patches = |patch: &mut At<Patch>| self.copy_file(&mut patch.value.path);
        all("patches", &mut file.patches, patches)?;
        all("patchesJson6902", &mut file.patches_json6902, patches)?;
        all(
            "patchesStrategicMerge",
            &mut file.patches_strategic_merge,
            objects,
        )?;
        all("replacements", &mut file.replacements, |entry| {
            self.copy_file(&mut entry.value.path)
        })?;
        all("generators", &mut file.generators, plugins)?;
        all("transformers", &mut file.transformers, plugins)?;
        all("validators", &mut file.validators, plugins)
    }

    /// Puts what patterns stand for in their place: the copy names each of it.
    fn expand_patterns(&self, file: &mut Kustomization) -> Result<()> {
        let loader = &self.loader;
        file.resources = loader
            .expand(&file.resources, Wanted::Resources)?
            .into_owned();
        file.components = loader
            .expand(&file.components, Wanted::Directories)?
            .into_owned();
        let mut patches = Vec::with_capacity(file.patches.len());
        for patch in std::mem::take(&mut file.patches) {
            let paths = std::slice::from_ref(&patch.path);
            for path in loader.expand(paths, Wanted::Manifests)?.iter() {
                let mut one = patch.clone();
                one.value.path = path.clone();
                patches.push(one);
            }
        }
        file.patches = patches;
        let maps = file.config_map_generator.iter_mut();
        let secrets = file.secret_generator.iter_mut();
        let secrets = secrets.map(|secret| &mut secret.value.args);
        for args in maps.map(|map| &mut map.value).chain(secrets) {
            args.files = loader.expand_file_sources(&args.files)?.into_owned();
        }
        Ok(())
    }

    /// Copies the files of a generator.
    fn copy_generator(&self, args: &mut GeneratorArgs) -> Result<()> {
        in_field("env", self.copy_file(&mut args.env))?;
        all("envs", &mut args.envs, |path| self.copy_file(path))?;
        all("files", &mut args.files, |path| self.copy_file_source(path))
    }

    /// Copies the file of `KEY=FILE`, or a file.
    pub(super) fn copy_file_source(&self, source: &mut At<Text>) -> Result<()> {
        let (key, path) = split_file_source(source).map_err(|error| error.at(source.position))?;
        let has_key = path.len() < source.len();
        let key = has_key.then(|| Text::from(key));
        let mut path = At::new(Text::from(path), source.position);
        self.copy_file(&mut path)?;
        source.value = match key {
            None => path.value,
            Some(key) => format!("{key}={}", path.value).into(),
        };
        Ok(())
    }

    /// Copies a file of resources, or a base.
    fn copy_resource(&self, path: &mut At<Text>) -> Result<()> {
        if path.is_empty() {
            return Ok(());
        }
        if let Some(place) = self.copied_resources.borrow().get(&path.value) {
            path.value = place.clone();
            return Ok(());
        }
        match self.loader.entry(path).map_err(explain)? {
            Entry::Directory(_) => self.copy_root(path),
            Entry::File(source) => {
                read(&source, self.schema())
                    .map_err(|error| self.sources().reached_from(error, path.position))?;
                let name = path.value.clone();
                self.copy_file(path)?;
                let mut known = self.copied_resources.borrow_mut();
                known.insert(name, path.value.clone());
                Ok(())
            }
        }
    }

    /// Copies a base or component.
    fn copy_root(&self, path: &mut At<Text>) -> Result<()> {
        if path.is_empty() {
            return Ok(());
        }
        let repository = RepoSpec::parse(path).ok();
        if let Some(spec) = &repository {
            check_reference(spec, path).map_err(|error| error.at(path.position))?;
        }
        let loader = self.enter(path)?;
        let way = match &repository {
            Some(spec) => self.place_of_repository(spec, &loader, path)?,
            None => relative(self.loader.root(), loader.root()),
        };
        let directory = join(&self.directory, &way);
        make_directory(&directory)?;
        let root = Root {
            job: self.job,
            loader,
            directory,
            is_local: self.is_local && repository.is_none(),
            copied: RefCell::default(),
            copied_resources: RefCell::default(),
        };
        root.copy()
            .map_err(|error| self.sources().reached_from(error, path.position))?;
        path.value = way.into();
        Ok(())
    }

    /// The loader of a directory that is named here, if it may be copied.
    pub(super) fn enter(&self, path: &At<Text>) -> Result<Loader<'_>> {
        let loader = self.loader.child(path)?;
        // What is on another machine can only name what is there too.
        if !self.is_local || RepoSpec::parse(path).is_ok() {
            return Ok(loader);
        }
        let shown = loader.shown_root();
        if !loader.root().starts_with(&self.job.scope) {
            let scope = self.sources().shown(&self.job.scope);
            let message = format!("`{shown}` is outside of the scope `{scope}`");
            return Err(Diagnostic::error("outside-scope", message)
                .at(path.position)
                .hint("name a directory above both with `--scope`"));
        }
        if loader.root().starts_with(&self.job.new_directory) {
            return Err(self.inside_destination(path, &shown));
        }
        Ok(loader)
    }

    /// Copies a file. An empty path stays: whether there must be one, the build says.
    pub(super) fn copy_file(&self, path: &mut At<Text>) -> Result<()> {
        if path.is_empty() {
            return Ok(());
        }
        let known = self.copied.borrow().get(&path.value).cloned();
        let place = if let Some(place) = known {
            place
        } else {
            let content = self.loader.load_bytes(path).map_err(explain)?;
            self.put(path, &content)?
        };
        let name = std::mem::replace(&mut path.value, place.clone());
        self.copied.borrow_mut().insert(name, place);
        Ok(())
    }

    /// The text of a file.
    pub(super) fn load_text(&self, path: &At<Text>) -> Result<Source> {
        self.loader.load(path).map_err(explain)
    }

    /// Writes the copy of a file, and says where it is relative to the copy of the kustomization.
    pub(super) fn put(&self, path: &At<Text>, content: &[u8]) -> Result<Text> {
        let place = if is_web_address(path) {
            self.place_of_address(path, content)?
        } else {
            let real = self.loader.real_path(path).map_err(explain)?;
            if self.is_local && real.starts_with(&self.job.new_directory) {
                return Err(self.inside_destination(path, &self.sources().shown(&real)));
            }
            relative(self.loader.root(), &real)
        };
        let copy = join(&self.directory, &place);
        write(&copy, content).map_err(|error| error.at(path.position))?;
        Ok(place.into())
    }

    /// Where the copy of what is at a web address goes.
    fn place_of_address(&self, address: &At<Text>, content: &[u8]) -> Result<String> {
        self.check_room(address)?;
        let place = place::of_file(address);
        let copy = join(&self.directory, &place);
        let mut fetched = self.job.fetched.borrow_mut();
        let other = fetched.insert(copy.clone(), address.value.clone());
        // Addresses that differ in their query or port share a place.
        let clash = other.filter(|other| *other != address.value);
        if let Some(other) = clash.filter(|_| std::fs::read(&copy).is_ok_and(|it| it != content)) {
            let message = format!(
                "`{}` and `{}` would share one copy",
                mask(address),
                mask(&other)
            );
            return Err(Diagnostic::error("shared-copy", message)
                .at(address.position)
                .expecting("addresses that differ in host or path"));
        }
        Ok(place)
    }

    /// Where the copy of a directory in a repository goes.
    fn place_of_repository(
        &self,
        spec: &RepoSpec,
        loader: &Loader<'_>,
        path: &At<Text>,
    ) -> Result<String> {
        self.check_room(path)?;
        let top = loader.repository().map_or(loader.root(), Checkout::root);
        let place = place::of_repository(spec, &relative(top, loader.root()));
        // No ref that git takes leads elsewhere.
        if Path::new(&place).starts_with(place::DIRECTORY) {
            return Ok(place);
        }
        Err(without_reference(path).at(path.position))
    }

    /// Refuses to mix copies with what is at their place in the original.
    fn check_room(&self, path: &At<Text>) -> Result<()> {
        if !self.loader.root().join(place::DIRECTORY).exists() {
            return Ok(());
        }
        let message = format!(
            "`{}` already has `{}`, where the copy of `{}` would go",
            self.loader.shown_root(),
            place::DIRECTORY,
            mask(path)
        );
        Err(Diagnostic::error("no-room", message)
            .at(path.position)
            .hint(format!("give that `{}` another name", place::DIRECTORY)))
    }

    fn inside_destination(&self, path: &At<Text>, shown: &str) -> Box<Diagnostic> {
        let destination = self.sources().shown(&self.job.new_directory);
        let message = format!("`{shown}` is inside of the destination `{destination}`");
        Diagnostic::error("inside-destination", message)
            .at(path.position)
            .hint("let the destination be a directory that nothing names")
    }
}

/// Refuses a repository that is something else tomorrow.
///
/// # Errors
/// When it has no `ref`.
pub(super) fn check_reference(spec: &RepoSpec, given: &str) -> Result<()> {
    if spec.reference.is_empty() {
        return Err(without_reference(given));
    }
    Ok(())
}

fn without_reference(given: &str) -> Box<Diagnostic> {
    let message = format!(
        "`{}` does not say which version of it is meant",
        mask(given)
    );
    Diagnostic::error("remote-without-ref", message)
        .expecting("a tag, branch or commit behind `?ref=`")
}

/// A loader's error, without the advice that only a build can follow.
fn explain(mut error: Box<Diagnostic>) -> Box<Diagnostic> {
    if error.code == "file-outside-root" {
        error.hints = vec!["move it, or a copy, below that directory".to_owned()];
    }
    error
}

/// Says which field an error is about, unless it is about another file.
fn in_field(field: &str, result: Result<()>) -> Result<()> {
    result.map_err(|error| {
        if error.trail.is_empty() {
            error.in_field(field)
        } else {
            error
        }
    })
}

/// Does `copy` with every entry of a field.
fn all<T>(field: &str, entries: &mut [T], copy: impl Fn(&mut T) -> Result<()>) -> Result<()> {
    for (at, entry) in entries.iter_mut().enumerate() {
        in_field(&format!("{field}[{at}]"), copy(entry))?;
    }
    Ok(())
}
