//! What a request was about.

use crate::request::RequestInfo;
use crate::resource::Resource;
use http::header::{CONTENT_TYPE, HeaderMap};

/// What a request was about. Texts are of the table of kinds or of fixed sets; what is about
/// nothing that is served has empty ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// `GET`, `LIST`, `WATCH`, `POST`, `PUT`, `PATCH`, `APPLY`, `DELETE`, `DELETECOLLECTION`
    pub(crate) verb: &'static str,
    /// `apps`
    pub(crate) group: &'static str,
    /// `v1`
    pub(crate) version: &'static str,
    /// `deployments`
    pub(crate) resource: &'static str,
    /// `status`
    pub(crate) subresource: &'static str,
    /// `cluster`, `namespace` or `resource`: how much a request was about.
    pub(crate) scope: &'static str,
}

/// Paths without objects, which stand where subresources do, as upstream.
const PATHS: [&str; 10] = [
    "/",
    "/api",
    "/apis",
    "/healthz",
    "/livez",
    "/metrics",
    "/openapi/v2",
    "/openapi/v3",
    "/readyz",
    "/version",
];

impl Target {
    /// What `request` is about; `resource` is that of its path, if it is served.
    pub(crate) fn of(
        request: &RequestInfo<'_>,
        resource: Option<&Resource>,
        headers: &HeaderMap,
    ) -> Self {
        let verb = match request.verb {
            "get" | "head" => "GET",
            "list" => "LIST",
            "watch" => "WATCH",
            "create" | "post" => "POST",
            "update" | "put" => "PUT",
            "patch" if is_apply(headers) => "APPLY",
            "patch" => "PATCH",
            "delete" => "DELETE",
            "deletecollection" => "DELETECOLLECTION",
            _ => "other",
        };
        let Some(resource) = resource else {
            let mut paths = PATHS.into_iter();
            let path = paths.find(|path| !request.is_resource && *path == request.path);
            return Self {
                verb,
                subresource: path.unwrap_or_default(),
                ..Self::default()
            };
        };
        let Some(kind) = resource.kind.built_in() else {
            // Custom kinds come and go; what has been counted of each would stay.
            return Self {
                verb,
                scope: scope_of(request),
                ..Self::default()
            };
        };
        let below = kind.subresource(request.subresource);
        Self {
            verb,
            group: kind.group(),
            version: kind.version(),
            resource: kind.plural().unwrap_or_default(),
            subresource: below.map_or("", |below| below.name),
            scope: scope_of(request),
        }
    }

    /// Whether it changes something.
    pub(crate) fn changes(&self) -> bool {
        !matches!(self.verb, "GET" | "LIST" | "WATCH")
    }

    /// Whether its answer goes on.
    pub(crate) fn is_long_running(&self) -> bool {
        self.verb == "WATCH"
    }

    /// Whether it only reads what is there, once.
    pub(super) fn is_read(&self) -> bool {
        matches!(self.verb, "GET" | "LIST")
    }

    /// The values of `component`, `group`, `resource`, `scope`, `subresource`, `verb` and `version`.
    pub(super) fn labels(&self) -> [&'static str; 7] {
        let Self {
            verb,
            group,
            version,
            resource,
            subresource,
            scope,
        } = *self;
        let component = "apiserver";
        [
            component,
            group,
            resource,
            scope,
            subresource,
            verb,
            version,
        ]
    }
}

/// How much a request is about.
fn scope_of(request: &RequestInfo<'_>) -> &'static str {
    if !request.name.is_empty() || request.verb == "create" {
        "resource"
    } else if request.namespace.is_empty() {
        "cluster"
    } else {
        "namespace"
    }
}

/// Whether a patch is one of server-side apply.
fn is_apply(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/apply-patch"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Resources;
    use trimtab_schema::Schema;

    fn target(method: &str, path: &str, query: &str, content_type: &str) -> Target {
        let resources = Resources::new(&Schema::kubernetes());
        let method = method.parse().unwrap();
        let request = RequestInfo::parse(&method, path, query);
        let resource = resources.get(request.group, request.version, request.resource);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        Target::of(&request, resource, &headers)
    }

    #[test]
    fn requests_are_told_apart_by_verb_resource_and_scope() {
        let deployments = "/apis/apps/v1/namespaces/a/deployments";
        let list = target("GET", deployments, "", "");
        assert_eq!(
            (list.verb, list.group, list.resource, list.scope),
            ("LIST", "apps", "deployments", "namespace")
        );
        let watch = target("GET", "/api/v1/pods", "watch=1", "");
        assert_eq!((watch.verb, watch.scope), ("WATCH", "cluster"));
        assert!(watch.is_long_running() && !watch.changes());
        let scale = target("PUT", &format!("{deployments}/web/scale"), "", "");
        assert_eq!(
            (scale.verb, scale.subresource, scale.scope),
            ("PUT", "scale", "resource")
        );
        let path = format!("{deployments}/web");
        assert_eq!(
            target("PATCH", &path, "", "application/apply-patch+yaml").verb,
            "APPLY"
        );
        assert_eq!(
            target("PATCH", &path, "", "application/merge-patch+json").verb,
            "PATCH"
        );
        assert_eq!(target("POST", deployments, "", "").scope, "resource");
    }

    #[test]
    fn paths_without_objects_are_told_apart() {
        assert_eq!(
            target("GET", "/readyz", "verbose", "").subresource,
            "/readyz"
        );
        assert_eq!(target("GET", "/made-up", "", "").subresource, "");
    }

    /// Otherwise a client could make the server remember whatever it likes.
    #[test]
    fn what_is_not_served_leaves_no_trace_of_its_name() {
        let unknown = target("BREW", "/apis/coffee/v1/pots/a/b", "", "");
        assert_eq!(
            unknown,
            Target {
                verb: "other",
                ..Target::default()
            }
        );
    }
}
