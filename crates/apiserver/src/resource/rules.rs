//! How resources differ from each other, as data.
//!
//! From the strategies in `pkg/registry/*/*/strategy.go` and the stores beside them.

/// How a resource differs from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// PUT makes an object that is not there.
    pub(crate) create_on_update: bool,
    /// DELETE answers with the object, not with a `Status`.
    pub(crate) returns_deleted: bool,
    /// PUT must say which resourceVersion it is based on.
    pub(crate) conditional_update: bool,
    /// Dependents are left alone when DELETE does not say what to do with them.
    pub(crate) orphans_by_default: bool,
    /// Objects are deleted in two steps: they are told, and have a while to end.
    pub(crate) graceful: bool,
}

const PLAIN: Rules = Rules {
    create_on_update: false,
    returns_deleted: false,
    conditional_update: false,
    orphans_by_default: false,
    graceful: false,
};

const CREATE: Rules = Rules {
    create_on_update: true,
    ..PLAIN
};

const RETURNED: Rules = Rules {
    returns_deleted: true,
    ..PLAIN
};

const CONDITIONAL: Rules = Rules {
    conditional_update: true,
    ..PLAIN
};

const ORPHANING: Rules = Rules {
    orphans_by_default: true,
    ..PLAIN
};

impl Rules {
    /// Those of all custom kinds.
    pub(crate) const CUSTOM: Self = CONDITIONAL;

    /// The rules of a resource.
    pub(crate) fn of(group: &str, plural: &str) -> Self {
        match (group, plural) {
            ("", "pods") => Self {
                graceful: true,
                ..RETURNED
            },
            ("", "services") => Self {
                create_on_update: true,
                ..RETURNED
            },
            (
                "",
                "serviceaccounts"
                | "resourcequotas"
                | "persistentvolumes"
                | "persistentvolumeclaims"
                | "podtemplates",
            )
            | (
                "resource.k8s.io",
                "deviceclasses" | "resourceclaims" | "resourceclaimtemplates" | "resourceslices",
            )
            | ("storage.k8s.io", "storageclasses" | "volumeattributesclasses") => RETURNED,
            ("storage.k8s.io", "csinodes" | "volumeattachments") => Self {
                conditional_update: true,
                ..RETURNED
            },
            ("", "endpoints" | "limitranges" | "events")
            | ("events.k8s.io", "events")
            | ("rbac.authorization.k8s.io", _) => CREATE,
            ("coordination.k8s.io", "leases") => Self {
                conditional_update: true,
                ..CREATE
            },
            ("", "replicationcontrollers") | ("batch", "jobs") => ORPHANING,
            ("storage.k8s.io", "csidrivers" | "csistoragecapacities")
            | ("node.k8s.io", "runtimeclasses")
            | ("policy", "poddisruptionbudgets")
            | (
                "apiextensions.k8s.io" | "apiregistration.k8s.io" | "admissionregistration.k8s.io",
                _,
            ) => CONDITIONAL,
            _ => PLAIN,
        }
    }
}
