//! Reads objects from files and streams, and notes where each came from.

use crate::annotations::{INDEX, OLD_INDEX, OLD_PATH, PATH, complete, set};
use crate::documents::objects;
use crate::ignore::IGNORE_FILE;
use crate::kind;
use crate::packages::{Boundary, files};
use crate::unreadable::unreadable;
use std::path::Path;
use trimtab_tree::{
    Diagnostic, Node, ParseOptions, Position, Result, SourceMap, Value, decode, parse_document,
    read_file,
};

/// Reads objects, and keeps their texts for those who show positions.
#[derive(Debug, Default)]
pub struct Reader {
    map: SourceMap,
    warnings: Vec<Diagnostic>,
    for_writing: bool,
}

impl Reader {
    /// One of objects that go back into their files: JSON files are read too, and what is no object is an
    /// error, since it could not go back.
    #[must_use]
    pub fn for_writing() -> Self {
        Self {
            for_writing: true,
            ..Self::default()
        }
    }

    /// The texts read.
    #[must_use]
    pub fn map(&self) -> &SourceMap {
        &self.map
    }

    /// Findings that did not stop the reading; they are kept no longer.
    #[must_use]
    pub fn take_warnings(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.warnings)
    }

    /// The texts read, for an error that ends the reading.
    #[must_use]
    pub fn into_map(self) -> SourceMap {
        self.map
    }

    /// The objects in the YAML files of a package, or in one file, in the order of their paths.
    /// Their annotations tell file and place if `annotated`.
    ///
    /// # Errors
    /// When something cannot be read or is not YAML.
    pub fn package(
        &mut self,
        path: &Path,
        boundary: Boundary,
        annotated: bool,
    ) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        for file in files(path, boundary, self.for_writing)? {
            let shown = file.path.display().to_string();
            let bytes = read_file(&file.path).map_err(|error| unreadable(&file.path, &error))?;
            let mut objects = self.parse(&shown, bytes)?;
            if annotated {
                annotate(&mut objects, file.relative.to_str())?;
            }
            all.extend(objects);
        }
        Ok(all)
    }

    /// The objects in the YAML files of a package, or in one file, annotated. They do not go back, so what
    /// is no object is passed over.
    pub(crate) fn package_to_read(&mut self, path: &Path) -> Result<Vec<Value>> {
        let for_writing = std::mem::take(&mut self.for_writing);
        let objects = self.package(path, Boundary::None, true);
        self.for_writing = for_writing;
        objects
    }

    /// The objects in a stream; the items of a List or `ResourceList` that is alone in it take its
    /// place. Their annotations tell their place.
    ///
    /// # Errors
    /// When it is not YAML.
    pub fn stream(&mut self, name: &str, bytes: Vec<u8>) -> Result<Vec<Value>> {
        self.resource_list(name, bytes).map(|(objects, _)| objects)
    }

    /// As [`Reader::stream`], and the `results` of such a list.
    ///
    /// # Errors
    /// When it is not YAML.
    pub fn resource_list(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<(Vec<Value>, Option<Value>)> {
        let mut objects = self.parse(name, bytes)?;
        if let [list] = &mut objects[..] {
            let is_list = matches!(kind(list), "List" | "ResourceList");
            let wraps = list.get("items").is_some() || list.get("functionConfig").is_some();
            if is_list && wraps {
                let items = list.get_mut("items").map(|items| &mut items.node);
                let items = match items {
                    Some(Node::Sequence(items)) => std::mem::take(items),
                    _ => Vec::new(),
                };
                let results = list
                    .as_mapping_mut()
                    .and_then(|list| list.remove("results"));
                return Ok((items, results.filter(|results| !results.is_null())));
            }
        }
        annotate(&mut objects, None)?;
        Ok((objects, None))
    }

    /// The document in a text that stands at a position of what was read.
    ///
    /// # Errors
    /// When it is not YAML.
    pub fn inline(&mut self, position: Position, text: &str) -> Result<Value> {
        let id = self.map.add_inline(position, text.into());
        let id = id.ok_or_else(too_much)?;
        let options = ParseOptions {
            base: self.map.base(id),
            ..ParseOptions::default()
        };
        parse_document(text, options)
    }

    fn parse(&mut self, name: &str, bytes: Vec<u8>) -> Result<Vec<Value>> {
        let text = decode(bytes).map_err(|error| error.in_file(name))?;
        let text = text.replace("\r\n", "\n");
        let id = self.map.add(name, text.as_str().into());
        let id = id.ok_or_else(|| too_much().in_file(name))?;
        let mut objects = objects(&text, self.map.base(id))?;
        if self.for_writing
            && let Some(other) = objects.iter().find(|object| object.as_mapping().is_none())
        {
            let message = format!("{} is no object", other.describe());
            return Err(Diagnostic::error("not-an-object", message)
                .at(other.position)
                .expecting("a mapping, as every Kubernetes object is")
                .hint(format!("name the file in `{IGNORE_FILE}` to keep it out")));
        }
        // Patches in JSON form and values of charts lie beside objects in many a directory.
        objects.retain(|object| {
            if object.as_mapping().is_some() {
                return true;
            }
            let message = format!("{} is no object and passed over", object.describe());
            let warning = Diagnostic::warning("not-an-object-skipped", message)
                .at(object.position)
                .hint(format!("name the file in `{IGNORE_FILE}` to keep it out"));
            self.warnings.push(*warning);
            false
        });
        Ok(objects)
    }
}

fn too_much() -> Box<Diagnostic> {
    Diagnostic::error("too-much-text", "all files together have more than 4 GiB")
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
