//! A policy, compiled.

use crate::admission::conditions::{Condition, compile_all, compiled, environment};
use crate::fields::{items_at, text_at};
use trimtab_tree::Value;
use trimtab_validation::cel::{Environment, Field, Program, Type, Variables};

/// An expression, or why it cannot be used.
pub(super) type Compiled = Result<Program, String>;

/// A policy, compiled.
pub(super) struct Definition {
    pub(super) name: String,
    /// `apiVersion` and `kind` of its parameters.
    pub(super) param_kind: Option<(String, String)>,
    /// Whether a write goes on where the policy cannot be evaluated.
    pub(super) ignored: bool,
    pub(super) conditions: Vec<Condition>,
    /// What other expressions name as `variables.NAME`.
    variables: Vec<(String, Compiled)>,
    pub(super) validations: Vec<Validation>,
    pub(super) annotations: Vec<Annotation>,
    pub(super) mutations: Vec<Mutation>,
    /// Whether it is evaluated again when others change the object after it.
    pub(super) reinvoked: bool,
}

/// What must be true.
pub(super) struct Validation {
    pub(super) expression: String,
    pub(super) program: Compiled,
    pub(super) message: String,
    /// Words the message, if there is such an expression.
    pub(super) message_program: Option<Compiled>,
    pub(super) reason: String,
}

/// What the audit log is told.
pub(super) struct Annotation {
    pub(super) key: String,
    pub(super) expression: String,
    pub(super) program: Compiled,
}

/// What becomes of the object.
pub(super) struct Mutation {
    pub(super) kind: MutationKind,
    pub(super) expression: String,
    pub(super) program: Compiled,
}

/// How an object is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MutationKind {
    ApplyConfiguration,
    JsonPatch,
}

impl Definition {
    /// Reads and compiles a policy.
    pub(super) fn read(policy: &Value) -> Self {
        let param_kind = param_kind(policy);
        let mut environment = environment(param_kind.is_some());
        let spec = |field: &str| text_at(policy, &["spec", field]);
        let conditions = items_at(policy, &["spec", "matchConditions"]);
        let conditions = compile_all(conditions, &environment);
        let is_mutating = policy.get_path(&["spec", "mutations"]).is_some();
        if is_mutating {
            environment = environment.with_mutations();
        }
        let variables = read_variables(policy, &mut environment);
        Self {
            name: text_at(policy, &["metadata", "name"])
                .unwrap_or_default()
                .to_owned(),
            ignored: spec("failurePolicy") == Some("Ignore"),
            conditions,
            validations: read_all(policy, "validations", |item| {
                Validation::read(item, &environment)
            }),
            annotations: read_all(policy, "auditAnnotations", |item| {
                Annotation::read(item, &environment)
            }),
            mutations: read_all(policy, "mutations", |item| {
                Mutation::read(item, &environment)
            }),
            reinvoked: spec("reinvocationPolicy") == Some("IfNeeded"),
            param_kind,
            variables,
        }
    }

    /// Gives expressions the policy's own variables.
    pub(super) fn define<'v>(&'v self, variables: &mut Variables<'v>) {
        variables.with_definitions();
        for (name, program) in &self.variables {
            if let Ok(program) = program {
                variables.define(name, program);
            }
        }
    }
}

fn read_all<T>(policy: &Value, field: &str, read: impl Fn(&Value) -> T) -> Vec<T> {
    let items = items_at(policy, &["spec", field]);
    items.iter().map(read).collect()
}

fn param_kind(policy: &Value) -> Option<(String, String)> {
    let of = |field: &str| text_at(policy, &["spec", "paramKind", field]).map(str::to_owned);
    Some((of("apiVersion")?, of("kind")?))
}

/// The policy's variables, each of which may name those before it.
fn read_variables(policy: &Value, environment: &mut Environment) -> Vec<(String, Compiled)> {
    let mut variables: Vec<(String, Compiled)> = Vec::new();
    let declare = |environment: &mut Environment, variables: &[(String, Compiled)]| {
        let fields = variables.iter().map(|(name, program)| {
            let ty = program
                .as_ref()
                .map_or(Type::DYN, |it| it.output_type().clone());
            Field::new(name.as_str(), ty)
        });
        environment.declare("variables", Type::object("kubernetes.variables", fields));
    };
    declare(environment, &variables);
    for variable in items_at(policy, &["spec", "variables"]) {
        let text = |field: &str| text_at(variable, &[field]).unwrap_or_default();
        let program = compiled(text("expression"), environment);
        variables.push((text("name").to_owned(), program));
        declare(environment, &variables);
    }
    variables
}

impl Validation {
    fn read(validation: &Value, environment: &Environment) -> Self {
        let text = |field: &str| text_at(validation, &[field]).unwrap_or_default().trim();
        let message_expression = Some(text("messageExpression")).filter(|it| !it.is_empty());
        Self {
            expression: text("expression").to_owned(),
            program: compiled(text("expression"), environment),
            message: text("message").to_owned(),
            message_program: message_expression.map(|it| compiled(it, environment)),
            reason: match text("reason") {
                "" => "Invalid".to_owned(),
                reason => reason.to_owned(),
            },
        }
    }
}

impl Annotation {
    fn read(annotation: &Value, environment: &Environment) -> Self {
        let text = |field: &str| text_at(annotation, &[field]).unwrap_or_default();
        Self {
            key: text("key").to_owned(),
            expression: text("valueExpression").to_owned(),
            program: compiled(text("valueExpression"), environment),
        }
    }
}

impl Mutation {
    fn read(mutation: &Value, environment: &Environment) -> Self {
        let (kind, field) = match text_at(mutation, &["patchType"]) {
            Some("JSONPatch") => (MutationKind::JsonPatch, "jsonPatch"),
            _ => (MutationKind::ApplyConfiguration, "applyConfiguration"),
        };
        let expression = text_at(mutation, &[field, "expression"]).unwrap_or_default();
        Self {
            kind,
            expression: expression.to_owned(),
            program: compiled(expression, environment),
        }
    }
}

/// A rule that takes every write.
pub(super) fn every_write() -> Value {
    let all = || Value::sequence(vec![Value::string("*")]);
    Value::mapping([
        ("operations", all()),
        ("apiGroups", all()),
        ("apiVersions", all()),
        (
            "resources",
            Value::sequence(vec![Value::string("*/*"), Value::string("*")]),
        ),
    ])
}
