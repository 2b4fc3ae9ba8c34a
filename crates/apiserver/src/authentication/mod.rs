//! Who sends a request: client certificates, bearer tokens, or nobody in particular.
//!
//! The order is kube-apiserver's: a client certificate that names somebody decides; else a bearer
//! token, which must be known; else the request is anonymous, if that is allowed. (Documented under
//! "Authenticating" in Kubernetes' reference.)

mod certificate;
mod token_file;

pub use certificate::ClientCertificate;
pub use token_file::{TokenFile, TokenFileError};

use crate::Identity;
use http::header::AUTHORIZATION;
use http::request::Parts;

/// How requests are authenticated.
#[derive(Clone, Debug)]
pub struct Authentication {
    /// The tokens of `--token-auth-file`, if there is one.
    pub tokens: Option<TokenFile>,
    /// Whether a request without credentials is let in as `system:anonymous`.
    pub anonymous: bool,
}

/// A request's credentials are not known, or it has none and needs some: HTTP status 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Unauthorized")]
pub struct Unauthorized;

impl Default for Authentication {
    /// No tokens; anonymous requests are let in, as kube-apiserver does.
    fn default() -> Self {
        Self {
            tokens: None,
            anonymous: true,
        }
    }
}

impl Authentication {
    /// Who sent the request. A [`ClientCertificate`] among its extensions counts, which only the
    /// socket server puts there, once the TLS handshake has verified it.
    ///
    /// # Errors
    /// When there is a token that is not known, or nothing at all and anonymous requests are not
    /// let in.
    pub fn authenticate(&self, request: &Parts) -> Result<Identity, Unauthorized> {
        if let Some(ClientCertificate(identity)) = request.extensions.get() {
            return Ok(identity.clone());
        }
        if let Some(token) = bearer_token(request) {
            let known = self.tokens.as_ref().and_then(|tokens| tokens.get(token));
            return known.cloned().ok_or(Unauthorized);
        }
        if self.anonymous {
            return Ok(Identity::anonymous());
        }
        Err(Unauthorized)
    }
}

/// The token of `Authorization: Bearer TOKEN`. Other schemes, and an empty token, are no
/// credentials to Kubernetes, and so no wrong ones either.
fn bearer_token(request: &Parts) -> Option<&str> {
    let header = request.headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim_start();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Somebody whose credentials were accepted.
fn authenticated(name: String, uid: String, mut groups: Vec<String>) -> Identity {
    if !groups.iter().any(|group| group == Identity::AUTHENTICATED) {
        groups.push(Identity::AUTHENTICATED.to_owned());
    }
    Identity {
        name,
        uid,
        groups,
        ..Identity::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authentication(anonymous: bool) -> Authentication {
        let tokens = TokenFile::parse("tokens.csv", "secret,alice,7,\"dev,ops\"\n").unwrap();
        Authentication {
            tokens: Some(tokens),
            anonymous,
        }
    }

    fn request(header: Option<&str>) -> Parts {
        let mut request = http::Request::builder();
        if let Some(header) = header {
            request = request.header(AUTHORIZATION, header);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_known_token_names_its_user() {
        for header in ["Bearer secret", "bearer  secret", " BEARER secret "] {
            let identity = authentication(false).authenticate(&request(Some(header)));
            let identity = identity.unwrap();
            assert_eq!((&*identity.name, &*identity.uid), ("alice", "7"));
            assert_eq!(identity.groups, ["dev", "ops", Identity::AUTHENTICATED]);
        }
    }

    #[test]
    fn an_unknown_token_is_refused_even_where_anonymous_requests_are_not() {
        let refused = authentication(true).authenticate(&request(Some("Bearer guess")));
        assert_eq!(refused, Err(Unauthorized));
    }

    #[test]
    fn without_credentials_the_request_is_anonymous_or_refused() {
        for header in [None, Some("Basic YTpi"), Some("Bearer "), Some("Bearer")] {
            let identity = authentication(true).authenticate(&request(header)).unwrap();
            assert_eq!(identity.name, "system:anonymous");
            assert_eq!(identity.groups, ["system:unauthenticated"]);
            let refused = authentication(false).authenticate(&request(header));
            assert_eq!(refused, Err(Unauthorized));
        }
    }

    #[test]
    fn a_client_certificate_comes_before_a_token() {
        let mut request = request(Some("Bearer guess"));
        let identity = Identity::user("bob", &[]);
        request.extensions.insert(ClientCertificate(identity));
        let identity = authentication(false).authenticate(&request).unwrap();
        assert_eq!(identity.name, "bob");
    }
}
