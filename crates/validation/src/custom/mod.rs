//! Objects of custom kinds, by the structural schemas of their definitions.
//!
//! The steps are those of built-in kinds: [`StructuralSchema::prune`] for what the schema does not
//! name, [`StructuralSchema::default`] for what was left out, [`StructuralSchema::validate`] for
//! what is wrong, [`StructuralSchema::check_rules`] for the rules in the Common Expression Language
//! (`x-kubernetes-validations`). `metadata` is not looked at: it is that of every object.
//!
//! Upstream: `apiextensions-apiserver/pkg/apiserver/schema` (what a structural schema is, pruning,
//! defaulting, list types) and `kube-openapi/pkg/validation` (values and the words of messages).

mod correlate;
mod declaration;
mod default;
mod definition;
mod embedded;
mod field_path;
mod formats;
mod node;
mod numbered;
mod parse;
mod prune;
mod published;
mod rule;
mod rules;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use formats::{fits as fits_format, is_known as is_known_format};

pub use definition::{Definition, DefinitionVersion};
pub use published::{
    Audience, CommonDescriptions, definition_name, published, selectable_fields, type_document,
};

use crate::cel::Type;
use crate::validate::errors::{Errors, Path};
use crate::{FieldError, StrictProblem};
use correlate::Before;
use node::Node;
use trimtab_tree::Value;

/// The schema of one version of a custom kind.
#[derive(Debug)]
pub struct StructuralSchema {
    root: Node,
}

/// What is known of a rule before it is evaluated.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    /// What it may cost at most; 0 of one that does not compile.
    pub(crate) cost: u64,
    /// Why it does not compile.
    pub(crate) error: Option<String>,
    /// The same of its `messageExpression`.
    pub(crate) message_cost: Option<u64>,
    pub(crate) message_error: Option<String>,
    /// Whether it looks at the value before.
    pub(crate) uses_old: bool,
    /// How short the values that it is evaluated for are at least, in JSON.
    pub(crate) shortest: u64,
}

impl CompiledRule {
    fn of(rule: &rule::Rule, shortest: u64) -> Self {
        let (cost, error) = match &rule.program {
            Some(Ok(program)) => (program.max_cost(), None),
            Some(Err(error)) => (0, Some(error.clone())),
            None => (0, None),
        };
        // Of a rule that does not compile the message is not looked at.
        let message = rule.message.as_ref().filter(|_| error.is_none());
        let (message_cost, message_error) = match message {
            Some(Ok(program)) => (Some(program.max_cost()), None),
            Some(Err(error)) => (None, Some(error.clone())),
            None => (None, None),
        };
        Self {
            cost,
            error,
            message_cost,
            message_error,
            uses_old: rule.uses_old,
            shortest,
        }
    }
}

/// What is wrong with a default.
#[derive(Debug, Default)]
pub(crate) struct DefaultFindings {
    /// It has fields that its schema does not.
    pub(crate) is_pruned: bool,
    pub(crate) errors: Vec<FieldError>,
}

/// What [`StructuralSchema::check_rules`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFindings {
    /// Rules that are broken.
    pub errors: Vec<FieldError>,
    /// Rules that were broken before.
    pub warnings: Vec<FieldError>,
}

/// Whether kube-apiserver tells a fault without saying of which field it is. Here the field is known.
#[must_use]
pub fn is_of_no_field(error: &FieldError) -> bool {
    let start = format!("Invalid value: {}: ", validate::OF_NOTHING);
    error.message.strip_prefix(&start).is_some_and(|why| {
        why.starts_with("Checked value must be ")
            || why.contains(" must validate ")
            || why.contains(" must not validate ")
    })
}

impl StructuralSchema {
    /// Reads an `openAPIV3Schema`. What is not structural about it comes beside: fields are those
    /// below the schema, such as `properties[spec].type`. The schema is usable all the same, being
    /// lenient where it could not be understood.
    #[must_use]
    pub fn parse(schema: &Value) -> (Self, Vec<FieldError>) {
        let mut errors = Errors::default();
        let mut root = parse::node(schema, &Path::ROOT, &mut errors);
        root.is_resource = true;
        (Self { root }, errors.into_found())
    }

    /// Removes the fields that the schema does not have, and says which those are.
    pub fn prune(&self, object: &mut Value) -> Vec<StrictProblem> {
        prune::prune(object, &self.root)
    }

    /// Gives every object in the object, but not itself, to `visit`, with the path of each.
    pub fn visit_embedded(&self, object: &mut Value, visit: &mut dyn FnMut(&mut Value, &str)) {
        for (name, node) in self.root.properties() {
            if let Some(field) = object.get_mut(name) {
                embedded::visit(field, node, &Path::ROOT.field(name), visit);
            }
        }
    }

    /// Gives the fields that were left out the values that the schema says. Nulls that the schema
    /// does not allow go.
    pub fn default(&self, object: &mut Value) {
        default::drop_nulls(object, &self.root);
        default::default(object, &self.root);
    }

    /// What expressions see of an object whose metadata are of this type; `None` if they see nothing
    /// of it.
    pub(crate) fn object_type(&self, metadata: Option<Type>) -> Option<Type> {
        let declared = declaration::declare(&self.root)?.ty;
        Some(match metadata {
            Some(metadata) => declared.with_field("metadata", metadata),
            None => declared,
        })
    }

