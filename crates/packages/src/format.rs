//! The order of fields that kyaml gives objects, and objects without comments.

use std::cmp::Ordering;
use trimtab_tree::{Diagnostic, Extra, Node, Result, Value};

/// Says whether an object may be formatted.
const FORMATTING: &str = "config.kubernetes.io/formatting";

/// The fields that have a place of their own, first to last; of one named twice the later place
/// counts. All others follow, sorted by name. The order is that of kyaml's `yaml/order.go`.
#[rustfmt::skip]
const ORDER: [&str; 112] = [
    // Of every object.
    "name", "generateName", "namespace", "clusterName", "apiVersion", "kind", "metadata", "type",
    "labels", "annotations", "spec", "status",
    // Secrets and config maps.
    "stringData", "data", "binaryData",
    // Workloads.
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "replicas", "selector",
    "manualSelector", "template", "ttlSecondsAfterFinished", "volumeClaimTemplates", "service",
    "serviceName", "podManagementPolicy", "updateStrategy", "strategy", "minReadySeconds", "revision",
    "revisionHistoryLimit", "paused", "progressDeadlineSeconds",
    // Pods.
    "restartPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "dnsPolicy",
    "serviceAccountName", "serviceAccount", "automountServiceAccountToken", "nodeName", "hostNetwork",
    "hostPID", "hostIPC", "shareProcessNamespace", "hostname", "subdomain", "schedulerName",
    "priorityClassName", "priority", "runtimeClassName", "enableServiceLinks", "nodeSelector",
    "hostAliases", "initContainers", "containers", "volumes", "securityContext", "imagePullSecrets",
    "affinity", "tolerations", "dnsConfig", "readinessGates",
    // Containers.
    "image", "command", "args", "workingDir", "ports", "envFrom", "env", "resources", "volumeMounts",
    "volumeDevices", "livenessProbe", "readinessProbe", "lifecycle", "terminationMessagePath",
    "terminationMessagePolicy", "imagePullPolicy", "securityContext", "stdin", "stdinOnce", "tty",
    // Services.
    "clusterIP", "externalIPs", "loadBalancerIP", "loadBalancerSourceRanges", "externalName",
    "externalTrafficPolicy", "sessionAffinity",
    // Ports.
    "protocol", "port", "targetPort", "hostPort", "containerPort", "hostIP",
    // Mounts.
    "readOnly", "mountPath", "subPath", "subPathExpr", "mountPropagation",
    // Variables of the environment.
    "value", "valueFrom", "fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "prefix",
    "configMapRef", "secretRef",
];

/// The kinds whose lists are sorted where [`sort_key`] says so.
const KINDS: [&str; 7] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "ReplicaSet",
    "StatefulSet",
    "ValidatingWebhookConfiguration",
];

/// The versions of these kinds.
const VERSIONS: [&str; 8] = [
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "batch/v1",
    "batch/v1beta1",
    "extensions/v1beta1",
    "v1",
    "admissionregistration.k8s.io/v1",
];

