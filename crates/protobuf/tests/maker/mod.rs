//! Objects of built-in kinds with all their fields, or some.

use fastrand::Rng;
use std::collections::BTreeSet;
use trimtab_schema::{Kind, Schema, Type, ValueKind};
use trimtab_tree::{Mapping, ScalarKind, Value, parse_json};

/// Types that lead to themselves end here.
const DEPTH: usize = 9;

/// Makes objects from types.
pub(crate) struct Maker<'a> {
    pub(crate) chance: Rng,
    /// Of a hundred fields, so many are there.
    pub(crate) share: u32,
    /// The types whose fields all have been made, and their fields.
    pub(crate) seen: &'a mut BTreeSet<(String, String)>,
}

/// The kinds that go about in messages, and their types.
pub(crate) fn kinds(schema: &Schema) -> impl Iterator<Item = (Kind, Type<'_>)> {
    schema.kinds().filter_map(|kind| {
        let ty = schema.type_of(kind.api_version(), kind.kind())?;
        let has_message = ty.fields().any(|field| !field.protobuf_path().is_empty());
        let is_sent = kind.is_served() || kind.kind().ends_with("List");
        (has_message && is_sent).then_some((kind, ty))
    })
}

impl Maker<'_> {
    /// An object of a kind.
    pub(crate) fn whole(&mut self, kind: Kind, ty: Type<'_>) -> Value {
        let is_list = kind.kind().ends_with("List");
        let mut object = self.object(ty, if is_list { 2 } else { 0 });
        let fields = object.as_mapping_mut().expect("an object was made");
        fields.insert("apiVersion", Value::string(kind.api_version()));
        fields.insert("kind", Value::string(kind.kind()));
        object
    }

    /// An object of a type that stands so deep.
    pub(crate) fn object(&mut self, ty: Type<'_>, depth: usize) -> Value {
        let mut fields = Mapping::new();
        let owner = ty.name().map(|(_, name)| name).unwrap_or_default();
        for field in ty
            .fields()
            .filter(|field| !field.protobuf_path().is_empty())
        {
            let Some(value_type) = field.value_type() else {
                continue;
            };
            let is_schema = owner == "JSONSchemaProps" && depth > 6;
            let share = if is_schema {
                self.share / 8
            } else {
                self.share
            };
            if depth > DEPTH || self.chance.u32(0..100) >= share {
                continue;
            }
            let value = self.value(value_type, depth + 1);
            self.seen.insert((owner.to_owned(), field.name.to_owned()));
            fields.insert(field.name, value);
        }
        Value::from(fields)
    }

    fn value(&mut self, ty: Type<'_>, depth: usize) -> Value {
        let chance = &mut self.chance;
        let name = ty.name().map(|(_, name)| name).unwrap_or_default();
        let number = chance.i32(-5..1_000_000);
        match name {
            "Quantity" => return Value::string(format!("{number}m")),
            "IntOrString" if chance.bool() => return Value::int(i64::from(number)),
            "IntOrString" => return Value::string(format!("{}%", chance.u8(..))),
            "Time" => return Value::string("2026-11-26T17:18:19Z"),
            "MicroTime" => return Value::string("2026-11-26T17:18:19.123456Z"),
            "FieldsV1" | "RawExtension" | "JSON" => {
                let text = [r#"{"a":[1,"b",null]}"#, "[]", "7", r#""text""#][chance.usize(..4)];
                return parse_json(text, 0).expect("it is JSON");
            }
            "JSONSchemaPropsOrBool" if chance.bool() || depth > DEPTH => {
                return Value::bool(chance.bool());
            }
            "JSONSchemaPropsOrStringArray" if chance.bool() || depth > DEPTH => {
                return Value::sequence(vec![Value::string("a"), Value::string("b")]);
            }
            "JSONSchemaPropsOrArray" | "JSONSchemaPropsOrBool" | "JSONSchemaPropsOrStringArray" => {
                let schema = Schema::kubernetes();
                let name =
                    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
                return self.object(schema.type_named(name).expect("it is built in"), depth + 3);
            }
            _ => {}
        }
        match ty.kind() {
            ValueKind::String if ty.format() == "byte" => Value::string("AAECAwQ="),
            ValueKind::String => {
                let texts = ["", "a", "ünïcödé \" \\ \n", "x-1.y"];
                Value::string(texts[chance.usize(..4)])
            }
            ValueKind::Integer if ty.format() == "int64" => Value::int(chance.i64(..)),
            ValueKind::Integer => Value::int(i64::from(number)),
            ValueKind::Boolean => Value::bool(chance.bool()),
            ValueKind::Number => Value::scalar(ScalarKind::Float, "1.5"),
            ValueKind::Object => self.object(ty, depth),
            ValueKind::List => {
                let items = ty.elements().expect("a list has items");
                let count = self.chance.usize(1..3);
                let items = (0..count).map(|_| self.value(items, depth + 1));
                Value::sequence(items.collect())
            }
            ValueKind::Map => {
                let values = ty.values().expect("a map has values");
                let keys = ["k", "example.com/key"];
                let fields = keys.map(|key| (key, self.value(values, depth + 1)));
                Value::mapping(fields)
            }
            ValueKind::Any | ValueKind::IntOrString => panic!("{name} has no form"),
        }
    }
}
