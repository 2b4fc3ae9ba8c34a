//! Values at run time: those of the tree where they are, and those that expressions make.

mod cidr;
mod compare;
mod named_format;
mod semver;
mod url;

pub(super) use cidr::{Cidr, parse_address};
pub(super) use compare::Steps;
pub(super) use named_format::{FORMATS, NamedFormat};
pub(super) use semver::Semver;
pub(super) use url::{Url, split_port};

use super::authorizer::{AccessQuestion, Decision};
use super::environment::Made;
use super::numbers::{duration_text, parse_duration, timestamp_text};
use super::types::{ListKind, ListType, Type};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use std::net::IpAddr;
use std::rc::Rc;
use trimtab_object::Quantity;
use trimtab_tree::{Mapping, Node, Scalar, ScalarKind, Text, Value};

/// A value. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Val<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    String(Str<'a>),
    Bytes(Rc<[u8]>),
    /// In nanoseconds.
    Duration(i64),
    Timestamp(Timestamp),
    List(List<'a>),
    Map(Map<'a>),
    /// What an expression makes for a mutation.
    Made(Made, Rc<str>, Rc<Entries<'a>>),
    /// Named fields whose values are programs, evaluated when they are asked for.
    Definitions,
    Type(Rc<str>),
    Optional(Option<Rc<Val<'a>>>),
    Quantity(Rc<Quantity>),
    Url(Rc<Url>),
    Ip(IpAddr),
    Cidr(Cidr),
    Semver(Rc<Semver>),
    Format(&'static NamedFormat),
    Authorizer(Rc<AccessQuestion>),
    PathCheck(Rc<AccessQuestion>),
    GroupCheck(Rc<AccessQuestion>),
    ResourceCheck(Rc<AccessQuestion>),
    Decision(Rc<Decision>),
}

/// A text.
#[derive(Clone, Debug)]
pub(super) enum Str<'a> {
    /// In the tree or the program.
    There(&'a str),
    Made(Rc<str>),
}

impl std::ops::Deref for Str<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::There(text) => text,
            Self::Made(text) => text,
        }
    }
}

/// A list.
#[derive(Clone, Debug)]
pub(super) enum List<'a> {
    Tree(&'a [Value], Option<&'a ListType>),
    Made(Rc<Vec<Val<'a>>>),
}

/// A map, or an object with named fields.
#[derive(Clone, Debug)]
pub(super) enum Map<'a> {
    Tree(&'a Mapping, Option<&'a Type>),
    Made(Rc<Entries<'a>>),
}

/// Entries of a map that was made, in the order in which they were.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries<'a> {
    entries: Vec<(Val<'a>, Val<'a>)>,
    index: FxHashMap<Key, usize>,
}

/// What keys are told from each other by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Bool(bool),
    /// All whole numbers, whatever their type.
    Number(i128),
    Text(Text),
}

fn key_of(value: &Val<'_>) -> Option<Key> {
    Some(match value {
        Val::Bool(value) => Key::Bool(*value),
        Val::Int(value) => Key::Number((*value).into()),
        Val::Uint(value) => Key::Number((*value).into()),
        Val::Double(value) if value.fract() == 0.0 && value.abs() < 1e19 => {
            Key::Number(*value as i128)
        }
        Val::String(text) => Key::Text((&**text).into()),
        _ => return None,
    })
}

impl<'a> Entries<'a> {
    /// Adds an entry; gives false if its key is there already, `None` if it cannot be one.
    pub(super) fn insert(&mut self, key: Val<'a>, value: Val<'a>) -> Option<bool> {
        let known = key_of(&key).filter(|_| !matches!(key, Val::Double(_)))?;
        if self.index.contains_key(&known) {
            return Some(false);
        }
        self.index.insert(known, self.entries.len());
        self.entries.push((key, value));
        Some(true)
    }

