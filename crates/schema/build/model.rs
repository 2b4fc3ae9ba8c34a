//! Types and kinds as the text files say them, before they are laid out as a table.

use std::collections::BTreeMap;

/// Everything that is known of one release.
#[derive(Default)]
pub(crate) struct Model {
    /// Types by full name.
    pub(crate) types: BTreeMap<String, Type>,
    /// Kinds by `apiVersion` and kind.
    pub(crate) kinds: BTreeMap<(String, String), Kind>,
}

/// A named type.
#[derive(Default)]
pub(crate) struct Type {
    /// What it is, if it has no fields.
    pub(crate) shape: Option<Expression>,
    /// Its fields by name.
    pub(crate) fields: BTreeMap<String, Field>,
    /// Whether server-side apply owns it only as a whole.
    pub(crate) atomic: bool,
    /// Its required fields as declared, joined by commas, where that is not the alphabet's order.
    pub(crate) required: String,
}

/// A field.
pub(crate) struct Field {
    /// Whether an object without it is invalid.
    pub(crate) required: bool,
    /// What its value is.
    pub(crate) expression: Expression,
    /// How its value is merged.
    pub(crate) facts: Facts,
    /// What leads to it in its type's protobuf message; zeroes behind.
    pub(crate) numbers: [u8; 3],
}

/// What a value is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Expression {
    /// `any`, `object`, `int-or-string` or a scalar type with its format.
    Scalar(String),
    /// A list of these.
    List(Box<Expression>),
    /// A map from text to these.
    Map(Box<Expression>),
    /// Of the type of this full name.
    Type(String),
}

/// How a value is merged; empty texts where nothing is said.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Facts {
    /// `atomic`, `set` or `map`.
    pub(crate) list: String,
    /// The keys of a `map` list in server-side apply, joined by commas.
    pub(crate) keys: String,
    /// Whether server-side apply owns a map or object only as a whole.
    pub(crate) atomic_map: bool,
    /// Strategies of the strategic merge patch, joined by commas.
    pub(crate) patch: String,
    /// The key of a list in the strategic merge patch.
    pub(crate) patch_key: String,
    /// How the API writes it without a value: `held`, `dropped`, `written` or `null`.
    pub(crate) zero: String,
    /// The only values, joined by commas; empty where any will do.
    pub(crate) values: String,
}

/// A kind of objects; empty texts where nothing is known, lists joined by commas.
#[derive(Default)]
pub(crate) struct Kind {
    /// The full name of its type.
    pub(crate) type_name: Option<String>,
    /// `cluster`, `namespaced` or `subresource`.
    pub(crate) scope: String,
    /// `deployments`
    pub(crate) plural: String,
    /// `deployment`
    pub(crate) singular: String,
    /// `deploy`
    pub(crate) short_names: String,
    /// `all`
    pub(crate) categories: String,
    /// What can be done with it.
    pub(crate) verbs: String,
    /// `scale,status`
    pub(crate) subresources: String,
}

impl Expression {
    /// One that names no other.
    pub(crate) fn scalar(text: &str) -> Self {
        Self::Scalar(text.to_owned())
    }

    /// The type that this names, at whatever depth.
    pub(crate) fn type_name(&self) -> Option<&str> {
        match self {
            Self::Scalar(_) => None,
            Self::List(inner) | Self::Map(inner) => inner.type_name(),
            Self::Type(name) => Some(name),
        }
    }
}

impl Model {
    /// Fills in what follows from the rest: singular names, and the verbs of a kind of which none
    /// are said.
    pub(crate) fn complete_names(&mut self) {
        const VERBS: &str = "create,delete,deletecollection,get,list,patch,update,watch";
        for ((_, name), kind) in &mut self.kinds {
            if kind.plural.is_empty() {
                continue;
            }
            if kind.singular.is_empty() {
                kind.singular = name.to_lowercase();
            }
            if kind.verbs.is_empty() && kind.scope != "subresource" {
                VERBS.clone_into(&mut kind.verbs);
            }
        }
    }

    /// Says of every field how it is written without a value, where nothing is said.
    pub(crate) fn complete_zeroes(&mut self) {
        for field in self
            .types
            .values_mut()
            .flat_map(|ty| ty.fields.values_mut())
            .filter(|field| field.facts.zero.is_empty())
        {
            let zero = match &field.expression {
                Expression::Scalar(text) if matches!(text.as_str(), "any" | "int-or-string") => {
                    "held"
                }
                Expression::Scalar(_) if field.required => "written",
                Expression::Scalar(_) | Expression::List(_) | Expression::Map(_) => "dropped",
                Expression::Type(_) => "held",
            };
            zero.clone_into(&mut field.facts.zero);
        }
    }

    /// Forgets what stands beside a reference: kustomize follows a field's `$ref` and keeps nothing
    /// of the field's own.
    pub(crate) fn hide_facts_beside_references(&mut self) {
        for ty in self.types.values_mut() {
            ty.required.clear();
            for field in ty.fields.values_mut() {
                field.facts.values.clear();
                field.numbers = [0; 3];
            }
        }
        for field in self
            .types
            .values_mut()
            .flat_map(|ty| ty.fields.values_mut())
        {
            if let Expression::Type(_) = field.expression {
                field.facts = Facts::default();
            }
        }
    }

    /// Forgets types that no kind leads to.
    pub(crate) fn keep_reachable(&mut self) {
        let mut reached = BTreeMap::new();
        let mut next: Vec<String> = self
            .kinds
            .values()
            .filter_map(|kind| kind.type_name.clone())
            .collect();
        while let Some(name) = next.pop() {
            if let Some(ty) = self.types.remove(&name) {
                let expressions = ty.fields.values().map(|field| &field.expression);
                let names = expressions
                    .chain(&ty.shape)
                    .filter_map(Expression::type_name);
                next.extend(names.map(str::to_owned));
                reached.insert(name, ty);
            }
        }
        self.types = reached;
    }

    /// Checks that every type that is named is there, and that none is only another's name.
    pub(crate) fn check(&self) -> Result<(), String> {
        for (name, ty) in &self.types {
            let expressions = ty.fields.values().map(|field| &field.expression);
            for named in expressions
                .chain(&ty.shape)
                .filter_map(Expression::type_name)
            {
                if !self.types.contains_key(named) {
                    return Err(format!("type {name} names {named}, which is not there"));
                }
            }
            if matches!(ty.shape, Some(Expression::Type(_)))
                || ty.shape.is_some() != ty.fields.is_empty()
            {
                return Err(format!(
                    "type {name} has neither fields nor a shape of its own, or both"
                ));
            }
        }
        for ((version, kind), facts) in &self.kinds {
            if let Some(name) = facts
                .type_name
                .as_ref()
                .filter(|name| !self.types.contains_key(*name))
            {
                return Err(format!(
                    "kind {version} {kind} is of type {name}, which is not there"
                ));
            }
        }
        Ok(())
    }
}
