//! Variables to replacements, as kustomize's `edit fix --vars` does it.
//!
//! Every file that the kustomization reads is searched for `$(NAME)`, and so are patches that stand in a
//! kustomization file, which kustomize leaves out; each place becomes a target of a replacement whose
//! source is the variable's, and gets `NAME_PLACEHOLDER` instead. The files change in that alone.

mod search;
mod uses;

use super::KustomizationFile;
use super::fields::{items, items_mut, mapping, remove, set, set_text, text};
use crate::kustomization::encode::Encode;
use crate::kustomization::{At, Patch, Selector, Var, Written};
use search::{Found, Search};
use std::path::Path;
use trimtab_tree::{Diagnostic, Document, Mapping, Position, Result, Value, read_file};
use uses::{Use, uses};

impl KustomizationFile<'_> {
    /// Replaces all variables by replacements, here and in the files that use them, which
    /// [`KustomizationFile::save`] then writes too. Returns whether there were any.
    ///
    /// # Errors
    /// When a variable is used in the midst of a text without the same character on both sides, or in
    /// what a JSON patch appends to a list, and when a file cannot be changed.
    pub fn fix_variables(&mut self) -> Result<bool> {
        let written = Written::read(self.tree())?;
        let vars = written.file.vars.clone();
        if vars.is_empty() {
            return Ok(false);
        }
        let root = self.loader.root().to_owned();
        let search = Search::of(&root, self.name, &written);
        let mut replacements = Vec::new();
        for var in &vars {
            replacements.push(replacement(var, &search.found)?);
        }
        self.change_form(|tree| {
            set_placeholders(tree, &vars);
            remove(tree, "vars");
            if let Some(items) = items_mut(tree, "replacements") {
                items.extend(replacements);
            }
            Ok(())
        })?;
        for file in search.files {
            let text = with_placeholders(&file.text, &vars);
            if text != file.text {
                self.others.push((file.path, text.into_bytes()));
            }
        }
        let own = root.join(self.name);
        for path in search.kustomizations {
            if path == own {
                continue;
            }
            if let Some(bytes) = kustomization_with_placeholders(&path, &vars)? {
                self.others.push((path, bytes));
            }
        }
        for var in &vars {
            if self.text().contains(&reference(&var.name)) {
                let name = &var.name.value;
                self.note(format!(
                    "the kustomization file itself still uses `$({name})`: what stands outside of patches is not converted"
                ));
            }
        }
        Ok(true)
    }
}

fn reference(name: &str) -> String {
    format!("$({name})")
}

fn with_placeholders(text: &str, vars: &[At<Var>]) -> String {
    vars.iter().fold(text.to_owned(), |text, var| {
        let placeholder = format!("{}_PLACEHOLDER", var.name.value);
        text.replace(&reference(&var.name), &placeholder)
    })
}

/// Puts placeholders for variables into the patches that stand in a kustomization.
fn set_placeholders(tree: &mut Value, vars: &[At<Var>]) {
    for field in ["patches", "patchesJson6902", "patchesStrategicMerge"] {
        if items(tree, field).is_empty() {
            continue;
        }
        for patch in items_mut(tree, field).into_iter().flatten() {
            if let Some(scalar) = patch.as_scalar().cloned() {
                let text = with_placeholders(scalar.text(), vars);
                if text != scalar.text() {
                    *patch = Value::string(text);
                }
            } else {
                let before = text(patch, "patch").to_owned();
                let after = with_placeholders(&before, vars);
                if after != before {
                    set_text(patch, "patch", &after);
                }
            }
        }
    }
}

/// The bytes of a kustomization file whose patches got placeholders; `None` where none did.
fn kustomization_with_placeholders(path: &Path, vars: &[At<Var>]) -> Result<Option<Vec<u8>>> {
    let shown = path.display().to_string();
    let before = read_file(path).map_err(|error| {
        let message = format!("`{shown}` cannot be read: {error}");
        Diagnostic::error("unreadable-file", message)
    })?;
    let change = || {
        let mut document = Document::read(before.clone())?;
        let mut tree = document.tree().clone();
        set_placeholders(&mut tree, vars);
        document.update(&tree)?;
        Ok(document.bytes())
    };
    let after = change().map_err(|error: Box<Diagnostic>| error.in_file(&*shown))?;
    Ok((after != before).then_some(after))
}

