//! Selectors that match no pod of the build.
//!
//! Where pods of the build come close (they have the labels, but one of them with another value, or
//! their workload has the name of the service), it is an error; else they may be made elsewhere, by an
//! operator for example, and it is a warning.

use crate::codes;
use crate::finding::Findings;
use crate::inventory::{FEW_EDITS, Inventory, Object};
use crate::known::Known;
use crate::pods::{PodTemplate, Pods, items, text};
use crate::sent::is_substituted;
use trimtab_tree::{Mapping, Severity, Value, nearest, nearest_within};

/// Checks all selectors.
pub(crate) fn check(
    inventory: &Inventory<'_>,
    pods: &Pods<'_>,
    known: &Known,
    findings: &mut Findings,
) {
    for object in &inventory.objects {
        match (object.group, object.kind) {
            ("", "Service") => check_service(object, pods, findings),
            ("policy", "PodDisruptionBudget") => {
                check_selector(object, pods, "spec.selector", findings);
            }
            ("networking.k8s.io", "NetworkPolicy") => {
                check_selector(object, pods, "spec.podSelector", findings);
            }
            ("autoscaling", "HorizontalPodAutoscaler") => {
                check_target(object, inventory, known, findings);
            }
            _ => {}
        }
    }
}

/// What the labels of pods must be.
struct Selector<'a> {
    labels: Vec<(&'a str, &'a str)>,
    expressions: Vec<&'a Value>,
}

impl<'s> Selector<'s> {
    fn new(labels: Option<&'s Value>, expressions: Vec<&'s Value>) -> Self {
        let labels = labels.and_then(Value::as_mapping);
        let labels = labels.into_iter().flat_map(Mapping::iter);
        Self {
            labels: labels
                .map(|(key, value)| (key, value.text_if_not_null().unwrap_or_default()))
                .collect(),
            expressions,
        }
    }

    fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }

    fn first<'p, 'a>(&self, pods: &'p Pods<'a>, namespace: &str) -> Option<&'p PodTemplate<'a>> {
        let holds = |template: &PodTemplate<'_>| {
            let mut expressions = self.expressions.iter();
            expressions.all(|expression| holds(expression, template))
        };
        pods.selected(namespace, &self.labels, holds)
    }
}

/// Whether an item of `matchExpressions` holds of pods; one that cannot be understood is the
/// business of validation.
fn holds(expression: &Value, template: &PodTemplate<'_>) -> bool {
    let Some(key) = text(expression, "key") else {
        return true;
    };
    if PodTemplate::is_set_later(key) {
        return true;
    }
    let found = template.label(key);
    let is_listed = || {
        let found = found.unwrap_or_default();
        items(expression, "values").any(|value| value.text() == Some(found))
    };
    match text(expression, "operator") {
        Some("In") => found.is_some() && is_listed(),
        Some("NotIn") => found.is_none() || !is_listed(),
        Some("Exists") => found.is_some(),
        Some("DoesNotExist") => found.is_none(),
        _ => true,
    }
}

fn check_service(service: &Object<'_>, pods: &Pods<'_>, findings: &mut Findings) {
    let Some(spec) = service.value.get("spec") else {
        return;
    };
    if text(spec, "type") == Some("ExternalName") {
        return;
    }
    let selector = Selector::new(spec.get("selector"), Vec::new());
    if selector.is_empty() {
        return;
    }
    if selector.first(pods, service.namespace).is_none() {
        tell(service, "spec.selector", &selector, pods, findings);
        return;
    }
    for (at, port) in items(spec, "ports").enumerate() {
        let Some(name) = port.get("targetPort").and_then(Value::as_str) else {
            continue;
        };
        if is_substituted(name) {
            continue;
        }
        let has_port = |template: &PodTemplate<'_>| {
            port_names(template).any(|port| port == name || is_substituted(port))
        };
        let with_port = pods.selected(service.namespace, &selector.labels, has_port);
        if with_port.is_some() {
            continue;
        }
        let first = selector.first(pods, service.namespace);
        let names: Vec<&str> = first.into_iter().flat_map(port_names).collect();
        let path = format!("spec.ports[{at}].targetPort");
        let message = format!("{path}: the selected pods have no port named `{name}`");
        let hint = nearest(name, names.iter().copied()).map_or_else(
            || {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                let listed = (!names.is_empty()).then(|| names.join(", "));
                listed.map(|listed| format!("they have {listed}"))
            },
            |meant| Some(format!("did you mean `{meant}`?")),
        );
        findings
            .error(service, codes::MISSING_PORT, &path, &message)
            .hint_if(hint)
            .tell();
    }
}

/// The names of the ports of a template's containers.
fn port_names<'a>(template: &PodTemplate<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    template
        .containers()
        .flat_map(|(_, container)| items(container, "ports"))
        .filter_map(|port| text(port, "name"))
}

