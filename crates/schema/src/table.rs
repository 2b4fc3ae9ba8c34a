//! The compiled-in tables: arrays of small records that name each other by number, and one text
//! that holds every name. The build script lays them out (`build/layout.rs`); every array is
//! sorted, so lookups are binary searches that touch only what they compare.

use crate::{ListType, PatchStrategy, Scope, ValueKind, ZeroValue};
use std::cmp::Ordering;

/// A name: its place in the table's text in the upper 24 bits, its length in bytes in the lower 8.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name(pub(crate) u32);

/// A named type.
#[derive(Debug)]
pub(crate) struct TypeRecord {
    /// `io.k8s.api.core.v1`
    pub(crate) package: Name,
    /// `Container`
    pub(crate) name: Name,
    /// Its first field.
    pub(crate) first: u16,
    /// How many fields it has.
    pub(crate) count: u16,
    /// What it is, if it has no fields.
    pub(crate) shape: u16,
    /// `x-kubernetes-map-type: atomic`
    pub(crate) atomic: bool,
    /// Its required fields as declared, joined by commas, where that is not the alphabet's order.
    pub(crate) required: Name,
}

/// A field of a type.
#[derive(Debug)]
pub(crate) struct FieldRecord {
    /// As in JSON.
    pub(crate) name: Name,
    /// What its value is.
    pub(crate) shape: u16,
    /// How its value is merged.
    pub(crate) facts: u8,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// What leads to it in its type's protobuf message; zeroes behind.
    pub(crate) numbers: [u8; 3],
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// As it says, with its format.
    Plain(ValueKind, Name),
    /// A list of items of this shape.
    List(u16),
    /// A map to values of this shape.
    Map(u16),
    /// Of this type.
    Type(u16),
}

/// How a value is merged.
#[derive(Debug)]
pub(crate) struct FactsRecord {
    /// `x-kubernetes-list-type`
    pub(crate) list: Option<ListType>,
    /// `x-kubernetes-list-map-keys`, joined by commas.
    pub(crate) keys: Name,
    /// `x-kubernetes-map-type: atomic`
    pub(crate) atomic_map: bool,
    /// `x-kubernetes-patch-merge-key`
    pub(crate) patch_key: Name,
    /// `x-kubernetes-patch-strategy`
    pub(crate) patch: PatchStrategy,
    /// How it is written without a value.
    pub(crate) zero: ZeroValue,
    /// The only values, joined by commas.
    pub(crate) values: Name,
}

/// A kind of objects. Names that are several are joined by commas.
#[derive(Debug)]
pub(crate) struct KindRecord {
    pub(crate) api_version: Name,
    pub(crate) kind: Name,
    pub(crate) ty: Option<u16>,
    pub(crate) scope: Scope,
    pub(crate) plural: Name,
    pub(crate) singular: Name,
    pub(crate) short_names: Name,
    pub(crate) categories: Name,
    pub(crate) verbs: Name,
    pub(crate) subresources: Name,
}

/// Everything about one release.
#[derive(Debug)]
pub(crate) struct Table {
    /// Every name.
    pub(crate) text: &'static str,
    /// By package and name.
    pub(crate) types: &'static [TypeRecord],
    /// Those of one type together, by name.
    pub(crate) fields: &'static [FieldRecord],
    /// By `apiVersion` and kind.
    pub(crate) kinds: &'static [KindRecord],
    /// Number 0 is any value at all.
    pub(crate) shapes: &'static [Shape],
    /// Number 0 is nothing at all.
    pub(crate) facts: &'static [FactsRecord],
}

impl Table {
    /// A name's text.
    pub(crate) fn name(&self, name: Name) -> &'static str {
        let at = (name.0 >> 8) as usize;
        &self.text[at..at + (name.0 & 0xff) as usize]
    }

    /// The kind of that name in that version.
    pub(crate) fn kind(&self, api_version: &str, kind: &str) -> Option<&'static KindRecord> {
        let order = |record: &KindRecord| {
            let first = self.name(record.api_version).cmp(api_version);
            first.then_with(|| self.name(record.kind).cmp(kind))
        };
        find(self.kinds, order)
    }

    /// The number of the type of that full name.
    pub(crate) fn type_named(&self, full_name: &str) -> Option<u16> {
        let (package, name) = full_name.rsplit_once('.')?;
        let order = |record: &TypeRecord| {
            let first = self.name(record.package).cmp(package);
            first.then_with(|| self.name(record.name).cmp(name))
        };
        let at = self.types.binary_search_by(order).ok()?;
        u16::try_from(at).ok()
    }

    /// The fields of a type.
    pub(crate) fn fields_of(&self, ty: &TypeRecord) -> &'static [FieldRecord] {
        let first = usize::from(ty.first);
        &self.fields[first..first + usize::from(ty.count)]
    }

    /// The field of that name.
    pub(crate) fn field_of(&self, ty: &TypeRecord, name: &str) -> Option<&'static FieldRecord> {
        find(self.fields_of(ty), |field| self.name(field.name).cmp(name))
    }
}

