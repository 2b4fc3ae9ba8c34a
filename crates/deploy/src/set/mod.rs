//! Changes of the containers that pods and workloads run, and of little else, as kubectl's `set` makes them.

mod environment;
mod image;
mod pattern;
mod resources;
mod selector;
mod service_account;
mod subjects;

pub use environment::{Environment, KeySource, Variable, VariableValue};
pub use image::Images;
pub use pattern::ContainerPattern;
pub use resources::{ResourceList, ResourceRequirements};
pub use selector::ServiceSelector;
pub use service_account::ServiceAccountName;
pub use subjects::Subjects;

use crate::error::{Error, Result};
use crate::fields::{field, metadata};
use crate::rollout::nested;
use crate::target::{ObjectRef, PatchType, Target};
use std::time::Duration;
use trimtab_object::merge_patch;
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::{Mapping, Value};

/// The lists of a pod's specification that hold containers.
const LISTS: [&str; 2] = ["containers", "initContainers"];

/// How often a change is made anew because somebody else was quicker: a rollout writes its status many times.
const ATTEMPTS: u32 = 10;

/// The first wait before that; each further one is twice as long, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_millis(200);

/// A change of containers.
pub trait ContainerChange {
    /// Changes the containers of a pod, those that initialise it behind the others.
    ///
    /// # Errors
    /// When none of them is meant, or the change contradicts what is there.
    fn change(&self, containers: &mut [&mut Mapping]) -> Result<()>;
}

/// A change of an object.
pub trait ObjectChange {
    /// The merge patch (RFC 7386) that makes it; nothing where all is as it shall be.
    ///
    /// # Errors
    /// When the object is of a kind that has nothing of that, or the change contradicts what is there.
    fn patch(&self, object: &Value) -> Result<Option<Value>>;
}

/// Whole lists of containers are sent: so it works for custom resources with pod templates, too.
impl<C: ContainerChange> ObjectChange for C {
    fn patch(&self, object: &Value) -> Result<Option<Value>> {
        patch(object, self)
    }
}

/// Makes a change of `object`, and gives what the server made of it; nothing where all was as it shall be.
///
/// It is made on condition that the object is still the one that was read. Where somebody else was quicker,
/// it is done once more on what they made.
///
/// # Errors
/// When the change cannot be made, or the server refuses.
pub async fn set(
    target: &Target,
    object: &ObjectRef,
    change: &dyn ObjectChange,
    dry_run: bool,
) -> Result<Option<Value>> {
    let mut attempts = 1;
    loop {
        let present = target.get_existing(object).await?;
        let Some(mut patch) = change.patch(&present)? else {
            return Ok(None);
        };
        if let Some(fields) = patch.as_mapping_mut() {
            let version = Value::string(metadata(&present, "resourceVersion"));
            fields.insert("metadata", nested(&["resourceVersion"], version));
        }
        let kind = PatchType::Merge;
        match target.patch(object, None, kind, &patch, dry_run).await {
            Err(error) if error.is_conflict() && attempts < ATTEMPTS => {
                let wait = FIRST_WAIT * 2_u32.pow(attempts - 1);
                tokio::time::sleep(wait.min(LONGEST_WAIT)).await;
                attempts += 1;
            }
            result => return result.map(Some),
        }
    }
}

/// What `change` makes of an object that no server is asked about; nothing where that is the same.
///
/// # Errors
/// When the change cannot be made.
pub fn set_described(object: &Value, change: &dyn ObjectChange) -> Result<Option<Value>> {
    let Some(patch) = change.patch(object)? else {
        return Ok(None);
    };
    let mut changed = object.clone();
    merge_patch(&mut changed, &patch);
    Ok(Some(changed))
}

/// The containers of an object, each with the list that it is in.
///
/// # Errors
/// When the object runs none.
pub fn containers(object: &Value) -> Result<Vec<&Mapping>> {
    let spec = object.get_path(&pod_spec(object)?);
    let lists = LISTS
        .iter()
        .filter_map(|list| spec?.get(list)?.as_sequence());
    Ok(lists.flatten().filter_map(Value::as_mapping).collect())
}

