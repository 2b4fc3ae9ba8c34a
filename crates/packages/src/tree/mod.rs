//! Objects as a drawing of a tree: by directory, or by owner.

mod drawing;
mod fields;
mod owners;
mod packages;

pub use fields::Field;

use crate::annotations::file;
use crate::{kind, metadata, text};
use drawing::Branch;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use trimtab_tree::{Result, Value};

/// What the branches of the tree are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Directories.
    Directory,
    /// Owners.
    Owners,
}

/// How objects are drawn.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The directory the objects are from.
    pub root: PathBuf,
    /// What to tell of each object.
    pub fields: Vec<Field>,
    /// What the branches are; owners, when not said, if any object has one.
    pub structure: Option<Structure>,
}

impl Drawing {
    /// Draws the objects.
    ///
    /// # Errors
    /// When a path to a field cannot be followed, when an owner is not among the objects, and when
    /// owners lead back to themselves.
    pub fn draw(&self, objects: &[Value]) -> Result<String> {
        let has_owner =
            |object: &Value| object.get_path(&["metadata", "ownerReferences"]).is_some();
        let structure = self.structure.unwrap_or_else(|| {
            if objects.iter().any(has_owner) {
                Structure::Owners
            } else {
                Structure::Directory
            }
        });
        let tree = match structure {
            Structure::Directory => packages::tree(self, objects)?,
            Structure::Owners => owners::tree(self, objects)?,
        };
        Ok(tree.draw())
    }

    /// A branch for one object.
    fn object(&self, object: &Value, label: &str) -> Result<Branch> {
        let namespace = metadata(object, "namespace");
        let slash = if namespace.is_empty() { "" } else { "/" };
        let (kind, name) = (kind(object), metadata(object, "name"));
        let mut branch = Branch::new(format!("[{label}]  {kind} {namespace}{slash}{name}"));
        branch.branches = fields::branches(&self.fields, object)?;
        Ok(branch)
    }
}

/// The name of the file that an object is from; `.` when nothing says.
fn file_name(object: &Value) -> &str {
    let name = Path::new(file(object)).file_name();
    name.and_then(|name| name.to_str()).unwrap_or(".")
}

/// The order in which objects are drawn.
fn order(a: &Value, b: &Value) -> Ordering {
    let key = |object| {
        (
            file_name(object),
            metadata(object, "namespace"),
            metadata(object, "name"),
            kind(object),
            text(object.get("apiVersion")),
        )
    };
    key(a).cmp(&key(b))
}
