//! Config maps and secrets made from literals and files, and generators named by file.

use super::{Accumulation, Build, Target};
use crate::generate::{self, Generated};
use crate::origin::{ConfiguredBy, Origin};
use crate::provenance::{Action, Step};
use crate::resource::Resource;
use trimtab_tree::Result;

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
        into.resources
            .begin(Step::list(Action::Chart, "helmCharts"));
        for (entry, chart) in file.helm_charts.iter().enumerate() {
            into.resources.entry(entry, chart.position);
            let made = self.inflate(target, chart)?;
            let origin = self.builtin_origin(target, "HelmChartInflationGenerator");
            absorb_all(made, origin.as_ref(), into)?;
        }
        for plugin in self.plugins(target, &file.generators)? {
            into.resources
                .begin(plugin.step(Action::Generate, "generators"));
            self.run_generator(target, &plugin, into)?;
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
        let nodes = generated.value.size().nodes;
        into.resources.grow(1, nodes, generated.position)?;
        let mut resource = Resource::new(generated.value.at(generated.position), &self.schema);
        resource.behavior = generated.behavior;
        resource.needs_hash = generated.needs_hash;
        resource.origin = origin.map(Box::new);
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

/// Adds what another program generated. What says itself where it came from is believed.
pub(super) fn absorb_all(
    made: Vec<Resource>,
    origin: Option<&Origin>,
    into: &mut Accumulation,
) -> Result<()> {
    made.into_iter().try_for_each(|mut resource| {
        resource.origin = resource.origin.or_else(|| origin.cloned().map(Box::new));
        into.resources.absorb(resource)
    })
}
