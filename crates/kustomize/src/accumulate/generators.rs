//! Config maps and secrets made from literals and files, and generators named by file.

use super::{Accumulation, Build, Target};
use crate::generate::{self, Generated};
use crate::origin::{ConfiguredBy, Origin};
use crate::provenance::{Action, Step};
use crate::resource::Resource;
use trimtab_tree::{Diagnostic, Result};

impl Build<'_> {
    pub(super) fn generate(&mut self, target: &Target<'_>, into: &mut Accumulation) -> Result<()> {
        let file = &target.kustomization;
        let global = file.generator_options.as_deref();
        into.resources
            .begin(Step::list(Action::Generate, "configMapGenerator"));
        for (entry, args) in file.config_map_generator.iter().enumerate() {
            into.resources.entry(entry, args.position);
            let generated = generate::config_map(args, global, &target.loader)?;
            self.absorb(
                generated,
                self.builtin_origin(target, "ConfigMapGenerator"),
                into,
            )?;
        }
        into.resources
            .begin(Step::list(Action::Generate, "secretGenerator"));
        for (entry, args) in file.secret_generator.iter().enumerate() {
            into.resources.entry(entry, args.position);
            let generated = generate::secret(args, global, &target.loader)?;
            self.absorb(
                generated,
                self.builtin_origin(target, "SecretGenerator"),
                into,
            )?;
        }
        if let Some(chart) = file.helm_charts.first() {
            return Err(Diagnostic::error(
                "helm-unsupported",
                format!(
                    "`helmCharts` needs Helm, which this version does not run: chart `{}`",
                    chart.name.value
                ),
            )
            .at(chart.position)
            .hint("render it with `helm template` into a file and name that under `resources`"));
        }
        for plugin in self.plugins(target, &file.generators)? {
            into.resources
                .begin(plugin.step(Action::Generate, "generators"));
            let generated = Self::run_generator(target, &plugin)?;
            self.absorb(generated, plugin.origin, into)?;
        }
        Ok(())
    }

    /// Adds a generated resource, or lets it change the one it names.
    pub(super) fn absorb(
        &mut self,
        generated: Generated,
        origin: Option<Origin>,
        into: &mut Accumulation,
    ) -> Result<()> {
        let mut resource = Resource::new(generated.value.at(generated.position), &self.schema);
        resource.behavior = generated.behavior;
        resource.needs_hash = generated.needs_hash;
        resource.origin = origin;
        into.resources.absorb(resource)
    }

    /// The origin of what a field of the kustomization file makes or changes.
    pub(super) fn builtin_origin(&self, target: &Target<'_>, kind: &str) -> Option<Origin> {
        self.tracks_origins.then(|| Origin {
            path: String::new(),
            configured_in: target.origin.join(target.file_name).path,
            configured_by: Some(ConfiguredBy {
                api_version: "builtin".into(),
                kind: kind.into(),
                ..ConfiguredBy::default()
            }),
            ..target.origin.clone()
        })
    }
}
