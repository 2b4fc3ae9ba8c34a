//! Every route, as anonymous, as somebody, and in every default role.
//!
//! The routes are what discovery lists; what a role allows is computed here from its rules, by a
//! reading of them that knows nothing of the server's; and a few cells are known to everybody.

use crate::support::{ask, make, read, request, server};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::JoinSet;
use trimtab_apiserver::ApiServer;

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
const WITH_EVERYBODY: [&str; 4] = [
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:openshift:public-info-viewer",
];
const WITH_NOBODY: [&str; 2] = [
    "system:public-info-viewer",
    "system:openshift:public-info-viewer",
];

/// Something that can be asked of the server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    verb: String,
    group: String,
    /// `pods/log`; empty of a path.
    resource: String,
    path: String,
}

async fn routes(server: &ApiServer) -> Vec<Route> {
    let mut found = BTreeSet::new();
    let mut versions = vec![(String::new(), "/api/v1".to_owned())];
    let (_, groups) = ask(server, "GET", "/apis", "").await;
    for group in groups["groups"].as_array().unwrap() {
        for version in group["versions"].as_array().unwrap() {
            let path = format!("/apis/{}", version["groupVersion"].as_str().unwrap());
            versions.push((group["name"].as_str().unwrap().to_owned(), path));
        }
    }
    for (group, root) in versions {
        let (_, list) = ask(server, "GET", &root, "").await;
        for resource in list["resources"].as_array().unwrap() {
            let name = resource["name"].as_str().unwrap();
            let (base, part) = name.split_once('/').unwrap_or((name, ""));
            let place = if resource["namespaced"] == true {
                "/namespaces/ns"
            } else {
                ""
            };
            for verb in resource["verbs"].as_array().unwrap() {
                let verb = verb.as_str().unwrap();
                let of_all = part.is_empty()
                    && matches!(verb, "create" | "list" | "watch" | "deletecollection");
                let path = match part {
                    "" if of_all => format!("{root}{place}/{base}"),
                    "" => format!("{root}{place}/{base}/x"),
                    part => format!("{root}{place}/{base}/x/{part}"),
                };
                found.insert(Route {
                    verb: verb.to_owned(),
                    group: group.clone(),
                    resource: name.to_owned(),
                    path,
                });
            }
        }
    }
    let (_, index) = ask(server, "GET", "/", "").await;
    for path in index["paths"].as_array().unwrap() {
        found.insert(Route {
            verb: "get".to_owned(),
            group: String::new(),
            resource: String::new(),
            path: path.as_str().unwrap().to_owned(),
        });
    }
    found.into_iter().collect()
}

fn has(list: &Value, word: &str) -> bool {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().any(|own| own == "*" || own == word)
}

