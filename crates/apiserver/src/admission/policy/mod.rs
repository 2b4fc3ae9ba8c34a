//! `ValidatingAdmissionPolicy` and `MutatingAdmissionPolicy`: rules in CEL that are objects.
//!
//! A policy says which writes it is about and what must be true of them, or what becomes of them; a
//! binding where it holds, with which parameters, and what happens otherwise. Both are read where
//! they are in the watch cache; a policy is compiled once per version of it.
//!
//! After `pkg/admission/plugin/policy` of apiserver.

mod definition;
mod mutation;
mod params;
mod validation;

pub(super) use mutation::mutate;
pub(super) use validation::check;

use super::attributes::{Attributes, Lookup, text_at};
use super::conditions::{self, Input};
use super::matching::{self, Constraints, Form};
use crate::Status;
use crate::state::Server;
use definition::Definition;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use trimtab_tree::Value;

const GROUP: &str = "admissionregistration.k8s.io";

/// Policies that have been compiled. One for the whole server.
#[derive(Default)]
pub(crate) struct Policies(Mutex<FxHashMap<PolicyKey, Versioned>>);

/// A resource and a name.
type PolicyKey = (&'static str, String);
/// A policy, with the version that it was compiled from.
type Versioned = (String, Arc<Definition>);

impl Policies {
    /// The policy, compiled.
    fn definition(&self, resource: &'static str, policy: &Value) -> Arc<Definition> {
        let metadata = |field: &str| text_at(policy, &["metadata", field]).unwrap_or_default();
        let version = format!("{}/{}", metadata("uid"), metadata("resourceVersion"));
        let key = (resource, metadata("name").to_owned());
        let known = {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(&key).cloned()
        };
        if let Some((of, definition)) = known
            && of == version
        {
            return definition;
        }
        let definition = Arc::new(Definition::read(policy));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key, (version, Arc::clone(&definition)));
        definition
    }

    /// Forgets policies that are not there any more, once they are more than those that are.
    fn keep_only(&self, resource: &'static str, policies: &[Arc<Value>]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = kept.keys().filter(|(of, _)| *of == resource).count();
        if own <= 2 * policies.len() {
            return;
        }
        let is_there = |name: &str| {
            policies
                .iter()
                .any(|policy| text_at(policy, &["metadata", "name"]) == Some(name))
        };
        kept.retain(|(of, name), _| *of != resource || is_there(name));
    }
}

/// The policies of a resource and their bindings; none if either is not there.
async fn bound(
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
fn bindings_of<'b>(
    policy: &str,
    bindings: &'b [Arc<Value>],
) -> impl Iterator<Item = &'b Arc<Value>> {
    bindings
        .iter()
        .filter(move |binding| text_at(binding, &["spec", "policyName"]) == Some(policy))
}

/// In which form a policy is about the write; `None` if it is not.
async fn policy_form(
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
async fn binds(
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
    let everything = [definition::every_write()];
    if constraints.rules.is_empty() {
        constraints.rules = &everything;
    }
    let form = matching::form(server, attributes, object, constraints).await?;
    Ok(form.is_some())
}

/// The namespace that the object is in, for expressions; null for what is in none.
async fn namespace(
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
fn input<'a>(
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
fn conditions_hold(definition: &Definition, input: &Input<'_>) -> Result<bool, String> {
    if definition.conditions.is_empty() {
        return Ok(true);
    }
    conditions::hold(&definition.conditions, input)
}
