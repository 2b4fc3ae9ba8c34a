//! Rules in the Common Expression Language: `x-kubernetes-validations`.
//!
//! Upstream: `apiextensions-apiserver/pkg/apiserver/schema/cel`.

use super::correlate::Before;
use super::declaration::{Declared, declare};
use super::field_path;
use super::node::{Additional, Kind, Node};
use super::rule::{Rule, RuleSource};
use crate::cel::{self, Budget, Environment, EvaluationError, Program, Type, Variables};
use crate::validate::errors::{Errors, Path};
use trimtab_tree::Value;

/// How long the text of a `messageExpression` may be, in bytes.
const MAX_MESSAGE: usize = 5 * 1024;

impl Rule {
    pub(super) fn compile(source: &RuleSource, node: &Node, declared: &Declared) -> Self {
        let is_optional = source.optional_old_self == Some(true);
        let old = if is_optional {
            Type::optional(declared.ty.clone())
        } else {
            declared.ty.clone()
        };
        let environment = Environment::new()
            .with("self", declared.ty.clone())
            .with("oldSelf", old);
        let program = compile_to(&source.rule, &environment, &Type::Bool);
        let program = program.map(|program| {
            program.map_err(|why| match why {
                Some(error) => error,
                None => "cel expression must evaluate to a bool".to_owned(),
            })
        });
        let message = compile_to(&source.message_expression, &environment, &Type::STRING);
        let message = message.map(|program| {
            program.map_err(|why| match why {
                Some(error) => format!("messageExpression {error}"),
                None => "messageExpression must evaluate to a string".to_owned(),
            })
        });
        let uses_old = matches!(&program, Some(Ok(program)) if program.uses("oldSelf"));
        let field_path = field_path::resolve(&source.field_path, node, true);
        Self {
            source: source.clone(),
            program,
            message,
            uses_old,
            is_optional,
            field_path: field_path
                .ok()
                .map(|(path, _)| path)
                .filter(|path| !path.is_empty()),
        }
    }
}

/// `None` if there is nothing to compile; an error without a text if the result has another type.
fn compile_to(
    expression: &str,
    environment: &Environment,
    wanted: &Type,
) -> Option<Result<Program, Option<String>>> {
    if expression.trim().is_empty() {
        return None;
    }
    Some(match cel::compile(expression, environment) {
        Ok(program) if program.output_type().is_same(wanted) => Ok(program),
        Ok(_) => Err(None),
        Err(error) => Err(Some(error.told())),
    })
}

/// Evaluates the rules of a value and everything below it. Faults of what has not changed come as
/// warnings.
pub(super) fn check(
    value: &Value,
    node: &Node,
    before: Option<&Value>,
    errors: &mut Errors,
    warnings: &mut Errors,
) {
    let mut checker = Checker {
        budget: Budget::new(cel::RUNTIME_BUDGET),
        is_over: false,
        errors,
        warnings,
    };
    let place = Place {
        // `oldSelf` and what has changed are followed apart: what cannot be told apart any more has
        // changed as a whole or not at all.
        old: Before(before),
        nearest: Nearest {
            current: before.map(|before| (value, Some(before))),
            parent_changed: None,
        },
    };
    checker.value(value, node, place, &Path::ROOT);
}

#[derive(Clone, Copy)]
struct Place<'v> {
    old: Before<'v>,
    nearest: Nearest<'v>,
}

/// What is known of whether a value has changed.
#[derive(Clone, Copy)]
struct Nearest<'v> {
    /// The value now and before, if it can be told which that was.
    current: Option<(&'v Value, Option<&'v Value>)>,
    /// Whether the nearest value above, of which that can be told, has changed.
    parent_changed: Option<bool>,
}

impl<'v> Nearest<'v> {
    /// Whether a fault is told as a warning only.
    fn is_unchanged(self) -> bool {
        match self.current {
            Some((now, Some(before))) => Before(Some(before)).is(now),
            Some((_, None)) => false,
            None => self.parent_changed == Some(false),
        }
    }

    fn below(self, now: &'v Value, before: Option<Before<'v>>) -> Self {
        let Some((value, old)) = self.current else {
            return self;
        };
        match before {
            Some(Before(Some(before))) => Self {
                current: Some((now, Some(before))),
                parent_changed: None,
            },
            // It is new.
            Some(Before(None)) if old.is_some() => Self {
                current: Some((now, None)),
                parent_changed: None,
            },
            _ => Self {
                current: None,
                parent_changed: Some(!Before(old).is(value)),
            },
        }
    }
}

struct Checker<'e> {
    budget: Budget,
    /// No more rules are evaluated.
    is_over: bool,
    errors: &'e mut Errors,
    warnings: &'e mut Errors,
}

