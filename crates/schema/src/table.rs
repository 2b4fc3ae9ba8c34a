//! The compiled-in tables: arrays of small records that name each other by number, and one text
//! that holds every name. The build script lays them out (`build/layout.rs`); every array is
//! sorted, so lookups are binary searches that touch only what they compare.

use crate::{ListType, PatchStrategy, Scope, ValueKind};
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
