//! Definitions of custom kinds in files that the user names.

use crate::exit::Failure;
use crate::manifests::files;
use std::path::{Path, PathBuf};
use trimtab_check::Definitions;
use trimtab_tree::{ParseOptions, Value, decode, parse_documents, read_file};

/// Reads the definitions in files and below directories. What else is there does not count.
///
/// # Errors
/// When a file cannot be read, or a path has no definitions.
pub(super) fn read(paths: &[PathBuf]) -> Result<Definitions, Failure> {
    let mut definitions = Definitions::default();
    for path in paths {
        let mut any = false;
        for file in files(path, true)? {
            for document in parse(&file)? {
                any |= add(&document, &mut definitions);
            }
        }
        if !any {
            let message = format!("`{}` has no CustomResourceDefinition", path.display());
            return Err(Failure::new("no-definitions", message)
                .hint("`kubectl get crds -o yaml > crds.yaml` writes those of a cluster"));
        }
    }
    Ok(definitions)
}

fn parse(file: &Path) -> Result<Vec<Value>, Failure> {
    let bytes = read_file(file).map_err(|error| Failure::io("read", file, &error))?;
    let text = decode(bytes).map_err(|finding| {
        Failure::from_finding(finding.in_file(file.to_string_lossy()), "", file)
    })?;
    // The only source of its map.
    let options = ParseOptions {
        base: 1,
        ..ParseOptions::default()
    };
    parse_documents(&text, options).map_err(|finding| Failure::from_finding(finding, &text, file))
}

/// Takes in a definition, or those of a list.
fn add(document: &Value, definitions: &mut Definitions) -> bool {
    let items = document.get("items").and_then(Value::as_sequence);
    let mut any = false;
    for item in items.unwrap_or_default() {
        any |= definitions.add(item);
    }
    definitions.add(document) || any
}
