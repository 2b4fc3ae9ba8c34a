//! `ValidatingAdmissionPolicy`: what must be true of a write.

use super::bound::{bindings_of, binds, bound, conditions_hold, input, namespace, policy_form};
use super::definition::{Annotation, Definition, Validation};
use super::params::params as params_of;
use crate::admission::attributes::Attributes;
use crate::admission::conditions::failed;
use crate::admission::input::Input;
use crate::admission::matching::Form;
use crate::fields::{items_at, text_at};
use crate::metrics::family;
use crate::state::Server;
use crate::status::Cause;
use crate::{Reason, Status};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_tree::{JsonStyle, Value, write_json};
use trimtab_validation::cel::{Budget, RUNTIME_BUDGET, Variables};

const POLICIES: &str = "validatingadmissionpolicies";
const BINDINGS: &str = "validatingadmissionpolicybindings";

/// The longest message that an expression makes, and the longest annotation, in bytes.
const LONGEST_MESSAGE: usize = 5 * 1024;
const LONGEST_ANNOTATION: usize = 10 * 1024;

/// Something that a policy says no to.
#[derive(Clone, Debug)]
struct Denial {
    message: String,
    reason: String,
}

impl Denial {
    fn because(message: String) -> Self {
        Self {
            message,
            reason: "Invalid".to_owned(),
        }
    }
}

/// Refuses a write that breaks a policy; warns, and tells the audit log, where a binding wants that.
///
/// # Errors
/// The refusal.
pub(in crate::admission) async fn check(
    server: &Server,
    object: Option<&Value>,
    attributes: &Attributes<'_>,
) -> Result<(), Status> {
    let (policies, bindings) = bound(server, attributes, POLICIES, BINDINGS).await?;
    let mut denials: Vec<(String, Denial)> = Vec::new();
    for policy in &policies {
        let definition = server.policies.definition(POLICIES, policy);
        let mut judging = Judging {
            server,
            attributes,
            definition: &definition,
            denials: Vec::new(),
            published: Published::default(),
        };
        judging.by_policy(policy, &bindings, object).await?;
        judging.published.publish(attributes, &definition.name);
        denials.append(&mut judging.denials);
    }
    let Some((by, denial)) = denials.into_iter().next() else {
        return Ok(());
    };
    Err(refusal(
        attributes,
        &format!("{by} denied request: {}", denial.message),
        &denial.reason,
    ))
}

/// A write, held against one policy.
struct Judging<'a> {
    server: &'a Server,
    attributes: &'a Attributes<'a>,
    definition: &'a Definition,
    /// What speaks against the write, and what says so.
    denials: Vec<(String, Denial)>,
    published: Published,
}