/// Checks a label selector of an object; one that is empty selects everything.
fn check_selector(object: &Object<'_>, pods: &Pods<'_>, path: &str, findings: &mut Findings) {
    let steps: Vec<&str> = path.split('.').collect();
    let Some(selector) = object.value.get_path(&steps) else {
        return;
    };
    let expressions = items(selector, "matchExpressions").collect();
    let selector = Selector::new(selector.get("matchLabels"), expressions);
    if !selector.is_empty() && selector.first(pods, object.namespace).is_none() {
        tell(object, path, &selector, pods, findings);
    }
}

fn tell(
    object: &Object<'_>,
    path: &str,
    selector: &Selector<'_>,
    pods: &Pods<'_>,
    findings: &mut Findings,
) {
    if selector
        .labels
        .iter()
        .any(|(_, value)| is_substituted(value))
    {
        return;
    }
    let alike = pods.most_alike(object.namespace, &selector.labels);
    let alike = alike.or_else(|| pods.named(object.namespace, object.name));
    let is_close = alike.is_some_and(|template| comes_close(object, selector, template));
    let severity = if is_close && object.kind != "NetworkPolicy" {
        Severity::Error
    } else {
        Severity::Warning
    };
    // The label that differs is the place to look at.
    let differing = alike.and_then(|template| {
        let mut labels = selector.labels.iter();
        labels.find(|(key, value)| template.label(key) != Some(value))
    });
    let at = match differing {
        Some((key, _)) if object.value.get_path(&["spec", "selector", key]).is_some() => {
            format!("{path}[{key}]")
        }
        Some((key, _)) => format!("{path}.matchLabels[{key}]"),
        None => path.to_owned(),
    };
    let message = format!("{path}: no pod of the build matches the selector");
    let mut draft = findings.draft(object, severity, codes::EMPTY_SELECTOR, &at, &message);
    if let Some((template, (key, value))) = alike.zip(differing) {
        let subject = template.object.subject();
        let has = match template.label(key) {
            Some(other) => format!("`{key}: {other}`"),
            None => format!("no label `{key}`"),
        };
        draft = draft.hint(format!(
            "the pods of {subject} have {has}, the selector asks for `{key}: {value}`"
        ));
    } else if !pods.any_in(object.namespace) {
        draft = draft.note("the build makes no pods in this namespace");
    }
    draft.tell();
}

/// Whether these pods are most probably those that the selector means: they have all its labels, one
/// of them with another value. (A label that is not there at all may be set by the program, as those
/// of leaders are.)
fn comes_close(object: &Object<'_>, selector: &Selector<'_>, template: &PodTemplate<'_>) -> bool {
    if template.object.name == object.name {
        return true;
    }
    let is_same = |(key, value): &(&str, &str)| template.label(key) == Some(value);
    let is_near = |(key, value): &(&str, &str)| {
        let found = template.label(key);
        found.is_some_and(|found| nearest_within(value, FEW_EDITS, [found]).is_some())
    };
    let labels = &selector.labels;
    labels.iter().all(|(key, _)| template.label(key).is_some())
        && labels.iter().any(|pair| is_same(pair) || is_near(pair))
}

/// What an autoscaler scales.
fn check_target(
    object: &Object<'_>,
    inventory: &Inventory<'_>,
    known: &Known,
    findings: &mut Findings,
) {
    let Some(target) = object.value.get_path(&["spec", "scaleTargetRef"]) else {
        return;
    };
    let (Some(kind), Some(name)) = (text(target, "kind"), text(target, "name")) else {
        return;
    };
    let api_version = text(target, "apiVersion").unwrap_or("apps/v1");
    let (group, _) = trimtab_object::split_api_version(api_version);
    let is_there = inventory
        .find(group, kind, object.namespace, name)
        .is_some();
    if is_there || [kind, name].into_iter().any(is_substituted) || known.is(kind, name) {
        return;
    }
    let severity = if inventory.has_kind(group, kind) {
        Severity::Error
    } else {
        Severity::Warning
    };
    let path = "spec.scaleTargetRef";
    let message = format!("{path}: the build holds no {kind} `{name}`");
    let other = inventory
        .objects
        .iter()
        .find(|other| other.name == name && text(other.value, "kind") != Some(kind))
        .filter(|other| other.value.get_path(&["spec", "template"]).is_some());
    let hint = inventory
        .nearest(group, kind, name)
        .map(|meant| format!("did you mean `{meant}`?"))
        .or_else(|| other.map(|other| format!("there is a {} of {}", other.kind, other.group)));
    let at = format!("{path}.name");
    findings
        .draft(object, severity, codes::MISSING_TARGET, &at, &message)
        .hint_if(hint)
        .tell();
}
