//! Every built-in kind, with every field, goes there and back.

mod maker;

use fastrand::Rng;
use maker::{Maker, kinds};
use std::collections::BTreeSet;
use trimtab_protobuf::{Encoder, decode};
use trimtab_schema::{Schema, Type};
use trimtab_tree::{JsonStyle, Value, write_json};

fn json(value: &Value) -> String {
    let mut json = String::new();
    write_json(value, &mut json, JsonStyle::Go).expect("it can be written");
    json
}

#[test]
fn every_field_of_every_kind_comes_back() {
    let schema = Schema::kubernetes();
    let mut encoder = Encoder::new(&schema);
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for (kind, ty) in kinds(&schema) {
        let (api_version, name) = (kind.api_version(), kind.kind());
        count += 1;
        for seed in 0..2 {
            let mut maker = Maker {
                chance: Rng::with_seed(seed),
                share: if seed == 0 { 100 } else { 40 },
                seen: &mut seen,
            };
            let object = maker.whole(kind, ty);
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
    assert!(count > 130, "{count} kinds");
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
