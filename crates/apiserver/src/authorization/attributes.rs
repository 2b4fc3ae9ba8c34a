//! What an authorizer is asked, and what it says.

use crate::request::{FieldTerm, Query, RequestInfo, parse_field_selector};
use crate::{Identity, Status};

/// What somebody would do (Kubernetes' `authorizer.Attributes`).
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a> {
    /// Who.
    pub(crate) user: &'a Identity,
    /// `get`, or of paths without objects the method in lower case.
    pub(crate) verb: &'a str,
    /// Whether it is about objects; otherwise only `path` says about what.
    pub(crate) is_resource: bool,
    /// Empty for the core group.
    pub(crate) group: &'a str,
    /// `pods`
    pub(crate) resource: &'a str,
    /// `status`; empty for the object itself.
    pub(crate) subresource: &'a str,
    /// Empty for what is in no namespace, or in all.
    pub(crate) namespace: &'a str,
    /// Empty for the collection.
    pub(crate) name: &'a str,
    /// The whole path, of paths without objects.
    pub(crate) path: &'a str,
    /// The fields that a collection is selected by. A selector that cannot be read selects nothing.
    pub(crate) fields: Vec<FieldTerm>,
}

/// What is decided, with the reason, which may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decision {
    /// Whether it may be done.
    pub(crate) allowed: bool,
    /// Why, or why not.
    pub(crate) reason: String,
}

/// Verbs whose selectors count.
const SELECTING: [&str; 3] = ["list", "watch", "deletecollection"];

impl<'a> Attributes<'a> {
    /// What a request would do. A list or watch of the one object that a field selector names is
    /// about that name.
    pub(crate) fn of_request(
        user: &'a Identity,
        info: &RequestInfo<'a>,
        query: &Query,
        name: &'a mut String,
    ) -> Self {
        let mut fields = Vec::new();
        if info.is_resource && SELECTING.contains(&info.verb) {
            let selector = query.text("fieldSelector");
            fields = parse_field_selector(selector).unwrap_or_default();
        }
        info.name.clone_into(name);
        if name.is_empty()
            && matches!(info.verb, "list" | "watch")
            && let Some(term) = fields
                .iter()
                .find(|term| term.equal && term.name == "metadata.name")
            && is_path_segment(&term.value)
        {
            term.value.as_str().clone_into(name);
        }
        Self {
            user,
            verb: info.verb,
            is_resource: info.is_resource,
            group: info.group,
            resource: info.resource,
            subresource: info.subresource,
            namespace: info.namespace,
            name,
            path: info.path,
            fields,
        }
    }

    /// What somebody would do with objects of a resource.
    pub(crate) fn of_resource(
        user: &'a Identity,
        verb: &'a str,
        group: &'a str,
        resource: &'a str,
        name: &'a str,
    ) -> Self {
        Self {
            user,
            verb,
            is_resource: true,
            group,
            resource,
            subresource: "",
            namespace: "",
            name,
            path: "",
            fields: Vec::new(),
        }
    }

    /// Whether the collection is selected by this field being this.
    pub(crate) fn selects(&self, name: &str, value: &str) -> bool {
        let mut terms = self.fields.iter();
        terms.any(|term| term.equal && term.name == name && term.value == value)
    }

    /// `pods/log`
    pub(crate) fn combined_resource(&self) -> String {
        if self.subresource.is_empty() {
            self.resource.to_owned()
        } else {
            format!("{}/{}", self.resource, self.subresource)
        }
    }

    /// The refusal, in Kubernetes' words.
    pub(crate) fn forbidden(&self, reason: &str) -> Status {
        let user = &self.user.name;
        let mut why = if self.is_resource {
            let scope = if self.namespace.is_empty() {
                "at the cluster scope".to_owned()
            } else {
                format!("in the namespace {:?}", self.namespace)
            };
            format!(
                "User {user:?} cannot {} resource {:?} in API group {:?} {scope}",
                self.verb,
                self.combined_resource(),
                self.group
            )
        } else {
            format!("User {user:?} cannot {} path {:?}", self.verb, self.path)
        };
        // Kubernetes takes care that no browser shows it as a page.
        why = why
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        if !reason.is_empty() {
            why = format!("{why}: {reason}");
        }
        if self.is_resource {
            Status::forbidden(self.group, self.resource, self.name, &why)
        } else {
            Status::forbidden("", "", "", &why).reworded(format!("forbidden: {why}"))
        }
    }
}

/// Whether a name can be a segment of a path (`IsValidPathSegmentName` in apimachinery).
fn is_path_segment(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '%'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(method: &str, path: &str, query: &str) -> (String, Status) {
        let user = Identity::user("jane", &[]);
        let method = method.parse().unwrap();
        let info = RequestInfo::parse(&method, path, query);
        let mut name = String::new();
        let asked = Attributes::of_request(&user, &info, &Query::parse(query), &mut name);
        (asked.name.to_owned(), asked.forbidden(""))
    }

    #[test]
    fn refusals_name_verb_resource_and_scope() {
        for (method, path, expected) in [
            (
                "GET",
                "/apis",
                "forbidden: User \"jane\" cannot get path \"/apis\"",
            ),
            (
                "GET",
                "/api/v1/namespaces/a/pods/b/log",
                "pods \"b\" is forbidden: User \"jane\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"a\"",
            ),
            (
                "DELETE",
                "/apis/apps/v1/namespaces/a/deployments",
                "deployments.apps is forbidden: User \"jane\" cannot deletecollection resource \"deployments\" in API group \"apps\" in the namespace \"a\"",
            ),
        ] {
            assert_eq!(told(method, path, "").1.message, expected);
        }
    }

    #[test]
    fn a_list_of_one_name_is_about_that_name() {
        let path = "/api/v1/namespaces/a/secrets";
        assert_eq!(told("GET", path, "fieldSelector=metadata.name%3Db").0, "b");
        assert_eq!(told("GET", path, "fieldSelector=metadata.name!%3Db").0, "");
        assert_eq!(told("GET", path, "fieldSelector=metadata.name%3D..").0, "");
        assert_eq!(
            told("DELETE", path, "fieldSelector=metadata.name%3Db").0,
            ""
        );
    }
}