/// What makes of an object what `change` makes of it; nothing where that is the same.
fn patch(object: &Value, change: &dyn ContainerChange) -> Result<Option<Value>> {
    let path = pod_spec(object)?;
    let Some(before) = object.get_path(&path).and_then(Value::as_mapping) else {
        return Err(no_pods(object));
    };
    let mut after = before.clone();
    let lists = after.iter_mut().filter(|(key, _)| LISTS.contains(key));
    let mut lists: Vec<_> = lists.collect();
    lists.sort_by_key(|(key, _)| LISTS.iter().position(|list| list == key));
    let containers = lists
        .into_iter()
        .filter_map(|(_, list)| list.as_sequence_mut());
    let containers = containers.flatten().filter_map(Value::as_mapping_mut);
    change.change(&mut containers.collect::<Vec<_>>())?;
    let is_changed = |list: &&&str| before.get(list) != after.get(list);
    let changed = LISTS.iter().filter(is_changed);
    let changed = changed.filter_map(|list| Some((list, after.get(list)?.clone())));
    let mut spec = Mapping::new();
    for (list, containers) in changed {
        spec.insert(list, containers);
    }
    Ok((!spec.is_empty()).then(|| nested(&path, spec.into())))
}

/// Where the specification of the pods of an object is.
fn pod_spec(object: &Value) -> Result<Vec<&'static str>> {
    if field(object, "kind") == "Pod" {
        return Ok(vec!["spec"]);
    }
    let places = [PodTemplatePlace::WORKLOAD, PodTemplatePlace::CRON_JOB];
    let mut specs = places
        .map(|place| [place.path, &["spec"]].concat())
        .into_iter();
    specs
        .find(|path| object.get_path(path).is_some())
        .ok_or_else(|| no_pods(object))
}

fn no_pods(object: &Value) -> Error {
    Error::Usage(format!(
        "{} {:?} runs no containers: it is no pod and has no template of pods",
        field(object, "kind"),
        metadata(object, "name")
    ))
}

/// The name of a container.
fn name(container: &Mapping) -> &str {
    container
        .get("name")
        .and_then(Value::text)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    /// What a change makes of a Deployment with these containers: the patch.
    pub(super) fn patched(containers: &str, change: &dyn ContainerChange) -> Result<Option<Value>> {
        let object = yaml(&format!(
            "{{kind: Deployment, metadata: {{name: web}}, spec: {{template: {{spec: {containers}}}}}}}"
        ));
        let patch = patch(&object, change)?;
        Ok(patch.map(|patch| {
            patch
                .get_path(&["spec", "template", "spec"])
                .expect("it is changed")
                .clone()
        }))
    }

    #[test]
    fn pods_are_found_where_each_kind_has_them() {
        for (object, expected) in [
            ("{kind: Pod, spec: {containers: []}}", Some(1)),
            ("{kind: Deployment, spec: {template: {spec: {}}}}", Some(3)),
            (
                "{kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {}}}}}}",
                Some(5),
            ),
            ("{kind: Rollout, spec: {template: {spec: {}}}}", Some(3)),
            (
                "{kind: Service, metadata: {name: web}, spec: {ports: []}}",
                None,
            ),
        ] {
            let found = pod_spec(&yaml(object));
            assert_eq!(found.ok().map(|path| path.len()), expected, "{object}");
        }
        let error =
            containers(&yaml("{kind: Service, metadata: {name: web}}")).expect_err("it runs none");
        assert!(
            error
                .to_string()
                .starts_with("Service \"web\" runs no containers"),
            "{error}"
        );
    }

    #[test]
    fn what_changes_nothing_is_no_patch() {
        let containers =
            "{containers: [{name: a, image: 'x:1'}], initContainers: [{name: b, image: 'y:1'}]}";
        let same = Images::parse(&["a=x:1"]).expect("it is one");
        assert_eq!(patched(containers, &same).expect("there is a"), None);
        let other = Images::parse(&["b=y:2"]).expect("it is one");
        let expected = yaml("{initContainers: [{name: b, image: 'y:2'}]}");
        assert_eq!(
            patched(containers, &other).expect("there is b"),
            Some(expected)
        );
    }
}
