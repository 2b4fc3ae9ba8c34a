//! What somebody may do: `SubjectAccessReview`, its form for oneself and the one within a namespace,
//! and `SelfSubjectRulesReview`. After `pkg/registry/authorization` and
//! `pkg/apis/authorization/validation`.

use std::collections::BTreeMap;
use trimtab_tree::{Mapping, Value};

use super::selectors::{self, Selectors};
use crate::authorization::{Attributes, Decision, Rule};
use crate::registry::{Call, cause, metadata_text};
use crate::status::store_failed;
use crate::{Cause, Identity, Status};

const GROUP: &str = "authorization.k8s.io";

/// The `status` that answers a question about one thing.
///
/// # Errors
/// When the question is not well put.
pub(super) async fn review(call: &Call<'_>, review: &Value) -> Result<Value, Status> {
    let plural = &*call.resource.plural;
    let is_own = plural == "selfsubjectaccessreviews";
    let subject = if is_own {
        call.identity.clone()
    } else {
        subject(review)
    };
    refuse(faults(review, plural, &subject))?;
    let field = |name| {
        review
            .get_path(&["spec", name])
            .filter(|value| !value.is_null())
    };
    let of_resource = field("resourceAttributes");
    let asked = of_resource.or(field("nonResourceAttributes"));
    let text = |name: &str| {
        let text = asked.and_then(|asked| asked.get(name)?.as_str());
        text.unwrap_or_default()
    };
    let selectors = of_resource.map(Selectors::read).unwrap_or_default();
    let attributes = Attributes {
        user: &subject,
        verb: text("verb"),
        is_resource: of_resource.is_some(),
        group: text("group"),
        resource: text("resource"),
        subresource: text("subresource"),
        namespace: text("namespace"),
        name: text("name"),
        path: text("path"),
        fields: selectors.fields,
    };
    let decision = if is_own && call.trusted.is_some() {
        Decision {
            allowed: true,
            reason: String::new(),
        }
    } else {
        call.server.authorizer.authorize(&attributes).await?
    };
    let mut status = Mapping::from([("allowed", Value::bool(decision.allowed))]);
    if !decision.reason.is_empty() {
        status.insert("reason", Value::string(decision.reason));
    }
    if !selectors.errors.is_empty() {
        status.insert(
            "evaluationError",
            Value::string(selectors.errors.join("; ")),
        );
    }
    Ok(Value::from(status))
}

/// The `status` that tells all that the caller may do in a namespace.
///
/// # Errors
/// When there is no namespace, or the store fails.
pub(super) async fn review_rules(call: &Call<'_>, review: &Value) -> Result<Value, Status> {
    let namespace = review
        .get_path(&["spec", "namespace"])
        .and_then(Value::as_str);
    let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) else {
        return Err(Status::bad_request("no namespace on request"));
    };
    call.server.cache.catch_up().await.map_err(store_failed)?;
    let known = call.server.authorizer.rules_for(call.identity, namespace);
    let of_resources = known.rules.iter().filter(|rule| !rule.resources.is_empty());
    let of_paths = known.rules.iter().filter(|rule| !rule.urls.is_empty());
    let mut status = Mapping::from([
        (
            "resourceRules",
            Value::sequence(of_resources.map(Rule::to_value).collect()),
        ),
        (
            "nonResourceRules",
            Value::sequence(of_paths.map(Rule::to_value).collect()),
        ),
        ("incomplete", Value::bool(known.is_incomplete)),
    ]);
    if let Some(error) = known.error {
        status.insert("evaluationError", Value::string(error));
    }
    Ok(Value::from(status))
}

/// Whom a review is about.
fn subject(review: &Value) -> Identity {
    let text = |name: &str| {
        let text = review.get_path(&["spec", name]).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let texts = |value: Option<&Value>| -> Vec<String> {
        let texts = value.and_then(Value::as_sequence).unwrap_or_default();
        let texts = texts.iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let extra = review
        .get_path(&["spec", "extra"])
        .and_then(Value::as_mapping);
    let extra = extra.into_iter().flat_map(Mapping::iter);
    let extra: BTreeMap<_, _> = extra
        .map(|(key, values)| (key.to_owned(), texts(Some(values))))
        .collect();
    Identity {
        name: text("user"),
        uid: text("uid"),
        groups: texts(review.get_path(&["spec", "groups"])),
        extra,
    }
}

/// Refuses a question with faults. (The real server names no kind here.)
fn refuse(causes: Vec<Cause>) -> Result<(), Status> {
    if causes.is_empty() {
        return Ok(());
    }
    Err(Status::invalid(GROUP, "", "", causes))
}

fn faults(review: &Value, plural: &str, subject: &Identity) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut fault = |field: &str, told: &str| {
        causes.push(cause(
            "FieldValueInvalid",
            field,
            &format!("Invalid value: {told}"),
        ));
    };
    let field = |name| {
        review
            .get_path(&["spec", name])
            .filter(|value| !value.is_null())
    };
    let (of_resource, of_path) = (field("resourceAttributes"), field("nonResourceAttributes"));
    let path = of_path.map(|path| {
        let text = |name| path.get(name).and_then(Value::as_str).unwrap_or_default();
        format!(
            "{{\"Path\":{:?},\"Verb\":{:?}}}",
            text("path"),
            text("verb")
        )
    });
    match (of_resource, &path) {
        (Some(_), Some(path)) => fault(
            "spec.nonResourceAttributes",
            &format!("{path}: cannot be specified in combination with resourceAttributes"),
        ),
        (None, None) => fault(
            "spec.resourceAttributes",
            "null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
        ),
        _ => {}
    }
    if plural != "selfsubjectaccessreviews" && subject.name.is_empty() && subject.groups.is_empty()
    {
        fault(
            "spec.user",
            "\"\": at least one of user or group must be specified",
        );
    }
    let is_local = plural == "localsubjectaccessreviews";
    if has_metadata(review, is_local) {
        let but = if is_local {
            " except for namespace"
        } else {
            ""
        };
        fault(
            "metadata",
            &format!("metadata of the review: must be empty{but}"),
        );
    }
    if is_local {
        if let Some(attributes) = of_resource {
            let namespace = attributes.get("namespace").and_then(Value::as_str);
            let namespace = namespace.unwrap_or_default();
            if namespace != metadata_text(review, "namespace") {
                fault(
                    "spec.resourceAttributes.namespace",
                    &format!("{namespace:?}: must match metadata.namespace"),
                );
            }
        }
        if let Some(path) = &path {
            fault(
                "spec.nonResourceAttributes",
                &format!("{path}: disallowed on this kind of request"),
            );
        }
    }
    if let Some(attributes) = of_resource {
        selectors::check(attributes, &mut causes);
    }
    causes
}

/// Whether a review has metadata, which nothing is done with.
fn has_metadata(review: &Value, is_local: bool) -> bool {
    let metadata = review.get("metadata").and_then(Value::as_mapping);
    let mut fields = metadata.into_iter().flat_map(Mapping::iter);
    fields.any(|(name, value)| {
        let is_free = name == "managedFields" || (is_local && name == "namespace");
        !is_free && !value.is_null_or_empty() && value.text() != Some("")
    })
}
