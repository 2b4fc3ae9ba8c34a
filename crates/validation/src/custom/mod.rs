//! Objects of custom kinds, by the structural schemas of their definitions.
//!
//! The steps are those of built-in kinds: [`StructuralSchema::prune`] for what the schema does not
//! name, [`StructuralSchema::default`] for what was left out, [`StructuralSchema::validate`] for
//! what is wrong. `metadata` is not looked at: it is that of every object. Rules in the Common
//! Expression Language (`x-kubernetes-validations`) are not evaluated;
//! [`StructuralSchema::has_rules`] says that there are some.
//!
//! Upstream: `apiextensions-apiserver/pkg/apiserver/schema` (what a structural schema is, pruning,
//! defaulting, list types) and `kube-openapi/pkg/validation` (values and the words of messages).

mod default;
mod definition;
mod formats;
mod node;
mod parse;
mod prune;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use formats::fits as fits_format;

pub use definition::{Definition, DefinitionVersion};

use crate::validate::errors::{Errors, Path};
use crate::{FieldError, StrictProblem};
use node::Node;
use trimtab_tree::Value;

/// The schema of one version of a custom kind.
#[derive(Debug)]
pub struct StructuralSchema {
    root: Node,
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

    /// What is wrong with an object, in the words of kube-apiserver.
    #[must_use]
    pub fn validate(&self, object: &Value) -> Vec<FieldError> {
        let mut errors = Errors::default();
        validate::value(object, &self.root, &Path::ROOT, &mut errors);
        errors.into_found()
    }

    /// Whether the schema has rules that are not evaluated here.
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
