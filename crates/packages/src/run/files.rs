//! Objects back into the files they came from.
//!
//! The rules are those of kyaml's `LocalPackageReadWriter`: a file gets the objects whose annotations
//! name it, in the order that these say, and a file whose objects are all gone goes. Unlike there, a file
//! that would hold what it held stays as it is, to the byte.

use super::default_path;
use crate::annotations::{INDEX, OLD_INDEX, annotation, file, set};
use crate::output::Output;
use crate::packages::cleaned;
use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use trimtab_tree::{Diagnostic, Result, Value};

/// The files of a package as they were read.
#[derive(Debug)]
pub struct PackageFiles {
    directory: PathBuf,
    /// What each would be written as.
    read: BTreeMap<String, String>,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// It gets this text.
    Write(PathBuf, String),
    /// It goes.
    Remove(PathBuf),
}

impl PackageFiles {
    /// The files of the package at `path`, or the one file, whose objects are given.
    ///
    /// # Errors
    /// When an object cannot be written.
    pub fn of(path: &Path, objects: &[Value]) -> Result<Self> {
        let directory = if path.is_dir() {
            path
        } else {
            path.parent().unwrap_or(path)
        };
        let mut files = Self {
            directory: cleaned(directory),
            read: BTreeMap::new(),
        };
        let mut of_file: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for object in objects {
            let path = file(object).to_owned();
            of_file.entry(path).or_default().push(object.clone());
        }
        for (path, objects) in of_file {
            files.read.insert(path, written(objects)?);
        }
        Ok(files)
    }

    /// What has to be done so that the package holds these objects and no others.
    ///
    /// # Errors
    /// When an object says that it belongs to a file outside of the package, or to a directory, or to a
    /// place that is no number.
    pub fn changes(&self, mut objects: Vec<Value>) -> Result<Vec<FileChange>> {
        default_places(&mut objects)?;
        let mut of_file: BTreeMap<String, Vec<(u64, Value)>> = BTreeMap::new();
        for object in objects {
            let path = file(&object).to_owned();
            self.check_path(&path, &object)?;
            let place = place(&object)?;
            of_file.entry(path).or_default().push((place, object));
        }
        let mut changes = Vec::new();
        for (path, mut objects) in of_file.clone() {
            objects.sort_by_key(|(place, _)| *place);
            let text = written(objects.into_iter().map(|(_, object)| object).collect())?;
            if self.read.get(&path) != Some(&text) {
                changes.push(FileChange::Write(self.directory.join(&path), text));
            }
        }
        let gone = self.read.keys().filter(|path| !of_file.contains_key(*path));
        changes.extend(gone.map(|path| FileChange::Remove(self.directory.join(path))));
        Ok(changes)
    }

    fn check_path(&self, path: &str, object: &Value) -> Result<()> {
        let clean = cleaned(Path::new(path));
        let is_outside = !clean
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let wrong = if is_outside {
            "leads out of the package"
        } else if self.directory.join(&clean).is_dir() {
            "is a directory"
        } else {
            return Ok(());
        };
        let message = format!("the path `{path}` of an object {wrong}");
        Err(Diagnostic::error("bad-package-path", message)
            .at(object.position)
            .in_field("metadata.annotations")
            .expecting("the path of a file in or below the package"))
    }
}

/// Gives objects that have no file one of their own, and those that have no place in theirs one.
fn default_places(objects: &mut [Value]) -> Result<()> {
    let mut next: HashMap<String, u64> = HashMap::new();
    for object in objects.iter_mut() {
        let had_file = !file(object).is_empty();
        default_path(object, "")?;
        if had_file && annotation(object, INDEX).is_some() {
            let last = next.entry(file(object).to_owned()).or_default();
            *last = (*last).max(place(object)?);
        }
    }
    for object in objects {
        if annotation(object, INDEX).is_some() {
            continue;
        }
        let next = next.entry(file(object).to_owned()).or_default();
        let place = next.to_string();
        *next += 1;
        set(object, INDEX, &place)?;
        set(object, OLD_INDEX, &place)?;
    }
    Ok(())
}

/// Which of the objects of its file an object is.
fn place(object: &Value) -> Result<u64> {
    let text = annotation(object, INDEX).unwrap_or_default();
    text.parse().map_err(|_| {
        let message = format!("`{text}` is no place in a file");
        Diagnostic::error("bad-annotation", message)
            .at(object.position)
            .in_field(format!("metadata.annotations.{INDEX}"))
            .expecting("a number")
    })
}

fn written(objects: Vec<Value>) -> Result<String> {
    let mut text = String::new();
    Output::default().write(objects, &mut text)?;
    Ok(text)
}

impl FileChange {
    /// Does it.
    ///
    /// # Errors
    /// When the file cannot be written or removed.
    pub fn make(&self) -> Result<()> {
        let (path, done) = match self {
            Self::Write(path, text) => {
                let directory = path.parent().map_or(Ok(()), std::fs::create_dir_all);
                (path, directory.and_then(|()| std::fs::write(path, text)))
            }
            Self::Remove(path) => (path, std::fs::remove_file(path)),
        };
        done.map_err(|error| {
            let message = format!("`{}` cannot be written: {error}", path.display());
            Diagnostic::error("unwritable-file", message)
        })
    }
}
