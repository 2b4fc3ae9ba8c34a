//! Who is bound to a role: kubectl's `set subject`.

use super::ObjectChange;
use crate::error::{Error, Result};
use crate::fields::{field, metadata};
use trimtab_tree::Value;

/// Subjects that a binding gets, beside those that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects(Vec<Subject>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Subject {
    kind: &'static str,
    namespace: Option<String>,
    name: String,
}

/// The API group of users and groups.
const GROUP: &str = "rbac.authorization.k8s.io";

impl Subjects {
    /// Users, groups, and service accounts as `NAMESPACE:NAME`.
    ///
    /// # Errors
    /// When a service account is not named so, or there is none of all.
    pub fn new(users: &[String], groups: &[String], accounts: &[String]) -> Result<Self> {
        let named = |kind, names: &[String]| {
            let subject = |name: &String| Subject {
                kind,
                namespace: None,
                name: name.clone(),
            };
            names.iter().map(subject).collect::<Vec<_>>()
        };
        let mut subjects = named("User", users);
        subjects.extend(named("Group", groups));
        for account in accounts {
            match account.split_once(':') {
                Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => {
                    subjects.push(Subject {
                        kind: "ServiceAccount",
                        namespace: Some(namespace.to_owned()),
                        name: name.to_owned(),
                    });
                }
                _ => {
                    return Err(Error::Usage(format!(
                        "serviceaccount must be <namespace>:<name>, not {account:?}"
                    )));
                }
            }
        }
        if subjects.is_empty() {
            let message = "you must specify at least one value of user, group or serviceaccount";
            return Err(Error::Usage(message.to_owned()));
        }
        Ok(Self(subjects))
    }
}

impl Subject {
    fn is(&self, entry: &Value) -> bool {
        field(entry, "kind") == self.kind
            && field(entry, "name") == self.name
            && field(entry, "namespace") == self.namespace.as_deref().unwrap_or_default()
    }

    fn entry(&self) -> Value {
        let place = match &self.namespace {
            Some(namespace) => ("namespace", Value::string(&**namespace)),
            None => ("apiGroup", Value::string(GROUP)),
        };
        let (kind, name) = (Value::string(self.kind), Value::string(&*self.name));
        Value::mapping([("kind", kind), ("name", name), place])
    }
}

impl ObjectChange for Subjects {
    fn patch(&self, object: &Value) -> Result<Option<Value>> {
        if !["RoleBinding", "ClusterRoleBinding"].contains(&field(object, "kind")) {
            return Err(Error::Usage(format!(
                "{} {:?} has no subjects: setting them is only supported for RoleBinding/ClusterRoleBinding",
                field(object, "kind"),
                metadata(object, "name")
            )));
        }
        let before = object.get("subjects").and_then(Value::as_sequence);
        let mut subjects = before.unwrap_or_default().to_vec();
        let known = subjects.len();
        for subject in &self.0 {
            if !subjects.iter().any(|entry| subject.is(entry)) {
                subjects.push(subject.entry());
            }
        }
        let is_same = subjects.len() == known;
        Ok((!is_same).then(|| Value::mapping([("subjects", Value::sequence(subjects))])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;

    #[test]
    fn subjects_are_added_once() {
        let of = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let binding = yaml(
            "{kind: RoleBinding, subjects: [{kind: User, name: a, apiGroup: rbac.authorization.k8s.io}]}",
        );
        let subjects = Subjects::new(&of("a b"), &of("g"), &of("n:s")).expect("they are some");
        let patch = subjects
            .patch(&binding)
            .expect("a binding")
            .expect("they are new");
        let expected = yaml(
            "{subjects: [{kind: User, name: a, apiGroup: rbac.authorization.k8s.io}, {kind: User, name: b, apiGroup: rbac.authorization.k8s.io}, {kind: Group, name: g, apiGroup: rbac.authorization.k8s.io}, {kind: ServiceAccount, name: s, namespace: n}]}",
        );
        assert_eq!(patch, expected);
        let known = Subjects::new(&of("a"), &[], &[]).expect("it is one");
        assert_eq!(known.patch(&binding).expect("a binding"), None);
        assert!(known.patch(&yaml("{kind: Role}")).is_err());
        assert!(Subjects::new(&[], &[], &of("s")).is_err());
        assert!(Subjects::new(&[], &[], &[]).is_err());
    }
}
