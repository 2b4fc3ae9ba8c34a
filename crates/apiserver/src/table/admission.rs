//! What requests must pass before they are stored.

use super::cells::{UNSET, age, count, items, name, selector, string, text};
use super::column::{AGE, Column, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_tree::Value;

const GROUP: &str = "admissionregistration.k8s.io";

pub(super) const ENTRIES: &[Entry] = &[
    entry(GROUP, "MutatingWebhookConfiguration", WEBHOOKS, webhooks),
    entry(GROUP, "ValidatingWebhookConfiguration", WEBHOOKS, webhooks),
    entry(
        GROUP,
        "MutatingAdmissionPolicy",
        MUTATING_POLICY,
        mutating_policy,
    ),
    entry(
        GROUP,
        "ValidatingAdmissionPolicy",
        VALIDATING_POLICY,
        validating_policy,
    ),
    entry(
        GROUP,
        "MutatingAdmissionPolicyBinding",
        POLICY_BINDING,
        policy_binding,
    ),
    entry(
        GROUP,
        "ValidatingAdmissionPolicyBinding",
        POLICY_BINDING,
        policy_binding,
    ),
];

const WEBHOOKS: &[Column] = &[
    NAME,
    column("Webhooks", "How many webhooks are asked.").integer(),
    AGE,
];

const PARAMETER_KIND: Column = column(
    "ParamKind",
    "The kind of the objects that hold the policy's parameters.",
);

const MUTATING_POLICY: &[Column] = &[
    NAME,
    column("Mutations", "How many changes the policy makes.").integer(),
    PARAMETER_KIND,
    AGE,
];

const VALIDATING_POLICY: &[Column] = &[
    NAME,
    column("Validations", "How many rules the policy has.").integer(),
    PARAMETER_KIND,
    AGE,
];

const POLICY_BINDING: &[Column] = &[
    NAME,
    column("PolicyName", "The policy that is put in force."),
    column("ParamRef", "The object that holds its parameters."),
    AGE,
];

fn webhooks(object: &Value, now: Timestamp) -> Vec<Value> {
    let webhooks = count(items(object, &["webhooks"]).len());
    vec![name(object), webhooks, age(object, now)]
}

fn mutating_policy(object: &Value, now: Timestamp) -> Vec<Value> {
    policy(object, now, "mutations")
}

fn validating_policy(object: &Value, now: Timestamp) -> Vec<Value> {
    policy(object, now, "validations")
}

fn policy(object: &Value, now: Timestamp, rules: &str) -> Vec<Value> {
    let kind = match text(object, &["spec", "paramKind", "kind"]) {
        "" => UNSET.to_owned(),
        kind => format!(
            "{}/{kind}",
            text(object, &["spec", "paramKind", "apiVersion"])
        ),
    };
    vec![
        name(object),
        count(items(object, &["spec", rules]).len()),
        Value::string(kind),
        age(object, now),
    ]
}

fn policy_binding(object: &Value, now: Timestamp) -> Vec<Value> {
    let reference = ["spec", "paramRef"];
    let at = |field| text(object, &[reference[0], reference[1], field]);
    let selected = object.get_path(&["spec", "paramRef", "selector"]);
    let parameters = match (at("namespace"), at("name"), selected) {
        ("", "", None) => UNSET.to_owned(),
        (_, "", selected) => selector(selected),
        ("", name, _) => format!("*/{name}"),
        (namespace, name, _) => format!("{namespace}/{name}"),
    };
    vec![
        name(object),
        string(object, &["spec", "policyName"]),
        Value::string(parameters),
        age(object, now),
    ]
}
