//! Which controllers are to run.

use crate::{
    autoscaler, certificate_approval, certificate_cleaner, certificate_signing,
    cluster_role_aggregation, cronjob, daemonset, deployment, disruption, endpoints, endpointslice,
    endpointslice_mirroring, garbage_collector, job, namespace, node_lifecycle, pod_collector,
    policy_status, quota, replicaset, root_ca, service_account, statefulset, taint_eviction,
    ttl_after_finished, volumes,
};
use thiserror::Error;

/// Every controller there is, as kube-controller-manager calls it.
pub const NAMES: [&str; 30] = [
    certificate_approval::NAME,
    certificate_cleaner::NAME,
    certificate_signing::NAME,
    cluster_role_aggregation::NAME,
    cronjob::NAME,
    daemonset::NAME,
    deployment::NAME,
    disruption::NAME,
    endpoints::NAME,
    endpointslice::NAME,
    endpointslice_mirroring::NAME,
    garbage_collector::NAME,
    autoscaler::NAME,
    job::NAME,
    namespace::NAME,
    node_lifecycle::NAME,
    volumes::binder::NAME,
    volumes::protection::CLAIMS_NAME,
    volumes::protection::VOLUMES_NAME,
    volumes::provisioner::NAME,
    pod_collector::NAME,
    quota::NAME,
    replicaset::NAME,
    replicaset::REPLICATION_CONTROLLER_NAME,
    root_ca::NAME,
    service_account::NAME,
    statefulset::NAME,
    taint_eviction::NAME,
    ttl_after_finished::NAME,
    policy_status::NAME,
];

/// The short names kube-controller-manager still takes, and what they are short for.
const ALIASES: [(&str, &str); 27] = [
    ("csrapproving", certificate_approval::NAME),
    ("csrcleaner", certificate_cleaner::NAME),
    ("csrsigning", certificate_signing::NAME),
    ("clusterrole-aggregation", cluster_role_aggregation::NAME),
    ("cronjob", cronjob::NAME),
    ("daemonset", daemonset::NAME),
    ("deployment", deployment::NAME),
    ("disruption", disruption::NAME),
    ("endpoint", endpoints::NAME),
    ("endpointslice", endpointslice::NAME),
    ("endpointslicemirroring", endpointslice_mirroring::NAME),
    ("garbagecollector", garbage_collector::NAME),
    ("horizontalpodautoscaling", autoscaler::NAME),
    ("job", job::NAME),
    ("namespace", namespace::NAME),
    ("nodelifecycle", node_lifecycle::NAME),
    ("persistentvolume-binder", volumes::binder::NAME),
    ("pvc-protection", volumes::protection::CLAIMS_NAME),
    ("pv-protection", volumes::protection::VOLUMES_NAME),
    ("podgc", pod_collector::NAME),
    ("replicaset", replicaset::NAME),
    (
        "replicationcontroller",
        replicaset::REPLICATION_CONTROLLER_NAME,
    ),
    ("resourcequota", quota::NAME),
    ("root-ca-cert-publisher", root_ca::NAME),
    ("serviceaccount", service_account::NAME),
    ("statefulset", statefulset::NAME),
    ("ttl-after-finished", ttl_after_finished::NAME),
];

/// What `--controllers` asks for, by kube-controller-manager's rules: `*` for all that are on by
/// default (all there are), `NAME` for one, `-NAME` for all but one. The first that is about a
/// controller counts, whatever `*` says. `-*`, beyond those rules, is for none.
#[derive(Clone, Debug)]
pub struct Selection {
    items: Vec<String>,
}

/// A word that is no controller's name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{name:?} is no controller; there are {}", NAMES.join(", "))]
pub struct UnknownController {
    /// The word, without a leading `-`.
    pub name: String,
}

impl Selection {
    /// All controllers.
    #[must_use]
    pub fn all() -> Self {
        Self {
            items: vec!["*".to_owned()],
        }
    }

    /// None.
    #[must_use]
    pub fn none() -> Self {
        Self { items: Vec::new() }
    }

    /// Reads the words of `--controllers`; each may hold several, separated by commas.
    ///
    /// # Errors
    ///
    /// Fails on a word that is no controller's name.
    pub fn parse<S: AsRef<str>>(words: &[S]) -> Result<Self, UnknownController> {
        let words = words.iter().flat_map(|word| word.as_ref().split(','));
        let words = words.map(str::trim).filter(|word| !word.is_empty());
        let items = words.map(canonical).collect::<Result<_, _>>()?;
        Ok(Self { items })
    }

    /// Whether the controller of this name (one of [`NAMES`]) is to run.
    #[must_use]
    pub fn includes(&self, name: &str) -> bool {
        for item in &self.items {
            match item.strip_prefix('-') {
                None if item == name => return true,
                Some(excluded) if excluded == name => return false,
                _ => {}
            }
        }
        self.items.iter().any(|item| item == "*")
    }
}

fn canonical(word: &str) -> Result<String, UnknownController> {
    let (sign, name) = match word.strip_prefix('-') {
        Some(name) => ("-", name),
        None => ("", word),
    };
    if name == "*" || NAMES.contains(&name) {
        return Ok(word.to_owned());
    }
    match ALIASES.iter().find(|(alias, _)| *alias == name) {
        Some((_, full)) => Ok(format!("{sign}{full}")),
        None => Err(UnknownController {
            name: name.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_about_a_controller_counts() {
        for (words, deployment, namespace) in [
            (&["*"][..], true, true),
            (&["-*"], false, false),
            (&[], false, false),
            (&["*,-deployment-controller"], false, true),
            (&["-deployment", "*"], false, true),
            (
                &["deployment-controller", "-deployment-controller"],
                true,
                false,
            ),
            (&["namespace"], false, true),
            (&["-*", "namespace-controller"], false, true),
        ] {
            let selection = Selection::parse(words).unwrap();
            assert_eq!(
                selection.includes(deployment::NAME),
                deployment,
                "{words:?}"
            );
            assert_eq!(selection.includes(namespace::NAME), namespace, "{words:?}");
        }
    }

    #[test]
    fn a_word_that_is_no_controller_is_an_error() {
        let error = Selection::parse(&["*", "-deploy"]).unwrap_err();
        assert_eq!(error.name, "deploy");
        assert!(
            error.to_string().contains("deployment-controller"),
            "{error}"
        );
    }
}
