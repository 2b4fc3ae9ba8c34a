//! The texts that a kustomization builds from and may use variables.

use crate::kustomization::{Kustomization, Patch, Written};
use crate::loader::FILE_NAMES;
use crate::path::join;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use trimtab_tree::{ParseOptions, Value, decode, parse_documents, read_file};

/// Documents that may use variables: those of a file, or a patch in a kustomization file.
pub(super) struct Found {
    /// As messages have it: the file, relative to the kustomization.
    pub(super) shown: String,
    pub(super) documents: Vec<Value>,
    /// The patch that it is, if it is one.
    pub(super) patch: Option<Patch>,
}

/// A file that is no kustomization.
pub(super) struct TextFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// Gathers the texts of a tree of kustomizations.
pub(super) struct Search<'r> {
    root: &'r Path,
    seen: BTreeSet<String>,
    pub(super) found: Vec<Found>,
    /// The files among them.
    pub(super) files: Vec<TextFile>,
    /// The kustomization files of bases and components that hold patches.
    pub(super) kustomizations: Vec<PathBuf>,
}

impl<'r> Search<'r> {
    /// All that the kustomization `written` in the file `name` of `root` builds from, as far as it is
    /// on this machine and below.
    pub(super) fn of(root: &'r Path, name: &str, written: &Written) -> Self {
        let mut search = Self {
            root,
            seen: BTreeSet::new(),
            found: Vec::new(),
            files: Vec::new(),
            kustomizations: Vec::new(),
        };
        search.visit("", name, written);
        search
    }

    /// Takes the files of a kustomization in the directory at `directory` below the root.
    fn visit(&mut self, directory: &str, name: &str, written: &Written) {
        let file = &written.file;
        let listed = file.resources.iter().chain(&written.bases);
        for resource in listed.chain(&file.components) {
            let path = join(directory, resource);
            if self.root.join(&path).is_dir() {
                self.visit_directory(&path);
            } else {
                self.read(path, None);
            }
        }
        self.read_patches(directory, name, file);
    }

    fn read_patches(&mut self, directory: &str, name: &str, file: &Kustomization) {
        let shown = join(directory, name);
        for patch in file.patches.iter().chain(&file.patches_json6902) {
            if patch.path.is_empty() {
                self.take_inline(&shown, &patch.patch, patch.value.clone());
            } else {
                let path = join(directory, &patch.path);
                self.read(path, Some(patch.value.clone()));
            }
        }
        for patch in &file.patches_strategic_merge {
            let path = join(directory, patch);
            if patch.contains('\n') || !self.root.join(&path).is_file() {
                self.take_inline(&shown, patch, Patch::default());
            } else {
                self.read(path, Some(Patch::default()));
            }
        }
    }

    /// Takes a patch that stands in the kustomization file `shown`.
    fn take_inline(&mut self, shown: &str, text: &str, patch: Patch) {
        let Some((_, documents)) = documents(text.as_bytes().to_vec()) else {
            return;
        };
        let path = self.root.join(shown);
        if self.kustomizations.last() != Some(&path) {
            self.kustomizations.push(path);
        }
        self.found.push(Found {
            shown: shown.to_owned(),
            documents,
            patch: Some(patch),
        });
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
                self.visit(directory, name, &written);
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
        self.files.push(TextFile { path, text });
        self.found.push(Found {
            shown,
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
