//! A path, taken apart: group, version, namespace, resource, name and the verb.
//!
//! The rules are those of `apiserver/pkg/endpoints/request/requestinfo.go`: they decide who may
//! do what, so they hold for paths of resources that do not exist, too.

use http::Method;

use super::Query;

/// What a request asks for. Texts are parts of the path, percent signs and all: no name of the API
/// needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestInfo<'a> {
    /// The whole path.
    pub(crate) path: &'a str,
    /// Whether it is about objects; otherwise only `path` and `verb` say something.
    pub(crate) is_resource: bool,
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; of paths
    /// without objects, the method in lower case.
    pub(crate) verb: &'a str,
    /// Empty for the core group.
    pub(crate) group: &'a str,
    /// `v1`
    pub(crate) version: &'a str,
    /// Empty where the path names none.
    pub(crate) namespace: &'a str,
    /// `deployments`
    pub(crate) resource: &'a str,
    /// `status`; empty for the object itself.
    pub(crate) subresource: &'a str,
    /// What stands behind the subresource (`nodes/a/proxy/THIS`).
    pub(crate) rest: &'a str,
    /// The object's name; empty for the collection.
    pub(crate) name: &'a str,
}

/// Segments that stand below a namespace itself, not below a resource in it.
const OF_NAMESPACES: [&str; 2] = ["status", "finalize"];

impl<'a> RequestInfo<'a> {
    /// Takes a request apart; `query` is the part of the URI behind the `?`.
    pub(crate) fn parse(method: &Method, path: &'a str, query: &str) -> Self {
        let other = Self {
            path,
            verb: verb_of_path(method),
            ..Self::default()
        };
        let mut parts = path.trim_matches('/');
        let prefix = next(&mut parts);
        let group = match prefix {
            "api" => "",
            "apis" => next(&mut parts),
            _ => return other,
        };
        let version = next(&mut parts);
        if parts.is_empty() {
            return other;
        }
        let mut info = Self {
            is_resource: true,
            group,
            version,
            ..other
        };
        // The old form `/api/v1/watch/...` of a watch.
        let old_watch = parts.starts_with("watch/");
        if old_watch {
            next(&mut parts);
        }
        info.place(parts);
        info.verb = match *method {
            _ if old_watch => "watch",
            Method::POST => "create",
            Method::GET | Method::HEAD if !info.name.is_empty() => "get",
            Method::GET | Method::HEAD if wants_watch(query) => "watch",
            Method::GET | Method::HEAD => "list",
            Method::PUT => "update",
            Method::PATCH => "patch",
            Method::DELETE if info.name.is_empty() => "deletecollection",
            Method::DELETE => "delete",
            _ => "",
        };
        info
    }

    /// Reads namespace, resource, name and subresource.
    fn place(&mut self, mut parts: &'a str) {
        if let Some(mut below) = parts.strip_prefix("namespaces/") {
            self.namespace = next(&mut below);
            let first = below.split('/').next().unwrap_or_default();
            if !below.is_empty() && !OF_NAMESPACES.contains(&first) {
                parts = below;
            }
        }
        self.resource = next(&mut parts);
        self.name = next(&mut parts);
        self.subresource = next(&mut parts);
        self.rest = parts;
    }
}

/// Takes the first segment off.
fn next<'a>(parts: &mut &'a str) -> &'a str {
    let (first, rest) = parts.split_once('/').unwrap_or((parts, ""));
    *parts = rest;
    first
}

fn wants_watch(query: &str) -> bool {
    Query::parse(query).is_true("watch")
}

fn verb_of_path(method: &Method) -> &'static str {
    match *method {
        Method::GET => "get",
        Method::HEAD => "head",
        Method::POST => "post",
        Method::PUT => "put",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        Method::OPTIONS => "options",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(method: &str, path: &str, query: &str) -> String {
        let info = RequestInfo::parse(&method.parse().unwrap(), path, query);
        if !info.is_resource {
            return format!("{} path", info.verb);
        }
        format!(
            "{} {}/{} {}:{}/{}/{}",
            info.verb,
            info.group,
            info.version,
            info.namespace,
            info.resource,
            info.name,
            info.subresource
        )
    }

    #[test]
    fn paths_of_objects() {
        for (method, path, query, expected) in [
            ("GET", "/api/v1/nodes", "", "list /v1 :nodes//"),
            ("GET", "/api/v1/nodes", "watch=true", "watch /v1 :nodes//"),
            ("GET", "/api/v1/nodes", "watch=false", "list /v1 :nodes//"),
            ("GET", "/api/v1/nodes/a", "watch=1", "get /v1 :nodes/a/"),
            ("GET", "/api/v1/namespaces", "", "list /v1 :namespaces//"),
            ("GET", "/api/v1/namespaces/x", "", "get /v1 x:namespaces/x/"),
            (
                "PUT",
                "/api/v1/namespaces/x/finalize",
                "",
                "update /v1 x:namespaces/x/finalize",
            ),
            (
                "PATCH",
                "/api/v1/namespaces/x/status",
                "",
                "patch /v1 x:namespaces/x/status",
            ),
            (
                "POST",
                "/api/v1/namespaces/x/pods",
                "",
                "create /v1 x:pods//",
            ),
            (
                "DELETE",
                "/api/v1/namespaces/x/pods",
                "",
                "deletecollection /v1 x:pods//",
            ),
            (
                "DELETE",
                "/api/v1/namespaces/x/pods/p",
                "",
                "delete /v1 x:pods/p/",
            ),
            (
                "GET",
                "/apis/apps/v1/deployments",
                "",
                "list apps/v1 :deployments//",
            ),
            (
                "PUT",
                "/apis/apps/v1/namespaces/x/deployments/d/scale",
                "",
                "update apps/v1 x:deployments/d/scale",
            ),
            (
                "GET",
                "/api/v1/watch/namespaces/x/pods/p",
                "",
                "watch /v1 x:pods/p/",
            ),
        ] {
            assert_eq!(
                told(method, path, query),
                expected,
                "{method} {path}?{query}"
            );
        }
    }

    #[test]
    fn other_paths() {
        for path in [
            "/",
            "",
            "/api",
            "/api/v1",
            "/apis/apps",
            "/apis/apps/v1/",
            "/healthz",
            "//",
        ] {
            assert_eq!(told("GET", path, ""), "get path", "{path}");
        }
    }
}
