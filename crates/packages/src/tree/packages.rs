//! The tree of directories.

use super::drawing::Branch;
use super::{Drawing, file_name, order};
use crate::annotations::{PATH, annotation, complete};
use crate::kind;
use crate::packages::{MARKER, cleaned};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use trimtab_tree::{Result, Value};

pub(super) fn tree(drawing: &Drawing, objects: &[Value]) -> Result<Branch> {
    let mut root = Directory::default();
    for (path, mut objects) in by_directory(objects)? {
        objects.sort_by(order);
        root.add(drawing, &path, &objects)?;
    }
    let shown = drawing.root.display().to_string();
    Ok(root.branch(shown))
}

/// The objects that have a kind, by the directory of their files.
fn by_directory(objects: &[Value]) -> Result<BTreeMap<String, Vec<Value>>> {
    let mut directories: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for object in objects.iter().filter(|object| !kind(object).is_empty()) {
        let mut object = object.clone();
        complete(&mut object)?;
        let file = annotation(&object, PATH).unwrap_or_default();
        let parent = Path::new(file).parent().unwrap_or(Path::new(""));
        let directory = cleaned(parent).to_string_lossy().into_owned();
        directories.entry(directory).or_default().push(object);
    }
    Ok(directories)
}

/// A directory with objects, or below one with some.
#[derive(Default)]
struct Directory {
    objects: Vec<Branch>,
    /// By their paths from the root, in the order of these.
    below: Vec<(PathBuf, String, Directory)>,
}

impl Directory {
    /// Adds a directory to the nearest one above it that has objects. They come sorted, so that one
    /// is there already.
    fn add(&mut self, drawing: &Drawing, path: &str, objects: &[Value]) -> Result<()> {
        let branches = objects
            .iter()
            .map(|object| drawing.object(object, file_name(object)))
            .collect::<Result<Vec<_>>>()?;
        if path == "." {
            self.objects = branches;
            return Ok(());
        }
        let mut parent = self;
        while let Some(at) = parent
            .below
            .iter()
            .position(|(above, ..)| Path::new(path).starts_with(above))
        {
            parent = &mut parent.below[at].2;
        }
        let name = Path::new(path).file_name().unwrap_or_default();
        let mut name = name.to_string_lossy().into_owned();
        if drawing.root.join(path).join(MARKER).exists() {
            name = format!("Pkg: {name}");
        }
        let directory = Self {
            objects: branches,
            below: Vec::new(),
        };
        parent.below.push((path.into(), name, directory));
        Ok(())
    }

    fn branch(self, name: String) -> Branch {
        let mut branch = Branch::new(name);
        branch.branches = self.objects;
        for (_, name, directory) in self.below {
            branch.branches.push(directory.branch(name));
        }
        branch
    }
}
