//! Which kinds quotas count, and where their objects are.

use crate::discovery::Served;
use kube::Client;
use kube::api::ApiResource;
use kube::discovery::verbs;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use trimtab_validation::usage::{BARE, Evaluator, is_ignored};

/// Where a kind must stand so that it can be counted by number, beside Kubernetes' own of `v1`.
const VERBS: [&str; 4] = [verbs::CREATE, verbs::LIST, verbs::WATCH, verbs::DELETE];
/// What a quota puts before the name of a kind.
const COUNT: &str = "count/";
/// Kinds that are counted by more than their number, by group and resource.
const BY_USE: [(&str, &str); 4] = [
    ("", "pods"),
    ("", "services"),
    ("", "persistentvolumeclaims"),
    ("resource.k8s.io", "resourceclaims"),
];

/// A kind that some quota counts.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) evaluator: Evaluator,
    pub(super) resource: ApiResource,
}

/// The kinds that are served, as they were last asked for. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct Kinds(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Of groups that have a name: by group and resource. `None` when they are to be asked for.
    served: Option<Arc<BTreeMap<(String, String), ApiResource>>>,
    /// Those whose changes are watched, by group and resource.
    watched: BTreeSet<(String, String)>,
}

impl Kinds {
    /// Those that a quota of these names counts, each once.
    pub(super) async fn counted(
        &self,
        client: &Client,
        names: impl Iterator<Item = &str>,
    ) -> Result<Vec<Counted>, kube::Error> {
        let mut found = BTreeMap::new();
        for name in names {
            let Some((group, resource)) = meant(name) else {
                continue;
            };
            let key = (group.to_owned(), resource.to_owned());
            if found.contains_key(&key) || is_ignored(group, resource) {
                continue;
            }
            let Some(api) = self.find(client, &key).await? else {
                continue;
            };
            let counted = Counted {
                evaluator: Evaluator::of(group, resource),
                resource: api,
            };
            found.insert(key, counted);
        }
        Ok(found.into_values().collect())
    }

    /// Whether a kind is watched from now on, and was not before.
    pub(super) fn begins(&self, resource: &ApiResource) -> bool {
        let key = (resource.group.clone(), resource.plural.clone());
        self.state().watched.insert(key)
    }

    /// Kinds have come or gone: they are to be asked for.
    pub(super) fn forget(&self) {
        self.state().served = None;
    }

    async fn find(
        &self,
        client: &Client,
        key: &(String, String),
    ) -> Result<Option<ApiResource>, kube::Error> {
        let (group, resource) = key;
        if group.is_empty() {
            return Ok(Some(resource_of("", "v1", resource)));
        }
        let known = self.state().served.clone();
        let served = if let Some(served) = known {
            served
        } else {
            let all = Served::ask(client).await?.kinds();
            let all = all
                .into_iter()
                .filter(|kind| kind.is_namespaced && kind.supports(&VERBS));
            let named = |it: ApiResource| ((it.group.clone(), it.plural.clone()), it);
            let served: Arc<BTreeMap<_, _>> =
                Arc::new(all.map(|kind| named(kind.resource)).collect());
            let mut state = self.state();
            state.served = Some(Arc::clone(&served));
            // The watches of what has gone have ended; should it come again, so must they.
            let stays = |key: &(String, String)| key.0.is_empty() || served.contains_key(key);
            state.watched.retain(|key| stays(key));
            drop(state);
            served
        };
        Ok(served.get(key).cloned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each critical section is one map operation: a panic leaves the map whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn resource_of(group: &str, version: &str, plural: &str) -> ApiResource {
    ApiResource {
        group: group.to_owned(),
        version: version.to_owned(),
        api_version: version.to_owned(),
        // Nothing that is asked of it names its kind.
        kind: String::new(),
        plural: plural.to_owned(),
    }
}

/// Group and resource of the kind that a name in `hard` counts.
fn meant(name: &str) -> Option<(&str, &str)> {
    for (group, resource) in BY_USE {
        if Evaluator::of(group, resource).has(name) {
            return Some((group, resource));
        }
    }
    if BARE.contains(&name) {
        return Some(("", name));
    }
    let counted = name.strip_prefix(COUNT)?;
    let (resource, group) = counted.split_once('.').unwrap_or((counted, ""));
    Some((group, resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_a_kind() {
        for (name, expected) in [
            ("pods", Some(("", "pods"))),
            ("requests.cpu", Some(("", "pods"))),
            ("requests.example.com/gpu", Some(("", "pods"))),
            ("services.nodeports", Some(("", "services"))),
            ("requests.storage", Some(("", "persistentvolumeclaims"))),
            (
                "gold.storageclass.storage.k8s.io/requests.storage",
                Some(("", "persistentvolumeclaims")),
            ),
            ("secrets", Some(("", "secrets"))),
            ("count/secrets", Some(("", "secrets"))),
            ("count/deployments.apps", Some(("apps", "deployments"))),
            ("count/foos.a.b.c", Some(("a.b.c", "foos"))),
            ("deployments", None),
        ] {
            assert_eq!(meant(name), expected, "{name}");
        }
    }
}
