//! Types of expressions, with the sizes that a schema lets values have.

use super::reserved::is_reserved;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use trimtab_tree::Text;

/// The type of an expression or a variable. Cheap to clone.
///
/// Strings, bytes, lists and maps carry how large a value may be at most, if that is known; types
/// are the same whatever that is.
#[derive(Clone, Debug)]
pub enum Type {
    /// Any; checked when it is evaluated. The size is that of a text it may be.
    Dyn(Option<u64>),
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// A whole number of 64 bits without a sign.
    Uint,
    /// A number with a fraction.
    Double,
    /// A text of at most so many bytes.
    String(Option<u64>),
    /// At most so many bytes.
    Bytes(Option<u64>),
    /// A span of time, written in at most so many bytes.
    Duration(Option<u64>),
    /// A point in time, written in at most so many bytes.
    Timestamp(Option<u64>),
    /// A list.
    List(Arc<ListType>),
    /// A map.
    Map(Arc<MapType>),
    /// Named fields.
    Object(Arc<ObjectType>),
    /// A value of a library, such as `kubernetes.Quantity`.
    Opaque(&'static str),
    /// A value that may not be there.
    Optional(Arc<Type>),
    /// The type of a type.
    TypeOf(Arc<Type>),
    /// Stands for a type that is still to be found out.
    #[doc(hidden)]
    Param(u32),
}

/// The type of a list.
#[derive(Debug)]
pub struct ListType {
    pub(super) items: Type,
    pub(super) max: Option<u64>,
    pub(super) kind: ListKind,
}

/// What makes two lists the same, and what their sum is (`x-kubernetes-list-type`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListKind {
    /// The same items in the same order.
    #[default]
    Atomic,
    /// The same items in any order.
    Set,
    /// The same items, told from each other by these fields, in any order.
    Map(Vec<Text>),
}

/// The type of a map.
#[derive(Debug)]
pub struct MapType {
    pub(super) key: Type,
    pub(super) value: Type,
    pub(super) max: Option<u64>,
}

/// Named fields.
#[derive(Debug, Default)]
pub struct ObjectType {
    /// As messages name it.
    pub(super) name: Text,
    /// By their names in expressions.
    pub(super) fields: BTreeMap<Text, Field>,
}

/// A field of an [`ObjectType`].
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in the object, which an expression may have to escape.
    pub(super) name: Text,
    pub(super) ty: Type,
}

impl Field {
    /// A field: how an object names it, and its type.
    #[must_use]
    pub fn new(name: impl Into<Text>, ty: Type) -> Self {
        Self {
            name: name.into(),
            ty,
        }
    }
}

impl Type {
    /// Any type.
    pub const DYN: Self = Self::Dyn(None);
    /// A text of any length.
    pub const STRING: Self = Self::String(None);

    /// A list of at most `max` items.
    #[must_use]
    pub fn list(items: Self, max: Option<u64>) -> Self {
        Self::list_of_kind(items, max, ListKind::Atomic)
    }

    /// A list of at most `max` items.
    #[must_use]
    pub fn list_of_kind(items: Self, max: Option<u64>, kind: ListKind) -> Self {
        Self::List(Arc::new(ListType { items, max, kind }))
    }

    /// A map of at most `max` entries.
    #[must_use]
    pub fn map(key: Self, value: Self, max: Option<u64>) -> Self {
        Self::Map(Arc::new(MapType { key, value, max }))
    }

    /// A map with texts as keys.
    #[must_use]
    pub fn map_of(value: Self) -> Self {
        Self::map(Self::STRING, value, None)
    }

    /// Named fields. Names that expressions cannot have are escaped as Kubernetes escapes them
    /// (`a-b` is `a__dash__b`); a field that cannot be escaped cannot be named.
    #[must_use]
    pub fn object(name: impl Into<Text>, fields: impl IntoIterator<Item = Field>) -> Self {
        let fields = fields.into_iter();
        let fields = fields
            .filter_map(|field| Some((escape(&field.name)?, field)))
            .collect();
        Self::Object(Arc::new(ObjectType {
            name: name.into(),
            fields,
        }))
    }

    /// An object with this field, whether it had one of that name or not; others stay as they are.
    #[must_use]
    pub fn with_field(self, name: &str, ty: Self) -> Self {
        let (Self::Object(object), Some(escaped)) = (&self, escape(name)) else {
            return self;
        };
        let mut fields = object.fields.clone();
        fields.insert(escaped, Field::new(name.to_owned(), ty));
        let name = object.name.clone();
        Self::Object(Arc::new(ObjectType { name, fields }))
    }

