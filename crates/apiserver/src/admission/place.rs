//! Where something stands in a file of settings, and what is wrong there.

use crate::fields::text_at;
use std::path::{Path, PathBuf};
use trimtab_tree::{ParseOptions, Value, parse_document};

/// Why such a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionConfigurationError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is no YAML.
    #[error("{} is no YAML: {why}", path.display())]
    Syntax {
        /// Which.
        path: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
    /// A field does not have a value that it can have.
    #[error("{}: {field}: {why}", path.display())]
    Field {
        /// In which file.
        path: PathBuf,
        /// `plugins[0].name`
        field: String,
        /// What was found, and what was expected.
        why: String,
    },
}

/// A field of a file, for what is wrong with it.
pub(super) struct Place<'a> {
    pub(super) path: &'a Path,
    /// What its name begins with.
    pub(super) prefix: String,
}

impl<'a> Place<'a> {
    /// A whole file.
    pub(super) fn of(path: &'a Path) -> Self {
        Self {
            path,
            prefix: String::new(),
        }
    }

    /// What is below a field, whose name ends with a dot.
    pub(super) fn below(&self, field: &str) -> Place<'a> {
        Place {
            path: self.path,
            prefix: format!("{}{field}", self.prefix),
        }
    }

    /// Where a file is that the file names, and what it says: it is beside it.
    pub(super) fn read_beside(
        &self,
        file: &str,
    ) -> Result<(PathBuf, String), AdmissionConfigurationError> {
        let path = beside(self.path, file);
        let text = read_text(&path)?;
        Ok((path, text))
    }

    /// The fault of a field below.
    pub(super) fn wrong<T>(
        &self,
        field: &str,
        why: impl Into<String>,
    ) -> Result<T, AdmissionConfigurationError> {
        Err(AdmissionConfigurationError::Field {
            path: self.path.to_owned(),
            field: format!("{}{field}", self.prefix),
            why: why.into(),
        })
    }

    /// Refuses another kind, or one of other versions, than these.
    pub(super) fn check_kind(
        &self,
        document: &Value,
        versions: &[&str],
        kind: &str,
    ) -> Result<(), AdmissionConfigurationError> {
        self.check_kinds(document, versions, &[kind])
    }

    /// As [`Place::check_kind`], of something that has had several names.
    pub(super) fn check_kinds(
        &self,
        document: &Value,
        versions: &[&str],
        kinds: &[&str],
    ) -> Result<(), AdmissionConfigurationError> {
        let found = |field: &str| text_at(document, &[field]).unwrap_or_default();
        if !versions.contains(&found("apiVersion")) {
            let (found, wanted) = (found("apiVersion"), versions.join(" or "));
            return self.wrong("apiVersion", format!("{found:?} was found, not {wanted}"));
        }
        if !kinds.contains(&found("kind")) {
            let (found, wanted) = (found("kind"), kinds.join(" or "));
            return self.wrong("kind", format!("{found:?} was found, not {wanted}"));
        }
        Ok(())
    }
}

/// A file that another one names.
pub(super) fn beside(path: &Path, file: &str) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).join(file)
}

fn read_text(path: &Path) -> Result<String, AdmissionConfigurationError> {
    std::fs::read_to_string(path).map_err(|source| AdmissionConfigurationError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Reads a file of settings.
///
/// # Errors
/// When it cannot be read, or is no YAML.
pub(super) fn read(path: &Path) -> Result<Value, AdmissionConfigurationError> {
    let text = read_text(path)?;
    parse_document(&text, ParseOptions::default()).map_err(|error| {
        AdmissionConfigurationError::Syntax {
            path: path.to_owned(),
            why: error.to_string(),
        }
    })
}
