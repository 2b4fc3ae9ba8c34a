//! Who may do what.
//!
//! This is the seam for RBAC. Until that is there, `system:masters` and the components inside this
//! process may do everything; other users may learn what the server is and who they are; without
//! credentials only health and version are told.

use crate::request::RequestInfo;
use crate::{Identity, Status};

/// A request that comes from a component inside this process, through [`crate::ApiServer::client`].
/// No socket can set it: it is an extension of the request, not a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trusted;

/// Non-resource paths that everybody may read (Kubernetes' `system:public-info-viewer`).
const PUBLIC: [&str; 5] = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
/// Non-resource paths that every authenticated user may read (`system:discovery`).
const DISCOVERY: [&str; 4] = ["/api", "/apis", "/openapi", "/version"];
/// Resources that every authenticated user may create (`system:basic-user`).
const SELF_REVIEWS: [(&str, &str); 3] = [
    ("authentication.k8s.io", "selfsubjectreviews"),
    ("authorization.k8s.io", "selfsubjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectrulesreviews"),
];

/// Refuses what `identity` may not do.
///
/// # Errors
/// Forbidden, in Kubernetes' words.
pub(crate) fn authorize(
    identity: &Identity,
    trusted: bool,
    request: &RequestInfo<'_>,
) -> Result<(), Status> {
    if trusted || identity.is_in(Identity::MASTERS) {
        return Ok(());
    }
    let authenticated = identity.is_in(Identity::AUTHENTICATED);
    let allowed = if request.is_resource {
        authenticated
            && request.verb == "create"
            && SELF_REVIEWS.contains(&(request.group, request.resource))
    } else {
        request.verb == "get"
            && (PUBLIC.contains(&request.path)
                || (authenticated && DISCOVERY.iter().any(|under| is_under(request.path, under))))
    };
    if allowed {
        return Ok(());
    }
    let user = &identity.name;
    if !request.is_resource {
        let why = format!(
            "User {user:?} cannot {} path {:?}",
            request.verb, request.path
        );
        return Err(Status::forbidden("", "", "", &why).reworded(format!("forbidden: {why}")));
    }
    let resource = if request.subresource.is_empty() {
        request.resource.to_owned()
    } else {
        format!("{}/{}", request.resource, request.subresource)
    };
    let scope = if request.namespace.is_empty() {
        "at the cluster scope".to_owned()
    } else {
        format!("in the namespace {:?}", request.namespace)
    };
    let why = format!(
        "User {user:?} cannot {} resource {resource:?} in API group {:?} {scope}",
        request.verb, request.group
    );
    Err(Status::forbidden(
        request.group,
        request.resource,
        request.name,
        &why,
    ))
}

fn is_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(identity: &Identity, method: &str, path: &str) -> Result<(), String> {
        let method = method.parse().unwrap();
        let request = RequestInfo::parse(&method, path, "");
        authorize(identity, false, &request).map_err(|status| status.message)
    }

    #[test]
    fn strangers_see_health_only() {
        let nobody = Identity::anonymous();
        assert_eq!(decide(&nobody, "GET", "/readyz"), Ok(()));
        assert_eq!(
            decide(&nobody, "GET", "/apis"),
            Err("forbidden: User \"system:anonymous\" cannot get path \"/apis\"".to_owned())
        );
        assert_eq!(
            decide(&nobody, "GET", "/api/v1/namespaces/a/pods/b/log"),
            Err(
                "pods \"b\" is forbidden: User \"system:anonymous\" cannot get resource \
                 \"pods/log\" in API group \"\" in the namespace \"a\""
                    .to_owned()
            )
        );
    }

    #[test]
    fn users_see_what_there_is_and_masters_do_everything() {
        let jane = Identity::user("jane", &[]);
        assert_eq!(decide(&jane, "GET", "/apis/apps/v1"), Ok(()));
        assert!(decide(&jane, "GET", "/api/v1/nodes").is_err());
        assert!(decide(&jane, "GET", "/apis-of-mine").is_err());
        let reviews = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
        assert_eq!(decide(&jane, "POST", reviews), Ok(()));
        let admin = Identity::user("admin", &[Identity::MASTERS]);
        assert_eq!(decide(&admin, "DELETE", "/api/v1/nodes/a"), Ok(()));
    }
}
