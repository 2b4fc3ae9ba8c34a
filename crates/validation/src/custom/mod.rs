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
mod field_path;
mod formats;
mod node;
mod parse;
mod prune;
mod published;
mod rules;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use formats::fits as fits_format;

pub use definition::{Definition, DefinitionVersion};
pub use published::{
    Audience, CommonDescriptions, definition_name, published, selectable_fields, type_document,
};

use crate::validate::errors::{Errors, Path};
use correlate::Before;
use crate::{FieldError, StrictProblem};
use node::Node;
use trimtab_tree::Value;

/// The schema of one version of a custom kind.
#[derive(Debug)]
pub struct StructuralSchema {
    root: Node,
}

/// What [`StructuralSchema::check_rules`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFindings {
    /// Rules that are broken.
    pub errors: Vec<FieldError>,
    /// Rules that were broken before.
    pub warnings: Vec<FieldError>,
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

    /// Gives the fields that were left out the values that the schema says.
    pub fn default(&self, object: &mut Value) {
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
