//! Resource quotas and limit ranges.

use super::errors::{Errors, Path};
use super::rules::Rule;
use super::rules::Rule::{Do, Object};
use crate::fields::entries;
use trimtab_tree::Value;

pub(super) static QUOTA: &[Rule] = &[Object("spec", &[Do(check_quota)])];

/// What a quota may count besides what containers ask for.
const COUNTED: [&str; 10] = [
    "pods",
    "services",
    "services.loadbalancers",
    "services.nodeports",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "requests.storage",
];

fn check_quota(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let hard = path.field("hard");
    for (name, value) in entries(spec, "hard") {
        let path = hard.key(name);
        let is_standard = |name: &str| {
            let bare = name
                .strip_prefix("requests.")
                .or_else(|| name.strip_prefix("limits."));
            COUNTED.contains(&name)
                || matches!(bare.unwrap_or(name), "cpu" | "memory" | "ephemeral-storage")
                || bare.unwrap_or(name).starts_with("hugepages-")
        };
        super::resources::check_name(name, is_standard, "quota", &path, errors);
        super::resources::check_amount(name, value, &path, errors);
        let amount = value
            .text()
            .and_then(|text| trimtab_object::Quantity::parse(text).ok());
        let is_counted = COUNTED[..9].contains(&name) || name.starts_with("count/");
        if is_counted && amount.is_some_and(|amount| !amount.is_whole()) {
            errors.invalid(&path, value, "must be an integer");
        }
    }
}