    /// A value that may not be there.
    #[must_use]
    pub fn optional(of: Self) -> Self {
        Self::Optional(Arc::new(of))
    }

    /// Whether it is another type, sizes aside.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Type::List(a), Type::List(b)) => a.items.is_same(&b.items),
            (Type::Map(a), Type::Map(b)) => a.key.is_same(&b.key) && a.value.is_same(&b.value),
            (Type::Optional(a), Type::Optional(b)) | (Type::TypeOf(a), Type::TypeOf(b)) => {
                a.is_same(b)
            }
            (Type::Object(a), Type::Object(b)) => Arc::ptr_eq(a, b) || a.name == b.name,
            (Type::Opaque(a), Type::Opaque(b)) => a == b,
            (Type::Param(a), Type::Param(b)) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }

    /// Whether it is any type.
    #[must_use]
    pub fn is_dyn(&self) -> bool {
        matches!(self, Self::Dyn(_))
    }

    /// How large a value is at most, as far as the schema says; `None` of what has no size there.
    pub(super) fn max_size(&self) -> Option<u64> {
        match self {
            Self::Dyn(max)
            | Self::String(max)
            | Self::Bytes(max)
            | Self::Duration(max)
            | Self::Timestamp(max) => *max,
            Self::List(list) => list.max,
            Self::Map(map) => map.max,
            _ => None,
        }
    }

    /// Whether its values are of one size.
    pub(super) fn is_scalar(&self) -> bool {
        match self {
            Self::Bool
            | Self::Int
            | Self::Uint
            | Self::Double
            | Self::Duration(_)
            | Self::Timestamp(_) => true,
            Self::Optional(of) => of.is_scalar(),
            _ => false,
        }
    }

    /// As the function `type` gives it.
    pub(super) fn run_time_name(&self) -> &str {
        match self {
            Self::Dyn(_) | Self::Param(_) => "dyn",
            Self::Null => "null_type",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Object(object) => &object.name,
            Self::Opaque(name) => name,
            Self::Optional(_) => "optional_type",
            Self::TypeOf(_) => "type",
        }
    }
}

/// As the messages of `cel-go` have it: `list(string)`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Duration(_) => f.write_str("duration"),
            Self::Timestamp(_) => f.write_str("timestamp"),
            Self::List(list) => write!(f, "list({})", list.items),
            Self::Map(map) => write!(f, "map({}, {})", map.key, map.value),
            Self::Optional(of) => write!(f, "optional_type({of})"),
            Self::TypeOf(of) => write!(f, "type({of})"),
            other => f.write_str(other.run_time_name()),
        }
    }
}

impl ObjectType {
    /// The field of that name in an expression. One with the name of a keyword is found by it, too.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        let found = self.fields.get(name);
        found.or_else(|| {
            let escaped = is_reserved(name).then(|| format!("__{name}__"))?;
            self.fields.get(escaped.as_str())
        })
    }
}

/// The name that a field has in expressions; `None` if it cannot have one.
///
/// Upstream: `k8s.io/apiserver/pkg/cel/escaping.go`.
pub(super) fn escape(name: &str) -> Option<Text> {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    let may_stand = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | '$');
    if !name.starts_with(|c: char| may_stand(c)) || !name.chars().all(may_stand) {
        return None;
    }
    if is_reserved(name) {
        return Some(format!("__{name}__").into());
    }
    if is_start(name.chars().next()?)
        && !name.contains(['.', '-', '/', '$'])
        && !name.contains("__")
    {
        return Some(name.into());
    }
    let mut escaped = name
        .replace("__", "__underscores__")
        .replace('.', "__dot__")
        .replace('-', "__dash__")
        .replace('/', "__slash__");
    if escaped.contains('$') || !escaped.starts_with(is_start) {
        return None;
    }
    escaped.shrink_to_fit();
    Some(escaped.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_reserved_names_stand_in_disguise() {
        for (name, escaped) in [
            ("while", Some("__while__")),
            ("namespace", Some("__namespace__")),
            ("a-b", Some("a__dash__b")),
            ("plain", Some("plain")),
            ("a$b", None),
        ] {
            assert_eq!(escape(name).as_deref(), escaped, "{name}");
        }
    }
}
