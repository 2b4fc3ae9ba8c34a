//! Helm charts: those of `helmCharts`, and those that have an object of their own.

use super::{Build, Target};
use crate::helm::Inflation;
use crate::kustomization::decode::{Decode, Rules};
use crate::kustomization::{At, HelmChart, HelmGlobals};
use crate::resource::Resource;
use trimtab_tree::{Diagnostic, Result, Text, Value};

impl Target<'_> {
    /// The namespace that charts of this kustomization, and of those below it, are made for when
    /// nothing nearer says another.
    pub(super) fn chart_namespace(&self) -> &Text {
        let own = &self.kustomization.namespace.value;
        if own.is_empty() {
            &self.outer_chart_namespace
        } else {
            own
        }
    }
}

impl Build<'_> {
    /// The resources of an entry of `helmCharts`.
    pub(super) fn inflate(
        &self,
        target: &Target<'_>,
        chart: &At<HelmChart>,
    ) -> Result<Vec<Resource>> {
        let mut chart = chart.clone();
        if chart.namespace.is_empty() {
            (chart.value.namespace.value).clone_from(target.chart_namespace());
        }
        let globals = target.kustomization.helm_globals.as_deref();
        self.run_helm(target, chart, globals.unwrap_or(&HelmGlobals::default()))
    }

    /// The resources of a chart that an object of kind `HelmChartInflationGenerator` describes.
    pub(super) fn inflate_configured(
        &self,
        target: &Target<'_>,
        config: &Value,
    ) -> Result<Vec<Resource>> {
        let chart = HelmChart::decode(config, Rules::PLUGIN)?;
        let globals = HelmGlobals::decode(config, Rules::PLUGIN)?;
        self.run_helm(target, At::new(chart, config.position), &globals)
    }

    fn run_helm(
        &self,
        target: &Target<'_>,
        chart: At<HelmChart>,
        globals: &HelmGlobals,
    ) -> Result<Vec<Resource>> {
        // As kustomize has it, whoever lets plugins run lets helm run.
        if !self.options.helm.enabled && !self.options.functions.enabled {
            let message = format!(
                "the chart `{}` needs helm, which is not enabled",
                chart.name.value
            );
            return Err(Diagnostic::error("helm-not-enabled", message)
                .at(chart.position)
                .hint("to run it use `--enable-helm`"));
        }
        Inflation::new(chart, globals, &self.options.helm, &target.loader)?.run(&self.schema)
    }
}
