//! The types that expressions see in a schema.
//!
//! Upstream: `k8s.io/apiserver/pkg/cel/common/schemas.go`. The sizes decide what rules are estimated
//! to cost, so they follow those to the byte.

use super::node::{Additional, Kind, List, Node};
use crate::cel::{Field, ListKind, MAX_REQUEST_SIZE, Type};
use trimtab_tree::Value;

/// A type, and how short its values can be in JSON.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) ty: Type,
    pub(super) shortest: u64,
}

/// The longest text of a request, without its quotes.
const LONGEST: u64 = MAX_REQUEST_SIZE - 2;
/// The longest duration, time or date in JSON.
const LONGEST_DURATION: u64 = 32;
const LONGEST_TIME: u64 = 32;
const DATE: u64 = 12;

/// What expressions see of a value; `None` if they see nothing of it.
pub(super) fn declare(node: &Node) -> Option<Declared> {
    let declared = |ty: Type, shortest: u64| Some(Declared { ty, shortest });
    if node.int_or_string {
        let max = longest_of(node).unwrap_or(LONGEST);
        return declared(Type::Dyn(Some(max)), 1);
    }
    match node.kind {
        Kind::Array => {
            let items = declare(node.items.as_deref()?)?;
            let most = node.limits.as_deref().and_then(|limits| limits.items.most);
            let most = most.unwrap_or_else(|| (MAX_REQUEST_SIZE - 2) / (items.shortest + 1));
            let kind = match &node.list {
                List::Atomic => ListKind::Atomic,
                List::Set => ListKind::Set,
                List::Map(keys) => ListKind::Map(keys.clone()),
            };
            declared(Type::list_of_kind(items.ty, Some(most), kind), 2)
        }
        Kind::Object => object(node),
        Kind::String => Some(string(node)),
        Kind::Boolean => declared(Type::Bool, 4),
        Kind::Number => declared(Type::Double, 1),
        Kind::Integer => declared(Type::Int, 1),
        Kind::Any => None,
    }
}

fn object(node: &Node) -> Option<Declared> {
    if let Additional::Of(values) = &node.additional {
        let values = declare(values)?;
        let most = node
            .limits
            .as_deref()
            .and_then(|limits| limits.properties.most);
        let most = most.unwrap_or_else(|| (MAX_REQUEST_SIZE - 2) / (values.shortest + 6));
        // Nothing is said of the size of keys.
        let ty = Type::map(Type::String(Some(0)), values.ty, Some(most));
        return Some(Declared { ty, shortest: 2 });
    }
    let required = node
        .limits
        .as_deref()
        .map(|limits| limits.required.as_slice());
    let required = required.unwrap_or_default();
    let mut fields = Vec::new();
    let mut shortest = 2;
    for (name, property) in node.properties() {
        if node.is_of_resources(name) {
            continue;
        }
        let Some(declared) = declare(property) else {
            continue;
        };
        if required.contains(name) && property.default.is_none() {
            shortest += name.len() as u64 + declared.shortest + 4;
        }
        fields.push(Field::new(name.clone(), declared.ty));
    }
    if node.is_resource {
        let text = || Type::String(Some(LONGEST));
        let metadata = ["name", "generateName"].map(|name| Field::new(name, text()));
        fields.push(Field::new("apiVersion", text()));
        fields.push(Field::new("kind", text()));
        fields.push(Field::new("metadata", Type::object("object", metadata)));
    }
    Some(Declared {
        ty: Type::object("object", fields),
        shortest,
    })
}

fn string(node: &Node) -> Declared {
    let format = node.limits.as_deref().map_or("", |limits| &limits.format);
    let max = longest_of(node);
    let (ty, shortest) = match format {
        "byte" => {
            let limits = node.limits.as_deref();
            let most = limits.and_then(|limits| limits.length.most);
            (Type::Bytes(Some(most.unwrap_or(LONGEST))), 2)
        }
        "duration" => (Type::Duration(Some(LONGEST_DURATION)), 3),
        "date" => (Type::Timestamp(Some(DATE)), DATE),
        "date-time" => (Type::Timestamp(Some(LONGEST_TIME)), 21),
        _ => {
            let of_names = || {
                let names = &node.limits.as_deref()?.allowed;
                let longest = names.iter().filter_map(Value::as_str).map(str::len).max()?;
                Some(longest as u64)
            };
            let max = max.or_else(of_names).unwrap_or(LONGEST);
            (Type::String(Some(max)), 2)
        }
    };
    Declared { ty, shortest }
}

/// The most bytes of a text whose characters are counted.
fn longest_of(node: &Node) -> Option<u64> {
    let most = node.limits.as_deref()?.length.most?;
    Some(most.saturating_mul(4))
}
