//! Fields of `labels` entries that no resource has.

use crate::config::FieldSpec;
use crate::kustomization::Kustomization;
use crate::resource_set::ResourceSet;
use trimtab_tree::{Diagnostic, Node, Value};

/// Warns of the fields that entries of `labels` name and that no resource has, once the labels are
/// set: then also those are there that an entry asks to be made.
pub(crate) fn warn_of_label_fields(
    file: &Kustomization,
    resources: &ResourceSet,
    warn: &mut dyn FnMut(Diagnostic),
) {
    let fields = file.labels.iter().flat_map(|label| &label.fields);
    for field in fields {
        let spec = FieldSpec::from(&field.value);
        let mut meant = resources.iter().filter(|it| spec.selects(it.gvk()));
        if meant.any(|resource| leads_somewhere(resource.value(), &spec)) {
            continue;
        }
        let path = spec.path.text();
        let message = format!("no resource that this is for has the field `{path}`");
        let warning = Diagnostic::warning("unmatched-label-field", message).at(field.position);
        warn(*warning.hint("`create: true` makes it where it is missing"));
    }
}

fn leads_somewhere(value: &Value, spec: &FieldSpec) -> bool {
    let mut level = vec![value];
    for step in spec.path.steps() {
        let mut below = Vec::new();
        while let Some(value) = level.pop() {
            match &value.node {
                Node::Sequence(items) => level.extend(items),
                Node::Mapping(fields) => below.extend(fields.get(&step.name)),
                Node::Scalar(_) => {}
            }
        }
        level = below;
    }
    !level.is_empty()
}
