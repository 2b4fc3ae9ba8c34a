//! What server-side apply sees at a place of an object: a leaf, a list or a map.
//!
//! The rules are those of `kube-openapi/pkg/schemaconv`, which makes structured-merge-diff's schema of
//! an OpenAPI document: lists are atomic unless their type says otherwise, maps are granular unless it
//! does, quantities and raw extensions are leaves, and what no type describes, as fields that a type
//! preserves without naming them, is deduced from the value itself.

use crate::zero::is_quantity;
use trimtab_schema::{ListType, Names, Type, ValueKind};
use trimtab_tree::{Node, ScalarKind, Value};

/// What is known of a place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'s> {
    /// A type describes it.
    Typed(Type<'s>),
    /// A type describes it, but its fields are owned each for itself, other than elsewhere.
    Granular(Type<'s>),
    /// Nothing does: maps are granular, lists atomic.
    Deduced,
}

/// What a leaf may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    String,
    Number,
    Boolean,
    /// Any scalar.
    Scalar,
    /// Anything.
    Any,
}

/// What stands at a place.
#[derive(Clone, Debug)]
pub(crate) enum Shape<'s> {
    Leaf(Leaf),
    List(ListShape<'s>),
    Map(MapShape<'s>),
}

/// How the items of a list are told apart.
#[derive(Clone, Debug)]
pub(crate) enum Relation<'s> {
    /// Not at all.
    Atomic,
    /// By their value.
    Set,
    /// By these fields.
    Map(Names<'s>),
}

#[derive(Clone, Debug)]
pub(crate) struct ListShape<'s> {
    pub(crate) relation: Relation<'s>,
    /// What the items are.
    pub(crate) items: Place<'s>,
}

impl ListShape<'_> {
    /// A list that no type describes.
    pub(crate) const fn deduced() -> Self {
        Self {
            relation: Relation::Atomic,
            items: Place::Deduced,
        }
    }

    pub(super) fn is_atomic(&self) -> bool {
        matches!(self.relation, Relation::Atomic)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct MapShape<'s> {
    pub(super) atomic: bool,
    fields: Fields<'s>,
}

#[derive(Clone, Copy, Debug)]
enum Fields<'s> {
    /// Those that the type names.
    Named(Type<'s>),
    /// Any, all of this kind.
    Any(Place<'s>),
}

impl<'s> MapShape<'s> {
    /// What field `name` is; `None` if there is no such field.
    pub(super) fn field(&self, name: &str) -> Option<Place<'s>> {
        match self.fields {
            Fields::Named(ty) => {
                let named = ty.field(name).map(|field| {
                    if is_granular(ty, name) {
                        Place::Granular(field)
                    } else {
                        Place::Typed(field)
                    }
                });
                named.or_else(|| ty.preserves_unknown_fields().then_some(Place::Deduced))
            }
            Fields::Any(place) => Some(place),
        }
    }

    /// What field `name` is, deduced if there is no such field.
    pub(crate) fn field_or_deduced(&self, name: &str) -> Place<'s> {
        self.field(name).unwrap_or(Place::Deduced)
    }

    /// Whether the type names the field, so that the field is no item of a map.
    pub(super) fn names(&self, name: &str) -> bool {
        match self.fields {
            Fields::Named(ty) => ty.field(name).is_some(),
            Fields::Any(_) => false,
        }
    }
}

impl<'s> Place<'s> {
    pub(crate) fn of(ty: Option<Type<'s>>) -> Self {
        ty.map_or(Self::Deduced, Self::Typed)
    }

    /// What `value` is seen as here. Only a deduced place asks the value.
    pub(crate) fn shape(self, value: &Value) -> Shape<'s> {
        match self {
            Self::Typed(ty) => typed(ty, value),
            Self::Granular(ty) => granular(ty, value),
            Self::Deduced => deduced(value),
        }
    }

    /// The shape of whatever a set of fields holds here; `None` where only a value could tell.
    pub(super) fn declared(self) -> Option<Shape<'s>> {
        match self {
            Self::Typed(ty) if ty.kind() != ValueKind::Any => Some(typed(ty, &Value::null())),
            Self::Granular(ty) => Some(granular(ty, &Value::null())),
            _ => None,
        }
    }
}

/// Whether a field's own marker says so of its type, which is atomic elsewhere: the only such field
/// of the API refers a volume to its claim (`+structType=granular`).
fn is_granular(ty: Type<'_>, field: &str) -> bool {
    field == "claimRef" && matches!(ty.name(), Some((_, "PersistentVolumeSpec")))
}

fn granular<'s>(ty: Type<'s>, value: &Value) -> Shape<'s> {
    match typed(ty, value) {
        Shape::Map(map) => Shape::Map(MapShape {
            atomic: false,
            ..map
        }),
        other => other,
    }
}

fn typed<'s>(ty: Type<'s>, value: &Value) -> Shape<'s> {
    match ty.kind() {
        ValueKind::String => Shape::Leaf(string_leaf(ty)),
        ValueKind::Integer | ValueKind::Number => Shape::Leaf(Leaf::Number),
        ValueKind::Boolean => Shape::Leaf(Leaf::Boolean),
        ValueKind::IntOrString => Shape::Leaf(Leaf::Scalar),
        ValueKind::Any => deduced(value),
        ValueKind::List => Shape::List(ListShape {
            relation: relation(ty),
            items: Place::of(ty.elements()),
        }),
        ValueKind::Map => Shape::Map(MapShape {
            atomic: ty.is_atomic_map(),
            fields: Fields::Any(Place::of(ty.values())),
        }),
        ValueKind::Object if is_raw_extension(ty) => Shape::Leaf(Leaf::Any),
        ValueKind::Object => Shape::Map(MapShape {
            atomic: ty.is_atomic_map(),
            fields: object_fields(ty),
        }),
    }
}

fn object_fields(ty: Type<'_>) -> Fields<'_> {
    if ty.fields().next().is_some() {
        Fields::Named(ty)
    } else {
        // An object without named fields may have any.
        Fields::Any(Place::Deduced)
    }
}

/// A text whose format is not known to be a plain text is taken for any scalar: a quantity may be
/// written as a number.
fn string_leaf(ty: Type<'_>) -> Leaf {
    if !is_quantity(ty) && matches!(ty.format(), "" | "byte") {
        Leaf::String
    } else {
        Leaf::Scalar
    }
}

fn is_raw_extension(ty: Type<'_>) -> bool {
    matches!(ty.name(), Some((_, "RawExtension")))
}

fn relation(ty: Type<'_>) -> Relation<'_> {
    match ty.list_type() {
        None | Some(ListType::Atomic) => Relation::Atomic,
        Some(ListType::Set) => Relation::Set,
        Some(ListType::Map) => Relation::Map(ty.list_map_keys()),
    }
}

fn deduced<'s>(value: &Value) -> Shape<'s> {
    match &value.node {
        Node::Scalar(scalar) if scalar.kind != ScalarKind::Null => Shape::Leaf(Leaf::Scalar),
        Node::Sequence(_) => Shape::List(ListShape::deduced()),
        // Null is a map that has nothing.
        Node::Scalar(_) | Node::Mapping(_) => Shape::Map(MapShape {
            atomic: false,
            fields: Fields::Any(Place::Deduced),
        }),
    }
}

/// Whether two values are seen as the same kind of thing at a place that only deduces.
pub(super) fn same_form(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(&a.node) == std::mem::discriminant(&b.node)
}