/// Whether rules allow a route.
fn allow(rules: &Value, route: &Route) -> bool {
    let rules = rules.as_array().map(Vec::as_slice).unwrap_or_default();
    rules.iter().any(|rule| {
        if !has(&rule["verbs"], &route.verb) {
            return false;
        }
        if route.resource.is_empty() {
            let urls = rule["nonResourceURLs"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            return urls.iter().any(|url| {
                let url = url.as_str().unwrap();
                url == route.path
                    || url
                        .strip_suffix('*')
                        .is_some_and(|root| route.path.starts_with(root))
            });
        }
        let of_name = match rule["resourceNames"].as_array() {
            None => true,
            // The objects that are asked for are called x; lists have no name.
            Some(names) => names.iter().any(|name| name == "x") && route.path.contains("/x"),
        };
        let part = route
            .resource
            .split_once('/')
            .map(|(_, part)| format!("*/{part}"));
        let of_resource = has(&rule["resources"], &route.resource)
            || part.is_some_and(|part| has(&rule["resources"], &part));
        has(&rule["apiGroups"], &route.group) && of_resource && of_name
    })
}

/// Asks as a user; tells whether the request was let in.
async fn is_let_in(server: &ApiServer, user: Option<&str>, route: &Route) -> bool {
    let (method, query) = match route.verb.as_str() {
        "get" | "list" => ("GET", ""),
        "watch" => ("GET", "?watch=1&timeoutSeconds=1"),
        "create" => ("POST", "?dryRun=All"),
        "update" => ("PUT", "?dryRun=All"),
        "patch" => ("PATCH", "?dryRun=All"),
        "delete" | "deletecollection" => ("DELETE", "?dryRun=All"),
        other => panic!("what is {other}?"),
    };
    let body = if matches!(method, "GET" | "DELETE") {
        ""
    } else {
        "{}"
    };
    let mut request = request(
        method,
        &format!("{}{query}", route.path),
        "application/json",
        body,
    );
    let headers = request.headers_mut();
    if method == "PATCH" {
        headers.insert(
            "content-type",
            "application/merge-patch+json".parse().unwrap(),
        );
    }
    match user {
        Some(user) => {
            headers.insert("impersonate-user", user.parse().unwrap());
        }
        None => {
            headers.remove("authorization");
        }
    }
    let user = user.unwrap_or("system:anonymous");
    let answer = server.handle(request).await;
    let code = answer.status().as_u16();
    assert_ne!(code, 401, "{route:?}");
    // Who is let in may get megabytes, or a watch: nobody looks at those.
    if code != 403 {
        return true;
    }
    let refusal = read(answer).await;
    let message = refusal["message"].as_str().unwrap_or_default();
    !message.contains(&format!("User {user:?} cannot {}", route.verb))
}

/// What is allowed in a role, and to everybody besides.
struct Walk {
    server: Arc<ApiServer>,
    routes: Arc<[Route]>,
    /// In the order of the routes.
    with_everybody: Arc<[bool]>,
}

impl Walk {
    /// Asks for every route in a role.
    async fn of(self, role: String, rules: Value) {
        let user = user_in(&role);
        for (route, with_everybody) in self.routes.iter().zip(&*self.with_everybody) {
            let expected = *with_everybody || allow(&rules, route);
            let found = is_let_in(&self.server, Some(&user), route).await;
            assert_eq!(found, expected, "{role}: {route:?}");
        }
    }
}

fn user_in(role: &str) -> String {
    format!("in-{}", role.replace(':', "-"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_open_to_those_it_is_meant_for() {
    let server = Arc::new(server().await);
    let routes: Arc<[Route]> = routes(&server).await.into();
    assert!(routes.len() > 500, "{}", routes.len());
    let (_, list) = ask(&server, "GET", &format!("{RBAC}/clusterroles"), "").await;
    let roles: BTreeMap<String, Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| {
            let name = role["metadata"]["name"].as_str().unwrap();
            (name.to_owned(), role["rules"].clone())
        })
        .collect();
    assert!(roles.len() > 60, "{}", roles.len());
    let with = |names: &[&str], route: &Route| names.iter().any(|name| allow(&roles[*name], route));

    for route in &*routes {
        assert_eq!(
            is_let_in(&server, None, route).await,
            with(&WITH_NOBODY, route),
            "anonymous: {route:?}"
        );
        let expected = with(&WITH_EVERYBODY, route);
        assert_eq!(
            is_let_in(&server, Some("jane"), route).await,
            expected,
            "jane: {route:?}"
        );
    }
    for role in roles.keys() {
        let user = user_in(role);
        let binding = json!({
            "metadata": {"name": user},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "User", "name": user}],
        });
        make(&server, &format!("{RBAC}/clusterrolebindings"), &binding).await;
    }
    let with_everybody: Arc<[bool]> = routes
        .iter()
        .map(|route| with(&WITH_EVERYBODY, route))
        .collect();
    let mut walks = JoinSet::new();
    for (role, rules) in roles {
        let walk = Walk {
            server: Arc::clone(&server),
            routes: Arc::clone(&routes),
            with_everybody: Arc::clone(&with_everybody),
        };
        walks.spawn(walk.of(role, rules));
    }
    walks.join_all().await;
    known_cells(&server, &routes).await;
}

/// What everybody knows of these roles, whatever their rules say.
async fn known_cells(server: &ApiServer, routes: &[Route]) {
    for (role, verb, resource, expected) in [
        ("cluster-admin", "delete", "nodes", true),
        ("cluster-admin", "deletecollection", "secrets", true),
        ("admin", "create", "rolebindings", true),
        ("admin", "create", "pods", true),
        ("admin", "create", "resourcequotas", false),
        ("admin", "create", "clusterroles", false),
        ("edit", "create", "pods", true),
        ("edit", "get", "secrets", true),
        ("edit", "create", "rolebindings", false),
        ("view", "list", "pods", true),
        ("view", "get", "pods/log", true),
        ("view", "get", "secrets", false),
        ("view", "create", "pods", false),
        ("view", "create", "pods/exec", false),
        ("system:kube-scheduler", "create", "pods/binding", true),
        ("system:kube-scheduler", "create", "pods", false),
        ("system:auth-delegator", "create", "tokenreviews", true),
        ("system:node-proxier", "watch", "services", true),
        ("system:discovery", "list", "pods", false),
    ] {
        let is_it = |route: &&Route| route.verb == verb && route.resource == resource;
        let route = routes.iter().find(is_it).unwrap();
        let user = user_in(role);
        let let_in = is_let_in(server, Some(&user), route).await;
        assert_eq!(let_in, expected, "{role} {verb} {resource}");
    }
    for (path, anonymous, somebody) in [
        ("/healthz", true, true),
        ("/livez", true, true),
        ("/readyz", true, true),
        ("/version", true, true),
        ("/api", false, true),
        ("/apis/apps/v1", false, true),
        ("/openapi/v2", false, true),
        ("/metrics", false, false),
    ] {
        let route = routes.iter().find(|route| route.path == path).unwrap();
        assert_eq!(is_let_in(server, None, route).await, anonymous, "{path}");
        assert_eq!(
            is_let_in(server, Some("jane"), route).await,
            somebody,
            "{path}"
        );
    }
}
