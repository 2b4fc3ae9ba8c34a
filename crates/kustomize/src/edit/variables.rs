//! Variables to replacements, as kustomize's `edit fix --vars` does it.
//!
//! Every file that the kustomization reads is searched for `$(NAME)`; each place becomes a target of
//! a replacement whose source is the variable's, and gets `NAME_PLACEHOLDER` instead. The files change
//! in that alone.

use super::KustomizationFile;
use super::fields::{items_mut, mapping, remove, set};
use crate::kustomization::encode::Encode;
use crate::kustomization::{Kustomization, Patch, Selector, Var, Written};
use crate::loader::FILE_NAMES;
use crate::path::join;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use trimtab_tree::{Diagnostic, Mapping, Node, ParseOptions, Position, Result, Text, Value, decode, parse_documents, read_file};

/// A file that the kustomization reads.
struct ReadFile {
    /// As messages have it: relative to the kustomization.
    shown: String,
    path: PathBuf,
    text: String,
    documents: Vec<Value>,
    /// The patch that the file is, if it is one.
    patch: Option<Patch>,
}

/// A place where a variable is used.
#[derive(Debug, PartialEq, Eq)]
struct Use {
    field_path: String,
    /// What parts the text that it is in, if it is not the whole of it.
    delimiter: Option<char>,
    /// Which part it is.
    index: usize,
}

impl KustomizationFile<'_> {
    /// Replaces all variables by replacements, here and in the files that use them, which
    /// [`KustomizationFile::save`] then writes too. Returns whether there were any.
    ///
    /// # Errors
    /// When a variable is used in the midst of a text without the same character on both sides, and
    /// when the file cannot be changed.
    pub fn fix_variables(&mut self) -> Result<bool> {
        let written = Written::read(self.tree())?;
        let vars = written.file.vars.clone();
        if vars.is_empty() {
            return Ok(false);
        }
        let mut search = Search {
            root: self.loader.root(),
            seen: BTreeSet::new(),
            files: Vec::new(),
        };
        search.visit("", &written);
        let files = search.files;
        let mut replacements = Vec::new();
        for var in &vars {
            replacements.push(replacement(var, &files)?);
        }
        self.change(|tree| {
            remove(tree, "vars");
            if let Some(items) = items_mut(tree, "replacements") {
                items.extend(replacements);
            }
            Ok(())
        })?;
        for file in files {
            let mut text = file.text.clone();
            for var in &vars {
                text = text.replace(
                    &reference(&var.name),
                    &format!("{}_PLACEHOLDER", var.name.value),
                );
            }
            if text != file.text {
                self.others.push((file.path, text.into_bytes()));
            }
        }
        for var in &vars {
            if self.text().contains(&reference(&var.name)) {
                let name = &var.name.value;
                self.note(format!(
                    "the kustomization file itself still uses `$({name})`: inline patches are not converted"
                ));
            }
        }
        Ok(true)
    }
}

fn reference(name: &str) -> String {
    format!("$({name})")
}

/// Gathers the files of a tree of kustomizations.
struct Search<'r> {
    root: &'r Path,
    seen: BTreeSet<String>,
    files: Vec<ReadFile>,
}

impl Search<'_> {
    /// Takes the files of a kustomization in the directory at `directory` below the root.
    fn visit(&mut self, directory: &str, written: &Written) {
        let file = &written.file;
        for resource in file.resources.iter().chain(&written.bases) {
            let path = join(directory, resource);
            if self.root.join(&path).is_dir() {
                self.visit_directory(&path);
            } else {
                self.read(path, None);
            }
        }
        self.read_patches(directory, file);
    }

    fn read_patches(&mut self, directory: &str, file: &Kustomization) {
        for patch in file.patches.iter().chain(&file.patches_json6902) {
            if !patch.path.is_empty() {
                let path = join(directory, &patch.path);
                self.read(path, Some(patch.value.clone()));
            }
        }
        for patch in &file.patches_strategic_merge {
            if !patch.contains('\n') {
                self.read(join(directory, patch), Some(Patch::default()));
            }
        }
    }

    fn visit_directory(&mut self, directory: &str) {
        if !self.seen.insert(directory.to_owned()) {
            return;
        }
        for name in FILE_NAMES {
            let text = read_file(&self.root.join(directory).join(name)).ok();
            let documents = text.and_then(|bytes| documents(bytes).map(|(_, documents)| documents));
            if let Some(tree) = documents.and_then(|documents| documents.into_iter().next())
                && let Ok(written) = Written::read(&tree)
            {
                self.visit(directory, &written);
            }
        }
    }

    /// Takes a file, unless it is not there, not YAML or known.
    fn read(&mut self, shown: String, patch: Option<Patch>) {
        let path = self.root.join(&shown);
        if !self.seen.insert(shown.clone()) {
            return;
        }
        let Some((text, documents)) = read_file(&path).ok().and_then(documents) else {
            return;
        };
        self.files.push(ReadFile {
            shown,
            path,
            text,
            documents,
            patch,
        });
    }
}

