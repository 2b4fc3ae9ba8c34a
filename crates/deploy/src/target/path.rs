//! Request paths.

use super::Selection;
use super::reference::ObjectRef;
use super::resource::Resource;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in a path and in a query (RFC 3986, unreserved characters).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `/apis/apps/v1/namespaces/NAMESPACE/deployments`; without a namespace, of all namespaces.
pub(super) fn collection_path(resource: &Resource, namespace: Option<&str>) -> String {
    let mut path = if resource.group.is_empty() {
        format!("/api/{}", resource.version)
    } else {
        format!("/apis/{}/{}", resource.group, resource.version)
    };
    if let (true, Some(namespace)) = (resource.is_namespaced, namespace) {
        path.push_str("/namespaces");
        push_segment(&mut path, namespace);
    }
    push_segment(&mut path, &resource.plural);
    path
}

/// The path of an object or of its subresource.
pub(super) fn object_path(object: &ObjectRef, subresource: Option<&str>) -> String {
    let mut path = collection_path(&object.resource, Some(&object.namespace));
    push_segment(&mut path, &object.name);
    if let Some(subresource) = subresource {
        push_segment(&mut path, subresource);
    }
    path
}

fn push_segment(path: &mut String, segment: &str) {
    path.push('/');
    path.extend(utf8_percent_encode(segment, RESERVED));
}

/// A path with parameters.
#[derive(Clone)]
pub(super) struct Query {
    path: String,
    separator: char,
}

impl Query {
    pub(super) fn new(path: String) -> Self {
        let separator = '?';
        Self { path, separator }
    }

    pub(super) fn pair(mut self, name: &str, value: &str) -> Self {
        self.path.push(self.separator);
        self.path.push_str(name);
        self.path.push('=');
        self.path.extend(utf8_percent_encode(value, RESERVED));
        self.separator = '&';
        self
    }

    /// The same, if there is a value.
    pub(super) fn optional(self, name: &str, value: &str) -> Self {
        if value.is_empty() {
            self
        } else {
            self.pair(name, value)
        }
    }

    pub(super) fn selection(self, selection: &Selection) -> Self {
        self.optional("labelSelector", &selection.labels)
            .optional("fieldSelector", &selection.fields)
    }

    pub(super) fn finish(self) -> String {
        self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::resource;

    #[test]
    fn paths_name_group_version_namespace_and_object() {
        let deployments = resource("apps", "v1", "deployments", "Deployment", true);
        let web = ObjectRef::new(&deployments, "shop", "web");
        let base = "/apis/apps/v1/namespaces/shop/deployments";
        assert_eq!(object_path(&web, None), format!("{base}/web"));
        assert_eq!(
            object_path(&web, Some("scale")),
            format!("{base}/web/scale")
        );
        assert_eq!(collection_path(&deployments, Some("shop")), base);
        let all = collection_path(&deployments, None);
        assert_eq!(all, "/apis/apps/v1/deployments");

        let nodes = resource("", "v1", "nodes", "Node", false);
        assert_eq!(collection_path(&nodes, Some("shop")), "/api/v1/nodes");
    }

    #[test]
    fn what_a_user_types_stays_one_segment_or_value() {
        let roles = resource("rbac.authorization.k8s.io", "v1", "roles", "Role", true);
        let odd = ObjectRef::new(&roles, "n", "system:a/../b?c");
        let path = object_path(&odd, None);
        assert!(path.ends_with("/roles/system%3Aa%2F..%2Fb%3Fc"), "{path}");

        let selection = Selection {
            labels: "a in (b,c)&x".to_owned(),
            fields: String::new(),
        };
        let query = Query::new("/api/v1/pods".to_owned()).selection(&selection);
        let query = query.pair("limit", "5").finish();
        let expected = "/api/v1/pods?labelSelector=a%20in%20%28b%2Cc%29%26x&limit=5";
        assert_eq!(query, expected);
    }
}
