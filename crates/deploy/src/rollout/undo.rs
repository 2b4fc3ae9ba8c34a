//! Back to an earlier template.

use super::history::{Revision, revisions_of};
use super::{ROLLED_OUT, check_kind};
use crate::error::{Error, Result};
use crate::fields::text_at;
use crate::revision::REVISION_ANNOTATION;
use crate::target::ObjectRef;
use crate::target::{PatchType, Target};
use trimtab_tree::{Mapping, Value};

/// What became of an undo, and what the workload is now.
#[derive(Clone, Debug, PartialEq)]
pub enum Undone {
    /// The workload has the template of that revision again.
    RolledBack(i64, Value),
    /// It already had it.
    Skipped(i64, Value),
}

/// The label that the deployment controller adds to the templates of its `ReplicaSets`.
const POD_TEMPLATE_HASH: &str = "pod-template-hash";

/// Annotations that belong to the Deployment as it is, and not to the revision that comes back.
const KEPT: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION_ANNOTATION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

/// Rolls a workload back to revision `to`, or to the one before the present one. The template comes
/// back as it was written, field for field.
///
/// # Errors
/// When there is no such revision, the Deployment is paused, or the server refuses.
pub async fn undo(
    target: &Target,
    workload: &ObjectRef,
    to: Option<i64>,
    dry_run: bool,
) -> Result<Undone> {
    check_kind(workload, ROLLED_OUT, "undo")?;
    let object = target.get_existing(workload).await?;
    if text_at(&object, &["spec", "paused"]) == "true" {
        return Err(Error::Impossible(
            "you cannot rollback a paused deployment; resume it first with 'trimtab rollout \
             resume' and try again"
                .to_owned(),
        ));
    }
    let revisions = revisions_of(target, workload, &object).await?;
    let wanted = choose(&revisions, to).ok_or_else(|| match to {
        Some(number) => Error::Impossible(format!(
            "unable to find specified revision {number} in history{}",
            known(&revisions)
        )),
        None => Error::Impossible(format!(
            "no rollout history found for {} {:?}",
            workload.resource.singular, workload.name
        )),
    })?;
    let template = without_hash(&wanted.template);
    let present = object.get_path(&["spec", "template"]);
    if present.is_some_and(|present| is_same(present, &template)) {
        return Ok(Undone::Skipped(wanted.number, object));
    }
    let patch = patch(workload, &object, wanted, template);
    let kind = PatchType::Json;
    let after = target.patch(workload, None, kind, &patch, dry_run).await?;
    Ok(Undone::RolledBack(wanted.number, after))
}

/// Takes a Deployment back to the pods that it had before those of its present template.
///
/// # Errors
/// When there is no such revision, or the server refuses.
pub(crate) async fn leave_template(
    target: &Target,
    workload: &ObjectRef,
    object: &Value,
) -> Result<()> {
    let present = object.get_path(&["spec", "template"]);
    let revisions = revisions_of(target, workload, object).await?;
    // There may be no ReplicaSet of the present one yet.
    let is_other = |it: &&Revision| {
        present.is_none_or(|present| !is_same(present, &without_hash(&it.template)))
    };
    let wanted = revisions.iter().rfind(is_other).ok_or_else(|| {
        Error::Impossible(format!(
            "{workload} cannot get back the pods that it had: no revision of them is kept"
        ))
    })?;
    let patch = patch(workload, object, wanted, without_hash(&wanted.template));
    let kind = PatchType::Json;
    target.patch(workload, None, kind, &patch, false).await?;
    Ok(())
}

fn choose(revisions: &[Revision], to: Option<i64>) -> Option<&Revision> {
    match to {
        Some(number) => revisions.iter().find(|revision| revision.number == number),
        None => revisions.iter().nth_back(1),
    }
}

fn known(revisions: &[Revision]) -> String {
    if revisions.is_empty() {
        return String::new();
    }
    let numbers: Vec<String> = revisions.iter().map(|r| r.number.to_string()).collect();
    format!(" (there are {})", numbers.join(", "))
}

/// Whether two templates say the same but for the label that tells `ReplicaSet`s apart.
pub(crate) fn is_same_template(a: &Value, b: &Value) -> bool {
    is_same(&without_hash(a), &without_hash(b))
}