impl Judging<'_> {
    /// Under all bindings of the policy, if it is about the write.
    async fn by_policy(
        &mut self,
        policy: &Value,
        bindings: &[Arc<Value>],
        object: Option<&Value>,
    ) -> Result<(), Status> {
        let form = match policy_form(self.server, self.attributes, object, policy).await {
            Ok(Some(form)) => form,
            Ok(None) => return Ok(()),
            Err(status) => {
                self.is_unusable(None, &status.message);
                return Ok(());
            }
        };
        let shown = object
            .map(|object| form.of_object(self.server, object))
            .transpose()?;
        for binding in bindings_of(&self.definition.name, bindings) {
            self.by_binding(binding, &form, object, shown.as_ref())
                .await?;
        }
        Ok(())
    }

    /// Under one binding, with each of its parameters; `shown` is the object in the policy's form.
    async fn by_binding(
        &mut self,
        binding: &Value,
        form: &Form,
        object: Option<&Value>,
        shown: Option<&Value>,
    ) -> Result<(), Status> {
        let name = text_at(binding, &["metadata", "name"]).unwrap_or_default();
        let (server, attributes) = (self.server, self.attributes);
        match binds(server, attributes, object, binding).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(status) => {
                self.is_unusable(Some(name), &status.message);
                return Ok(());
            }
        }
        let params = match params_of(server, attributes, self.definition, binding).await {
            Ok(params) => params,
            Err(why) => {
                self.is_unusable(Some(name), &why);
                return Ok(());
            }
        };
        let namespace = namespace(server, attributes).await?;
        for params in params {
            let input = input(
                server,
                attributes,
                form,
                shown,
                namespace.as_deref(),
                params.as_deref(),
            )?;
            let begun = Instant::now();
            let outcome = evaluate(self.definition, &input);
            self.take_in(outcome, binding, name, begun.elapsed());
        }
        Ok(())
    }

    /// Does with what an evaluation has found what the binding says.
    fn take_in(&mut self, outcome: Outcome, binding: &Value, name: &str, took: Duration) {
        let by = self.by(Some(name));
        let (attributes, definition) = (self.attributes, self.definition);
        let metrics = &self.server.metrics;
        let count = |action: &str| {
            let labels = [action, "no_error", &definition.name, name];
            metrics.count(&family::POLICY_CHECKS, &labels);
            metrics.time(&family::POLICY_DURATIONS, &labels, took);
        };
        if outcome.denials.is_empty() {
            count("allow");
        }
        let actions = items_at(binding, &["spec", "validationActions"]);
        for (index, denial) in outcome.denials {
            for action in actions {
                count(&action.text().unwrap_or_default().to_ascii_lowercase());
            }
            for action in actions {
                match action.text() {
                    Some("Deny") => self.denials.push((by.clone(), denial.clone())),
                    Some("Warn") => attributes
                        .notes
                        .warn(format!("Validation failed for {by}: {}", denial.message)),
                    Some("Audit") => {
                        publish_failure(attributes, definition, binding, index, &denial);
                    }
                    _ => {}
                }
            }
        }
        for (key, value) in outcome.annotations {
            self.published.add(key, value);
        }
        for why in outcome.failed_annotations {
            self.denials.push((by.clone(), Denial::because(why)));
        }
    }

    /// What a policy says no by, under a binding.
    fn by(&self, binding: Option<&str>) -> String {
        let policy = &self.definition.name;
        match binding {
            Some(binding) => {
                format!("ValidatingAdmissionPolicy '{policy}' with binding '{binding}'")
            }
            None => format!("ValidatingAdmissionPolicy '{policy}'"),
        }
    }

    /// Notes that the policy, or a binding of it, cannot be used: that speaks against the write, unless
    /// the policy lets it pass.
    fn is_unusable(&mut self, binding: Option<&str>, why: &str) {
        if self.definition.ignored {
            return;
        }
        let what = if binding.is_some() {
            "binding"
        } else {
            "policy"
        };
        let why = format!("failed to configure {what}: {why}");
        self.denials.push((self.by(binding), Denial::because(why)));
    }
}

/// The refusal in the terms of the policy.
fn refusal(attributes: &Attributes<'_>, message: &str, reason: &str) -> Status {
    let mut status = attributes.forbidden(message);
    let (code, reason) = match reason {
        "Unauthorized" => (401, Reason::Unauthorized),
        "Forbidden" => (403, Reason::Forbidden),
        "RequestEntityTooLarge" => (413, Reason::RequestEntityTooLarge),
        _ => (422, Reason::Invalid),
    };
    status.code = code;
    status.reason = reason;
    if let Some(details) = &mut status.details {
        details.causes.push(Cause {
            message: message.to_owned(),
            ..Cause::default()
        });
    }
    status
}

/// What a policy says of one write with one parameter.
#[derive(Default)]
struct Outcome {
    /// With the place of the validation.
    denials: Vec<(usize, Denial)>,
    annotations: Vec<(String, String)>,
    failed_annotations: Vec<String>,
}

