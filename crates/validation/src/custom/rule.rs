//! A rule of a schema: its text, and what that is compiled to.

use crate::cel::Program;
use crate::fields::{items, text};
use trimtab_tree::Value;

/// A rule, as a schema has it.
#[derive(Clone, Debug)]
pub(super) struct RuleSource {
    /// The expression.
    pub(super) rule: String,
    pub(super) message: String,
    pub(super) message_expression: String,
    pub(super) reason: Option<String>,
    pub(super) field_path: String,
    pub(super) optional_old_self: Option<bool>,
}

impl RuleSource {
    /// Those of a schema.
    pub(super) fn all(schema: &Value) -> Vec<Self> {
        let rules = items(schema, "x-kubernetes-validations").iter();
        rules.map(Self::read).collect()
    }

    fn read(rule: &Value) -> Self {
        let own = |field: &str| text(rule, field).unwrap_or_default().to_owned();
        let optional = rule.get("optionalOldSelf").filter(|value| !value.is_null());
        Self {
            rule: own("rule"),
            message: own("message"),
            message_expression: own("messageExpression"),
            reason: text(rule, "reason").map(str::to_owned),
            field_path: own("fieldPath"),
            optional_old_self: optional.map(|value| value.text() == Some("true")),
        }
    }

    /// What is said when it does not hold and it says nothing itself.
    pub(super) fn shown(&self) -> &str {
        if self.message.is_empty() {
            self.rule.trim()
        } else {
            self.message.trim()
        }
    }
}

/// A rule, compiled.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) source: RuleSource,
    /// `None` of a rule that says nothing.
    pub(super) program: Option<Result<Program, String>>,
    pub(super) message: Option<Result<Program, String>>,
    pub(super) uses_old: bool,
    /// Whether `oldSelf` is there, as an optional value, when nothing was before.
    pub(super) is_optional: bool,
    /// Where a failure is told, below the value.
    pub(super) field_path: Option<String>,
}
