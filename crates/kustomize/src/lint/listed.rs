//! What a kustomization file says twice or in vain.

use crate::kustomization::{At, Kustomization};
use rustc_hash::FxHashMap;
use trimtab_tree::{Diagnostic, Position, Text};

/// Warns of paths that one field lists twice (resources are refused later if they come twice, too,
/// but not with the places in the list) and of options that nothing in the file uses.
pub(crate) fn warn_of_kustomization(file: &Kustomization, warn: &mut dyn FnMut(Diagnostic)) {
    for (field, entries) in [
        ("resources", &file.resources),
        ("components", &file.components),
        ("crds", &file.crds),
        ("configurations", &file.configurations),
        ("patchesStrategicMerge", &file.patches_strategic_merge),
        ("generators", &file.generators),
        ("transformers", &file.transformers),
        ("validators", &file.validators),
    ] {
        if entries.len() > 1 {
            check(field, entries, warn);
        }
    }
    let generates = !file.config_map_generator.is_empty()
        || !file.secret_generator.is_empty()
        || !file.generators.is_empty();
    if let Some(options) = file.generator_options.as_ref().filter(|_| !generates) {
        let message = "`generatorOptions` are for the generators of this file, which has none";
        let warning = Diagnostic::warning("unused-generator-options", message)
            .at(options.position)
            .in_field("generatorOptions")
            .hint("move them into the kustomization that has the generators");
        warn(*warning);
    }
}

fn check(field: &str, entries: &[At<Text>], warn: &mut dyn FnMut(Diagnostic)) {
    let mut first: FxHashMap<&str, Position> = FxHashMap::default();
    for entry in entries {
        let path = same_path(entry);
        match first.get(path) {
            Some(&before) => {
                let message = format!("`{}` is listed twice", entry.value);
                let warning = Diagnostic::warning("listed-twice", message)
                    .at(entry.position)
                    .in_field(field)
                    .label(before, "the first time here")
                    .hint("remove one of the two");
                warn(*warning);
            }
            None => {
                first.insert(path, entry.position);
            }
        }
    }
}

/// The path without what makes no difference at its ends.
fn same_path(path: &str) -> &str {
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    path.strip_suffix('/').unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_two_equal_paths_is_told_with_the_first() {
        let at = |path: &str, offset| At::new(Text::from(path), Position::new(1, offset));
        let file = Kustomization {
            components: vec![at("../a", 1), at("./b", 2), at("b/", 3), at("a", 4)],
            ..Kustomization::default()
        };
        let mut found = Vec::new();
        warn_of_kustomization(&file, &mut |warning| found.push(warning));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "`b/` is listed twice");
        assert_eq!(found[0].labels[0].position, Position::new(1, 2));
    }
}
