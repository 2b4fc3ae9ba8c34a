//! Generators, transformers and validators that have an object of their own.

use super::generators::absorb_all;
use super::{Accumulation, Build, Target};
use crate::documents;
use crate::function::{Function, FunctionSpec, take_wishes, update};
use crate::generate::{self, Generated, decode_config_map_args, decode_secret_args};
use crate::kustomization::At;
use crate::lint;
use crate::origin::{ConfiguredBy, Origin};
use crate::plugin::{ExecPlugin, kind_position};
use crate::provenance::{Action, Step};
use crate::resource::{Behavior, Resource};
use crate::resource_set::ResourceSet;
use crate::transform::Builtin;
use trimtab_tree::{Diagnostic, Result, Text, Value};

/// The object that configures a generator or transformer.
pub(super) struct Plugin {
    pub(super) config: Resource,
    /// What `buildMetadata` calls it.
    pub(super) origin: Option<Origin>,
}

impl Build<'_> {
    /// The objects that the entries of a field hold or name: first those written in the
    /// kustomization file itself, then those in files and bases.
    pub(super) fn plugins(
        &mut self,
        target: &Target<'_>,
        entries: &[At<Text>],
    ) -> Result<Vec<Plugin>> {
        let mut gathered = self.empty();
        let mut paths = Vec::new();
        for entry in entries {
            match self.inline_objects(entry)? {
                None => paths.push(entry),
                Some(objects) => {
                    for mut object in objects {
                        object.origin = self
                            .tracks_origins
                            .then(|| Box::new(target.origin.join(target.file_name)));
                        gathered.resources.append(object)?;
                    }
                }
            }
        }
        for path in paths {
            self.add_resources(target, path, None, &mut gathered)?;
        }
        Ok(gathered
            .resources
            .into_vec()
            .into_iter()
            .map(Plugin::new)
            .collect())
    }

    /// The objects that an entry holds, unless it is a path. Only texts of several lines, or that
    /// look like JSON, can be objects.
    fn inline_objects(&mut self, entry: &At<Text>) -> Result<Option<Vec<Resource>>> {
        if !entry.contains('\n') && !entry.starts_with('{') {
            return Ok(None);
        }
        let source = self
            .sources
            .add_inline(entry.position, entry.as_str().into())?;
        let objects = lint::parse_objects(&source, self.sources)
            .and_then(|documents| documents::resources(documents, &self.schema));
        objects.map(Some)
    }
}

