//! The groups and their versions: `meta/v1`'s `APIVersions`, `APIGroupList` and `APIGroup`.

use trimtab_schema::{Group, SERVED_GROUPS};
use trimtab_tree::{Mapping, Value};

/// `APIVersions`: the core group. `host` is where the client reached the server.
pub(super) fn core_versions(host: &str) -> Value {
    let address = Value::mapping([
        ("clientCIDR", Value::string("0.0.0.0/0")),
        ("serverAddress", Value::string(host)),
    ]);
    Value::mapping([
        ("kind", Value::string("APIVersions")),
        ("versions", Value::sequence(vec![Value::string("v1")])),
        ("serverAddressByClientCIDRs", Value::sequence(vec![address])),
    ])
}

/// `APIGroupList`: all groups but the core group.
pub(super) fn group_list() -> Value {
    let groups = SERVED_GROUPS.iter().skip(1);
    let groups = groups.map(|group| Value::mapping(group_fields(group)));
    Value::mapping([
        ("kind", Value::string("APIGroupList")),
        ("apiVersion", Value::string("v1")),
        ("groups", Value::sequence(groups.collect())),
    ])
}

/// `APIGroup`
pub(super) fn group_document(group: &Group) -> Value {
    let mut fields = Mapping::from([
        ("kind", Value::string("APIGroup")),
        ("apiVersion", Value::string("v1")),
    ]);
    for (name, value) in group_fields(group) {
        fields.insert(name, value);
    }
    Value::from(fields)
}

fn group_fields(group: &Group) -> [(&'static str, Value); 3] {
    let version = |version: &&str| {
        Value::mapping([
            ("groupVersion", Value::string(group.api_version(version))),
            ("version", Value::string(*version)),
        ])
    };
    let versions: Vec<Value> = group.versions.iter().map(version).collect();
    let preferred = versions.first().cloned().unwrap_or_else(Value::null);
    [
        ("name", Value::string(group.name)),
        ("versions", Value::sequence(versions)),
        ("preferredVersion", preferred),
    ]
}
