//! The groups and their versions: `meta/v1`'s `APIVersions`, `APIGroupList` and `APIGroup`.

use crate::resource::{CustomGroup, CustomResources};
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
    let groups = groups.map(|group| group_fields(group.name, &versions(group.name, custom)));
    let own = custom.groups().filter(|(name, _)| !is_built_in(name));
    let own = own.map(|(name, group)| group_fields(name, &group.versions()));
    let groups = groups.chain(own).map(Value::mapping);
    Value::mapping([
        ("kind", Value::string("APIGroupList")),
        ("apiVersion", Value::string("v1")),
        ("groups", Value::sequence(groups.collect())),
    ])
}

fn is_built_in(name: &str) -> bool {
    SERVED_GROUPS.iter().any(|group| group.name == name)
}

/// The versions of a group. Definitions may add some to a built-in group, and those come first: their
/// `APIService`s have the greater `versionPriority`.
pub(super) fn versions<'a>(name: &str, custom: &'a CustomResources) -> Vec<&'a str> {
    let built_in = SERVED_GROUPS.iter().find(|group| group.name == name);
    let built_in = built_in.map_or(&[][..], |group| group.versions);
    let defined = custom.group(name).map(CustomGroup::versions);
    let mut versions = defined.unwrap_or_default();
    versions.retain(|version| !built_in.contains(version));
    versions.extend(built_in);
    versions
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