/// The record at which `order` is equal.
fn find<T>(records: &'static [T], order: impl Fn(&T) -> Ordering) -> Option<&'static T> {
    let at = records.binary_search_by(order).ok()?;
    records.get(at)
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: [(&str, &Table); 2] = [("kubernetes", &KUBERNETES), ("kustomize", &KUSTOMIZE)];

    /// Whether `keys` ascend, none being there twice.
    fn ascend<K: Ord>(keys: impl Iterator<Item = K>) -> bool {
        keys.is_sorted_by(|a, b| a < b)
    }

    #[test]
    fn everything_is_in_order_for_binary_search() {
        for (which, table) in TABLES {
            let types = table.types.iter();
            assert!(ascend(
                types.map(|ty| (table.name(ty.package), table.name(ty.name)))
            ));
            let kinds = table.kinds.iter();
            assert!(ascend(kinds.map(|kind| (
                table.name(kind.api_version),
                table.name(kind.kind)
            ))));
            for ty in table.types {
                let fields = table.fields_of(ty).iter();
                assert!(
                    ascend(fields.map(|field| table.name(field.name))),
                    "{which}: fields of {}",
                    table.name(ty.name)
                );
            }
        }
    }

    #[test]
    fn every_number_names_something() {
        for (_, table) in TABLES {
            for shape in table.shapes {
                match *shape {
                    Shape::Plain(_, format) => assert!(table.name(format).len() < 32),
                    Shape::List(inner) | Shape::Map(inner) => {
                        assert!(usize::from(inner) < table.shapes.len());
                    }
                    Shape::Type(ty) => assert!(usize::from(ty) < table.types.len()),
                }
            }
            for field in table.fields {
                assert!(usize::from(field.shape) < table.shapes.len());
                assert!(usize::from(field.facts) < table.facts.len());
            }
            for kind in table.kinds {
                assert!(kind.ty.is_none_or(|ty| usize::from(ty) < table.types.len()));
            }
            let counted: usize = table.types.iter().map(|ty| usize::from(ty.count)).sum();
            assert_eq!(counted, table.fields.len());
        }
    }

    #[test]
    fn every_type_is_found_by_its_name() {
        for (_, table) in TABLES {
            for (number, ty) in table.types.iter().enumerate() {
                let name = format!("{}.{}", table.name(ty.package), table.name(ty.name));
                assert_eq!(table.type_named(&name).map(usize::from), Some(number));
                for field in table.fields_of(ty) {
                    let found = table.field_of(ty, table.name(field.name));
                    assert!(found.is_some_and(|found| std::ptr::eq(found, field)));
                }
            }
        }
    }

    /// A merge key that the items do not have would make every merge miss. (kustomize's schema has
    /// such keys; there they are facts.)
    #[test]
    fn merge_keys_are_fields_of_the_items() {
        let table = &KUBERNETES;
        for field in table.fields {
            let facts = &table.facts[usize::from(field.facts)];
            let keys = [facts.keys, facts.patch_key].map(|name| table.name(name));
            let split = keys.iter().flat_map(|keys| keys.split(','));
            for key in split.filter(|key| !key.is_empty()) {
                let items = match table.shapes[usize::from(field.shape)] {
                    Shape::List(items) => table.shapes[usize::from(items)],
                    other => other,
                };
                let Shape::Type(item) = items else {
                    panic!("{} has {key} but scalar items", table.name(field.name));
                };
                let item = &table.types[usize::from(item)];
                assert!(
                    table.field_of(item, key).is_some(),
                    "{} has no {key}",
                    table.name(item.name)
                );
            }
        }
    }

    /// Both tables lie in the binary; only pages that are looked at come into memory.
    #[test]
    fn the_tables_stay_small() {
        for (which, table) in TABLES {
            let bytes = table.text.len()
                + size_of_val(table.types)
                + size_of_val(table.fields)
                + size_of_val(table.kinds)
                + size_of_val(table.shapes)
                + size_of_val(table.facts);
            assert!(bytes < 112 * 1024, "{which}: {bytes} bytes");
        }
    }
}
