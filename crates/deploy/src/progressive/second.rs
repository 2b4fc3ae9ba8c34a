//! The second Deployment: the new version beside the old one. All that must be known to go on, or back, is
//! written on it.

use super::strategy::Strategy;
use crate::fields::{metadata, text_at};
use crate::release::{RELEASE, ReleaseName};
use crate::rollout::is_same_template;
use crate::target::ObjectRef;
use trimtab_tree::{Mapping, Value};

/// The label that tells pods of the second Deployment from those of the first.
pub(super) const TRACK: &str = "trimtab.dev/track";

const STRATEGY: &str = "trimtab.dev/strategy";
const STEPS_DONE: &str = "trimtab.dev/steps-done";
const FIRST: &str = "trimtab.dev/beside";
const TOTAL: &str = "trimtab.dev/replicas";
const BEFORE: &str = "trimtab.dev/replicas-before";

/// A Deployment and the one beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that stays.
    pub first: ObjectRef,
    /// The one that goes again.
    pub second: ObjectRef,
    /// So many replicas they have together in a canary, and each in blue-green.
    pub total: u32,
    /// So many the first one had before.
    pub before: u32,
}

/// What is written on a second Deployment.
pub(super) struct Note {
    pub(super) strategy: Strategy,
    pub(super) steps_done: usize,
    pub(super) first: String,
    pub(super) total: u32,
    pub(super) before: u32,
}

/// Reads what is written on one.
pub(super) fn note(second: &Value) -> Option<Note> {
    let annotation = |key| text_at(second, &["metadata", "annotations", key]);
    let total = annotation(TOTAL).parse().ok()?;
    Some(Note {
        strategy: Strategy::parse(annotation(STRATEGY))?,
        steps_done: annotation(STEPS_DONE).parse().ok()?,
        first: annotation(FIRST).to_owned(),
        total,
        before: annotation(BEFORE).parse().unwrap_or(total),
    })
}

/// The change that writes down how many steps are done.
pub(super) fn steps_done(steps: usize) -> Value {
    let annotations = Value::mapping([(STEPS_DONE, Value::string(steps.to_string()))]);
    crate::rollout::nested(&["metadata", "annotations"], annotations)
}

/// What selects the second Deployments of a release, as the text of a request.
pub(super) fn selector(release: &ReleaseName) -> String {
    format!("{RELEASE}={release},{TRACK}")
}

/// The second Deployment beside one that is to become `deployment`, without replicas.
pub(super) fn second(
    deployment: &Value,
    pair: &Pair,
    strategy: &Strategy,
    release: &ReleaseName,
) -> Value {
    let text = |text: &str| Value::string(text);
    let track = text(strategy.track());
    let mut labels = mapping_at(deployment, &["metadata", "labels"]);
    labels.insert(TRACK, track.clone());
    labels.insert(RELEASE, text(release.as_str()));
    let annotations = Value::mapping([
        (STRATEGY, text(&strategy.to_string())),
        (STEPS_DONE, text("0")),
        (FIRST, text(&pair.first.name)),
        (TOTAL, text(&pair.total.to_string())),
        (BEFORE, text(&pair.before.to_string())),
    ]);
    let mut spec = mapping_at(deployment, &["spec"]);
    spec.insert("replicas", Value::int(0));
    let mut spec = Value::from(spec);
    for path in [
        &["selector", "matchLabels"][..],
        &["template", "metadata", "labels"],
    ] {
        label(&mut spec, path, track.clone());
    }
    Value::mapping([
        ("apiVersion", text("apps/v1")),
        ("kind", text("Deployment")),
        (
            "metadata",
            Value::mapping([
                ("name", text(&pair.second.name)),
                ("namespace", text(metadata_namespace(deployment, pair))),
                ("labels", labels.into()),
                ("annotations", annotations),
            ]),
        ),
        ("spec", spec),
    ])
}

/// Whether the first Deployment has the pods of the second one by now.
pub(super) fn has_same_pods(first: &Value, second: &Value) -> bool {
    let template = |deployment: &Value| deployment.get_path(&["spec", "template"]).cloned();
    let (Some(first), Some(mut second)) = (template(first), template(second)) else {
        return false;
    };
    let labels = second.get_path_mut(&["metadata", "labels"]);
    if let Some(labels) = labels.and_then(Value::as_mapping_mut) {
        labels.remove(TRACK);
    }
    is_same_template(&first, &second)
}

fn metadata_namespace<'v>(deployment: &'v Value, pair: &'v Pair) -> &'v str {
    match metadata(deployment, "namespace") {
        "" => &pair.second.namespace,
        namespace => namespace,
    }
}

fn mapping_at(value: &Value, path: &[&str]) -> Mapping {
    let found = value.get_path(path).and_then(Value::as_mapping);
    found.cloned().unwrap_or_default()
}

/// Puts the label into the labels at a path, which may not be there yet.
fn label(value: &mut Value, path: &[&str], track: Value) {
    let mut at = value;
    for key in path {
        let Some(fields) = at.as_mapping_mut() else {
            return;
        };
        at = fields.get_or_insert_with(key, || Mapping::new().into());
        if at.is_null() {
            *at = Mapping::new().into();
        }
    }
    if let Some(labels) = at.as_mapping_mut() {
        labels.insert(TRACK, track);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{resource, yaml};
    use trimtab_tree::{JsonStyle, write_json};

    #[test]
    fn the_second_is_the_first_with_a_label_and_a_note() {
        let deployments = resource("apps", "v1", "deployments", "Deployment", true);
        let pair = Pair {
            first: ObjectRef::new(&deployments, "shop", "web"),
            second: ObjectRef::new(&deployments, "shop", "web-canary"),
            total: 4,
            before: 3,
        };
        let web = yaml(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, labels: {app: web}}, spec: {replicas: 4, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}}",
        );
        let canary = Strategy::Canary(vec![10, 50]);
        let shop = ReleaseName::parse("shop").expect("it is one");
        let made = second(&web, &pair, &canary, &shop);
        let mut text = String::new();
        write_json(&made, &mut text, JsonStyle::Ordered).expect("it is JSON");
        let expected = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web-canary","namespace":"shop","labels":{"app":"web","trimtab.dev/track":"canary","trimtab.dev/release":"shop"},"annotations":{"trimtab.dev/strategy":"canary 10%,50%","trimtab.dev/steps-done":"0","trimtab.dev/beside":"web","trimtab.dev/replicas":"4","trimtab.dev/replicas-before":"3"}},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"web","trimtab.dev/track":"canary"}},"template":{"metadata":{"labels":{"app":"web","trimtab.dev/track":"canary"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}"#;
        assert_eq!(text, expected);
        let note = note(&made).expect("it is written down");
        assert_eq!((note.strategy, note.steps_done), (canary, 0));
        assert_eq!((&*note.first, note.total, note.before), ("web", 4, 3));
        assert!(has_same_pods(&web, &made));
    }
}