    pub(super) fn get(&self, key: &Val<'_>) -> Option<&Val<'a>> {
        let at = self.index.get(&key_of(key)?)?;
        Some(&self.entries[*at].1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(Val<'a>, Val<'a>)> {
        self.entries.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

impl<'a> Val<'a> {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::String(Str::Made(text.into()))
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(List::Made(Rc::new(items)))
    }

    pub(super) fn some(value: Self) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    /// A value of a tree, of a type if that is known.
    pub(super) fn from_tree(value: &'a Value, ty: Option<&'a Type>) -> Self {
        match &value.node {
            Node::Scalar(scalar) => Self::from_scalar(scalar, ty),
            Node::Sequence(items) => {
                let list = match ty {
                    Some(Type::List(list)) => Some(&**list),
                    _ => None,
                };
                Self::List(List::Tree(items, list))
            }
            Node::Mapping(fields) => Self::Map(Map::Tree(fields, ty)),
        }
    }

    fn from_scalar(scalar: &'a Scalar, ty: Option<&Type>) -> Self {
        let text = scalar.text();
        match scalar.kind {
            ScalarKind::Null => Self::Null,
            ScalarKind::Bool => Self::Bool(text == "true"),
            ScalarKind::Int | ScalarKind::Float => {
                let as_double = || text.parse().map_or(Self::Null, Self::Double);
                match ty {
                    Some(Type::Double) => as_double(),
                    Some(Type::Int) => match text.parse::<f64>() {
                        Ok(number) if number.fract() == 0.0 => {
                            Self::Int(text.parse().unwrap_or(number as i64))
                        }
                        _ => as_double(),
                    },
                    _ => text.parse().map_or_else(|_| as_double(), Self::Int),
                }
            }
            ScalarKind::Timestamp | ScalarKind::Binary | ScalarKind::String => {
                let string = || Self::String(Str::There(text));
                match ty {
                    Some(Type::Timestamp(_)) => {
                        timestamp(text).map_or_else(string, Self::Timestamp)
                    }
                    Some(Type::Duration(_)) => {
                        parse_duration(text).map_or_else(string, Self::Duration)
                    }
                    Some(Type::Bytes(_)) => STANDARD
                        .decode(text)
                        .map_or_else(|_| string(), |bytes| Self::Bytes(bytes.into())),
                    _ => string(),
                }
            }
        }
    }

    /// As a tree; `None` of what has no form there.
    pub(super) fn to_tree(&self) -> Option<Value> {
        Some(match self {
            Self::Null | Self::Optional(None) => Value::null(),
            Self::Bool(value) => Value::bool(*value),
            Self::Int(value) => Value::int(*value),
            Self::Uint(value) => Value::scalar(ScalarKind::Int, value.to_string()),
            Self::Double(value) if value.is_finite() => {
                Value::scalar(ScalarKind::Float, super::numbers::double_text(*value))
            }
            Self::String(text) => Value::string(&**text),
            Self::Bytes(bytes) => Value::string(STANDARD.encode(bytes)),
            Self::Duration(nanoseconds) => Value::string(duration_text(*nanoseconds)),
            Self::Timestamp(time) => Value::string(timestamp_text(*time)),
            Self::List(list) => {
                let items = (0..list.len()).map(|at| list.get(at)?.to_tree());
                Value::sequence(items.collect::<Option<_>>()?)
            }
            Self::Map(Map::Tree(fields, _)) => Value::from((*fields).clone()),
            Self::Map(Map::Made(entries)) | Self::Made(_, _, entries) => {
                let mut fields = Mapping::with_capacity(entries.len());
                for (key, value) in entries.iter() {
                    let Self::String(key) = key else { return None };
                    fields.insert(&**key, value.to_tree()?);
                }
                fields.into()
            }
            Self::Optional(Some(value)) => return value.to_tree(),
            Self::Type(name) => Value::string(&**name),
            Self::Quantity(quantity) => Value::string(quantity.to_string()),
            Self::Ip(address) => Value::string(address.to_string()),
            Self::Cidr(network) => Value::string(network.to_string()),
            Self::Url(url) => Value::string(url.text.as_str()),
            _ => return None,
        })
    }

    /// As the function `type` and messages name its type.
    pub(super) fn type_name(&self) -> &str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::List(_) => "list",
            Self::Map(Map::Tree(_, Some(Type::Object(object)))) => &object.name,
            Self::Map(_) => "map",
            Self::Made(_, name, _) => name,
            Self::Definitions => "kubernetes.variables",
            Self::Type(_) => "type",
            Self::Optional(_) => "optional_type",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Url(_) => "kubernetes.URL",
            Self::Ip(_) => "net.IP",
            Self::Cidr(_) => "net.CIDR",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
            Self::Authorizer(_) => "kubernetes.authorization.Authorizer",
            Self::PathCheck(_) => "kubernetes.authorization.PathCheck",
            Self::GroupCheck(_) => "kubernetes.authorization.GroupCheck",
            Self::ResourceCheck(_) => "kubernetes.authorization.ResourceCheck",
            Self::Decision(_) => "kubernetes.authorization.Decision",
        }
    }

    /// What cost goes by: characters, items, entries, and 1 of all else.
    pub(super) fn size(&self) -> u64 {
        let size = match self {
            Self::String(text) => text.chars().count(),
            Self::Bytes(bytes) => bytes.len(),
            Self::List(list) => list.len(),
            Self::Map(map) => map.len(),
            Self::Made(_, _, entries) => entries.len(),
            Self::Optional(Some(value)) => return value.size(),
            Self::Ip(IpAddr::V4(_))
            | Self::Cidr(Cidr {
                address: IpAddr::V4(_),
                ..
            }) => 4,
            Self::Ip(IpAddr::V6(_)) | Self::Cidr(_) => 16,
            _ => 1,
        };
        size as u64
    }

    /// Whether it is what its type has when nothing is said.
    pub(super) fn is_zero(&self) -> bool {
        match self {
            Self::Null | Self::Optional(None) => true,
            Self::Bool(value) => !value,
            Self::Int(value) | Self::Duration(value) => *value == 0,
            Self::Uint(value) => *value == 0,
            Self::Double(value) => *value == 0.0,
            Self::String(text) => text.is_empty(),
            Self::Bytes(_) | Self::List(_) | Self::Map(_) | Self::Made(..) => self.size() == 0,
            _ => false,
        }
    }
}

/// RFC 3339, or a date.
fn timestamp(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let date: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
        let time = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(time.timestamp())
    })
}

