//! Objects that kustomize takes and no cluster does.

use super::texts::warn_of_other_than_texts;
use crate::resource::Resource;
use trimtab_tree::{Diagnostic, ScalarKind};

/// Warns of what is odd in a resource as it was read.
pub(crate) fn warn_of_object(resource: &Resource, warn: &mut dyn FnMut(Diagnostic)) {
    let value = resource.value();
    if resource.gvk().kind == "List" {
        let warning = Diagnostic::warning("list-without-items", "this List has no `items`")
            .at(resource.position())
            .expecting("a field `items`; without it the List itself is a resource");
        warn(*warning);
    }
    for field in ["name", "namespace"] {
        let name = value.get("metadata").and_then(|it| it.get(field));
        let Some((name, scalar)) = name.and_then(|name| Some((name, name.as_scalar()?))) else {
            continue;
        };
        if !matches!(scalar.kind, ScalarKind::String | ScalarKind::Null) {
            let message = format!("a {field} cannot be {}", name.describe());
            let warning = Diagnostic::warning("name-not-text", message)
                .at(name.position)
                .in_field(format!("metadata.{field}"))
                .hint(format!("quote it: \"{}\"", scalar.text()));
            warn(*warning);
        }
    }
    warn_of_other_than_texts(resource, warn);
}