fn evaluate(definition: &Definition, input: &Input<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    match conditions_hold(definition, input) {
        Ok(true) => {}
        Ok(false) => return outcome,
        Err(_) if definition.ignored => return outcome,
        Err(why) => {
            outcome.denials.push((0, Denial::because(why)));
            return outcome;
        }
    }
    let mut variables = input.variables();
    definition.define(&mut variables);
    let mut budget = Budget::new(RUNTIME_BUDGET);
    for (index, validation) in definition.validations.iter().enumerate() {
        let denial = match holds(validation, &variables, &mut budget) {
            Ok(true) => continue,
            Ok(false) => Denial {
                message: message(validation, &variables, &mut budget),
                reason: validation.reason.clone(),
            },
            Err(_) if definition.ignored => continue,
            Err(why) => Denial::because(why),
        };
        outcome.denials.push((index, denial));
    }
    let mut budget = Budget::new(RUNTIME_BUDGET);
    for annotation in &definition.annotations {
        match value(annotation, &variables, &mut budget) {
            Ok(Some(value)) => outcome.annotations.push((annotation.key.clone(), value)),
            Ok(None) => {}
            Err(_) if definition.ignored => {}
            Err(why) => outcome.failed_annotations.push(why),
        }
    }
    outcome
}

fn holds<'v>(
    validation: &'v Validation,
    variables: &Variables<'v>,
    budget: &mut Budget,
) -> Result<bool, String> {
    let program = validation.program.as_ref().map_err(Clone::clone)?;
    let held = program.holds(variables, budget);
    held.map_err(|why| failed(&validation.expression, &why))
}

/// What is told of a validation that does not hold: in its own words if it has some.
fn message<'v>(
    validation: &'v Validation,
    variables: &Variables<'v>,
    budget: &mut Budget,
) -> String {
    let worded = validation.message_program.as_ref().and_then(|program| {
        let worded = program.as_ref().ok()?.evaluate(variables, budget).ok()?;
        let worded = worded.as_str()?.trim().to_owned();
        (worded.len() <= LONGEST_MESSAGE && !worded.contains('\n')).then_some(worded)
    });
    let worded = worded.filter(|worded| !worded.is_empty());
    worded.unwrap_or_else(|| match validation.message.as_str() {
        "" => format!("failed expression: {}", validation.expression),
        message => message.to_owned(),
    })
}

/// The value of an annotation; `None` if there shall be none.
fn value<'v>(
    annotation: &'v Annotation,
    variables: &Variables<'v>,
    budget: &mut Budget,
) -> Result<Option<String>, String> {
    let program = annotation.program.as_ref().map_err(Clone::clone)?;
    let expression = &annotation.expression;
    let value = program.evaluate(variables, budget);
    let value = value.map_err(|why| failed(expression, &why))?;
    if value.is_null() {
        return Ok(None);
    }
    let Some(value) = value.as_str() else {
        return Err(format!(
            "valueExpression '{expression}' resulted in unsupported return type: {}. Return type \
             must be either string or null.",
            value.describe()
        ));
    };
    let mut value = value.trim().to_owned();
    while value.len() > LONGEST_ANNOTATION {
        value.pop();
    }
    Ok(Some(value).filter(|value| !value.is_empty()))
}

/// Tells the audit log of a validation that does not hold.
fn publish_failure(
    attributes: &Attributes<'_>,
    definition: &Definition,
    binding: &Value,
    index: usize,
    denial: &Denial,
) {
    let index = i64::try_from(index).unwrap_or(i64::MAX);
    let actions = items_at(binding, &["spec", "validationActions"]).to_vec();
    let name = text_at(binding, &["metadata", "name"]).unwrap_or_default();
    let failure = Value::mapping([
        ("message", Value::string(&denial.message)),
        ("policy", Value::string(&definition.name)),
        ("binding", Value::string(name)),
        ("expressionIndex", Value::int(index)),
        ("validationActions", Value::sequence(actions)),
    ]);
    let mut json = String::new();
    let list = Value::sequence(vec![failure]);
    if write_json(&list, &mut json, JsonStyle::Ordered).is_ok() {
        let key = "validation.policy.admission.k8s.io/validation_failure";
        attributes.notes.annotate(key, json);
    }
}

/// Annotations of a policy, of all its bindings and parameters.
#[derive(Default)]
struct Published(Vec<(String, Vec<String>)>);

impl Published {
    fn add(&mut self, key: String, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) if values.contains(&value) => {}
            Some((_, values)) => values.push(value),
            None => self.0.push((key, vec![value])),
        }
    }

    fn publish(self, attributes: &Attributes<'_>, policy: &str) {
        for (key, values) in self.0 {
            let key = format!("{policy}/{key}");
            attributes.notes.annotate(key, values.join(", "));
        }
    }
}
