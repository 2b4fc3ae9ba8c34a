//! Whose logs are meant: from a workload to its pods, and from these to their containers.

use crate::error::{Error, Result};
use crate::fields::{field, items_at, metadata, text_at};
use crate::readiness::condition_status;
use crate::selector::selector_text;
use crate::target::{Collection, ObjectRef, Resource, Selection, Target};
use std::cmp::Reverse;
use std::sync::Arc;
use trimtab_tree::Value;

/// The annotation of a pod that names the container which is meant where none is named.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// The lists of a pod's specification that hold containers, as they are gone through.
const LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// A container whose log can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSource {
    /// The pod.
    pub pod: ObjectRef,
    /// The name of the container.
    pub container: String,
}

/// Which containers of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Containers {
    /// The one that the pod says is meant, or its first.
    Default,
    /// The one of this name.
    Named(String),
    /// All.
    All,
}

/// The pods of an object, the one first whose log tells most: one that stays, runs and is ready, and of
/// such the oldest. An object that is a pod is its own.
///
/// # Errors
/// When the object is not there or has no pods that can be known, or the server refuses.
pub async fn pods_of(target: &Target, object: &ObjectRef) -> Result<Vec<Value>> {
    let found = target.get_existing(object).await?;
    if is_kind(&object.resource, "", "Pod") {
        return Ok(vec![found]);
    }
    let owner = if is_kind(&object.resource, "batch", "CronJob") {
        newest_job(target, object, &found).await?
    } else {
        found
    };
    let selector = owner.get_path(&["spec", "selector"]);
    let labels = selector.map(selector_text).unwrap_or_default();
    if labels.is_empty() {
        return Err(Error::Usage(format!(
            "cannot get the logs of {object}: it selects no pods"
        )));
    }
    let selection = Selection {
        labels,
        fields: String::new(),
    };
    pods(target, &object.namespace, selection).await
}

/// The pods of a namespace that are selected, in the order of [`pods_of`].
///
/// # Errors
/// When the server refuses.
pub async fn pods(target: &Target, namespace: &str, selection: Selection) -> Result<Vec<Value>> {
    let resource = resource_of(target, "v1", "Pod").await?;
    let collection = Collection {
        selection,
        ..Collection::in_namespace(&resource, namespace)
    };
    let mut pods = target.list(&collection).await?.items;
    pods.sort_by_cached_key(|pod| {
        (
            !metadata(pod, "deletionTimestamp").is_empty(),
            text_at(pod, &["spec", "nodeName"]).is_empty(),
            Reverse(phase(pod)),
            condition_status(pod, "Ready") != "True",
            metadata(pod, "creationTimestamp").to_owned(),
            metadata(pod, "name").to_owned(),
        )
    });
    Ok(pods)
}

/// How much can be expected of a pod's log, by its phase.
fn phase(pod: &Value) -> u8 {
    match text_at(pod, &["status", "phase"]) {
        "Running" => 2,
        "Pending" | "" => 0,
        _ => 1,
    }
}

async fn newest_job(target: &Target, cron_job: &ObjectRef, found: &Value) -> Result<Value> {
    let resource = resource_of(target, "batch/v1", "Job").await?;
    let jobs = Collection::in_namespace(&resource, &cron_job.namespace);
    let jobs = target.list(&jobs).await?.items.into_iter();
    let uid = metadata(found, "uid");
    let is_its = |job: &Value| {
        let owners = items_at(job, &["metadata", "ownerReferences"]);
        owners.iter().any(|owner| field(owner, "uid") == uid)
    };
    let newest = jobs
        .filter(is_its)
        .max_by_key(|job| metadata(job, "creationTimestamp").to_owned());
    newest.ok_or_else(|| Error::Impossible(format!("{cron_job} has no job yet")))
}

async fn resource_of(target: &Target, api_version: &str, kind: &str) -> Result<Arc<Resource>> {
    let discovery = target.discovery().await?;
    Ok(Arc::new(discovery.of_kind(api_version, kind)?.clone()))
}

fn is_kind(resource: &Resource, group: &str, kind: &str) -> bool {
    resource.group == group && resource.kind == kind
}

/// The containers of a pod whose logs are meant, and what to say where one of several was chosen.
///
/// # Errors
/// When the pod has no container of that name.
pub async fn log_sources(
    target: &Target,
    pod: &Value,
    containers: &Containers,
) -> Result<(Vec<LogSource>, Option<String>)> {
    let resource = resource_of(target, "v1", "Pod").await?;
    let name = metadata(pod, "name");
    let reference = ObjectRef::new(&resource, metadata(pod, "namespace"), name);
    let all = container_names(pod);
    let source = |container: &str| LogSource {
        pod: reference.clone(),
        container: container.to_owned(),
    };
    match containers {
        Containers::All => Ok((all.iter().map(|(_, name)| source(name)).collect(), None)),
        Containers::Named(wanted) => {
            if all.iter().any(|(_, name)| name == wanted) {
                return Ok((vec![source(wanted)], None));
            }
            Err(Error::Usage(format!(
                "container {wanted} is not valid for pod {name}: it has {}",
                listed(&all)
            )))
        }
        Containers::Default => {
            let annotation = text_at(pod, &["metadata", "annotations", DEFAULT_CONTAINER]);
            let annotated = all.iter().find(|(_, name)| *name == annotation);
            let chosen = annotated.or_else(|| all.iter().find(|(list, _)| *list == LISTS[1]));
            let Some((_, chosen)) = chosen else {
                return Err(Error::Impossible(format!("pod {name} has no containers")));
            };
            let is_told = annotated.is_none() && all.len() > 1;
            let told =
                is_told.then(|| format!("Defaulted container {chosen:?} out of: {}", listed(&all)));
            Ok((vec![source(chosen)], told))
        }
    }
}

/// The names of all containers of a pod, each with the list that it is in.
fn container_names(pod: &Value) -> Vec<(&'static str, &str)> {
    let names = |list| {
        let containers = items_at(pod, &["spec", list]).iter();
        containers.map(move |container| (list, field(container, "name")))
    };
    LISTS.into_iter().flat_map(names).collect()
}

/// As kubectl lists them: those that run all along first.
fn listed(containers: &[(&str, &str)]) -> String {
    let of = |wanted: &'static str, note: &'static str| {
        let its = containers.iter().filter(move |(list, _)| *list == wanted);
        its.map(move |(_, name)| format!("{name}{note}"))
    };
    let [init, main, ephemeral] = LISTS;
    let all = of(main, "")
        .chain(of(ephemeral, " (ephem)"))
        .chain(of(init, " (init)"));
    all.collect::<Vec<_>>().join(", ")
}
