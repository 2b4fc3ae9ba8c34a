//! `PodSecurity`: pods keep to the security standard that labels of their namespace name.
//!
//! `enforce` refuses pods, `audit` and `warn` note those that break it, and the workloads whose
//! template does. After `k8s.io/pod-security-admission`; the checks are those of the Pod Security
//! Standards, each in the version of the standard that is asked for.

mod baseline;
mod level;
mod namespace;
mod pod;
mod restricted;
pub(super) mod settings;

use super::attributes::{Attributes, Operation};
use crate::Status;
use crate::fields::{items_at, text_at};
use crate::lookup::Lookup;
use level::{LevelVersion, Standards, standards};
use pod::{Pod, Violation};
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::Value;

/// What begins the keys of annotations in the audit log.
const AUDIT: &str = "pod-security.kubernetes.io/";

/// Subresources of pods that do not touch what is looked at.
const OTHER_SUBRESOURCES: [&str; 8] = [
    "exec",
    "attach",
    "binding",
    "eviction",
    "log",
    "portforward",
    "proxy",
    "status",
];

/// Refuses pods that break the standard that is enforced, and namespaces that name none.
pub(super) async fn check(
    object: &Value,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<(), Status> {
    if !matches!(attributes.operation, Operation::Create | Operation::Update) {
        return Ok(());
    }
    match (attributes.group, attributes.resource) {
        ("", "namespaces") if attributes.subresource.is_empty() => {
            namespace::check(object, attributes, lookup).await
        }
        ("", "pods") if !OTHER_SUBRESOURCES.contains(&attributes.subresource) => {
            if attributes.old.is_some_and(|old| !changes(object, old)) {
                return Ok(());
            }
            let enforced = evaluate(&Pod::new(object), Is::Pod, attributes, lookup).await?;
            enforced.map_or(Ok(()), |why| Err(attributes.forbidden(&why)))
        }
        (group, _) => {
            let Some(place) = PodTemplatePlace::of(group, attributes.kind.kind) else {
                return Ok(());
            };
            let template = object.get_path(place.path).filter(|it| !it.is_null());
            if let (Some(template), "") = (template, attributes.subresource) {
                evaluate(&Pod::new(template), Is::Template, attributes, lookup).await?;
            }
            Ok(())
        }
    }
}

/// What is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Pod,
    /// Nothing is enforced before there are pods.
    Template,
}

/// Notes what is broken; gives back why a pod is refused.
async fn evaluate(
    pod: &Pod<'_>,
    is: Is,
    attributes: &Attributes<'_>,
    lookup: &impl Lookup,
) -> Result<Option<String>, Status> {
    let name = attributes.namespace;
    let settings = &attributes.settings.pod_security;
    let user = &attributes.user.name;
    if let Some(exemption) = settings.exempts(name, user, pod.runtime_class()) {
        if is == Is::Pod {
            let key = format!("{AUDIT}exempt");
            attributes.notes.annotate(key, exemption);
        }
        return Ok(None);
    }
    let namespace = lookup.get("", "namespaces", "", name).await?;
    let Some(namespace) = namespace else {
        if is == Is::Template {
            return Ok(None);
        }
        return Err(Status::internal(format!(
            "failed to lookup namespace {name:?}"
        )));
    };
    let (standards, faults) = standards(&namespace, &settings.defaults);
    let annotate = |key: &str, value: String| {
        attributes.notes.annotate(format!("{AUDIT}{key}"), value);
    };
    if faults.is_empty() && standards.is_privileged() {
        if is == Is::Pod {
            annotate("enforce-policy", "privileged:latest".to_owned());
        }
        return Ok(None);
    }
    if !faults.is_empty() {
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| format!("{}: {}", fault.field, fault.message))
            .collect();
        annotate(
            "error",
            format!("Failed to parse policy: {}", faults.join(", ")),
        );
    }
    let Standards {
        enforce,
        audit,
        warn,
    } = standards;
    if is == Is::Pod {
        annotate("enforce-policy", enforce.to_string());
    }
    let told = |standard: LevelVersion, verb: &str| {
        let broken = violations(pod, standard);
        let details = Violation::details(&broken);
        (!broken.is_empty()).then(|| format!("{verb} PodSecurity \"{standard}\": {details}"))
    };
    if let Some(why) = told(audit, "would violate") {
        annotate("audit-violations", why);
    }
    if is == Is::Pod
        && let Some(why) = told(enforce, "violates")
    {
        return Ok(Some(why));
    }
    if let Some(why) = told(warn, "would violate") {
        attributes.notes.warn(why);
    }
    Ok(None)
}

/// What of a standard a pod breaks: first the baseline, then what is restricted, by name of check.
fn violations(pod: &Pod<'_>, standard: LevelVersion) -> Vec<Violation> {
    let minor = standard.version.minor();
    match standard.level {
        level::Level::Privileged => Vec::new(),
        level::Level::Baseline => baseline::check(pod, minor, &[]),
        level::Level::Restricted => {
            let mut broken = baseline::check(pod, minor, &restricted::overridden(minor));
            broken.extend(restricted::check(pod, minor));
            broken
        }
    }
}

/// Whether an update of a pod changes what is looked at: containers and their images.
fn changes(new: &Value, old: &Value) -> bool {
    let image = |container: &Value| text_at(container, &["image"]).map(str::to_owned);
    for list in ["containers", "initContainers"] {
        let (new, old) = (
            items_at(new, &["spec", list]),
            items_at(old, &["spec", list]),
        );
        if new.len() != old.len()
            || new
                .iter()
                .zip(old)
                .any(|(new, old)| image(new) != image(old))
        {
            return true;
        }
    }
    let old = items_at(old, &["spec", "ephemeralContainers"]);
    items_at(new, &["spec", "ephemeralContainers"])
        .iter()
        .any(|new| {
            let same = |old: &&Value| old.get("name") == new.get("name");
            old.iter()
                .find(same)
                .is_none_or(|old| image(old) != image(new))
        })
}

#[cfg(test)]
mod tests;
