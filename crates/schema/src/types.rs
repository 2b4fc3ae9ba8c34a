//! Places in the schema.

use crate::custom;
use crate::table::{FactsRecord, FieldRecord, Shape, Table, TypeRecord};
use crate::{ListType, Names, PatchStrategy, Schema, ValueKind, ZeroValue};
use trimtab_tree::{Mapping, Value};

/// A place in the schema: what a value there is and how it is merged. Where a field is reached, its
/// own facts are part of it (`x-kubernetes-list-type` and the like stand at the field).
#[derive(Clone, Copy, Debug)]
pub struct Type<'a> {
    schema: &'a Schema,
    node: Node<'a>,
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether an object without it is invalid.
    pub required: bool,
    ty: Option<Type<'a>>,
    numbers: [u8; 3],
}

#[derive(Clone, Copy, Debug)]
enum Node<'a> {
    /// Of the compiled-in table, a reference not followed yet.
    BuiltIn {
        table: &'static Table,
        shape: Shape,
        facts: &'static FactsRecord,
    },
    /// A schema of the user's document, any `$ref` followed.
    Custom(&'a Value),
}

impl<'a> Field<'a> {
    /// What its value is; `None` if it refers to a type that is not there.
    #[must_use]
    pub fn value_type(&self) -> Option<Type<'a>> {
        self.ty
    }

    /// What leads to it in its type's protobuf message: its number, with those of the messages
    /// that it is embedded in before it. Empty if it is not part of the message.
    #[must_use]
    pub fn protobuf_path(&self) -> &[u8] {
        let length = self
            .numbers
            .iter()
            .take_while(|number| **number != 0)
            .count();
        &self.numbers[..length]
    }
}

impl<'a> Type<'a> {
    pub(crate) fn built_in(schema: &'a Schema, ty: u16) -> Self {
        let table = schema.table;
        let node = Node::BuiltIn {
            table,
            shape: Shape::Type(ty),
            facts: &table.facts[0],
        };
        Self { schema, node }
    }

    pub(crate) fn custom(schema: &'a Schema, definition: &'a Value) -> Self {
        let node = Node::Custom(definition);
        Self { schema, node }
    }