/// The template as a Deployment has it.
fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(labels) = template.get_path_mut(&["metadata", "labels"])
        && let Some(labels) = labels.as_mapping_mut()
    {
        labels.remove(POD_TEMPLATE_HASH);
    }
    template
}

/// Whether two templates say the same, in whatever order of fields.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a.as_mapping(), b.as_mapping()) {
        (Some(a), Some(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| is_same(value, other)))
        }
        _ => match (a.as_sequence(), b.as_sequence()) {
            (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
            _ => a == b,
        },
    }
}

/// The JSON patch that puts the template in place. A Deployment gets the annotations of the revision
/// too, as with kubectl: the cause of the change is among them.
fn patch(workload: &ObjectRef, object: &Value, wanted: &Revision, template: Value) -> Value {
    let mut operations = vec![replace("/spec/template", template)];
    if workload.resource.kind == "Deployment" {
        let annotations = annotations(object, &wanted.keeper);
        if let Some(annotations) = annotations {
            operations.push(replace("/metadata/annotations", annotations));
        }
    }
    Value::sequence(operations)
}

fn annotations(deployment: &Value, replica_set: &Value) -> Option<Value> {
    // Without annotations there would be nothing to replace.
    let present = deployment
        .get_path(&["metadata", "annotations"])?
        .as_mapping()?;
    let mut annotations = Mapping::new();
    for (key, value) in present.iter().filter(|(key, _)| KEPT.contains(key)) {
        annotations.insert(key, value.clone());
    }
    let restored = replica_set.get_path(&["metadata", "annotations"]);
    let restored = restored.and_then(Value::as_mapping);
    for (key, value) in restored.into_iter().flat_map(Mapping::iter) {
        if !KEPT.contains(&key) {
            annotations.insert(key, value.clone());
        }
    }
    Some(annotations.into())
}

fn replace(path: &str, value: Value) -> Value {
    let mut operation = Mapping::new();
    operation.insert("op", Value::string("replace"));
    operation.insert("path", Value::string(path));
    operation.insert("value", value);
    operation.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{resource, yaml};

    fn revision(number: i64, keeper: &str) -> Revision {
        let keeper = yaml(keeper);
        let template = keeper.get_path(&["spec", "template"]);
        Revision {
            number,
            change_cause: None,
            template: template.cloned().unwrap_or_else(Value::null),
            keeper,
        }
    }

    #[test]
    fn the_one_before_the_last_comes_back() {
        let revisions = [revision(1, "{}"), revision(3, "{}"), revision(4, "{}")];
        let number = |to| choose(&revisions, to).map(|revision| revision.number);
        assert_eq!(number(None), Some(3));
        assert_eq!(number(Some(1)), Some(1));
        assert_eq!(number(Some(2)), None);
        assert_eq!(choose(&revisions[..1], None), None);
        assert_eq!(known(&revisions), " (there are 1, 3, 4)");
    }

    #[test]
    fn the_template_comes_back_as_it_was_written() {
        let old = revision(
            1,
            "{metadata: {annotations: {kubernetes.io/change-cause: first, deployment.kubernetes.io/revision: '1', deployment.kubernetes.io/desired-replicas: '3'}},
              spec: {template: {metadata: {labels: {pod-template-hash: abc, app: web}}, spec: {containers: [{name: web, image: 'x:1'}]}}}}",
        );
        let template = without_hash(&old.template);
        let expected = yaml(
            "{metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'x:1'}]}}",
        );
        assert_eq!(template, expected);

        let deployments = resource("apps", "v1", "deployments", "Deployment", true);
        let web = ObjectRef::new(&deployments, "n", "web");
        let object = yaml(
            "{metadata: {annotations: {deployment.kubernetes.io/revision: '2', kubernetes.io/change-cause: second, note: x}}}",
        );
        let patch = patch(&web, &object, &old, template);
        let annotations = patch.as_sequence().expect("operations")[1].get("value");
        let expected =
            yaml("{deployment.kubernetes.io/revision: '2', kubernetes.io/change-cause: first}");
        assert_eq!(annotations, Some(&expected));
    }

    #[test]
    fn templates_are_the_same_in_any_order() {
        let a = yaml("{a: 1, b: [{c: 2, d: 3}]}");
        assert!(is_same(&a, &yaml("{b: [{d: 3, c: 2}], a: 1}")));
        assert!(!is_same(&a, &yaml("{b: [{d: 3, c: 4}], a: 1}")));
    }
}