impl<'a> List<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Tree(items, _) => items.len(),
            Self::Made(items) => items.len(),
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<Val<'a>> {
        match self {
            Self::Tree(items, ty) => {
                let item = items.get(at)?;
                Some(Val::from_tree(item, ty.map(|ty| &ty.items)))
            }
            Self::Made(items) => items.get(at).cloned(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Val<'a>> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    pub(super) fn to_vec(&self) -> Vec<Val<'a>> {
        self.iter().collect()
    }

    /// What its type says of its items.
    fn kind(&self) -> &ListKind {
        match self {
            Self::Tree(_, Some(ty)) => &ty.kind,
            _ => &ListKind::Atomic,
        }
    }
}

impl<'a> Map<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Tree(_, Some(Type::Object(_))) => self.keys().len(),
            Self::Tree(fields, _) => fields.len(),
            Self::Made(entries) => entries.len(),
        }
    }

    /// The keys, as expressions name them.
    pub(super) fn keys(&self) -> Vec<Val<'a>> {
        match self {
            Self::Tree(fields, Some(Type::Object(object))) => {
                let named = object.fields.iter();
                named
                    .filter(|(_, field)| fields.contains_key(&field.name))
                    .map(|(name, _)| Val::text(name.as_str()))
                    .collect()
            }
            Self::Tree(fields, _) => fields
                .iter()
                .map(|(name, _)| Val::String(Str::There(name)))
                .collect(),
            Self::Made(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
        }
    }

    /// The value of a key, as expressions name it.
    pub(super) fn get(&self, key: &Val<'_>) -> Option<Val<'a>> {
        match (self, key) {
            (Self::Tree(..), Val::String(name)) => self.field(name),
            (Self::Tree(..), _) => None,
            (Self::Made(entries), _) => entries.get(key).cloned(),
        }
    }

    /// The value of a field, as expressions name it.
    pub(super) fn field(&self, name: &str) -> Option<Val<'a>> {
        match self {
            Self::Tree(fields, Some(Type::Object(object))) => {
                let field = object.field(name)?;
                let value = fields.get(&field.name)?;
                Some(Val::from_tree(value, Some(&field.ty)))
            }
            Self::Tree(fields, Some(Type::Map(map))) => {
                Some(Val::from_tree(fields.get(name)?, Some(&map.value)))
            }
            Self::Tree(fields, _) => Some(Val::from_tree(fields.get(name)?, None)),
            Self::Made(entries) => entries.get(&Val::String(Str::There(name))).cloned(),
        }
    }

    /// The value of a field, as the tree names it.
    fn own_field(&self, name: &str) -> Option<Val<'a>> {
        match self {
            Self::Tree(fields, _) => Some(Val::from_tree(fields.get(name)?, None)),
            Self::Made(_) => self.field(name),
        }
    }
}
