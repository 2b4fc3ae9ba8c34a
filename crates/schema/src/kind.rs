//! Kinds of objects.

use crate::Names;
use crate::table::{KindRecord, Name, Table};
use std::fmt;

/// Where objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The schema does not say.
    Unknown,
    /// In no namespace.
    Cluster,
    /// In a namespace.
    Namespaced,
    /// Only below another object, as a `Scale` is.
    Subresource,
}

/// A kind of objects of the compiled-in table.
#[derive(Clone, Copy)]
pub struct Kind {
    pub(crate) table: &'static Table,
    pub(crate) record: &'static KindRecord,
}

impl Kind {
    fn text(self, name: Name) -> &'static str {
        self.table.name(name)
    }

    fn known(self, name: Name) -> Option<&'static str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// `apps/v1`; in the core group, `v1`.
    pub fn api_version(self) -> &'static str {
        self.text(self.record.api_version)
    }

    /// `apps`; empty for the core group.
    pub fn group(self) -> &'static str {
        self.api_version()
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// `v1`
    pub fn version(self) -> &'static str {
        let api_version = self.api_version();
        api_version
            .split_once('/')
            .map_or(api_version, |(_, version)| version)
    }

    /// `Deployment`
    pub fn kind(self) -> &'static str {
        self.text(self.record.kind)
    }

    /// Where its objects live.
    pub fn scope(self) -> Scope {
        self.record.scope
    }

    /// `deployments`; of a kind that is only a subresource, its last path segment. `None` of kinds
    /// that have no path, such as list kinds, and of all kinds of kustomize's schema.
    pub fn plural(self) -> Option<&'static str> {
        self.known(self.record.plural)
    }

    /// `deployment`, where there is a plural.
    pub fn singular(self) -> Option<&'static str> {
        self.known(self.record.singular)
    }

    /// `deploy`
    pub fn short_names(self) -> Names<'static> {
        Names::joined(self.text(self.record.short_names))
    }

    /// `all`
    pub fn categories(self) -> Names<'static> {
        Names::joined(self.text(self.record.categories))
    }

    /// What the API lets be done with its objects, in the order of the alphabet.
    pub fn verbs(self) -> Names<'static> {
        Names::joined(self.text(self.record.verbs))
    }

    /// `scale`, `status`
    pub fn subresources(self) -> Names<'static> {
        Names::joined(self.text(self.record.subresources))
    }

    /// Whether people call it `word`: its plural, singular or a short name, in any case.
    pub fn is_called(self, word: &str) -> bool {
        let same = |name: &str| name.eq_ignore_ascii_case(word);
        self.plural().is_some_and(same)
            || self.singular().is_some_and(same)
            || self.short_names().any(same)
    }
}

/// `Deployment.apps/v1`
impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind(), self.api_version())
    }
}
