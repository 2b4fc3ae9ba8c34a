//! Policies and what binds them: which writes they are about, and what their expressions are given.

use super::definition::{Definition, every_write};
use crate::Status;
use crate::admission::attributes::Attributes;
use crate::admission::input::{Input, hold};
use crate::admission::matching::{self, Constraints, Form};
use crate::fields::text_at;
use crate::lookup::Lookup;
use crate::state::Server;
use std::sync::Arc;
use trimtab_tree::Value;

const GROUP: &str = "admissionregistration.k8s.io";

/// The policies of a resource and their bindings; none if either is not there.
pub(super) async fn bound(
    server: &Server,
    attributes: &Attributes<'_>,
    resource: &'static str,
    bindings: &str,
) -> Result<(Vec<Arc<Value>>, Vec<Arc<Value>>), Status> {
    let policies = server.list(GROUP, resource, "").await?;
    if policies.is_empty() || matching::is_exempt(attributes) {
        return Ok((Vec::new(), Vec::new()));
    }
    server.policies.keep_only(resource, &policies);
    Ok((policies, server.list(GROUP, bindings, "").await?))
}

/// The bindings of a policy.
pub(super) fn bindings_of<'b>(
    policy: &str,
    bindings: &'b [Arc<Value>],
) -> impl Iterator<Item = &'b Arc<Value>> {
    bindings
        .iter()
        .filter(move |binding| text_at(binding, &["spec", "policyName"]) == Some(policy))
}

/// In which form a policy is about the write; `None` if it is not.
pub(super) async fn policy_form(
    server: &Server,
    attributes: &Attributes<'_>,
    object: Option<&Value>,
    policy: &Value,
) -> Result<Option<Form>, Status> {
    let Some(constraints) = policy.get_path(&["spec", "matchConstraints"]) else {
        return Ok(None);
    };
    let constraints = Constraints::read(constraints, "resourceRules");
    matching::form(server, attributes, object, constraints).await
}

/// Whether a binding is about the write. One that names no rules is about all that its policy is.
pub(super) async fn binds(
    server: &Server,
    attributes: &Attributes<'_>,
    object: Option<&Value>,
    binding: &Value,
) -> Result<bool, Status> {
    let resources = binding
        .get_path(&["spec", "matchResources"])
        .filter(|it| !it.is_null());
    let Some(resources) = resources else {
        return Ok(true);
    };
    let mut constraints = Constraints::read(resources, "resourceRules");
    let everything = [every_write()];
    if constraints.rules.is_empty() {
        constraints.rules = &everything;
    }
    let form = matching::form(server, attributes, object, constraints).await?;
    Ok(form.is_some())
}

/// The namespace that the object is in, for expressions; null for what is in none.
pub(super) async fn namespace(
    server: &Server,
    attributes: &Attributes<'_>,
) -> Result<Option<Arc<Value>>, Status> {
    let name = attributes.namespace;
    if name.is_empty() || attributes.resource == "namespaces" {
        return Ok(None);
    }
    let found = server.get("", "namespaces", "", name).await?;
    found
        .map(Some)
        .ok_or_else(|| Status::not_found("", "namespaces", name))
}

/// What expressions are given.
pub(super) fn input<'a>(
    server: &'a Server,
    attributes: &'a Attributes<'_>,
    form: &Form,
    object: Option<&'a Value>,
    namespace: Option<&Value>,
    params: Option<&Value>,
) -> Result<Input<'a>, Status> {
    let mut input = Input::new(server, attributes, form, object)?;
    if let Some(namespace) = namespace {
        input.set_namespace(namespace);
    }
    if let Some(params) = params {
        input.params = params.clone();
    }
    Ok(input)
}

/// Whether the policy's own conditions hold.
pub(super) fn conditions_hold(definition: &Definition, input: &Input<'_>) -> Result<bool, String> {
    if definition.conditions.is_empty() {
        return Ok(true);
    }
    hold(&definition.conditions, input)
}
