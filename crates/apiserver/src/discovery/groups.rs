//! The groups and their versions: `meta/v1`'s `APIVersions`, `APIGroupList` and `APIGroup`.

use crate::resource::CustomResources;
use trimtab_schema::SERVED_GROUPS;
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
pub(super) fn group_list(custom: &CustomResources) -> Value {
    let groups = SERVED_GROUPS.iter().skip(1);
    let groups = groups.map(|group| group_fields(group.name, group.versions));
    let custom = custom.groups();
    let custom = custom.map(|(name, group)| group_fields(name, &group.versions()));
    let groups = groups.chain(custom).map(Value::mapping);
    Value::mapping([
        ("kind", Value::string("APIGroupList")),
        ("apiVersion", Value::string("v1")),
        ("groups", Value::sequence(groups.collect())),
    ])
}

/// `APIGroup`
pub(super) fn group_document(name: &str, versions: &[&str]) -> Value {
    let mut fields = Mapping::from([
        ("kind", Value::string("APIGroup")),
        ("apiVersion", Value::string("v1")),
    ]);
    for (name, value) in group_fields(name, versions) {
        fields.insert(name, value);
    }
    Value::from(fields)
}

fn group_fields(name: &str, versions: &[&str]) -> [(&'static str, Value); 3] {
    let version = |version: &&str| {
        Value::mapping([
            ("groupVersion", Value::string(format!("{name}/{version}"))),
            ("version", Value::string(*version)),
        ])
    };
    let versions: Vec<Value> = versions.iter().map(version).collect();
    let preferred = versions.first().cloned().unwrap_or_else(Value::null);
    [
        ("name", Value::string(name)),
        ("versions", Value::sequence(versions)),
        ("preferredVersion", preferred),
    ]
}
