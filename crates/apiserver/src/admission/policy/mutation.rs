//! `MutatingAdmissionPolicy`: what becomes of an object.

use super::bound::{bindings_of, binds, bound, conditions_hold, input, namespace, policy_form};
use super::definition::{Definition, Mutation, MutationKind};
use super::params::params as params_of;
use crate::Status;
use crate::admission::attributes::Attributes;
use crate::admission::conditions::failed;
use crate::admission::input::Input;
use crate::admission::matching::Form;
use crate::admission::normal_form::normal_form;
use crate::admission::reinvocation::Round;
use crate::fields::text_at;
use crate::state::Server;
use crate::status::Cause;
use std::sync::Arc;
use trimtab_object::{JsonPatch, lay_over};
use trimtab_tree::Value;
use trimtab_validation::cel::{Budget, RUNTIME_BUDGET};

const POLICIES: &str = "mutatingadmissionpolicies";
const BINDINGS: &str = "mutatingadmissionpolicybindings";

/// A policy that is to be evaluated, with one binding and one parameter.
struct Invocation {
    definition: Arc<Definition>,
    binding: String,
    form: Form,
    params: Option<Arc<Value>>,
}

impl Invocation {
    /// Tells it from all others.
    fn id(&self) -> String {
        let params = self.params.as_deref();
        let of_params = |field: &str| {
            let text = params.and_then(|params| text_at(params, &["metadata", field]));
            text.unwrap_or_default()
        };
        let (policy, binding) = (&self.definition.name, &self.binding);
        let (namespace, name) = (of_params("namespace"), of_params("name"));
        format!("{policy}/{binding}/{namespace}/{name}")
    }

    /// What its expressions see of an object.
    fn input<'a>(
        &self,
        server: &'a Server,
        attributes: &'a Attributes<'_>,
        object: &'a Value,
        namespace: Option<&Value>,
    ) -> Result<Input<'a>, Status> {
        let params = self.params.as_deref();
        let (form, object) = (&self.form, Some(object));
        input(server, attributes, form, object, namespace, params)
    }
}

/// Lets policies change an object.
///
/// # Errors
/// When one cannot be evaluated, and must be.
pub(in crate::admission) async fn mutate(
    server: &Server,
    object: &mut Value,
    attributes: &Attributes<'_>,
    round: &mut Round,
) -> Result<(), Status> {
    let mut errors = Vec::new();
    let invocations = invocations(server, object, attributes, &mut errors).await?;
    if !invocations.is_empty() {
        let namespace = namespace(server, attributes).await?;
        round.policies.look_at(object, round.number > 0);
        for invocation in &invocations {
            let id = invocation.id();
            if round.number > 0 && !round.policies.wants(&id) {
                continue;
            }
            let shown = invocation.form.of_object(server, object)?;
            let changed = run(
                server,
                attributes,
                invocation,
                shown.clone(),
                namespace.as_deref(),
                &mut errors,
            )?;
            if changed != shown {
                *object = Form::asked(attributes).of_object(server, &changed)?;
                round.policies.changed();
                round.again = true;
            }
            if invocation.definition.reinvoked {
                round.policies.has_run(&id);
            }
        }
        round.policies.leave(object);
    }
    refuse(attributes, errors)
}

/// The policies that are about the write, in the order in which they are evaluated.
async fn invocations(
    server: &Server,
    object: &Value,
    attributes: &Attributes<'_>,
    errors: &mut Vec<String>,
) -> Result<Vec<Invocation>, Status> {
    let (policies, bindings) = bound(server, attributes, POLICIES, BINDINGS).await?;
    let mut found = Vec::new();
    for policy in &policies {
        let definition = server.policies.definition(POLICIES, policy);
        let mut unusable = |binding: Option<&str>, why: &str| {
            if !definition.ignored {
                let what = if binding.is_some() {
                    "binding"
                } else {
                    "policy"
                };
                let why = format!("failed to configure {what}: {why}");
                errors.push(denied(&definition, binding, &why));
            }
        };
        let form = match policy_form(server, attributes, Some(object), policy).await {
            Ok(Some(form)) => form,
            Ok(None) => continue,
            Err(status) => {
                unusable(None, &status.message);
                continue;
            }
        };
        for binding in bindings_of(&definition.name, &bindings) {
            let name = text_at(binding, &["metadata", "name"]).unwrap_or_default();
            match binds(server, attributes, Some(object), binding).await {
                Ok(true) => {}
                Ok(false) => continue,
                Err(status) => {
                    unusable(Some(name), &status.message);
                    continue;
                }
            }
            match params_of(server, attributes, &definition, binding).await {
                Ok(params) => found.extend(params.into_iter().map(|params| Invocation {
                    definition: Arc::clone(&definition),
                    binding: name.to_owned(),
                    form: form.clone(),
                    params,
                })),
                Err(why) => unusable(Some(name), &why),
            }
        }
    }
    Ok(found)
}