/// Compares names of fields by their place: known ones first, others by name.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let place = |name: &str| ORDER.iter().rposition(|&other| other == name);
    match (place(a), place(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// Puts the fields of an object in order, and the lists whose order does not matter. An object
/// without `kind` or `apiVersion` stays as it is, and one whose annotation
/// `config.kubernetes.io/formatting` says `none`.
///
/// # Errors
/// When that annotation says something unknown.
pub fn format(object: &mut Value) -> Result<()> {
    let strategy = object.get_path(&["metadata", "annotations", FORMATTING]);
    match strategy.and_then(Value::text) {
        None | Some("standard") => {}
        Some("none") => return Ok(()),
        Some(other) => {
            let position = strategy.map(|value| value.position).unwrap_or_default();
            let message = format!("`{other}` is no way of formatting");
            return Err(Diagnostic::error("bad-formatting", message)
                .at(position)
                .expecting("`standard` or `none`"));
        }
    }
    let (Some(kind), Some(version)) = (object.get("kind"), object.get("apiVersion")) else {
        return Ok(());
    };
    let is_one_of =
        |names: &[&str], value: &Value| names.contains(&value.text().unwrap_or_default());
    let sorts_lists = is_one_of(&KINDS, kind) && is_one_of(&VERSIONS, version);
    let mut path = String::new();
    sort(object, &mut path, sorts_lists);
    Ok(())
}

fn sort(value: &mut Value, path: &mut String, sorts_lists: bool) {
    match &mut value.node {
        Node::Scalar(_) => {}
        Node::Mapping(fields) => {
            fields.sort_by(|a, b| compare(a.key.text(), b.key.text()));
            for (key, value) in fields.iter_mut() {
                let length = path.len();
                path.push('.');
                path.push_str(key);
                sort(value, path, sorts_lists);
                path.truncate(length);
            }
        }
        Node::Sequence(items) => {
            if sorts_lists && let Some(key) = sort_key(path) {
                items.sort_by(|a, b| key(a).cmp(key(b)));
            }
            for item in items {
                sort(item, path, sorts_lists);
            }
        }
    }
}

/// What the items of a list are sorted by.
fn sort_key(path: &str) -> Option<fn(&Value) -> &str> {
    match path {
        ".spec.template.spec.containers" => {
            Some(|item| item.get("name").and_then(Value::text).unwrap_or_default())
        }
        ".webhooks.rules.operations" => Some(|item| item.text().unwrap_or_default()),
        _ => None,
    }
}

/// Removes all comments of an object.
pub fn strip_comments(value: &mut Value) {
    if let Some(extra) = value.extra.take() {
        let extra = Extra {
            tag: extra.tag,
            ..Extra::default()
        };
        value.extra = extra.tag.is_some().then(|| Box::new(extra));
    }
    match &mut value.node {
        Node::Scalar(_) => {}
        Node::Mapping(fields) => fields.values_mut().for_each(strip_comments),
        Node::Sequence(items) => items.iter_mut().for_each(strip_comments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::{ParseOptions, SequenceIndent, parse_document, write_yaml_styled};

    fn formatted(text: &str) -> Result<String> {
        let options = ParseOptions {
            comments: true,
            ..ParseOptions::default()
        };
        let mut value = parse_document(text, options).unwrap();
        format(&mut value)?;
        let mut out = String::new();
        write_yaml_styled(&value, &mut out, SequenceIndent::Compact)?;
        Ok(out)
    }

    #[test]
    fn fields_have_their_place_and_bring_their_comments() {
        let text = "# about spec\nspec:\n  template:\n    spec:\n      containers:\n      - image: b # one\n        name: z\n      - name: a\nzz: 1\nkind: Deployment\napiVersion: apps/v1\n";
        assert_eq!(
            formatted(text).unwrap(),
            "apiVersion: apps/v1\nkind: Deployment\n# about spec\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n      - name: z\n        image: b # one\nzz: 1\n"
        );
    }

    #[test]
    fn what_is_no_object_or_asks_for_it_stays() {
        let none = "kind: A\napiVersion: v1\nmetadata:\n  annotations:\n    config.kubernetes.io/formatting: none\n  name: x\n";
        for text in ["spec: 1\nkind: Deployment\n", none] {
            assert_eq!(formatted(text).unwrap(), text);
        }
        let bad = none.replace("none", "some");
        assert_eq!(formatted(&bad).unwrap_err().code, "bad-formatting");
    }

    #[test]
    fn of_a_field_named_twice_the_later_place_counts() {
        assert_eq!(compare("tolerations", "securityContext"), Ordering::Less);
        assert_eq!(
            compare("activeDeadlineSeconds", "restartPolicy"),
            Ordering::Greater
        );
        assert_eq!(compare("zzz", "secretRef"), Ordering::Greater);
    }
}