/// The replacement that does what a variable did.
fn replacement(var: &Var, found: &[Found]) -> Result<Value> {
    let object = &var.object;
    let (group, version) = group_and_version(&object.api_version);
    let source = mapping(&[
        ("fieldPath", &var.field.field_path),
        ("group", group),
        ("kind", &object.kind),
        ("name", &object.name),
        ("namespace", &object.namespace),
        ("version", version),
    ]);
    let mut targets = Vec::new();
    for found in found {
        for document in &found.documents {
            let uses = uses(document, &var.name)
                .map_err(|error| error.in_file(&*found.shown).at(var.name.position))?;
            targets.extend(uses.iter().map(|it| target(found, document, it)));
        }
    }
    let mut fields = Mapping::new().into();
    set(&mut fields, "source", source);
    if !targets.is_empty() {
        set(&mut fields, "targets", Value::sequence(targets));
    }
    Ok(fields)
}

fn group_and_version(api_version: &str) -> (&str, &str) {
    api_version.rsplit_once('/').unwrap_or(("", api_version))
}

/// The target for a place in a document.
fn target(found: &Found, document: &Value, place: &Use) -> Value {
    let mut target = Mapping::new().into();
    let path = Value::string(place.field_path.as_str());
    set(&mut target, "fieldPaths", Value::sequence(vec![path]));
    if let Some(delimiter) = place.delimiter {
        let mut options = mapping(&[("delimiter", &delimiter.to_string())]);
        if place.index > 0 {
            let index = i64::try_from(place.index).unwrap_or(i64::MAX);
            set(&mut options, "index", Value::int(index));
        }
        set(&mut target, "options", options);
    }
    set(&mut target, "select", select(found, document));
    target
}

/// What a place in a document is selected by: of a patch that has a target and keeps name and kind, by
/// what the patch is for. kustomize selects everything where there is no target.
fn select(found: &Found, document: &Value) -> Value {
    let text = |path: &[&str]| {
        let found = document.get_path(path).and_then(Value::text_if_not_null);
        found.unwrap_or_default().to_owned()
    };
    let (name, kind) = (text(&["metadata", "name"]), text(&["kind"]));
    let namespace = text(&["metadata", "namespace"]);
    // A list of operations does not say what it is for.
    let is_operations = document.as_sequence().is_some();
    let keeps = |patch: &&Patch| {
        let options = patch.options.as_ref();
        let renames =
            options.is_some_and(|options| options.allow_name_change && options.allow_kind_change);
        patch.target.is_some() && (is_operations || !renames)
    };
    if let Some(patch) = found.patch.as_ref().filter(keeps) {
        let mut selector: Selector = patch
            .target
            .as_ref()
            .map(|target| target.value.clone())
            .unwrap_or_default();
        if let Some(options) = patch.options.as_ref().filter(|_| !is_operations) {
            if options.allow_name_change {
                selector.id.name = name.as_str().into();
            }
            if options.allow_kind_change {
                selector.id.kind = kind.as_str().into();
            }
        }
        if !namespace.is_empty() {
            selector.id.namespace = namespace.as_str().into();
        }
        return sorted(selector.encode());
    }
    let api_version = text(&["apiVersion"]);
    let (group, version) = group_and_version(&api_version);
    mapping(&[
        ("group", group),
        ("kind", &kind),
        ("name", &name),
        ("namespace", &namespace),
        ("version", version),
    ])
}

/// With the fields in the order of the alphabet, as kustomize writes them.
fn sorted(mut value: Value) -> Value {
    if let Some(fields) = value.as_mapping_mut() {
        fields.sort_by(|a, b| a.key.text().cmp(b.key.text()));
    }
    value.at(Position::NONE)
}
