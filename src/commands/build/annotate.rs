//! The output with comments that say where each value comes from.

use crate::ui::provenance::{Places, write_annotated};
use trimtab_kustomize::{Address, Resource};
use trimtab_tree::{Result, SourceMap};

/// Prints resources of a recorded build as one YAML stream.
///
/// # Errors
/// When a value cannot be printed.
pub(super) fn print(resources: &[Resource], map: &SourceMap) -> Result<String> {
    let mut places = Places::new(map);
    let mut out = String::new();
    for (at, resource) in resources.iter().enumerate() {
        if at > 0 {
            out.push_str("---\n");
        }
        let root = Address::root();
        write_annotated(resource, resource.value(), &root, &mut places, &mut out)?;
    }
    Ok(out)
}
