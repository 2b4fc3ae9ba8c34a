//! Rules of a schema: their form, whether they compile, and what they may cost.

use super::shown;
use crate::cel::MAX_REQUEST_SIZE;
use crate::custom::{CompiledRule, StructuralSchema};
use crate::fields::{items, text};
use crate::validate::errors::{Errors, Path};
use trimtab_tree::Value;

/// What one expression may be estimated to cost.
const EXPRESSION_LIMIT: u64 = 10_000_000;
/// What all expressions of a definition may be.
const TOTAL_LIMIT: u64 = 100_000_000;
/// How many of the dearest rules are told when all together are too dear.
const TOLD: usize = 4;
const REASONS: [&str; 4] = [
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
];

/// Checks what rules say, but not what they mean.
pub(super) fn check_form(schema: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.field("x-kubernetes-validations");
    for (at, rule) in items(schema, "x-kubernetes-validations").iter().enumerate() {
        let path = list.item(at);
        let own = |field: &str| rule.get(field).and_then(Value::as_str).unwrap_or_default();
        let has_line_break = |text: &str| text.contains(['\n', '\r']);
        let (expression, message) = (own("rule").trim(), own("message"));
        if expression.is_empty() {
            errors.required(&path.field("rule"), "rule is not specified");
        } else if !message.is_empty() && message.trim().is_empty() {
            let why = "must be non-empty if specified";
            errors.invalid_string(&path.field("message"), message, why);
        } else if has_line_break(message.trim()) {
            let why = "must not contain line breaks";
            errors.invalid_string(&path.field("message"), message, why);
        } else if has_line_break(expression) && message.trim().is_empty() {
            let why = "message must be specified if rule contains line breaks";
            errors.required(&path.field("message"), why);
        }
        let of_message = own("messageExpression");
        if !of_message.is_empty() && of_message.trim().is_empty() {
            let why = "messageExpression must be non-empty if specified";
            errors.required(&path.field("messageExpression"), why);
        }
        if let Some(reason) = text(rule, "reason")
            && !REASONS.contains(&reason)
        {
            errors.unsupported(&path.field("reason"), &Value::string(reason), &REASONS);
        }
        let field_path = own("fieldPath");
        let place = path.field("fieldPath");
        if !field_path.is_empty() && field_path.trim().is_empty() {
            errors.invalid_string(&place, field_path, "must be non-empty if specified");
        }
        if has_line_break(field_path) {
            errors.invalid_string(&place, field_path, "must not contain line breaks");
        }
        if !field_path.is_empty() {
            let (parsed, _) = StructuralSchema::parse(schema);
            if parsed.rule_path(field_path).is_err() {
                errors.invalid_string(&place, field_path, "must be a valid path");
            }
        }
    }
}

/// Where rules stand.
pub(super) struct Context<'a> {
    /// The way there in the parsed schema.
    pub(super) steps: &'a [String],
    /// How many values they are evaluated for, at most; `None` if there is no bound.
    pub(super) cardinality: Option<u64>,
    /// From where on old values cannot be told.
    pub(super) uncorrelated: Option<&'a str>,
}

/// What the rules of a schema cost.
pub(super) struct Costs {
    schema: StructuralSchema,
    /// The schema was there before: single rules are not refused for what they cost.
    is_unchanged: bool,
    total: u64,
    /// The dearest first.
    dearest: Vec<(String, u64)>,
}

impl Costs {
    pub(super) fn new(schema: StructuralSchema, is_unchanged: bool) -> Self {
        Self {
            schema,
            is_unchanged,
            total: 0,
            dearest: Vec::new(),
        }
    }

    /// Checks the rules of a part of the schema.
    pub(super) fn check(
        &mut self,
        schema: &Value,
        context: &Context<'_>,
        path: &Path<'_>,
        errors: &mut Errors,
    ) {
        let Some(rules) = self.schema.compiled_rules(context.steps) else {
            return;
        };
        let list = path.field("x-kubernetes-validations");
        let sources = items(schema, "x-kubernetes-validations");
        for (at, (rule, source)) in rules.into_iter().zip(sources).enumerate() {
            let path = list.item(at);
            self.check_rule(&rule, source, context, &path, errors);
        }
    }

    fn check_rule(
        &mut self,
        rule: &CompiledRule,
        source: &Value,
        context: &Context<'_>,
        path: &Path<'_>,
        errors: &mut Errors,
    ) {
        let at_rule = path.field("rule");
        let times = context
            .cardinality
            .unwrap_or_else(|| MAX_REQUEST_SIZE / (rule.shortest + 1));
        let cost = rule.cost.saturating_mul(times);
        if cost > EXPRESSION_LIMIT && !self.is_unchanged {
            let why = too_dear("estimated rule cost", cost, EXPRESSION_LIMIT);
            errors.forbidden(&at_rule, &why);
        }
        self.observe(&at_rule, cost);
        if let Some(error) = &rule.error {
            errors.invalid_text(&at_rule, &shown::rule(source), error);
        }
        let at_message = path.field("messageExpression");
        if let Some(error) = &rule.message_error {
            errors.invalid_text(&at_message, &shown::rule(source), error);
        } else if let Some(cost) = rule.message_cost {
            if cost > EXPRESSION_LIMIT && !self.is_unchanged {
                let why = too_dear("estimated messageExpression cost", cost, EXPRESSION_LIMIT);
                errors.forbidden(&at_message, &why);
            }
            self.observe(&at_message, cost);
        }
        let optional = source.get("optionalOldSelf").filter(|it| !it.is_null());
        if rule.uses_old {
            if let Some(from) = context.uncorrelated {
                let why = format!(
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within \
                     {from}"
                );
                let expression = text(source, "rule").unwrap_or_default();
                errors.invalid_string(&at_rule, expression, &why);
            }
        } else if let Some(optional) = optional {
            let why = "may not be set if oldSelf is not used in rule";
            errors.invalid(&path.field("optionalOldSelf"), optional, why);
        }
    }

    fn observe(&mut self, path: &Path<'_>, cost: u64) {
        self.total = self.total.saturating_add(cost);
        if cost < TOTAL_LIMIT / 100 {
            return;
        }
        self.dearest.push((path.to_string(), cost));
        self.dearest.sort_by(|(_, a), (_, b)| b.cmp(a));
        self.dearest.truncate(TOLD);
    }

    /// Checks what all rules cost together.
    pub(super) fn check_total(&self, path: &Path<'_>, errors: &mut Errors) {
        if self.total <= TOTAL_LIMIT {
            return;
        }
        for (dear, _) in &self.dearest {
            let why = "contributed to estimated rule cost total exceeding cost limit for entire \
                       OpenAPIv3 schema";
            errors.forbidden(&Path::ROOT.raw(dear), why);
        }
        let what = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
        errors.forbidden(path, &too_dear(what, self.total, TOTAL_LIMIT));
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is told to one digit")]
fn too_dear(what: &str, cost: u64, limit: u64) -> String {
    let times = cost as f64 / limit as f64;
    let times = if times > 100.0 {
        "more than 100x".to_owned()
    } else if times < 1.5 {
        format!("{times:.6}x")
    } else {
        format!("{times:.1}x")
    };
    format!(
        "{what} exceeds budget by factor of {times} (try simplifying the rule, or adding maxItems, \
         maxProperties, and maxLength where arrays, maps, and strings are declared)"
    )
}
