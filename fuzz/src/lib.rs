//! What the fuzz targets do with one input, so that two drivers can: the fuzzer, which needs a nightly
//! toolchain, and `mutate`, which changes known inputs at random and needs none.
//!
//! Each target tells whether its input was one that the code at hand accepts: where none is, the fuzzer
//! only ever sees how it is refused.

#[path = "../../crates/protobuf/tests/maker/mod.rs"]
mod maker;
mod message;
mod patch;
mod seeds;
mod server;
mod targets;
mod token;

pub use message::message;
pub use patch::patch;
pub use server::{headers, query, request};
pub use targets::{TARGETS, Target};
pub use token::token;

use trimtab_object::{
    FieldSet, JsonPatch, JsonPath, LabelSelector, Template, Writer, apply as apply_server_side,
    diff, kubernetes_strategic_merge, merge_patch, track_update,
};
use trimtab_schema::Schema;
use trimtab_tree::{ParseOptions, Value, parse_document, parse_json};
use trimtab_validation::cel::{Budget, Environment, Type, Variables, compile};

/// What one evaluation may cost here.
const BUDGET: u64 = 100_000;

/// No expression of the Common Expression Language makes the compiler or its programs panic or hang.
pub fn expression(text: &str) -> bool {
    let environment = Environment::new()
        .with("self", Type::DYN)
        .with("oldSelf", Type::STRING);
    let Ok(program) = compile(text, &environment) else {
        return false;
    };
    let object = r#"{"a":1,"b":[1,"x",{"c":null}],"d":"2026-01-01T00:00:00Z","e":{"f":1.5}}"#;
    let object = parse_json(object, 0).expect("the object above is JSON");
    let old = Value::string("old");
    let mut variables = Variables::new();
    variables.set("self", &object);
    variables.set("oldSelf", &old);
    let _ = program.evaluate(&variables, &mut Budget::new(BUDGET));
    true
}

/// No text makes the reader of label selectors panic, and what it reads selects what it says.
pub fn selector(text: &str) -> bool {
    let Ok(selector) = LabelSelector::parse(text) else {
        return false;
    };
    let _ = selector.matches(|key| (key == "a").then_some("b"));
    if selector.is_empty() {
        assert!(selector.matches(|_| None));
    }
    true
}

/// No path of JSONPath, and no template of such paths, makes its reader panic, and none finds for ever.
pub fn json_path(text: &str) -> bool {
    let object = r#"{"a":[1,"x",{"b.c":null,"d":[[2.5],[true,{"a":"x"}]]}],"e":{"f":{"a":-1}}}"#;
    let object = parse_json(object, 0).expect("the object above is JSON");
    let path = JsonPath::parse(text);
    if let Ok(path) = &path {
        let found = path.find(&object);
        assert_eq!(path.first(&object), found.first().copied());
        assert_eq!(path.texts(&object).len(), found.len());
    }
    let template = Template::parse(text);
    if let Ok(template) = &template {
        let _ = template.render(&object);
    }
    // Nearly every text without braces is a template.
    path.is_ok() || template.is_ok() && text.contains('{')
}

/// No `managedFields` make a write panic. The input is their JSON.
pub fn managed_fields(text: &str) -> bool {
    let Ok(entries) = parse_json(text, 0) else {
        return false;
    };
    let schema = Schema::kubernetes();
    let ty = schema.type_of("v1", "Service");
    let writer = Writer {
        manager: "fuzz",
        api_version: "v1",
        subresource: "",
        time: "2026-01-01T00:00:00Z",
    };
    let object = |port: i64, entries: Option<Value>| {
        let ports = Value::sequence(vec![Value::mapping([("port", Value::int(port))])]);
        let mut metadata = trimtab_tree::Mapping::from([("name", Value::string("s"))]);
        if let Some(entries) = entries {
            metadata.insert("managedFields", entries);
        }
        Value::mapping([
            ("apiVersion", Value::string("v1")),
            ("kind", Value::string("Service")),
            ("metadata", metadata.into()),
            ("spec", Value::mapping([("ports", ports)])),
        ])
    };
    let none = FieldSet::new();
    let live = object(80, Some(entries.clone()));
    let mut new = object(81, Some(entries));
    track_update(Some(&live), &mut new, ty, &writer, &none);
    let applied = object(82, None);
    apply_server_side(Some(&live), &applied, ty, &writer, true, &none, None).is_ok()
}

/// No JSON patch makes what applies it panic. The input is a document and a patch, a line each.
pub fn json_patch(text: &str) -> bool {
    let Some((document, patch)) = text.split_once('\n') else {
        return false;
    };
    let (Ok(mut document), Ok(patch)) = (parse_json(document, 0), parse_json(patch, 0)) else {
        return false;
    };
    let patch = JsonPatch::from_value(&patch);
    patch.is_ok_and(|patch| patch.apply(&mut document).is_ok())
}

/// No definition of a custom kind makes its checks panic, and none takes long: its schema, rules, and paths
/// of columns and scales. The input is its YAML.
pub fn definition(text: &str) -> bool {
    let Ok(mut definition) = parse_document(text, ParseOptions::default()) else {
        return false;
    };
    let schema = Schema::kubernetes();
    let ty = schema
        .type_of("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        .expect("a built-in kind");
    if trimtab_validation::decode(&mut definition, ty).is_err() {
        return false;
    }
    trimtab_validation::default(&mut definition, ty);
    trimtab_validation::validate_create(&definition).is_empty()
}

/// No two objects make the machinery of writes panic; and applying twice is applying once. The input is
/// two JSON documents, a line each: what is there, and what is applied.
pub fn apply(text: &str) -> bool {
    let Some((live, applied)) = text.split_once('\n') else {
        return false;
    };
    let (Ok(live), Ok(applied)) = (parse_json(live, 0), parse_json(applied, 0)) else {
        return false;
    };
    let schema = Schema::kubernetes();
    let mut applies = false;
    for (api_version, kind) in [("apps/v1", "Deployment"), ("v1", "Service")] {
        let ty = schema.type_of(api_version, kind).expect("a built-in kind");
        let _ = kubernetes_strategic_merge(&live, &applied, ty);
        let _ = diff(&live, &applied, Some(ty));
        let mut decoded = live.clone();
        if trimtab_validation::decode(&mut decoded, ty).is_ok() {
            trimtab_validation::default(&mut decoded, ty);
            let _ = trimtab_validation::validate_create(&decoded);
            let _ = trimtab_validation::validate_update(&decoded, &decoded, "");
        }
        let writer = Writer {
            manager: "fuzz",
            api_version,
            subresource: "",
            time: "2026-01-01T00:00:00Z",
        };
        let none = FieldSet::new();
        let once = |live: &Value| {
            apply_server_side(Some(live), &applied, Some(ty), &writer, true, &none, None)
        };
        if let Ok(first) = once(&live)
            && let Ok(second) = once(&first)
        {
            assert_eq!(first, second);
            applies = true;
        }
    }
    let mut merged = live;
    let _ = merge_patch(&mut merged, &applied);
    applies
}
