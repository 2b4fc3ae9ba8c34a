//! Making and changing kustomization files, as kustomize's `create` and `edit` do
//! (`kustomize/commands/create` and `kustomize/commands/edit`): the same arguments, refusals and
//! meaning. Unlike kustomize, which writes the file anew, only the lines change that must: see
//! [`Document`]. Fields of older forms stay as they are, unless `fix` is called for.
//!
//! A [`KustomizationFile`] is opened, changed in memory by the methods that the files of this module
//! add to it, and saved as a whole or not at all.

mod accepted;
mod annotations;
mod build_metadata;
mod create;
mod fields;
mod fix;
mod generators;
mod images;
mod lists;
mod patches;
mod replicas;
mod save;
mod scalars;
mod variables;

pub use crate::builtin_plugins::{BUILTIN_PLUGINS, BuiltinPlugin};
pub use annotations::CommonField;
pub use create::{CreateArguments, create};
pub use fix::{FixedField, Fixes};
pub use generators::{GeneratorChange, GeneratorKind, GeneratorSources};
pub use lists::{FileList, PatternList};
pub use patches::PatchArguments;
pub use scalars::TextField;

use crate::kustomization::decode::Decode;
use crate::kustomization::{At, Written};
use crate::loader::{LoadRestrictions, Loader, Sources};
use save::Pending;
use std::path::PathBuf;
use trimtab_tree::{Diagnostic, Document, Mapping, Position, Result, Text, Value, read_file};

/// A kustomization file that is being changed. What is left undone, because it is done already or
/// has nothing to be done to, is a warning in its [`Sources`].
#[derive(Debug)]
pub struct KustomizationFile<'a> {
    loader: Loader<'a>,
    name: &'static str,
    path: PathBuf,
    document: Document,
    before: Vec<u8>,
    /// Other files that change with it.
    others: Vec<(PathBuf, Vec<u8>)>,
}

impl<'a> KustomizationFile<'a> {
    /// Opens the kustomization file in the working directory of `sources`, which must not have read
    /// anything else yet.
    ///
    /// # Errors
    /// When there is none, or several, and when it is not one that can be built, save that it may be
    /// empty.
    pub fn open(sources: &'a Sources) -> Result<Self> {
        let loader = Loader::open(sources, ".", LoadRestrictions::RootOnly)?;
        let (name, _) = loader.kustomization()?;
        let path = loader.real_path(&name.into())?;
        let before = read_file(&path).map_err(|error| {
            let message = format!("`{name}` cannot be read: {error}");
            Diagnostic::error("unreadable-file", message).in_file(name)
        })?;
        let document = Document::read(before.clone())?;
        if !document.tree().is_null() {
            Written::read(document.tree())?;
        }
        Ok(Self {
            loader,
            name,
            path,
            document,
            before,
            others: Vec::new(),
        })
    }

    /// The present text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Writes the file, if it has changed, and those that changed with it: each is replaced as a
    /// whole, once all are written beside their places.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn save(&self) -> Result<()> {
        let bytes = self.document.bytes();
        let own = (bytes != self.before).then_some((&self.path, &bytes));
        let others = self.others.iter().map(|(path, bytes)| (path, bytes));
        let pending: Vec<Pending> = others
            .chain(own)
            .map(|(path, bytes)| Pending::write(path, bytes))
            .collect::<Result<_>>()?;
        pending.into_iter().try_for_each(Pending::take_place)
    }

    fn tree(&self) -> &Value {
        self.document.tree()
    }

    /// Warns of what was left undone.
    fn note(&self, notice: impl Into<String>) {
        let warning = Diagnostic::warning("left-undone", notice);
        self.loader.sources().warn(*warning);
    }

    /// Changes the file's tree, and then its text.
    fn change(&mut self, change: impl FnOnce(&mut Value) -> Result<()>) -> Result<()> {
        let tree = self.changed(change)?;
        self.document.update(&tree)?;
        Written::read(self.tree())?;
        Ok(())
    }

    /// Changes where in the file something is said: the comments of fields that go stay.
    fn change_form(&mut self, change: impl FnOnce(&mut Value) -> Result<()>) -> Result<()> {
        let tree = self.changed(change)?;
        self.document.update_keeping_comments(&tree)?;
        Written::read(self.tree())?;
        Ok(())
    }

    fn changed(&self, change: impl FnOnce(&mut Value) -> Result<()>) -> Result<Value> {
        let mut tree = self.tree().clone();
        change(&mut tree)?;
        let says_nothing = self.tree().is_null_or_empty();
        if says_nothing && !tree.is_null_or_empty() {
            tree = with_type(&tree, "Kustomization");
        }
        // What is not there cannot be taken away.
        Ok(if tree.is_null() {
            Mapping::new().into()
        } else {
            tree
        })
    }

    /// Reads a part of the tree as the build does, without its place.
    fn decode<T: Decode>(value: &Value) -> Result<T> {
        let mut value = value.clone();
        forget_positions(&mut value);
        T::decode(&value, crate::kustomization::decode::Rules::KUSTOMIZATION)
    }
}

/// The fields behind those that say what the file is.
fn with_type(tree: &Value, kind: &str) -> Value {
    let api_version = match kind {
        "Component" => "kustomize.config.k8s.io/v1alpha1",
        _ => "kustomize.config.k8s.io/v1beta1",
    };
    let mut fields = Mapping::new();
    fields.insert("apiVersion", Value::string(api_version));
    fields.insert("kind", Value::string(kind));
    for (key, value) in tree.as_mapping().into_iter().flat_map(Mapping::iter) {
        fields.insert(key, value.clone());
    }
    fields.into()
}

fn forget_positions(value: &mut Value) {
    use trimtab_tree::Node;
    value.position = Position::NONE;
    match &mut value.node {
        Node::Scalar(_) => {}
        Node::Sequence(items) => items.iter_mut().for_each(forget_positions),
        Node::Mapping(fields) => fields.values_mut().for_each(forget_positions),
    }
}

/// A text that no file holds.
fn at_nowhere(text: &str) -> At<Text> {
    text.into()
}

/// The error of arguments that are not as they should be.
fn bad_argument(message: impl Into<String>) -> Box<Diagnostic> {
    Diagnostic::error("bad-argument", message)
}

/// The only argument of a command that takes one.
fn only<'v>(arguments: &'v [String], what: &str) -> Result<&'v str> {
    if let [one] = arguments {
        return Ok(one);
    }
    let found = arguments.len();
    let message = format!("must specify exactly one {what}, not {found}");
    Err(bad_argument(message))
}
