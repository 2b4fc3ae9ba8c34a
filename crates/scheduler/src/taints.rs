//! Taints and what tolerates them.

use k8s_openapi::api::core::v1::{Node, PodSpec, Taint, Toleration};

/// The taint that a cordoned node has, even before anybody wrote it down.
pub(crate) const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Whether any of the tolerations covers the taint.
#[must_use]
pub fn tolerates(tolerations: Option<&Vec<Toleration>>, taint: &Taint) -> bool {
    let mut tolerations = tolerations.into_iter().flatten();
    tolerations.any(|toleration| covers(toleration, taint))
}

/// `Toleration.ToleratesTaint` in k8s.io/api: an absent key, effect or operator asks for less.
fn covers(toleration: &Toleration, taint: &Taint) -> bool {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    if given(&toleration.effect).is_some_and(|effect| effect != taint.effect) {
        return false;
    }
    if given(&toleration.key).is_some_and(|key| key != taint.key) {
        return false;
    }
    match toleration.operator.as_deref() {
        Some("Exists") => true,
        None | Some("" | "Equal") => {
            toleration.value.as_deref().unwrap_or("") == taint.value.as_deref().unwrap_or("")
        }
        Some(_) => false,
    }
}

/// The taints of a node.
pub(crate) fn taints_of(node: &Node) -> &[Taint] {
    let taints = node.spec.as_ref().and_then(|spec| spec.taints.as_deref());
    taints.unwrap_or_default()
}

/// Whether a pod tolerates every taint of a node that would keep it away.
pub(crate) fn tolerates_all(spec: &PodSpec, node: &Node) -> bool {
    let mut hard = taints_of(node).iter().filter(|taint| is_hard(taint));
    hard.all(|taint| tolerates(spec.tolerations.as_ref(), taint))
}

/// Whether the taint keeps pods away, rather than only being avoided.
pub(crate) fn is_hard(taint: &Taint) -> bool {
    matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_toleration_covers_what_it_does_not_exclude() {
        let taint: Taint =
            serde_json::from_value(json!({"key": "a", "value": "1", "effect": "NoSchedule"}))
                .unwrap();
        for (toleration, covered) in [
            (json!({"key": "a", "value": "1"}), true),
            (
                json!({"key": "a", "operator": "Exists", "effect": "NoSchedule"}),
                true,
            ),
            (json!({"operator": "Exists"}), true),
            (json!({"key": "a", "value": "2"}), false),
            (json!({"key": "b", "operator": "Exists"}), false),
            (
                json!({"key": "a", "value": "1", "effect": "NoExecute"}),
                false,
            ),
        ] {
            let tolerations = vec![serde_json::from_value(toleration.clone()).unwrap()];
            assert_eq!(
                tolerates(Some(&tolerations), &taint),
                covered,
                "{toleration}"
            );
        }
    }
}
