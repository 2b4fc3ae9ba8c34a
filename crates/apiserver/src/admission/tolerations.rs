//! Small rules about pods.

use super::attributes::{Attributes, Operation, list_at, spec_of, text_at};
use trimtab_tree::Value;

/// Nodes in these conditions lose their pods, after five minutes unless a pod says otherwise.
const LOST: [&str; 2] = [
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
];
const LOST_SECONDS: i64 = 300;

/// `DefaultTolerationSeconds`: a pod stays on a node that is lost for five minutes.
pub(super) fn tolerate_lost_nodes(pod: &mut Value, attributes: &Attributes<'_>) {
    if !attributes.is("", "pods") || attributes.operation == Operation::Delete {
        return;
    }
    let Some(tolerations) = spec_of(pod).and_then(|spec| list_at(spec, "tolerations")) else {
        return;
    };
    for key in LOST {
        let fits = |toleration: &Value, field: &str, wanted: &str| {
            text_at(toleration, &[field]).is_none_or(|text| text == wanted)
        };
        let is_tolerated = |it: &Value| fits(it, "key", key) && fits(it, "effect", "NoExecute");
        if tolerations.iter().any(is_tolerated) {
            continue;
        }
        tolerations.push(Value::mapping([
            ("key", Value::string(key)),
            ("operator", Value::string("Exists")),
            ("effect", Value::string("NoExecute")),
            ("tolerationSeconds", Value::int(LOST_SECONDS)),
        ]));
    }
}
