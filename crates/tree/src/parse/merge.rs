//! The merge key `<<`, flattened as kustomize does it (`mergeAll` in kyaml's `rnode.go`).

use crate::Mapping;

/// Adds to `own` the fields of `sources`, the first of which is the most important. A field that
/// `own` has stays as it is. The others are added behind, those of the last source first.
pub(super) fn merge(own: &mut Mapping, sources: Vec<Mapping>) {
    let own_fields = own.len();
    for source in sources.into_iter().rev() {
        for entry in source.into_entries() {
            match own.position_of(entry.key.text()) {
                None => own.push(entry),
                Some(at) if at < own_fields => {}
                Some(at) => {
                    if let Some(value) = own.value_at_mut(at) {
                        *value = entry.value;
                    }
                }
            }
        }
    }
}
