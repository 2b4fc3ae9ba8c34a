//! Quality of service classes: who is evicted first when a node runs short.

use crate::fields::{entries, items};
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// The class of a pod, which follows from what its containers, or the pod as a whole, ask for:
/// `Guaranteed` when every container has limits of CPU and memory and asks for no less,
/// `BestEffort` when none asks for anything, else `Burstable`.
pub(crate) fn qos_class(pod: &Value) -> &'static str {
    let Some(spec) = pod.get("spec") else {
        return "BestEffort";
    };
    let pod_level = spec
        .get("resources")
        .filter(|resources| asks(resources, "requests") || asks(resources, "limits"));
    if let Some(resources) = pod_level {
        return if is_guaranteed(resources) {
            "Guaranteed"
        } else {
            "Burstable"
        };
    }
    let containers = || {
        let lists = [items(spec, "containers"), items(spec, "initContainers")];
        lists.into_iter().flatten().map(|it| it.get("resources"))
    };
    let asks_any = containers()
        .flatten()
        .any(|it| asks(it, "requests") || asks(it, "limits"));
    if !asks_any {
        return "BestEffort";
    }
    if containers().all(|resources| resources.is_some_and(is_guaranteed)) {
        return "Guaranteed";
    }
    "Burstable"
}

/// CPU or memory, more than none of it.
fn quantities<'v>(
    resources: &'v Value,
    which: &'v str,
) -> impl Iterator<Item = (&'v str, Quantity)> + use<'v> {
    entries(resources, which).filter_map(|(name, quantity)| {
        let quantity = Quantity::parse(quantity.text()?).ok()?;
        (matches!(name, "cpu" | "memory") && quantity > Quantity::ZERO).then_some((name, quantity))
    })
}

fn asks(resources: &Value, which: &str) -> bool {
    quantities(resources, which).next().is_some()
}

fn is_guaranteed(resources: &Value) -> bool {
    let limit_of = |name: &str| quantities(resources, "limits").find(|(of, _)| *of == name);
    let has_limits = ["cpu", "memory"]
        .iter()
        .all(|name| limit_of(name).is_some());
    // Requests that were left out are the limits.
    has_limits
        && quantities(resources, "requests")
            .all(|(name, request)| limit_of(name).is_some_and(|(_, limit)| limit == request))
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    #[test]
    fn classes_follow_from_resources() {
        for (resources, class) in [
            ("{}", "BestEffort"),
            (r#"{"requests": {"cpu": "0"}}"#, "BestEffort"),
            (r#"{"requests": {"cpu": "1"}}"#, "Burstable"),
            (r#"{"limits": {"cpu": "1"}}"#, "Burstable"),
            (r#"{"limits": {"cpu": "1", "memory": "1Gi"}}"#, "Guaranteed"),
            (
                r#"{"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1000m"}}"#,
                "Guaranteed",
            ),
            (
                r#"{"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1m"}}"#,
                "Burstable",
            ),
        ] {
            let text = format!(r#"{{"spec": {{"containers": [{{"resources": {resources}}}]}}}}"#);
            assert_eq!(
                qos_class(&parse_json(&text, 1).unwrap()),
                class,
                "{resources}"
            );
        }
    }
}