    /// What the value is.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        match self.node {
            Node::BuiltIn { table, shape, .. } => match shape {
                Shape::Plain(kind, _) => kind,
                Shape::List(_) => ValueKind::List,
                Shape::Map(_) => ValueKind::Map,
                Shape::Type(ty) => match own_shape(table, record(table, ty)) {
                    None => ValueKind::Object,
                    Some(Shape::Plain(kind, _)) => kind,
                    Some(Shape::List(_)) => ValueKind::List,
                    // No type is only another's name: the build script refuses it.
                    Some(Shape::Map(_) | Shape::Type(_)) => ValueKind::Map,
                },
            },
            Node::Custom(value) => custom::kind_of(value),
        }
    }

    /// The format of a scalar, such as `int32` or `date-time`; empty where none is said.
    #[must_use]
    pub fn format(&self) -> &'a str {
        match self.node {
            Node::BuiltIn { table, .. } => match self.shape() {
                Some(Shape::Plain(_, format)) => table.name(format),
                _ => "",
            },
            Node::Custom(value) => custom::text(value, "format"),
        }
    }

    /// The full name of a compiled-in type, in two parts: `io.k8s.api.core.v1` and `Container`.
    #[must_use]
    pub fn name(&self) -> Option<(&'static str, &'static str)> {
        let (table, record) = self.record()?;
        Some((table.name(record.package), table.name(record.name)))
    }

    /// The type of field `name`; of a map, the type of its values. `None` if the schema knows no
    /// such field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Self> {
        match self.node {
            Node::BuiltIn { table, .. } => {
                if let Some((_, record)) = self.record()
                    && let Some(field) = table.field_of(record, name)
                {
                    return self.at_field(table, field);
                }
                self.values()
            }
            Node::Custom(value) => match custom::property(value, name) {
                Some(property) => self.at_custom(property),
                None => self.values(),
            },
        }
    }

    /// The compiled-in field `name` with all that is known of it; `None` if the table knows no such
    /// field.
    #[must_use]
    pub fn field_entry(&self, name: &str) -> Option<Field<'a>> {
        let (table, record) = self.record()?;
        let field = table.field_of(record, name)?;
        Some(Field {
            name: table.name(field.name),
            required: field.required,
            ty: self.at_field(table, field),
            numbers: field.numbers,
        })
    }

    /// The named fields of an object, compiled-in ones in the order of their names.
    pub fn fields(&self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let this = *self;
        let (table, records) = match self.record() {
            Some((table, record)) => (Some(table), table.fields_of(record)),
            None => (None, &[][..]),
        };
        let built_in = records.iter().filter_map(move |field| {
            let table = table?;
            Some(Field {
                name: table.name(field.name),
                required: field.required,
                ty: this.at_field(table, field),
                numbers: field.numbers,
            })
        });
        let custom = match self.node {
            Node::Custom(value) => Some(value),
            Node::BuiltIn { .. } => None,
        };
        let properties = custom.and_then(custom::properties);
        let custom = properties.into_iter().flat_map(Mapping::iter);
        built_in.chain(custom.map(move |(name, property)| Field {
            name,
            required: this.requires(name),
            ty: this.at_custom(property),
            numbers: [0; 3],
        }))
    }

    /// The fields without which an object is invalid, as Kubernetes declares them.
    pub fn required_fields(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let declared = self
            .record()
            .map_or("", |(table, ty)| table.name(ty.required));
        let declared = Names::joined(declared);
        let in_order = declared.is_empty().then(|| self.fields());
        let in_order = in_order
            .into_iter()
            .flatten()
            .filter(|field| field.required);
        declared.chain(in_order.map(|field| field.name))
    }

    /// The only values there may be, of a list its items; none if any will do.
    #[must_use]
    pub fn allowed_values(&self) -> Names<'a> {
        match self.node {
            Node::BuiltIn { table, facts, .. } => Names::joined(table.name(facts.values)),
            Node::Custom(value) => custom::names(value, "enum"),
        }
    }

    /// Whether an object without field `name` is invalid.
    #[must_use]
    pub fn requires(&self, name: &str) -> bool {
        match self.node {
            Node::BuiltIn { table, .. } => self
                .record()
                .and_then(|(_, record)| table.field_of(record, name))
                .is_some_and(|field| field.required),
            Node::Custom(value) => custom::names(value, "required").any(|field| field == name),
        }
    }

    /// The type of a list's items.
    #[must_use]
    pub fn elements(&self) -> Option<Self> {
        match self.node {
            Node::BuiltIn { table, .. } => match self.shape()? {
                Shape::List(items) => self.at_shape(table, items, 0),
                _ => None,
            },
            Node::Custom(value) => self.at_custom(custom::items(value)?),
        }
    }

    /// The type of a map's values.
    #[must_use]
    pub fn values(&self) -> Option<Self> {
        match self.node {
            Node::BuiltIn { table, .. } => match self.shape()? {
                Shape::Map(values) => self.at_shape(table, values, 0),
                _ => None,
            },
            Node::Custom(value) => self.at_custom(custom::additional_properties(value)?),
        }
    }

    /// What a strategic merge patch does to the value.
    #[must_use]
    pub fn patch_strategy(&self) -> PatchStrategy {
        match self.node {
            Node::BuiltIn { facts, .. } => facts.patch,
            Node::Custom(value) => {
                PatchStrategy::parse(custom::text(value, "x-kubernetes-patch-strategy"))
            }
        }
    }

    /// `x-kubernetes-patch-merge-key`: the field by which a strategic merge patch of Kubernetes
    /// tells a list's items apart.
    #[must_use]
    pub fn patch_merge_key(&self) -> Option<&'a str> {
        let key = match self.node {
            Node::BuiltIn { table, facts, .. } => table.name(facts.patch_key),
            Node::Custom(value) => custom::text(value, "x-kubernetes-patch-merge-key"),
        };
        Some(key).filter(|key| !key.is_empty())
    }

    /// `x-kubernetes-list-map-keys`: the fields by which server-side apply tells a list's items
    /// apart.
    #[must_use]
    pub fn list_map_keys(&self) -> Names<'a> {
        match self.node {
            Node::BuiltIn { table, facts, .. } => Names::joined(table.name(facts.keys)),
            Node::Custom(value) => custom::names(value, "x-kubernetes-list-map-keys"),
        }
    }

    /// The fields by which kustomize tells the items of a list apart when it applies a strategic
    /// merge patch: all of [`Type::list_map_keys`] if there are any, else the
    /// [`Type::patch_merge_key`], and none where there is no [`Type::patch_strategy`].
    #[must_use]
    pub fn merge_keys(&self) -> Names<'a> {
        if self.patch_strategy().is_none() {
            return Names::EMPTY;
        }
        let keys = self.list_map_keys();
        if !keys.is_empty() {
            return keys;
        }
        self.patch_merge_key().map_or(Names::EMPTY, Names::joined)
    }

    /// `x-kubernetes-list-type`
    #[must_use]
    pub fn list_type(&self) -> Option<ListType> {
        match self.node {
            Node::BuiltIn { facts, .. } => facts.list,
            Node::Custom(value) => ListType::parse(custom::text(value, "x-kubernetes-list-type")),
        }
    }

    /// `x-kubernetes-map-type: atomic`: whether server-side apply owns an object or map only as a
    /// whole.
    #[must_use]
    pub fn is_atomic_map(&self) -> bool {
        match self.node {
            Node::BuiltIn { facts, .. } => {
                facts.atomic_map || self.record().is_some_and(|(_, record)| record.atomic)
            }
            Node::Custom(value) => custom::text(value, "x-kubernetes-map-type") == "atomic",
        }
    }

    /// `x-kubernetes-preserve-unknown-fields`: whether an object may have fields that it does not
    /// name.
    #[must_use]
    pub fn preserves_unknown_fields(&self) -> bool {
        match self.node {
            Node::BuiltIn { .. } => false,
            Node::Custom(value) => custom::is_true(value, "x-kubernetes-preserve-unknown-fields"),
        }
    }

    /// How the API writes the field at which this was reached, when it has no value.
    #[must_use]
    pub fn zero_value(&self) -> ZeroValue {
        match self.node {
            Node::BuiltIn { facts, .. } => facts.zero,
            Node::Custom(_) => ZeroValue::Held,
        }
    }

    /// The named type this is, if it is one of the table.
    fn record(&self) -> Option<(&'static Table, &'static TypeRecord)> {
        match self.node {
            Node::BuiltIn {
                table,
                shape: Shape::Type(ty),
                ..
            } => Some((table, record(table, ty))),
            _ => None,
        }
    }

    /// The shape of this, the name of a type without fields followed.
    fn shape(&self) -> Option<Shape> {
        match self.node {
            Node::BuiltIn {
                table,
                shape: Shape::Type(ty),
                ..
            } => own_shape(table, record(table, ty)),
            Node::BuiltIn { shape, .. } => Some(shape),
            Node::Custom(_) => None,
        }
    }

    fn at_field(&self, table: &'static Table, field: &FieldRecord) -> Option<Self> {
        self.at_shape(table, field.shape, field.facts)
    }

    fn at_shape(&self, table: &'static Table, shape: u16, facts: u8) -> Option<Self> {
        let shape = table.shapes[usize::from(shape)];
        // The user's document may have a definition of the same name, and it may come first.
        if let (Shape::Type(ty), Some(_)) = (shape, &self.schema.custom) {
            let record = record(table, ty);
            let name = format!("{}.{}", table.name(record.package), table.name(record.name));
            return self.schema.type_named(&name);
        }
        let facts = &table.facts[usize::from(facts)];
        let node = Node::BuiltIn {
            table,
            shape,
            facts,
        };
        Some(Self {
            schema: self.schema,
            node,
        })
    }

    /// A schema of the user's document, any `$ref` followed.
    fn at_custom(&self, value: &'a Value) -> Option<Self> {
        let mut value = value;
        // A chain of references longer than this goes in a circle.
        for _ in 0..64 {
            match custom::reference(value) {
                None => return Some(Self::custom(self.schema, value)),
                Some(reference) => match custom::definition_name(reference) {
                    Some(name) => {
                        let found = self.schema.type_named(name)?;
                        match found.node {
                            Node::Custom(next) => value = next,
                            Node::BuiltIn { .. } => return Some(found),
                        }
                    }
                    None => value = self.schema.custom.as_ref()?.pointed_at(reference)?,
                },
            }
        }
        None
    }
}

fn record(table: &'static Table, ty: u16) -> &'static TypeRecord {
    &table.types[usize::from(ty)]
}

/// What a type without fields is; `None` of a type with fields.
fn own_shape(table: &'static Table, record: &TypeRecord) -> Option<Shape> {
    (record.count == 0).then(|| table.shapes[usize::from(record.shape)])
}
