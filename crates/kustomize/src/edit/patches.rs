//! `patches`.

use super::fields::{items, items_mut, mapping, retain, set};
use super::{KustomizationFile, bad_argument};
use crate::kustomization::Patch;
use trimtab_tree::{Result, Value};

/// A patch as the command line gives it; what is empty is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatchArguments {
    /// The patch's file.
    pub path: String,
    /// The patch itself.
    pub patch: String,
    /// The group of its targets.
    pub group: String,
    /// Their version.
    pub version: String,
    /// Their kind.
    pub kind: String,
    /// Their name.
    pub name: String,
    /// Their namespace.
    pub namespace: String,
    /// A selector for their annotations.
    pub annotation_selector: String,
    /// A selector for their labels.
    pub label_selector: String,
}

impl PatchArguments {
    fn check(&self) -> Result<()> {
        if self.path.is_empty() || self.patch.is_empty() {
            return Ok(());
        }
        Err(bad_argument("patch and path can't be set at the same time"))
    }

    /// The item of `patches`.
    fn item(&self) -> Value {
        let target = mapping(&[
            ("annotationSelector", &self.annotation_selector),
            ("group", &self.group),
            ("kind", &self.kind),
            ("labelSelector", &self.label_selector),
            ("name", &self.name),
            ("namespace", &self.namespace),
            ("version", &self.version),
        ]);
        let mut item = mapping(&[("patch", &self.patch), ("path", &self.path)]);
        if !target.is_null_or_empty() {
            set(&mut item, "target", target);
        }
        item
    }
}

impl KustomizationFile<'_> {
    /// Adds a patch. One that is there already is passed over with a warning.
    ///
    /// # Errors
    /// When not exactly one of path and patch is given, and when the file cannot be changed.
    pub fn add_patch(&mut self, arguments: &PatchArguments) -> Result<()> {
        arguments.check()?;
        if arguments.path.is_empty() && arguments.patch.is_empty() {
            return Err(bad_argument("must provide either patch or path"));
        }
        let new = arguments.item();
        let wanted: Patch = Self::decode(&new)?;
        if self.has_patch(&wanted) {
            self.note("the patch is already in kustomization file");
            return Ok(());
        }
        self.change(|tree| {
            if let Some(patches) = items_mut(tree, "patches") {
                patches.push(new);
            }
            Ok(())
        })
    }

    /// Removes the patches that are exactly like this one. If there is none a warning says so.
    ///
    /// # Errors
    /// When both path and patch are given, and when the file cannot be changed.
    pub fn remove_patch(&mut self, arguments: &PatchArguments) -> Result<()> {
        arguments.check()?;
        let wanted: Patch = Self::decode(&arguments.item())?;
        if !self.has_patch(&wanted) {
            self.note("no patch in the kustomization file has just these fields");
            return Ok(());
        }
        self.change(|tree| {
            retain(tree, "patches", |item| !is_patch(item, &wanted));
            Ok(())
        })
    }

    fn has_patch(&self, wanted: &Patch) -> bool {
        let mut patches = items(self.tree(), "patches").iter();
        patches.any(|item| is_patch(item, wanted))
    }
}

fn is_patch(item: &Value, wanted: &Patch) -> bool {
    KustomizationFile::decode::<Patch>(item).is_ok_and(|patch| patch == *wanted)
}
