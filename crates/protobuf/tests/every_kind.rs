//! Every built-in kind, with every field, goes there and back.

use fastrand::Rng;
use std::collections::BTreeSet;
use trimtab_protobuf::{Encoder, decode};
use trimtab_schema::{Schema, Type, ValueKind};
use trimtab_tree::{JsonStyle, Mapping, ScalarKind, Value, parse_json, write_json};

/// Types that lead to themselves end here.
const DEPTH: usize = 9;

/// Makes objects from types.
struct Maker<'a> {
    chance: Rng,
    /// Of a hundred fields, so many are there.
    share: u32,
    /// The types whose fields all have been made, and their fields.
    seen: &'a mut BTreeSet<(String, String)>,
}

impl Maker<'_> {
    fn object(&mut self, ty: Type<'_>, depth: usize) -> Value {
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
                return parse_json(text, 0).unwrap();
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
                return self.object(schema.type_named(name).unwrap(), depth + 3);
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
                let items = ty.elements().unwrap();
                let count = self.chance.usize(1..3);
                let items = (0..count).map(|_| self.value(items, depth + 1));
                Value::sequence(items.collect())
            }
            ValueKind::Map => {
                let values = ty.values().unwrap();
                let keys = ["k", "example.com/key"];
                let fields = keys.map(|key| (key, self.value(values, depth + 1)));
                Value::mapping(fields)
            }
            ValueKind::Any | ValueKind::IntOrString => panic!("{name} has no form"),
        }
    }
}

fn json(value: &Value) -> String {
    let mut json = String::new();
    write_json(value, &mut json, JsonStyle::Go).unwrap();
    json
}

#[test]
fn every_field_of_every_kind_comes_back() {
    let schema = Schema::kubernetes();
    let mut encoder = Encoder::new(&schema);
    let mut seen = BTreeSet::new();
    let mut kinds = 0;
    for kind in schema.kinds() {
        let (api_version, name) = (kind.api_version(), kind.kind());
        let Some(ty) = schema.type_of(api_version, name) else {
            continue;
        };
        let in_protobuf = ty.fields().any(|field| !field.protobuf_path().is_empty());
        let served = kind.is_served() || name.ends_with("List");
        if !in_protobuf || !served {
            continue;
        }
        kinds += 1;
        for seed in 0..2 {
            let mut maker = Maker {
                chance: Rng::with_seed(seed),
                share: if seed == 0 { 100 } else { 40 },
                seen: &mut seen,
            };
            let mut object = maker.object(ty, if name.ends_with("List") { 2 } else { 0 });
            let fields = object.as_mapping_mut().unwrap();
            fields.insert("apiVersion", Value::string(api_version));
            fields.insert("kind", Value::string(name));
            let bytes = encoder.value(&object);
            let bytes = bytes.unwrap_or_else(|error| panic!("{api_version} {name}: {error}"));
            let back = decode(&schema, &bytes);
            let back = back.unwrap_or_else(|error| panic!("{api_version} {name}: {error}"));
            assert_eq!(
                json(&back),
                json(&object),
                "{api_version} {name}, seed {seed}"
            );
            let again = encoder.value(&back).unwrap();
            assert!(again == bytes, "{api_version} {name} has two forms");
        }
    }
    assert!(kinds > 130, "{kinds} kinds");
    assert!(seen.len() > 2000, "{} fields", seen.len());
}

/// What a served kind has and its message has not could not be sent at all.
#[test]
fn every_field_of_served_kinds_has_a_number() {
    let schema = Schema::kubernetes();
    let mut without = Vec::new();
    let mut seen = BTreeSet::new();
    let served = schema.kinds().filter(|kind| kind.is_served());
    let mut next: Vec<Type<'_>> = served
        .filter_map(|kind| schema.type_of(kind.api_version(), kind.kind()))
        .collect();
    while let Some(ty) = next.pop() {
        let Some((package, name)) = ty.name() else {
            next.extend(ty.elements().into_iter().chain(ty.values()));
            continue;
        };
        if !seen.insert((package, name)) {
            continue;
        }
        for field in ty.fields() {
            next.extend(field.value_type());
            let of_envelope = ["apiVersion", "kind"].contains(&field.name);
            if field.protobuf_path().is_empty() && !of_envelope {
                without.push(format!("{name}.{}", field.name));
            }
        }
    }
    assert!(without.is_empty(), "{without:?}");
}
