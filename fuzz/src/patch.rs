//! Patches of built-in objects.

use trimtab_object::{kubernetes_strategic_merge, merge_patch};
use trimtab_schema::{Schema, Type};
use trimtab_tree::{Value, parse_json};

/// Objects with lists that are merged by keys, lists of plain values, unions and maps.
const OBJECTS: [&str; 3] = [
    r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","finalizers":["a/x","a/y"],"labels":{"a":"b"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n","uid":"u"}]},"spec":{"containers":[{"name":"c","image":"i","env":[{"name":"E","value":"v"}],"ports":[{"containerPort":80},{"containerPort":80,"protocol":"UDP"}],"volumeMounts":[{"name":"v","mountPath":"/v"}]}],"volumes":[{"name":"v","emptyDir":{}}],"tolerations":[{"key":"k","operator":"Exists"}],"imagePullSecrets":[{"name":"s"}],"hostAliases":[{"ip":"1.2.3.4","hostnames":["h"]}]}}"#,
    r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","annotations":{"a":"b"}},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"},{"name":"e","image":"j"}],"topologySpreadConstraints":[{"topologyKey":"z","maxSkew":1,"whenUnsatisfiable":"DoNotSchedule"}]}}}}"#,
    r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[{"port":80,"name":"a"},{"port":81,"name":"b","protocol":"UDP"}],"selector":{"a":"b"},"externalIPs":["1.1.1.1","2.2.2.2"]}}"#,
];

/// No merge patch and no strategic merge patch of objects that are there makes their machinery panic, and
/// what they make of an object is taken as any other object. The input is the JSON of the patch.
pub fn patch(text: &str) -> bool {
    let Ok(patch) = parse_json(text, 0) else {
        return false;
    };
    let schema = Schema::kubernetes();
    let mut applies = false;
    for object in OBJECTS {
        let live = parse_json(object, 0).expect("the objects above are JSON");
        let text = |field: &str| live.get(field).and_then(Value::as_str).unwrap_or_default();
        let ty = schema.type_of(text("apiVersion"), text("kind"));
        let ty = ty.expect("the objects above are of built-in kinds");
        if let Ok(new) = kubernetes_strategic_merge(&live, &patch, ty) {
            applies |= is_used(new, &live, ty);
        }
        let mut new = live.clone();
        merge_patch(&mut new, &patch);
        is_used(new, &live, ty);
    }
    applies
}

/// Whether a patched object is one of its type; it is then checked as an update.
fn is_used(mut new: Value, live: &Value, ty: Type<'_>) -> bool {
    if trimtab_validation::decode(&mut new, ty).is_err() {
        return false;
    }
    trimtab_validation::default(&mut new, ty);
    let mut live = live.clone();
    trimtab_validation::default(&mut live, ty);
    let _ = trimtab_validation::validate_update(&new, &live, "");
    true
}
