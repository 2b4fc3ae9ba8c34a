//! No two objects make the machinery of writes panic; and applying twice is applying once.
//!
//! The input is two JSON documents, a line each: what is there, and what is applied.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimtab_object::{FieldSet, Writer, apply, diff, kubernetes_strategic_merge, merge_patch};
use trimtab_schema::Schema;
use trimtab_tree::{Value, parse_json};

fuzz_target!(|text: &str| {
    let Some((live, applied)) = text.split_once('\n') else {
        return;
    };
    let (Ok(live), Ok(applied)) = (parse_json(live, 0), parse_json(applied, 0)) else {
        return;
    };
    let schema = Schema::kubernetes();
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
        let once = |live: &Value| apply(Some(live), &applied, Some(ty), &writer, true, &none, None);
        if let Ok(first) = once(&live)
            && let Ok(second) = once(&first)
        {
            assert_eq!(first, second);
        }
    }
    let mut merged = live;
    let _ = merge_patch(&mut merged, &applied);
});
