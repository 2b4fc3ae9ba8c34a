//! Generators, transformers and validators that have an object of their own.

use super::{Build, Target};
use crate::documents;
use crate::generate::{self, Generated, decode_config_map_args, decode_secret_args};
use crate::kustomization::At;
use crate::lint;
use crate::origin::{ConfiguredBy, Origin};
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
                            .then(|| target.origin.join(target.file_name));
                        gathered.resources.append(object)?;
                    }
                }
            }
        }
        for path in paths {
            self.add_resources(target, path, &mut gathered)?;
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

impl Build<'_> {
    /// What a generator of the built-in kinds makes.
    pub(super) fn run_generator(target: &Target<'_>, plugin: &Plugin) -> Result<Generated> {
        let config = plugin.builtin()?;
        let kind = &*plugin.config.gvk().kind;
        if let Some(warning) = generate::unknown_generator_field(config, kind) {
            target.loader.sources().warn(warning);
        }
        match kind {
            "ConfigMapGenerator" => {
                generate::config_map(&decode_config_map_args(config)?, None, &target.loader)
            }
            "SecretGenerator" => {
                generate::secret(&decode_secret_args(config)?, None, &target.loader)
            }
            "IAMPolicyGenerator" => Ok(Generated {
                value: generate::iam_policy(config)?,
                behavior: Behavior::Unspecified,
                needs_hash: false,
                position: config.position,
            }),
            kind => Err(Diagnostic::error(
                "unknown-generator",
                format!("there is no built-in generator `{kind}`"),
            )
            .at(config
                .get("kind")
                .map_or(config.position, |kind| kind.position))
            .expecting("one of: ConfigMapGenerator, IAMPolicyGenerator, SecretGenerator")),
        }
    }

    /// Lets a transformer of the built-in kinds work on `resources`.
    pub(super) fn run_transformer(
        &mut self,
        target: &Target<'_>,
        plugin: &Plugin,
        resources: &mut ResourceSet,
    ) -> Result<()> {
        let builtin = Builtin::configure(plugin.builtin()?, &target.loader, &self.schema)?;
        self.has_merged |= matches!(builtin, Builtin::Patch(_));
        builtin.apply(resources)
    }
}

impl Plugin {
    /// The object, if it configures something built in.
    fn builtin(&self) -> Result<&Value> {
        let gvk = self.config.gvk();
        if gvk.group.is_empty() && gvk.version == "builtin" {
            return Ok(self.config.value());
        }
        Err(Diagnostic::error(
            "external-plugin",
            format!(
                "`{}` is not built in, and this version runs no external plugins",
                gvk.kind
            ),
        )
        .at(self.config.position())
        .hint("a built-in one has `apiVersion: builtin`"))
    }

    fn new(mut config: Resource) -> Self {
        let id = config.id();
        let by = ConfiguredBy {
            api_version: id.gvk.api_version(),
            kind: id.gvk.kind.clone(),
            name: id.name.clone(),
            namespace: id.namespace.clone(),
        };
        let origin = config.origin.take().map(|origin| Origin {
            configured_in: origin.path,
            path: String::new(),
            configured_by: Some(by),
            ..origin
        });
        Self { config, origin }
    }
}
