//! Helm charts.

use super::At;
use super::decode::fields;
use trimtab_tree::{Mapping, Text};

/// `helmGlobals`
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HelmGlobals {
    /// Where charts are, relative to the kustomization; `charts` when not given.
    pub chart_home: At<Text>,
    /// What `helm` takes for its home.
    pub config_home: At<Text>,
}

/// One entry of `helmCharts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HelmChart {
    /// The chart.
    pub name: At<Text>,
    /// Its version.
    pub version: At<Text>,
    /// The URL of the repository that has it.
    pub repo: At<Text>,
    /// The name of the release.
    pub release_name: At<Text>,
    /// The namespace of the release.
    pub namespace: At<Text>,
    /// Further files of values.
    pub additional_values_files: Vec<At<Text>>,
    /// The file of values in the place of the chart's own.
    pub values_file: At<Text>,
    /// Values.
    pub values_inline: Option<At<Mapping>>,
    /// How values meet those of the file: `merge`, `override` or `replace`.
    pub values_merge: At<Text>,
    /// Whether the chart's CRDs are rendered too.
    pub include_crds: bool,
    /// Whether hooks are left out.
    pub skip_hooks: bool,
    /// API versions that the cluster is said to have.
    pub api_versions: Vec<At<Text>>,
    /// The version that the cluster is said to have.
    pub kube_version: At<Text>,
    /// A template for the name of the release.
    pub name_template: At<Text>,
    /// Whether tests are left out.
    pub skip_tests: bool,
    /// Whether `helm` tells more.
    pub debug: bool,
    /// Whether versions under development count.
    pub devel: bool,
}

/// One entry of `helmChartInflationGenerator`, kustomize's first form of `helmCharts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OldHelmChart {
    name: At<Text>,
    version: At<Text>,
    repo: At<Text>,
    /// Where charts are, relative to the kustomization; `charts` when not given.
    pub(crate) home: At<Text>,
    helm_home: At<Text>,
    /// The file of values in the place of the chart's own.
    pub(crate) values_file: At<Text>,
    values_inline: Option<At<Mapping>>,
    values_merge: At<Text>,
    release_name: At<Text>,
    // Read, and without effect in kustomize too.
    repo_name: At<Text>,
    helm_binary: At<Text>,
    release_namespace: At<Text>,
    extra_args: Vec<At<Text>>,
}

impl OldHelmChart {
    /// The chart in today's form. What it says about homes goes into `globals`.
    pub(super) fn split(self, globals: &mut HelmGlobals) -> HelmChart {
        if !self.helm_home.is_empty() {
            globals.config_home = self.helm_home;
        }
        if !self.home.is_empty() {
            globals.chart_home = self.home;
        }
        HelmChart {
            name: self.name,
            version: self.version,
            repo: self.repo,
            values_file: self.values_file,
            values_inline: self.values_inline,
            values_merge: self.values_merge,
            release_name: self.release_name,
            ..HelmChart::default()
        }
    }
}

fields!(HelmGlobals, "Helm globals", {
    "chartHome" => chart_home,
    "configHome" => config_home,
});

fields!(HelmChart, "a Helm chart", {
    "name" => name,
    "version" => version,
    "repo" => repo,
    "releaseName" => release_name,
    "namespace" => namespace,
    "additionalValuesFiles" => additional_values_files,
    "valuesFile" => values_file,
    "valuesInline" => values_inline,
    "valuesMerge" => values_merge,
    "includeCRDs" => include_crds,
    "skipHooks" => skip_hooks,
    "apiVersions" => api_versions,
    "kubeVersion" => kube_version,
    "nameTemplate" => name_template,
    "skipTests" => skip_tests,
    "debug" => debug,
    "devel" => devel,
});

fields!(OldHelmChart, "a Helm chart", {
    "chartName" => name,
    "chartVersion" => version,
    "chartRepoUrl" => repo,
    "chartHome" => home,
    "chartRepoName" => repo_name,
    "helmBin" => helm_binary,
    "helmHome" => helm_home,
    "values" => values_file,
    "valuesLocal" => values_inline,
    "valuesMerge" => values_merge,
    "releaseName" => release_name,
    "releaseNamespace" => release_namespace,
    "extraArgs" => extra_args,
});
