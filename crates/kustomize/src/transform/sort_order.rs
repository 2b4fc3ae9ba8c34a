//! `sortOptions`: the order in which resources come out.

use crate::config::{KINDS_FIRST, KINDS_LAST, compare_gvk_texts};
use crate::kustomization::SortOptions;
use crate::resource_set::ResourceSet;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use trimtab_object::{Gvk, ResourceId};
use trimtab_tree::{Diagnostic, Result};

/// Puts resources in the order that `options` ask for.
///
/// # Errors
/// When the order is neither `fifo` nor `legacy`, or options of the legacy order are given with
/// another.
pub fn sort(resources: &mut ResourceSet, options: &SortOptions) -> Result<()> {
    match (&*options.order.value, &options.legacy) {
        ("fifo", None) => {}
        ("fifo", Some(legacy)) => {
            return Err(Diagnostic::error(
                "sort-options",
                "`legacySortOptions` say nothing to the order `fifo`",
            )
            .at(legacy.position)
            .in_field("sortOptions.legacySortOptions")
            .hint("use `order: legacy`, or remove them"));
        }
        ("legacy", None) => sort_legacy(resources),
        ("legacy", Some(legacy)) => {
            let first: Vec<&str> = legacy
                .first
                .iter()
                .map(|kind| kind.value.as_str())
                .collect();
            let last: Vec<&str> = legacy.last.iter().map(|kind| kind.value.as_str()).collect();
            sort_by_kinds(resources, &first, &last);
        }
        (other, _) => {
            return Err(
                Diagnostic::error("sort-options", format!("there is no order `{other}`"))
                    .at(options.order.position)
                    .in_field("sortOptions.order")
                    .expecting("`fifo` or `legacy`"),
            );
        }
    }
    Ok(())
}

/// Puts resources in the order of kustomize's old default: what others need comes first.
pub fn sort_legacy(resources: &mut ResourceSet) {
    sort_by_kinds(resources, KINDS_FIRST, KINDS_LAST);
}

fn sort_by_kinds(resources: &mut ResourceSet, first: &[&str], last: &[&str]) {
    // Of a kind named twice the last mention counts.
    let mut ranks: FxHashMap<&str, i64> = FxHashMap::default();
    for (place, kind) in first.iter().enumerate() {
        ranks.insert(kind, place as i64 - first.len() as i64);
    }
    for (place, kind) in last.iter().enumerate() {
        ranks.insert(kind, place as i64 + 1);
    }
    let rank = |gvk: &Gvk| ranks.get(gvk.kind.as_str()).copied().unwrap_or(0);
    resources.sort_by(|a, b| {
        let (a, b) = (a.id(), b.id());
        if a.gvk == b.gvk {
            return compare_names(a, b);
        }
        rank(&a.gvk)
            .cmp(&rank(&b.gvk))
            .then_with(|| compare_kinds(&a.gvk, &b.gvk))
    });
}

/// By group, version and kind; but the core namespaces come before namespaces of other groups.
fn compare_kinds(a: &Gvk, b: &Gvk) -> Ordering {
    let are_namespaces = a.kind == "Namespace" && b.kind == "Namespace";
    if are_namespaces && (a.group.is_empty() || b.group.is_empty()) {
        return compare_gvk_texts(b, a);
    }
    compare_gvk_texts(a, b)
}

/// Compares `namespace|name`, with placeholders for the empty ones, without building the texts.
fn compare_names(a: &ResourceId, b: &ResourceId) -> Ordering {
    fn bytes(id: &ResourceId) -> impl Iterator<Item = u8> {
        fn or<'a>(part: &'a str, placeholder: &'static str) -> &'a str {
            if part.is_empty() { placeholder } else { part }
        }
        let parts = [or(&id.namespace, "~X"), "|", or(&id.name, "~N")];
        parts.into_iter().flat_map(str::bytes)
    }
    bytes(a).cmp(bytes(b))
}
