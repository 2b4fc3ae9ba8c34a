//! What bindings of roles and service accounts refer to.

use super::{References, Target};
use crate::inventory::Object;
use crate::pods::{items, text};

impl References<'_, '_> {
    /// The role and the accounts of a binding, the secrets of an account.
    pub(super) fn of_access(&mut self, object: &Object<'_>) {
        match (object.group, object.kind) {
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
                self.of_binding(object);
            }
            ("", "ServiceAccount") => {
                self.of_pull_secrets(object, object.value, "");
                for (at, secret) in items(object.value, "secrets").enumerate() {
                    if let Some(name) = text(secret, "name") {
                        let path = format!("secrets[{at}].name");
                        self.require(object, &path, Target::Secret, object.namespace, name);
                    }
                }
            }
            _ => {}
        }
    }

    fn of_binding(&mut self, object: &Object<'_>) {
        if let Some(role) = object.value.get("roleRef")
            && let (Some(kind), Some(name)) = (text(role, "kind"), text(role, "name"))
        {
            let (target, namespace) = match kind {
                "ClusterRole" => (Target::ClusterRole, ""),
                _ => (Target::Role, object.namespace),
            };
            self.require(object, "roleRef.name", target, namespace, name);
        }
        for (at, subject) in items(object.value, "subjects").enumerate() {
            if text(subject, "kind") != Some("ServiceAccount") {
                continue;
            }
            if let Some(name) = text(subject, "name") {
                // Without a namespace it is one of the validation's findings.
                let namespace = text(subject, "namespace").unwrap_or(object.namespace);
                let path = format!("subjects[{at}].name");
                self.require(object, &path, Target::ServiceAccount, namespace, name);
            }
        }
    }
}
