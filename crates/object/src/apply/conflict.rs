//! Why an apply is refused.

use super::check::TypeProblem;
use super::manager::{BadManagedFields, ManagerId};
use super::path_element::PathElement;
use super::versions::NoVersion;
use std::fmt;
use trimtab_tree::Value;

/// A field that an apply would change and that somebody else owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The owner.
    pub manager: ManagerId,
    /// The field, such as `.spec.containers[name="web"].image`.
    pub field: String,
    /// The steps to the field.
    pub(super) path: Vec<PathElement>,
}

impl Conflict {
    /// The message of the cause that answers carry for it: `conflict with "m1" using v1`.
    #[must_use]
    pub fn message(&self) -> String {
        format!("conflict with {}", self.manager)
    }
}

/// Why an apply is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplyError {
    /// The configuration has `metadata.managedFields`. A bad request (400).
    ManagedFieldsGiven,
    /// The configuration is not of the type of its kind. Kubernetes answers with an internal error
    /// (500).
    Invalid {
        /// The configuration, as `NAMESPACE/NAME; GROUP/VERSION, Kind=KIND`.
        object: String,
        /// What is wrong with it.
        problems: Vec<TypeProblem>,
    },
    /// The live object's entries cannot be read. An internal error (500).
    BadManagedFields(BadManagedFields),
    /// The object has no form in a version that one of its managers wrote. An internal error (500).
    NoVersion(NoVersion),
    /// Other managers own what would change; never empty. A conflict (409), a cause for each.
    Conflicts(Vec<Conflict>),
}

impl ApplyError {
    pub(super) fn invalid(applied: &Value, problems: Vec<TypeProblem>) -> Self {
        let text = |path: &[&str]| {
            let value = applied.get_path(path);
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let api_version = text(&["apiVersion"]);
        let (group, version) = crate::split_api_version(&api_version);
        let object = format!(
            "{}/{}; {group}/{version}, Kind={}",
            text(&["metadata", "namespace"]),
            text(&["metadata", "name"]),
            text(&["kind"]),
        );
        Self::Invalid { object, problems }
    }

    /// The HTTP status that Kubernetes answers with.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::ManagedFieldsGiven => 400,
            Self::Conflicts(_) => 409,
            Self::Invalid { .. } | Self::BadManagedFields(_) | Self::NoVersion(_) => 500,
        }
    }
}

impl fmt::Display for ApplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ManagedFieldsGiven => f.write_str("metadata.managedFields must be nil"),
            Self::Invalid { object, problems } => {
                write!(f, "failed to create typed patch object ({object}): ")?;
                if let [only] = problems.as_slice() {
                    return write!(f, "{only}");
                }
                f.write_str("errors:")?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  {problem}"))
            }
            Self::BadManagedFields(bad) => write!(f, "failed to decode managed fields: {bad}"),
            Self::NoVersion(why) => write!(f, "failed to convert the object: {why}"),
            Self::Conflicts(conflicts) => write_conflicts(f, conflicts),
        }
    }
}

/// One conflict in a line, several by manager.
fn write_conflicts(f: &mut fmt::Formatter<'_>, conflicts: &[Conflict]) -> fmt::Result {
    if let [only] = conflicts {
        let (message, field) = (only.message(), &only.field);
        return write!(f, "Apply failed with 1 conflict: {message}: {field}");
    }
    write!(f, "Apply failed with {} conflicts: ", conflicts.len())?;
    let mut last = None;
    for conflict in conflicts {
        if last != Some(&conflict.manager) {
            let line = if last.is_some() { "\n" } else { "" };
            write!(f, "{line}conflicts with {}:", conflict.manager)?;
            last = Some(&conflict.manager);
        }
        write!(f, "\n- {}", conflict.field)?;
    }
    Ok(())
}

impl std::error::Error for ApplyError {}
