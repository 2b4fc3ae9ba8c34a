//! Devices in the first beta of their API, which keeps beside a name what later versions keep one level
//! down (of requests, in `exactly`), or the other way round (of devices, in `basic`).

use crate::fields::{remove, set};
use trimtab_tree::{Mapping, Value};

pub(super) const FIRST_BETA: &str = "resource.k8s.io/v1beta1";

/// What a request has in the first beta, and in `exactly` later.
const OF_REQUEST: [&str; 7] = [
    "deviceClassName",
    "selectors",
    "allocationMode",
    "count",
    "adminAccess",
    "tolerations",
    "capacity",
];

/// Brings an object from the first beta to what came later.
pub(super) fn from_first_beta(object: &mut Value) {
    for request in requests(object) {
        let mut exactly = Mapping::new();
        for field in OF_REQUEST {
            // What has no value may be written all the same, and says nothing.
            let value = remove(request, field);
            if let Some(value) = value.filter(|it| !matches!(it.text(), Some("" | "0" | "null"))) {
                exactly.insert(field, value);
            }
        }
        if !exactly.is_empty() {
            set(request, "exactly", exactly.into());
        }
    }
    for device in devices_of_slice(object) {
        if let Some(basic) = remove(device, "basic") {
            put_all(device, &basic);
        }
    }
}

/// Brings an object back to the first beta.
pub(super) fn to_first_beta(object: &mut Value) {
    for request in requests(object) {
        if let Some(exactly) = remove(request, "exactly") {
            put_all(request, &exactly);
        }
    }
    for device in devices_of_slice(object) {
        let name = remove(device, "name");
        let basic = std::mem::replace(device, Value::mapping([]));
        if let Some(name) = name {
            set(device, "name", name);
        }
        set(device, "basic", basic);
    }
}

fn put_all(to: &mut Value, from: &Value) {
    for (field, value) in from.as_mapping().into_iter().flat_map(Mapping::iter) {
        set(to, field, value.clone());
    }
}

/// What a claim, or a template of claims, asks for.
fn requests(object: &mut Value) -> &mut [Value] {
    let path: &[&str] = match object.get("kind").and_then(Value::text) {
        Some("ResourceClaim") => &["spec", "devices", "requests"],
        Some("ResourceClaimTemplate") => &["spec", "spec", "devices", "requests"],
        _ => return &mut [],
    };
    items_at(object, path)
}

fn devices_of_slice(object: &mut Value) -> &mut [Value] {
    if object.get("kind").and_then(Value::text) == Some("ResourceSlice") {
        items_at(object, &["spec", "devices"])
    } else {
        &mut []
    }
}

fn items_at<'v>(object: &'v mut Value, path: &[&str]) -> &'v mut [Value] {
    let found = object.get_path_mut(path).and_then(Value::as_sequence_mut);
    found.map_or(&mut [], |items| &mut items[..])
}
