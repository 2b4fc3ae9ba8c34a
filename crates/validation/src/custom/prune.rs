//! Fields that a schema does not have.

use super::node::{Additional, Kind, Node};
use crate::StrictProblem;
use crate::validate::errors::Path;
use trimtab_tree::{Node as Tree, Value};

/// Removes them, and says which they are.
pub(super) fn prune(object: &mut Value, node: &Node) -> Vec<StrictProblem> {
    let mut problems = Vec::new();
    walk(object, node, &Path::ROOT, &mut problems);
    problems
}

fn walk(value: &mut Value, node: &Node, path: &Path<'_>, problems: &mut Vec<StrictProblem>) {
    match &mut value.node {
        Tree::Mapping(fields) => {
            // What is said nothing of is not looked into.
            let keeps = node.preserves_unknown
                || node.kind == Kind::Any
                || matches!(node.additional, Additional::Anything);
            fields.retain(|name, field| {
                if node.is_of_resources(name) {
                    return true;
                }
                let here = path.field(name);
                match node.field(name) {
                    Some(below) => walk(field, below, &here, problems),
                    None if keeps => {}
                    None => {
                        problems.push(StrictProblem::UnknownField(here.to_string()));
                        return false;
                    }
                }
                true
            });
        }
        Tree::Sequence(items) => {
            if let Some(below) = &node.items {
                for (at, item) in items.iter_mut().enumerate() {
                    walk(item, below, &path.item(at), problems);
                }
            }
        }
        Tree::Scalar(_) => {}
    }
}
