//! The kind of a resource: built in, or defined by an object.

use std::fmt;
use std::sync::Arc;
use trimtab_schema::{Kind, Schema, Type};

use super::custom::{Compiled, CustomDefinition, CustomVersion};

/// The kind of a resource, in one version. Cheap to clone.
#[derive(Clone)]
pub(crate) enum ServedKind {
    /// Of the table of kinds.
    BuiltIn(Kind),
    /// Of a `CustomResourceDefinition`.
    Custom(CustomKind),
}

/// A kind that an object defines, in one version.
#[derive(Clone)]
pub(crate) struct CustomKind {
    /// What defines it.
    pub(crate) definition: Arc<CustomDefinition>,
    /// Which of the definition's versions.
    at: usize,
    /// `example.com/v1`
    api_version: Arc<str>,
}

impl CustomKind {
    /// The kind in one of its versions.
    pub(super) fn new(definition: &Arc<CustomDefinition>, at: usize) -> Self {
        let version = &definition.versions[at].name;
        Self {
            definition: Arc::clone(definition),
            at,
            api_version: format!("{}/{version}", definition.group).into(),
        }
    }

    /// What the definition says of this version.
    pub(crate) fn version(&self) -> &CustomVersion {
        &self.definition.versions[self.at]
    }

    /// `example.com/v1`
    pub(crate) fn api_version(&self) -> &str {
        &self.api_version
    }

    /// The schema of this version.
    pub(crate) fn compiled(&self) -> &Arc<Compiled> {
        self.definition.compiled(self.at)
    }
}

impl ServedKind {
    /// The kind, if it is one of the table.
    pub(crate) fn built_in(&self) -> Option<Kind> {
        match self {
            Self::BuiltIn(kind) => Some(*kind),
            Self::Custom(_) => None,
        }
    }

    /// The kind, if an object defines it.
    pub(crate) fn custom(&self) -> Option<&CustomKind> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Custom(kind) => Some(kind),
        }
    }

    /// `apps/v1`; in the core group, `v1`.
    pub(crate) fn api_version(&self) -> &str {
        match self {
            Self::BuiltIn(kind) => kind.api_version(),
            Self::Custom(kind) => &kind.api_version,
        }
    }

    /// `apps`; empty for the core group.
    pub(crate) fn group(&self) -> &str {
        match self {
            Self::BuiltIn(kind) => kind.group(),
            Self::Custom(kind) => &kind.definition.group,
        }
    }

    /// `v1`
    pub(crate) fn version(&self) -> &str {
        match self {
            Self::BuiltIn(kind) => kind.version(),
            Self::Custom(kind) => &kind.version().name,
        }
    }

    /// `Deployment`
    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::BuiltIn(kind) => kind.kind(),
            Self::Custom(kind) => &kind.definition.kind,
        }
    }

    /// `DeploymentList`
    pub(crate) fn list_kind(&self) -> String {
        match self {
            Self::BuiltIn(kind) => format!("{}List", kind.kind()),
            Self::Custom(kind) => kind.definition.list_kind.to_string(),
        }
    }

    /// The type of its objects; `None` if it has none that says anything.
    pub(crate) fn type_in<'s>(&'s self, schema: &'s Schema) -> Option<Type<'s>> {
        match self {
            Self::BuiltIn(kind) => schema.type_of(kind.api_version(), kind.kind()),
            Self::Custom(kind) => {
                let compiled = kind.definition.compiled(kind.at);
                compiled
                    .types
                    .type_of(&kind.api_version, &kind.definition.kind)
            }
        }
    }
}

/// `Deployment.apps/v1`
impl fmt::Debug for ServedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind(), self.api_version())
    }
}
