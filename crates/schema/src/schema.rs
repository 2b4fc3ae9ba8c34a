//! The schema as a whole.

use crate::custom::{BuiltIn, Custom};
use crate::kind::{Kind, Scope};
use crate::table::{KUBERNETES, KUSTOMIZE, Table};
use crate::types::Type;
use std::sync::Arc;
use trimtab_tree::{Diagnostic, Value};

/// The only version that kustomize takes in `openapi: {version: ...}`, which is also what it uses
/// when nothing is said.
pub const KUSTOMIZE_OPENAPI_VERSION: &str = "v1.21.2";

/// What is known of kinds and types. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(crate) table: &'static Table,
    pub(crate) custom: Option<Arc<Custom>>,
}

impl Schema {
    /// Whether the other one is this very schema, or a copy of it.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let is_same_custom = match (&self.custom, &other.custom) {
            (None, None) => true,
            (Some(own), Some(its)) => Arc::ptr_eq(own, its),
            _ => false,
        };
        std::ptr::eq(self.table, other.table) && is_same_custom
    }

    /// Kubernetes 1.36.
    #[must_use]
    pub fn kubernetes() -> Self {
        Self {
            table: &KUBERNETES,
            custom: None,
        }
    }

    /// Kubernetes 1.21.2, as kustomize sees it: its kinds, fields and scopes, and for merging only
    /// what kustomize looks at (it follows a `$ref` and forgets what stands beside it).
    #[must_use]
    pub fn kustomize() -> Self {
        Self {
            table: &KUSTOMIZE,
            custom: None,
        }
    }

    /// Whether another schema is this one or a copy of it.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let custom = match (&self.custom, &other.custom) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        custom && std::ptr::eq(self.table, other.table)
    }

    /// What kustomize uses under `openapi: {version: ...}`: it takes only
    /// [`KUSTOMIZE_OPENAPI_VERSION`], and an empty text for the same.
    ///
    /// # Errors
    /// For any other version.
    pub fn kustomize_at(version: &str) -> Result<Self, Box<Diagnostic>> {
        if version.is_empty() || version == KUSTOMIZE_OPENAPI_VERSION {
            return Ok(Self::kustomize());
        }
        Err(Diagnostic::error(
            "openapi",
            format!("the OpenAPI version `{version}` is not built in"),
        )
        .expecting(format!("`{KUSTOMIZE_OPENAPI_VERSION}`"))
        .hint("a file with other types can be named in `path` instead"))
    }

    /// This schema with the types of an `OpenAPI` version 2 document, as kustomize reads the file
    /// of `openapi: {path: ...}`: `definitions`, of which those with
    /// `x-kubernetes-group-version-kind` are kinds, and the scopes that `paths` imply. Nothing else
    /// of the document counts.
    ///
    /// In kustomize such a document *replaces* the types that are built in ([`BuiltIn::Dropped`]).
    /// Only when an earlier part of the same build has used them already do both remain: see
    /// [`BuiltIn`]. Scopes that are built in stay in any case, and come first. A document replaces
    /// an earlier one.
    ///
    /// # Errors
    /// When the document does not have the form of an `OpenAPI` document.
    pub fn with_openapi(
        &self,
        document: Arc<Value>,
        built_in: BuiltIn,
    ) -> Result<Self, Box<Diagnostic>> {
        Ok(Self {
            table: self.table,
            custom: Some(Arc::new(Custom::new(document, built_in)?)),
        })
    }

    /// Whether objects of this kind are in no namespace; `None` if the kind is not known, or is in
    /// no place of its own.
    #[must_use]
    pub fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> Option<bool> {
        let scope = self
            .table
            .kind(api_version, kind)
            .map(|record| record.scope);
        match scope {
            Some(Scope::Cluster) => Some(true),
            Some(Scope::Namespaced) => Some(false),
            _ => self.custom.as_ref()?.is_cluster_scoped(api_version, kind),
        }
    }

    /// The type of objects of this kind.
    #[must_use]
    pub fn type_of(&self, api_version: &str, kind: &str) -> Option<Type<'_>> {
        let custom = || {
            let custom = self.custom.as_ref()?;
            let definition = custom.definition_of(api_version, kind)?;
            Some(Type::custom(self, definition))
        };
        let built_in = || {
            let ty = self.table.kind(api_version, kind)?.ty?;
            Some(Type::built_in(self, ty))
        };
        self.first(custom, built_in)
    }

    /// The type of this full name, such as `io.k8s.api.core.v1.PodSpec`.
    #[must_use]
    pub fn type_named(&self, full_name: &str) -> Option<Type<'_>> {
        let custom = || {
            let definition = self.custom.as_ref()?.definition(full_name)?;
            Some(Type::custom(self, definition))
        };
        let built_in = || {
            let ty = self.table.type_named(full_name)?;
            Some(Type::built_in(self, ty))
        };
        self.first(custom, built_in)
    }

    /// The first answer, asked in the order that the custom document's place demands.
    fn first<T>(
        &self,
        custom: impl FnOnce() -> Option<T>,
        built_in: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        match self.custom.as_ref().map(|custom| custom.built_in) {
            None => built_in(),
            Some(BuiltIn::Dropped) => custom(),
            Some(BuiltIn::Under) => custom().or_else(built_in),
            Some(BuiltIn::Over) => built_in().or_else(custom),
        }
    }

    /// The compiled-in kinds, in the order of their versions and names: list kinds and others that
    /// have no [`Kind::plural`] included, those of a document of the user's own not.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = Kind> + use<> {
        let table = self.table;
        table.kinds.iter().map(move |record| Kind { table, record })
    }

    /// The compiled-in kind of that version and name.
    #[must_use]
    pub fn kind(&self, api_version: &str, kind: &str) -> Option<Kind> {
        let table = self.table;
        let record = table.kind(api_version, kind)?;
        Some(Kind { table, record })
    }

    /// The compiled-in kinds that people call `word`: by plural, singular or short name, in any
    /// case. Several groups or versions may have one of that name.
    pub fn kinds_called<'a>(&self, word: &'a str) -> impl Iterator<Item = Kind> + use<'a> {
        self.kinds().filter(move |kind| kind.is_called(word))
    }
}