/// Who does what an object configures.
enum Worker<'p> {
    /// This program.
    Builtin(&'p Value),
    /// A KRM function.
    Function(FunctionSpec),
    /// A program below a plugin home.
    Program(ExecPlugin<'p>),
}

impl Build<'_> {
    /// Who does what an object configures.
    fn worker<'p>(&self, target: &'p Target<'_>, plugin: &'p Plugin) -> Result<Worker<'p>>
    where
        Self: 'p,
    {
        let config = &plugin.config;
        let gvk = config.gvk();
        if plugin.is_builtin() {
            return Ok(Worker::Builtin(config.value()));
        }
        if !self.options.functions.enabled {
            let message = format!(
                "`{}` is not built in, and plugins and functions are not enabled",
                gvk.kind
            );
            return Err(Diagnostic::error("plugins-not-enabled", message)
                .at(kind_position(config.value()))
                .hint(
                    "to run it use `--enable-alpha-plugins`, and for a program `--enable-exec` too",
                )
                .hint("a built-in one has `apiVersion: builtin`"));
        }
        if let Some(spec) = FunctionSpec::of(config.value(), self.sources)? {
            return Ok(Worker::Function(spec));
        }
        let options = &self.options.functions;
        ExecPlugin::find(config, options, &target.loader).map(Worker::Program)
    }

    /// Lets a generator that has an object of its own add what it makes.
    pub(super) fn run_generator(
        &mut self,
        target: &Target<'_>,
        plugin: &Plugin,
        into: &mut Accumulation,
    ) -> Result<()> {
        let made = match self.worker(target, plugin)? {
            Worker::Builtin(config)
                if *plugin.config.gvk().kind == *"HelmChartInflationGenerator" =>
            {
                self.inflate_configured(target, config)?
            }
            Worker::Builtin(config) => {
                let generated = run_builtin_generator(target, plugin, config)?;
                return self.absorb(generated, plugin.origin.clone(), into);
            }
            Worker::Function(spec) => {
                let made = self.function(target, plugin, &spec).run(None)?;
                take_wishes(made.unwrap_or_default())?
            }
            Worker::Program(program) => take_wishes(program.run(None, &self.schema)?)?,
        };
        absorb_all(made, plugin.origin.as_ref(), into)
    }

    /// Lets a transformer that has an object of its own work on `resources`.
    pub(super) fn run_transformer(
        &mut self,
        target: &Target<'_>,
        plugin: &Plugin,
        resources: &mut ResourceSet,
    ) -> Result<()> {
        let (returned, who) = match self.worker(target, plugin)? {
            Worker::Builtin(config) => {
                let builtin = Builtin::configure(config, &target.loader, &self.schema)?;
                self.has_merged |= matches!(builtin, Builtin::Patch(_));
                return builtin.apply(resources);
            }
            Worker::Function(spec) => {
                let Some(returned) = self.function(target, plugin, &spec).run(Some(resources))?
                else {
                    return Ok(());
                };
                (returned, "the function")
            }
            Worker::Program(program) => (program.run(Some(resources), &self.schema)?, "the plugin"),
        };
        let who = format!("{who} {}", plugin.config.id().in_words());
        update(resources, returned, &who).map_err(|error| error.at(plugin.config.position()))
    }

    fn function<'f>(
        &'f self,
        target: &'f Target<'_>,
        plugin: &'f Plugin,
        spec: &'f FunctionSpec,
    ) -> Function<'f> {
        Function {
            config: &plugin.config,
            spec,
            options: &self.options.functions,
            loader: &target.loader,
            schema: &self.schema,
        }
    }
}

/// What a generator of the built-in kinds makes.
fn run_builtin_generator(
    target: &Target<'_>,
    plugin: &Plugin,
    config: &Value,
) -> Result<Generated> {
    let kind = &*plugin.config.gvk().kind;
    if let Some(warning) = generate::unknown_generator_field(config, kind) {
        target.loader.sources().warn(warning);
    }
    match kind {
        "ConfigMapGenerator" => {
            generate::config_map(&decode_config_map_args(config)?, None, &target.loader)
        }
        "SecretGenerator" => generate::secret(&decode_secret_args(config)?, None, &target.loader),
        "IAMPolicyGenerator" => Ok(Generated {
            value: generate::iam_policy(config)?,
            behavior: Behavior::Unspecified,
            needs_hash: false,
            position: config.position,
        }),
        kind => {
            let message = format!("there is no built-in generator `{kind}`");
            Err(Diagnostic::error("unknown-generator", message)
                .at(kind_position(config))
                .expecting(
                    "one of: ConfigMapGenerator, HelmChartInflationGenerator, IAMPolicyGenerator, \
                     SecretGenerator",
                ))
        }
    }
}

impl Plugin {
    /// Whether this program does what the object asks for.
    fn is_builtin(&self) -> bool {
        let gvk = self.config.gvk();
        gvk.group.is_empty() && gvk.version == "builtin"
    }

    /// The step that it is: an entry of a field, known by what the object is called.
    pub(super) fn step(&self, action: Action, field: &'static str) -> Step {
        let id = self.config.id();
        let action = if self.is_builtin() {
            action
        } else {
            Action::Function
        };
        let name = format!("{}/{}", id.gvk.kind, id.name);
        Step::new(action, field, self.config.position()).about(name)
    }

    fn new(config: Resource) -> Self {
        let id = config.id();
        let by = ConfiguredBy {
            api_version: id.gvk.api_version(),
            kind: id.gvk.kind.clone(),
            name: id.name.clone(),
            namespace: id.namespace.clone(),
        };
        let origin = config.origin.clone().map(|origin| Origin {
            configured_in: origin.path,
            path: String::new(),
            configured_by: Some(by),
            ..*origin
        });
        Self { config, origin }
    }
}
