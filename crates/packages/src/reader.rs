//! Reads objects from files and streams, and notes where each came from.

use crate::annotations::{INDEX, OLD_INDEX, OLD_PATH, PATH, complete, set};
use crate::documents::objects;
use crate::kind;
use crate::packages::{Boundary, files};
use std::path::{Path, PathBuf};
use trimtab_tree::{Diagnostic, Node, Result, SourceMap, Value, decode};

/// Reads objects, and keeps their texts for those who show positions.
#[derive(Debug, Default)]
pub struct Reader {
    map: SourceMap,
}

impl Reader {
    /// The texts read.
    #[must_use]
    pub fn map(&self) -> &SourceMap {
        &self.map
    }

    /// The objects in the YAML files of a package, or in one file, in the order of their paths.
    /// Their annotations tell file and place if `annotated`.
    ///
    /// # Errors
    /// When something cannot be read, is not YAML, or is not an object.
    pub fn package(
        &mut self,
        path: &Path,
        boundary: Boundary,
        annotated: bool,
    ) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        for file in files(path, boundary)? {
            let shown = file.path.display().to_string();
            let bytes =
                std::fs::read(&file.path).map_err(|error| unreadable(&file.path, &error))?;
            let mut objects = self.parse(&shown, bytes)?;
            if annotated {
                annotate(&mut objects, file.relative.to_str())?;
            }
            all.extend(objects);
        }
        Ok(all)
    }

    /// The objects in a stream; the items of a List or ResourceList that is alone in it take its
    /// place. Their annotations tell their place.
    ///
    /// # Errors
    /// When it is not YAML, or holds something that is not an object.
    pub fn stream(&mut self, name: &str, bytes: Vec<u8>) -> Result<Vec<Value>> {
        let mut objects = self.parse(name, bytes)?;
        if let [list] = &mut objects[..] {
            let is_list = matches!(kind(list), "List" | "ResourceList");
            let wraps = list.get("items").is_some() || list.get("functionConfig").is_some();
            if is_list && wraps {
                let items = list.get_mut("items").map(|items| &mut items.node);
                return Ok(match items {
                    Some(Node::Sequence(items)) => std::mem::take(items),
                    _ => Vec::new(),
                });
            }
        }
        annotate(&mut objects, None)?;
        Ok(objects)
    }

    fn parse(&mut self, name: &str, bytes: Vec<u8>) -> Result<Vec<Value>> {
        let text = decode(bytes).map_err(|error| error.in_file(name))?;
        let text = text.replace("\r\n", "\n");
        let id = self.map.add(name, text.as_str().into());
        let id = id.ok_or_else(|| {
            Diagnostic::error("too-much-text", "all files together have more than 4 GiB")
                .in_file(name)
        })?;
        objects(&text, self.map.base(id))
    }
}

/// Notes in each object which one of `path` it is.
fn annotate(objects: &mut [Value], path: Option<&str>) -> Result<()> {
    for (at, object) in objects.iter_mut().enumerate() {
        complete(object)?;
        let index = at.to_string();
        set(object, OLD_INDEX, &index)?;
        if let Some(path) = path {
            set(object, OLD_PATH, path)?;
        }
        set(object, INDEX, &index)?;
        if let Some(path) = path {
            set(object, PATH, path)?;
        }
    }
    Ok(())
}

/// The error of a file or directory that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Box<Diagnostic> {
    let shown = path.display();
    if error.kind() == std::io::ErrorKind::NotFound {
        return Diagnostic::error("missing-file", format!("`{shown}` does not exist"))
            .expecting("a directory, or a file of objects");
    }
    Diagnostic::error(
        "unreadable-file",
        format!("`{shown}` cannot be read: {error}"),
    )
}

/// A file of a package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PackageFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The same seen from the package.
    pub(crate) relative: PathBuf,
}
