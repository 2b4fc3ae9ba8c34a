//! What an expression may name.

use super::types::Type;
use trimtab_tree::Text;

/// The variables that an expression may name, and whether it may make objects for a mutation.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: Vec<(Text, Type)>,
    has_mutations: bool,
}

impl Environment {
    /// One without variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets expressions name a variable; one of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: &str, ty: Type) -> Self {
        self.declare(name, ty);
        self
    }

    /// Lets expressions name a variable; one of the same name is replaced.
    pub fn declare(&mut self, name: &str, ty: Type) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.into(), ty));
    }

    /// Lets expressions name `authorizer`, which asks whether something is allowed.
    #[must_use]
    pub fn with_authorizer(self) -> Self {
        self.with(
            "authorizer",
            Type::Opaque("kubernetes.authorization.Authorizer"),
        )
        .with(
            "authorizer.requestResource",
            Type::Opaque("kubernetes.authorization.ResourceCheck"),
        )
    }

    /// Lets expressions make `Object{...}`, `Object.spec{...}` and `JSONPatch{...}`, as those of a
    /// `MutatingAdmissionPolicy` do.
    #[must_use]
    pub fn with_mutations(mut self) -> Self {
        self.has_mutations = true;
        self
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Type> {
        let (_, ty) = self.variables.iter().find(|(known, _)| known == name)?;
        Some(ty)
    }

    /// The type of an object that an expression makes.
    pub(super) fn object_type(&self, name: &str) -> Option<Made> {
        if !self.has_mutations {
            return None;
        }
        match name {
            "JSONPatch" => Some(Made::Patch),
            "Object" => Some(Made::Object),
            _ => name.strip_prefix("Object.").map(|_| Made::Object),
        }
    }
}

/// What an expression may make beside lists and maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// A part of an object to be applied.
    Object,
    /// One operation of a JSON patch.
    Patch,
}

impl Made {
    /// The type of a field; `None` if there is none of that name.
    pub(super) fn field(self, name: &str) -> Option<Type> {
        match (self, name) {
            (Self::Object, _) | (Self::Patch, "value") => Some(Type::DYN),
            (Self::Patch, "op" | "path" | "from") => Some(Type::STRING),
            (Self::Patch, _) => None,
        }
    }
}