/// What a policy makes of an object.
fn run(
    server: &Server,
    attributes: &Attributes<'_>,
    invocation: &Invocation,
    mut object: Value,
    namespace: Option<&Value>,
    errors: &mut Vec<String>,
) -> Result<Value, Status> {
    let definition = &invocation.definition;
    let mut failed_with = |why: &str| {
        if !definition.ignored {
            errors.push(denied(definition, Some(&invocation.binding), why));
        }
    };
    let held = {
        let input = invocation.input(server, attributes, &object, namespace)?;
        conditions_hold(definition, &input)
    };
    match held {
        Ok(true) => {}
        Ok(false) => return Ok(object),
        Err(why) => {
            failed_with(&why);
            return Ok(object);
        }
    }
    for mutation in &definition.mutations {
        let changed = {
            let input = invocation.input(server, attributes, &object, namespace)?;
            change(server, definition, mutation, &input, &object)
        };
        match changed {
            Ok(changed) => object = changed,
            Err(why) => failed_with(&why),
        }
    }
    Ok(object)
}

/// What one mutation makes of an object.
fn change(
    server: &Server,
    definition: &Definition,
    mutation: &Mutation,
    input: &Input<'_>,
    object: &Value,
) -> Result<Value, String> {
    let program = mutation.program.as_ref().map_err(Clone::clone)?;
    let mut variables = input.variables();
    definition.define(&mut variables);
    let mut budget = Budget::new(RUNTIME_BUDGET);
    let value = program.evaluate(&variables, &mut budget);
    let mut value = value.map_err(|why| failed(&mutation.expression, &why))?;
    let mut changed = match mutation.kind {
        MutationKind::ApplyConfiguration => {
            let fields = value.as_mapping_mut().ok_or_else(|| {
                "unsupported return type from ApplyConfiguration expression".to_owned()
            })?;
            for name in ["apiVersion", "kind"] {
                if let Some(own) = object.get(name) {
                    fields.insert(name, own.clone());
                }
            }
            let text = |field: &str| text_at(object, &[field]).unwrap_or_default();
            let resources = server.resources();
            let kind = resources
                .iter()
                .map(|resource| &resource.kind)
                .find(|kind| {
                    kind.api_version() == text("apiVersion") && kind.kind() == text("kind")
                });
            // Custom kinds say by their schema which lists are merged, and how.
            let ty = kind.and_then(|kind| kind.type_in(&server.schema));
            lay_over(object, &value, ty).map_err(|places| {
                format!(
                    "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, \
                     maps or structs: {}",
                    places.join(", ")
                )
            })?
        }
        MutationKind::JsonPatch => {
            let told =
                |why: &trimtab_tree::Diagnostic| format!("JSON Patch: {}", crate::media::told(why));
            let patch = JsonPatch::from_value(&value).map_err(|why| told(&why))?;
            let mut patched = object.clone();
            match patch.apply(&mut patched) {
                Ok(()) => patched,
                // A test that fails is a condition that does not hold.
                Err(why) if why.code == "json-patch-test" => return Ok(object.clone()),
                Err(why) => return Err(told(&why)),
            }
        }
    };
    normal_form(&server.schema, &mut changed)?;
    Ok(changed)
}

fn denied(definition: &Definition, binding: Option<&str>, why: &str) -> String {
    let policy = &definition.name;
    match binding {
        Some(binding) => {
            format!("policy '{policy}' with binding '{binding}' denied request: {why}")
        }
        None => format!("policy {policy:?} denied request: {why}"),
    }
}

/// Refuses the write if a policy that must be evaluated cannot be.
fn refuse(attributes: &Attributes<'_>, errors: Vec<String>) -> Result<(), Status> {
    let Some(first) = errors.first() else {
        return Ok(());
    };
    let mut status = attributes
        .forbidden("admission request denied by policy")
        .reworded(first.clone());
    if !first.contains("failed to configure") {
        status.reason = crate::Reason::Invalid;
    }
    if let Some(details) = &mut status.details {
        details.causes = errors
            .into_iter()
            .map(|message| Cause {
                message,
                ..Cause::default()
            })
            .collect();
    }
    Err(status)
}
