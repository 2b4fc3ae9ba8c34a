//! The kustomizations that another one names: bases, whose resources it takes over, and components, which
//! work on its own.

use super::{Accumulation, Build, Target};
use crate::config::TransformerConfig;
use crate::kustomization::{At, Kind};
use crate::loader::Loader;
use trimtab_tree::{Diagnostic, Position, Result, Text};

impl Build<'_> {
    /// Builds the kustomization in another directory and takes over all it gathered.
    pub(super) fn add_base(
        &mut self,
        target: &Target<'_>,
        path: &At<Text>,
        loader: &Loader<'_>,
        into: &mut Accumulation,
    ) -> Result<()> {
        let origin = target.origin.join(path);
        let charts = target.chart_namespace();
        let base = self.base(loader, Position::NONE, &origin, charts, |build| {
            build.accumulate_base(path, loader, &origin, charts)
        })?;
        into.resources
            .append_all(base.resources)
            .map_err(|error| self.explain_second_way(error, path))?;
        into.config.merge(&base.config)?;
        into.vars.merge(base.vars)
    }

    /// When the two resources of an error are one that two bases lead to, names these instead.
    fn explain_second_way(&self, mut error: Box<Diagnostic>, path: &At<Text>) -> Box<Diagnostic> {
        let resource = error.position;
        if !error.labels.iter().any(|label| label.position == resource) {
            return error;
        }
        let first = self.sources.first_reached_from(resource, path.position);
        let Some(first) = first.filter(|&first| first != path.position) else {
            return error;
        };
        let twice = error.message.replacen("this is the second ", "", 1);
        error.message = format!("{twice} comes in twice, through two bases");
        error.position = path.position;
        error.labels.clear();
        error
            .label(first, "the first way")
            .label(resource, "the resource")
            .hint("name what they share once, beside both, or change its name in one of them")
    }

    /// Lets a component work on what is there.
    pub(super) fn add_component(
        &mut self,
        target: &Target<'_>,
        path: &At<Text>,
        into: Accumulation,
    ) -> Result<Accumulation> {
        let component = target.loader.child(path).and_then(|loader| {
            let mut component = self.load(loader, target.origin.join(path))?;
            (component.outer_chart_namespace).clone_from(target.chart_namespace());
            if component.kustomization.kind != Kind::Component {
                return Err(wrong_kind(&component, path, "components", "resources"));
            }
            let mut into = self.accumulate(&component, into)?;
            into.resources.check_unique()?;
            // As of a base, all is taken over: in a list narrower specs swallow wider ones by that.
            let mut config = TransformerConfig::empty();
            config.merge(&into.config)?;
            into.config = config;
            Ok(into)
        });
        component.map_err(|error| self.sources.reached_from(error, path.position))
    }
}

pub(super) fn wrong_kind(
    found: &Target<'_>,
    path: &At<Text>,
    field: &str,
    other: &str,
) -> Box<Diagnostic> {
    let kind = found.kustomization.kind.name();
    Diagnostic::error(
        "wrong-kind",
        format!(
            "`{}` is a {kind}, which `{field}` does not take",
            path.value
        ),
    )
    .at(path.position)
    .hint(format!("name it under `{other}`"))
}
