//! What operations are about: a kind of the table, or one that a definition makes.

use crate::resource::{CUSTOM_VERBS, CustomDefinition, CustomVersion};
use trimtab_schema::{Kind, Schema, Scope, Subresource};
use trimtab_validation::custom::definition_name;

/// The kind that operations are about.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    /// Of the table.
    BuiltIn(Kind),
    /// Of a definition, in one of its versions.
    Custom(&'a CustomDefinition, &'a CustomVersion),
}

/// What is below objects.
#[derive(Clone, Copy)]
pub(super) struct Below<'a> {
    /// `status`
    pub(super) name: &'a str,
    /// The group of what it takes and gives.
    pub(super) group: &'a str,
    /// The version of what it takes and gives.
    pub(super) version: &'a str,
    /// The kind of what it takes and gives.
    pub(super) kind: &'a str,
    of_table: Option<Subresource>,
}

impl<'a> Subject<'a> {
    /// `apps`
    pub(super) fn group(self) -> &'a str {
        match self {
            Self::BuiltIn(kind) => kind.group(),
            Self::Custom(definition, _) => definition.group.as_str(),
        }
    }

    /// `v1`
    pub(super) fn version(self) -> &'a str {
        match self {
            Self::BuiltIn(kind) => kind.version(),
            Self::Custom(_, version) => version.name.as_str(),
        }
    }

    /// `Deployment`
    pub(super) fn kind(self) -> &'a str {
        match self {
            Self::BuiltIn(kind) => kind.kind(),
            Self::Custom(definition, _) => definition.kind.as_str(),
        }
    }

    /// `deployments`
    pub(super) fn plural(self) -> &'a str {
        match self {
            Self::BuiltIn(kind) => kind.plural().unwrap_or_default(),
            Self::Custom(definition, _) => definition.plural.as_str(),
        }
    }

    pub(super) fn is_namespaced(self) -> bool {
        match self {
            Self::BuiltIn(kind) => kind.scope() == Scope::Namespaced,
            Self::Custom(definition, _) => definition.namespaced,
        }
    }

    pub(super) fn is_custom(self) -> bool {
        matches!(self, Self::Custom(..))
    }

    pub(super) fn can(self, verb: &str) -> bool {
        match self {
            Self::BuiltIn(kind) => kind.verbs().any(|own| own == verb),
            Self::Custom(..) => CUSTOM_VERBS.contains(&verb),
        }
    }

    /// The full name of the type of its lists.
    pub(super) fn list_type(self) -> Option<String> {
        match self {
            Self::BuiltIn(kind) => type_of(kind.api_version(), &format!("{}List", kind.kind())),
            Self::Custom(definition, version) => Some(definition_name(
                definition.group.as_str(),
                version.name.as_str(),
                definition.list_kind.as_str(),
            )),
        }
    }

    /// The full name of the type of its objects.
    pub(super) fn own_type(self) -> Option<String> {
        match self {
            Self::BuiltIn(kind) => type_of(kind.api_version(), kind.kind()),
            Self::Custom(..) => Some(definition_name(self.group(), self.version(), self.kind())),
        }
    }

    /// What is below its objects.
    pub(super) fn below(self) -> Vec<Below<'a>> {
        match self {
            Self::BuiltIn(kind) => {
                let names = kind.subresources();
                let below = names.filter_map(|name| kind.subresource(name));
                let below = below.map(|it| Below {
                    name: it.name,
                    group: it.group,
                    version: it.version,
                    kind: it.kind,
                    of_table: Some(it),
                });
                below.collect()
            }
            Self::Custom(_, version) => {
                let status = version.has_status.then(|| Below {
                    name: "status",
                    group: self.group(),
                    version: self.version(),
                    kind: self.kind(),
                    of_table: None,
                });
                let scale = version.scale.as_ref().map(|_| Below {
                    name: "scale",
                    group: "autoscaling",
                    version: "v1",
                    kind: "Scale",
                    of_table: None,
                });
                status.into_iter().chain(scale).collect()
            }
        }
    }
}

impl Below<'_> {
    /// What can be done with it.
    pub(super) fn verbs(&self) -> Vec<&'static str> {
        match &self.of_table {
            Some(below) => below.verbs().collect(),
            None => vec!["get", "patch", "update"],
        }
    }
}

/// The full name of a kind's type in Kubernetes' own table.
pub(super) fn type_of(api_version: &str, kind: &str) -> Option<String> {
    let schema = Schema::kubernetes();
    let (package, name) = schema.type_of(api_version, kind)?.name()?;
    Some(format!("{package}.{name}"))
}