    /// As [`default`](Self::default), but nulls stay, for [`validate`](Self::validate) to refuse.
    pub fn default_beside_nulls(&self, object: &mut Value) {
        default::default(object, &self.root);
    }

    /// What is wrong with an object, in the words of kube-apiserver. Rules are not looked at.
    #[must_use]
    pub fn validate(&self, object: &Value) -> Vec<FieldError> {
        self.validate_update(object, None)
    }

    /// The same of an object that takes the place of another: what has not changed is not wrong.
    #[must_use]
    pub fn validate_update(&self, object: &Value, old: Option<&Value>) -> Vec<FieldError> {
        let mut errors = Errors::default();
        validate::changed(object, &self.root, Before(old), &Path::ROOT, &mut errors);
        let was_distinct = old.is_none_or(|old| {
            let mut errors = Errors::default();
            validate::lists(old, &self.root, &Path::ROOT, &mut errors);
            errors.is_empty()
        });
        if was_distinct {
            validate::lists(object, &self.root, &Path::ROOT, &mut errors);
        }
        for (name, node) in self.root.properties() {
            if let Some(field) = object.get(name) {
                embedded::check(field, node, &Path::ROOT.field(name), &mut errors);
            }
        }
        errors.into_found()
    }

    /// What is wrong with the status of an object, whose path it is told below.
    #[must_use]
    pub fn validate_status(&self, status: &Value, old: Option<&Value>) -> Vec<FieldError> {
        let mut errors = Errors::default();
        if let Some(node) = self.root.property("status") {
            let path = Path::ROOT.field("status");
            validate::changed(status, node, Before(old), &path, &mut errors);
        }
        errors.into_found()
    }

    /// Which lists of an object that are sets or maps have an item twice.
    #[must_use]
    pub fn validate_lists(&self, object: &Value) -> Vec<FieldError> {
        let mut errors = Errors::default();
        validate::lists(object, &self.root, &Path::ROOT, &mut errors);
        errors.into_found()
    }

    /// Which rules an object breaks. Of one that takes the place of another, those that it broke
    /// before, in parts that have not changed, come as warnings.
    #[must_use]
    pub fn check_rules(&self, object: &Value, old: Option<&Value>) -> RuleFindings {
        let (mut errors, mut warnings) = (Errors::default(), Errors::default());
        if self.root.has_rules {
            rules::check(object, &self.root, old, &mut errors, &mut warnings);
        }
        RuleFindings {
            errors: errors.into_found(),
            warnings: warnings.into_found(),
        }
    }

    /// Whether the schema has rules.
    #[must_use]
    pub fn has_rules(&self) -> bool {
        self.root.has_rules
    }

    /// The field at a path such as `.spec.size`: how it is named, and its type.
    ///
    /// # Errors
    /// Why the path names none, in words.
    pub fn field_at(&self, path: &str) -> Result<(String, &'static str), String> {
        let (name, node) = field_path::resolve(path, &self.root, false)?;
        Ok((name, node.kind.name()))
    }

    /// How a failure of a rule is told that has this `fieldPath`.
    ///
    /// # Errors
    /// Why the path names no field, in words.
    pub(crate) fn rule_path(&self, path: &str) -> Result<String, String> {
        field_path::resolve(path, &self.root, true).map(|(name, _)| name)
    }

    /// The part of the schema that is reached by `properties.NAME`, `items` and
    /// `additionalProperties`.
    fn part(&self, steps: &[String]) -> Option<&Node> {
        let mut steps = steps.iter();
        steps.try_fold(&self.root, |node, step| {
            match step.strip_prefix("properties.") {
                Some(name) => node.property(name),
                None if step == "items" => node.items.as_deref(),
                None => node.values(),
            }
        })
    }

    /// The rules of a part of the schema; `None` if expressions do not see it.
    pub(crate) fn compiled_rules(&self, steps: &[String]) -> Option<Vec<CompiledRule>> {
        let node = self.part(steps)?;
        let declared = declaration::declare(node)?;
        let rules = node.rules().iter();
        Some(
            rules
                .map(|rule| CompiledRule::of(rule, declared.shortest))
                .collect(),
        )
    }

    /// What is wrong with a default of a part of the schema.
    pub(crate) fn check_default(
        &self,
        steps: &[String],
        default: &Value,
        is_resource: bool,
    ) -> DefaultFindings {
        let mut errors = Errors::default();
        let Some(node) = self.part(steps) else {
            return DefaultFindings::default();
        };
        let mut pruned = default.clone();
        let is_pruned = !prune::prune(&mut pruned, node).is_empty();
        if is_resource {
            for name in ["apiVersion", "kind"] {
                if default.get(name).is_none() {
                    errors.required(&Path::ROOT.field(name), "");
                }
            }
        }
        if errors.is_empty() {
            validate::changed(default, node, Before(None), &Path::ROOT, &mut errors);
        }
        if errors.is_empty() {
            let mut warnings = Errors::default();
            rules::check(default, node, None, &mut errors, &mut warnings);
        }
        DefaultFindings {
            is_pruned,
            errors: errors.into_found(),
        }
    }

    /// The names of the fields that may stand beside the unknown field at `path`, for those who
    /// guess which one was meant.
    #[must_use]
    pub fn siblings(&self, path: &[&str]) -> Vec<&str> {
        let mut node = Some(&self.root);
        for step in path {
            node = node.and_then(|node| node.below(step));
        }
        node.map_or_else(Vec::new, Node::names)
    }
}
