//! Bodies in Protocol Buffers.

use crate::maker::{Maker, kinds};
use fastrand::Rng;
use std::collections::BTreeSet;
use trimtab_protobuf::{Encoder, decode, type_of};
use trimtab_schema::Schema;
use trimtab_tree::{Value, parse_json};

/// No bytes make the reader of messages panic or take memory without bound. What they hold is written in
/// one form, and what is done with a body that was read takes it as it takes any other.
pub fn message(bytes: &[u8]) -> bool {
    let schema = Schema::kubernetes();
    let Ok(object) = decode(&schema, bytes) else {
        return false;
    };
    let mut encoder = Encoder::new(&schema);
    if let Ok(written) = encoder.value(&object) {
        let read = decode(&schema, &written).expect("what was written is a message");
        assert_eq!(encoder.value(&read).as_ref(), Ok(&written));
    }
    check(object, &schema);
    true
}

/// What a server does with an object that it was sent.
fn check(mut object: Value, schema: &Schema) {
    let text = |field: &str| object.get(field).and_then(Value::as_str);
    let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else {
        return;
    };
    let Ok(ty) = type_of(schema, api_version, kind) else {
        return;
    };
    if trimtab_validation::decode(&mut object, ty).is_ok() {
        trimtab_validation::default(&mut object, ty);
        let _ = trimtab_validation::validate_create(&object);
    }
}

/// An object of every kind as a message, and what is sent besides objects.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let schema = Schema::kubernetes();
    let mut encoder = Encoder::new(&schema);
    let mut seen = BTreeSet::new();
    let objects = kinds(&schema).map(|(kind, ty)| {
        let mut maker = Maker {
            chance: Rng::with_seed(1),
            share: 50,
            seen: &mut seen,
        };
        maker.whole(kind, ty)
    });
    let others = [
        r#"{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"x"},"dryRun":["All"]}"#,
        r#"{"apiVersion":"v1","kind":"Status","code":404,"details":{"causes":[{"field":"a"}]}}"#,
    ];
    let others = others.map(|json| parse_json(json, 0).expect("it is JSON"));
    let all: Vec<Value> = objects.chain(others).collect();
    let messages = all.iter().map(|object| encoder.value(object));
    messages.map(|it| it.expect("it has a message")).collect()
}
