//! Who makes a request.

use std::collections::BTreeMap;

/// A user, a service account or a component (Kubernetes' `user.Info`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `system:kube-scheduler`, `jane`.
    pub name: String,
    /// An id that is not given to another user of the same name; may be empty.
    pub uid: String,
    /// The groups the user is in.
    pub groups: Vec<String>,
    /// Whatever else the authenticator knows.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Identity {
    /// The name of who shows no credentials.
    pub const ANONYMOUS: &str = "system:anonymous";
    /// The group of who shows no credentials.
    pub const UNAUTHENTICATED: &str = "system:unauthenticated";
    /// The group of who shows credentials.
    pub const AUTHENTICATED: &str = "system:authenticated";
    /// The group that may do everything.
    pub const MASTERS: &str = "system:masters";

    /// An authenticated user in these groups.
    #[must_use]
    pub fn user(name: impl Into<String>, groups: &[&str]) -> Self {
        let groups = groups.iter().chain([&Self::AUTHENTICATED]);
        Self {
            name: name.into(),
            groups: groups.map(|group| (*group).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// Who shows no credentials.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            name: Self::ANONYMOUS.to_owned(),
            groups: vec![Self::UNAUTHENTICATED.to_owned()],
            ..Self::default()
        }
    }

    /// Whether the user is in that group.
    #[must_use]
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|own| own == group)
    }

    /// What a component of that identity calls itself in `User-Agent`, and so in managed fields: as
    /// the program that it is part of in a cluster of many processes.
    pub(crate) fn user_agent(&self) -> String {
        let last = self.name.rsplit(':').next().unwrap_or_default();
        if self.name.starts_with("system:serviceaccount:kube-system:") {
            "kube-controller-manager".to_owned()
        } else if self.name.starts_with("system:node:") {
            "kubelet".to_owned()
        } else {
            last.to_owned()
        }
    }
}

/// The user that a service account is.
pub(crate) fn service_account_name(namespace: &str, name: &str) -> String {
    format!("system:serviceaccount:{namespace}:{name}")
}

/// The namespace and name of the service account that a user is.
pub(crate) fn service_account(user: &str) -> Option<(&str, &str)> {
    let (namespace, name) = user
        .strip_prefix("system:serviceaccount:")?
        .split_once(':')?;
    let is_account = !namespace.is_empty() && !name.is_empty() && !name.contains(':');
    is_account.then_some((namespace, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_that_are_service_accounts() {
        let account = service_account("system:serviceaccount:ns:a");
        assert_eq!(account, Some(("ns", "a")));
        for user in [
            "jane",
            "system:serviceaccount:ns",
            "system:serviceaccount::a",
            "system:serviceaccount:ns:",
            "system:serviceaccount:ns:a:b",
        ] {
            assert_eq!(service_account(user), None, "{user}");
        }
    }
}
