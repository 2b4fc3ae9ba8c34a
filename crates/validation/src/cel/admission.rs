//! Types of the variables that admission gives to expressions.
//!
//! Upstream: `k8s.io/apiserver/pkg/admission/plugin/cel/compile.go`.

use super::types::{Field, Type};

fn texts(names: &[&str]) -> Vec<Field> {
    let names = names.iter();
    names.map(|name| Field::new(*name, Type::STRING)).collect()
}

fn fields(texts_named: &[&str], others: Vec<(&str, Type)>) -> Vec<Field> {
    let mut fields = texts(texts_named);
    fields.extend(others.into_iter().map(|(name, ty)| Field::new(name, ty)));
    fields
}

/// The type of `request`, as in an `AdmissionRequest`.
#[must_use]
pub fn request_type() -> Type {
    let kind = || {
        Type::object(
            "kubernetes.GroupVersionKind",
            texts(&["group", "version", "kind"]),
        )
    };
    let resource = || {
        let names = ["group", "version", "resource"];
        Type::object("kubernetes.GroupVersionResource", texts(&names))
    };
    let list = Type::list(Type::STRING, None);
    let user = Type::object(
        "kubernetes.UserInfo",
        fields(
            &["username", "uid"],
            vec![("groups", list.clone()), ("extra", Type::map_of(list))],
        ),
    );
    Type::object(
        "kubernetes.AdmissionRequest",
        fields(
            &[
                "subResource",
                "requestSubResource",
                "name",
                "namespace",
                "operation",
            ],
            vec![
                ("kind", kind()),
                ("resource", resource()),
                ("requestKind", kind()),
                ("requestResource", resource()),
                ("userInfo", user),
                ("dryRun", Type::Bool),
                ("options", Type::DYN),
            ],
        ),
    )
}

/// The type of `namespaceObject`.
#[must_use]
pub fn namespace_type() -> Type {
    let map = || Type::map_of(Type::STRING);
    let list = || Type::list(Type::STRING, None);
    let metadata = Type::object(
        "kubernetes.NamespaceMetadata",
        fields(
            &["name", "generateName", "namespace", "UID"],
            vec![
                ("labels", map()),
                ("annotations", map()),
                ("creationTimestamp", Type::Timestamp(None)),
                ("deletionTimestamp", Type::Timestamp(None)),
                ("deletionGracePeriodSeconds", Type::Int),
            ],
        ),
    );
    let spec = Type::object(
        "kubernetes.NamespaceSpec",
        fields(&[], vec![("finalizers", list())]),
    );
    let condition = Type::object(
        "kubernetes.NamespaceCondition",
        fields(
            &["status", "type", "reason", "message"],
            vec![("lastTransitionTime", Type::Timestamp(None))],
        ),
    );
    let status = Type::object(
        "kubernetes.NamespaceStatus",
        fields(
            &["phase"],
            vec![("conditions", Type::list(condition, None))],
        ),
    );
    Type::object(
        "kubernetes.Namespace",
        fields(
            &[],
            vec![("metadata", metadata), ("spec", spec), ("status", status)],
        ),
    )
}