/// The text and the documents of a file, lists taken apart. Only UTF-8 without a byte order mark is
/// written back as it was read.
fn documents(bytes: Vec<u8>) -> Option<(String, Vec<Value>)> {
    let is_marked = [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"]
        .iter()
        .any(|mark| bytes.starts_with(mark));
    let text = if is_marked { None } else { decode(bytes).ok() }?;
    let parsed = parse_documents(&text, ParseOptions::default()).ok()?;
    let mut documents = Vec::new();
    for document in parsed {
        let is_list = document
            .get("kind")
            .and_then(Value::text)
            .is_some_and(|kind| kind.ends_with("List"));
        match document.get("items").and_then(Value::as_sequence) {
            Some(items) if is_list => documents.extend(items.iter().cloned()),
            _ => documents.push(document),
        }
    }
    Some((text, documents))
}

/// The replacement that does what a variable did.
fn replacement(var: &Var, files: &[ReadFile]) -> Result<Value> {
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
    for file in files {
        for document in &file.documents {
            let mut uses = Vec::new();
            let mut path = Vec::new();
            find(document, &var.name, &mut path, &mut uses)
                .map_err(|error| error.in_file(&*file.shown).at(var.name.position))?;
            targets.extend(uses.iter().map(|it| target(file, document, it)));
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

/// Finds all scalars that use a variable.
fn find(value: &Value, name: &str, path: &mut Vec<Text>, uses: &mut Vec<Use>) -> Result<()> {
    match &value.node {
        Node::Mapping(fields) => {
            for (key, field) in fields.iter() {
                let dotted = key.contains('.');
                path.push(if dotted {
                    format!("[{key}]").into()
                } else {
                    key.into()
                });
                find(field, name, path, uses)?;
                path.pop();
            }
        }
        Node::Sequence(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string().into());
                find(item, name, path, uses)?;
                path.pop();
            }
        }
        Node::Scalar(scalar) => {
            if scalar.text().contains(&reference(name)) {
                let (delimiter, index) = part(scalar.text(), name)?;
                uses.push(Use {
                    field_path: path.join("."),
                    delimiter,
                    index,
                });
            }
        }
    }
    Ok(())
}

/// Which part of a text a variable is, and what parts it.
fn part(text: &str, name: &str) -> Result<(Option<char>, usize)> {
    let reference = reference(name);
    let Some((before, behind)) = text.split_once(&reference) else {
        return Ok((None, 0));
    };
    let delimiter = match (before.chars().next_back(), behind.chars().next()) {
        (None, None) => return Ok((None, 0)),
        (None, Some(delimiter)) | (Some(delimiter), None) => delimiter,
        (Some(pre), Some(post)) if pre == post => pre,
        (Some(pre), Some(post)) => {
            let message = format!(
                "`{reference}` stands between `{pre}` and `{post}` in `{text}`, so no delimiter parts it from the rest"
            );
            return Err(Diagnostic::error("var-not-delimited", message)
                .expecting("the whole of a text, or a part with the same character on both sides")
                .hint("convert this variable by hand"));
        }
    };
    let index = before.matches(delimiter).count();
    Ok((Some(delimiter), index))
}

/// The target for a place in a document.
fn target(file: &ReadFile, document: &Value, place: &Use) -> Value {
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
    set(&mut target, "select", select(file, document));
    target
}

/// What a place in a document is selected by: of a patch that keeps name and kind, by what the patch
/// is for.
fn select(file: &ReadFile, document: &Value) -> Value {
    let text = |path: &[&str]| {
        let found = document.get_path(path).and_then(Value::text_if_not_null);
        found.unwrap_or_default().to_owned()
    };
    let (name, kind) = (text(&["metadata", "name"]), text(&["kind"]));
    let namespace = text(&["metadata", "namespace"]);
    let keeps = |patch: &&Patch| {
        patch
            .options
            .as_ref()
            .is_none_or(|options| !options.allow_name_change || !options.allow_kind_change)
    };
    if let Some(patch) = file.patch.as_ref().filter(keeps) {
        let mut selector: Selector = patch
            .target
            .as_ref()
            .map(|target| target.value.clone())
            .unwrap_or_default();
        if let Some(options) = &patch.options {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_by_the_character_beside_them() {
        for (text, expected) in [
            ("$(V)", (None, 0)),
            ("$(V)/path", (Some('/'), 0)),
            ("path/$(V)", (Some('/'), 1)),
            ("my/path/$(V)/secret/path", (Some('/'), 2)),
            ("a.b:$(V)", (Some(':'), 1)),
        ] {
            assert_eq!(part(text, "V").unwrap(), expected, "{text}");
        }
        let error = part("var$(V)/path", "V").unwrap_err();
        assert_eq!(error.code, "var-not-delimited");
    }
}
