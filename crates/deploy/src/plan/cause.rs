//! Why a workload is what it is: the annotation that `rollout history` shows for each revision. kubectl
//! recorded command lines there; here it is where the files come from.

use crate::fields::{field, items_at, text_at};
use crate::rollout::CHANGE_CAUSE;
use crate::target::Manager;
use trimtab_tree::{Mapping, Value};

/// Whether an object is rolled out in revisions, and does not say itself why.
pub(super) fn is_wanting(object: &Value) -> bool {
    let is_rolled_out = field(object, "apiVersion").starts_with("apps/")
        && matches!(
            field(object, "kind"),
            "Deployment" | "StatefulSet" | "DaemonSet"
        );
    is_rolled_out && of(object).is_empty()
}

/// What an object says.
pub(super) fn of(object: &Value) -> &str {
    text_at(object, &["metadata", "annotations", CHANGE_CAUSE])
}

/// What an earlier apply said of an object that is there, which stays as long as its pods do.
pub(super) fn said_by_us(live: &Value) -> Option<&str> {
    let annotation = format!("f:{CHANGE_CAUSE}");
    let path = ["fieldsV1", "f:metadata", "f:annotations", &annotation];
    let mut managers = items_at(live, &["metadata", "managedFields"]).iter();
    let is_ours = managers.any(|entry| {
        field(entry, "manager") == Manager::Apply.name()
            && field(entry, "operation") == "Apply"
            && entry.get_path(&path).is_some()
    });
    Some(of(live)).filter(|cause| is_ours && !cause.is_empty())
}

/// Says it.
pub(super) fn say(object: &mut Value, cause: &str) {
    let Some(fields) = object.as_mapping_mut() else {
        return;
    };
    let metadata = fields.get_or_insert_with("metadata", || Mapping::new().into());
    let Some(metadata) = metadata.as_mapping_mut() else {
        return;
    };
    let annotations = metadata.get_or_insert_with("annotations", || Mapping::new().into());
    if annotations.is_null() {
        *annotations = Mapping::new().into();
    }
    if let Some(annotations) = annotations.as_mapping_mut() {
        annotations.insert(CHANGE_CAUSE, Value::string(cause));
    }
}

/// Takes back what was said.
pub(super) fn unsay(object: &mut Value) {
    let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
    let Some(metadata) = metadata else {
        return;
    };
    let annotations = metadata.get_mut("annotations");
    if let Some(annotations) = annotations.and_then(Value::as_mapping_mut) {
        annotations.remove(CHANGE_CAUSE);
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
}

/// Whether two versions of a workload make other pods.
pub(super) fn makes_other_pods(before: Option<&Value>, after: Option<&Value>) -> bool {
    let template = |version: Option<&Value>| version?.get_path(&["spec", "template"]).cloned();
    template(before) != template(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn only_workloads_that_say_nothing_want_a_cause() {
        for (object, expected) in [
            ("{apiVersion: apps/v1, kind: Deployment}", true),
            ("{apiVersion: apps/v1, kind: ReplicaSet}", false),
            ("{apiVersion: v1, kind: Service}", false),
            (
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {annotations: {kubernetes.io/change-cause: mine}}}",
                false,
            ),
        ] {
            assert_eq!(is_wanting(&yaml(object)), expected, "{object}");
        }
        let mut object = yaml("{metadata: {name: a, annotations: null}}");
        say(&mut object, "commit abc");
        assert_eq!(of(&object), "commit abc");
    }

    #[test]
    fn what_others_said_is_theirs() {
        let live = |manager: &str| {
            yaml(&format!(
                "{{metadata: {{annotations: {{kubernetes.io/change-cause: why}}, managedFields: [{{manager: {manager}, operation: Apply, fieldsV1: {{'f:metadata': {{'f:annotations': {{'f:kubernetes.io/change-cause': {{}}}}}}}}}}]}}}}"
            ))
        };
        assert_eq!(said_by_us(&live("trimtab")), Some("why"));
        assert_eq!(said_by_us(&live("kubectl")), None);
    }
}