impl Checker<'_> {
    fn value<'v>(&mut self, value: &'v Value, node: &Node, place: Place<'v>, path: &Path<'_>) {
        if !node.has_rules || self.is_over || value.is_null() {
            return;
        }
        self.own_rules(value, node, place, path);
        for part in node.limits.iter().flat_map(|limits| &limits.all_of) {
            self.value(value, part, place, path);
        }
        if let Some(fields) = value.as_mapping() {
            for (name, field) in fields.iter() {
                let is_named = node.property(name).is_some();
                let below = match &node.additional {
                    Additional::Of(below) if !is_named => &**below,
                    _ => match node.property(name) {
                        Some(below) => below,
                        None => continue,
                    },
                };
                let before = place.old.field(name);
                let place = Place {
                    old: before,
                    nearest: place.nearest.below(field, Some(before)),
                };
                let here = if is_named {
                    path.field(name)
                } else {
                    path.key(name)
                };
                self.value(field, below, place, &here);
            }
        }
        if let (Some(items), Some(below)) = (value.as_sequence(), &node.items) {
            for (at, item) in items.iter().enumerate() {
                let before = place.old.item(node, item);
                let known = matches!(node.list, super::node::List::Map(_)).then_some(before);
                let place = Place {
                    old: before,
                    nearest: place.nearest.below(item, known),
                };
                self.value(item, below, place, &path.item(at));
            }
        }
    }

    fn own_rules(&mut self, value: &Value, node: &Node, place: Place<'_>, path: &Path<'_>) {
        for rule in node.rules() {
            if self.is_over {
                return;
            }
            self.rule(rule, value, node, place, path);
        }
    }

    fn rule(&mut self, rule: &Rule, value: &Value, node: &Node, place: Place<'_>, path: &Path<'_>) {
        let kind = format!("{:?}", node.kind.name());
        let program = match &rule.program {
            None => return,
            Some(Ok(program)) => program,
            Some(Err(why)) => {
                let why = format!("rule compile error: {why}");
                self.errors.invalid_text(path, &kind, &why);
                return;
            }
        };
        let old = place.old.0.filter(|old| !old.is_null());
        if rule.uses_old && old.is_none() && !rule.is_optional {
            return;
        }
        let mut variables = Variables::new();
        variables.set("self", value);
        if rule.is_optional {
            variables.set_optional("oldSelf", old);
        } else if let Some(old) = old {
            variables.set("oldSelf", old);
        }
        let shown = rule.source.shown();
        match program.holds(&variables, &mut self.budget) {
            Ok(true) => {}
            Ok(false) => self.failed(rule, &variables, value, node, place, path),
            Err(EvaluationError::Failed(why)) => {
                let why = if why.starts_with("no such overload") {
                    format!(
                        "'{why}': call arguments did not match a supported operator, function or \
                         macro signature for rule: {shown}"
                    )
                } else {
                    format!("{why} evaluating rule: {shown}")
                };
                self.errors.invalid_text(path, &kind, &why);
            }
            Err(error @ EvaluationError::TooExpensive) => {
                let why = format!(
                    "'{error}': no further validation rules will be run due to call cost exceeds \
                     limit for rule: {shown}"
                );
                self.errors.invalid_text(path, &kind, &why);
                self.is_over = true;
            }
            Err(error @ EvaluationError::OutOfBudget) => {
                self.errors.invalid_text(path, &kind, &error.to_string());
                self.is_over = true;
            }
        }
    }

    fn failed<'a>(
        &mut self,
        rule: &'a Rule,
        variables: &Variables<'a>,
        value: &Value,
        node: &Node,
        place: Place<'_>,
        path: &Path<'_>,
    ) {
        let source = &rule.source;
        let mut detail = if source.message.is_empty() {
            format!("failed rule: {}", source.shown())
        } else {
            source.shown().to_owned()
        };
        if let Some(Ok(program)) = &rule.message {
            match program.evaluate(variables, &mut self.budget) {
                Ok(message) => {
                    let message = message.text().unwrap_or_default().trim();
                    let is_usable = !message.is_empty()
                        && message.len() <= MAX_MESSAGE
                        && !message.contains('\n');
                    if is_usable {
                        message.clone_into(&mut detail);
                    }
                }
                Err(EvaluationError::Failed(_)) => {}
                Err(error) => {
                    let why = format!(
                        "messageExpression evaluation failed, no further validation rules will be \
                         run: {error}: {:?}",
                        source.message_expression
                    );
                    let kind = format!("{:?}", node.kind.name());
                    self.errors.invalid_text(path, &kind, &why);
                    self.is_over = true;
                    return;
                }
            }
        }
        let is_warning = !rule.uses_old && place.nearest.is_unchanged();
        let told = if is_warning {
            &mut *self.warnings
        } else {
            &mut *self.errors
        };
        // Of objects and lists the value is not shown.
        let is_plain = !matches!(node.kind, Kind::Object | Kind::Array);
        let shown = is_plain.then_some(value);
        match &rule.field_path {
            Some(below) => {
                told.failed_rule(&path.raw(below), shown, &detail, source.reason.as_deref());
            }
            None => told.failed_rule(path, shown, &detail, source.reason.as_deref()),
        }
    }
}

impl Node {
    /// Its own rules, compiled when they are first asked for.
    pub(super) fn rules(&self) -> &[Rule] {
        self.rules.get_or_init(|| compile(self))
    }
}

/// The rules of a node, compiled.
fn compile(node: &Node) -> Vec<Rule> {
    let Some(declared) = declare(node) else {
        return Vec::new();
    };
    let sources = node.rule_sources.iter();
    sources
        .map(|source| Rule::compile(source, node, &declared))
        .collect()
}
