//! Who sends a request: client certificates, bearer tokens, or nobody in particular.
//!
//! The order is kube-apiserver's: a front proxy that says whose a request is decides, then a client
//! certificate that names somebody; else a bearer token, which must be known; else the request is
//! anonymous, if that is allowed and no certificate was shown that nobody vouches for. (Documented
//! under "Authenticating" in Kubernetes' reference.)

mod bootstrap_token;
mod certificate;
mod impersonation;
mod request_header;
pub(crate) mod service_account;
mod token_file;

pub use certificate::ClientCertificates;
pub(crate) use impersonation::{impersonate, wanted as wanted_user};
pub use request_header::RequestHeader;
pub(crate) use service_account::{Bound, Claims, WARN_SECONDS};
pub use service_account::{
    DEFAULT_ISSUER, IssuerDiscovery, KeyError, PublicKey, ServiceAccountOptions, ServiceAccounts,
    SigningKey,
};
pub use token_file::{TokenFile, TokenFileError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use jiff::Timestamp;

use crate::Identity;
use crate::lookup::Lookup;
use crate::tls::Authorities;

/// How requests are authenticated.
#[derive(Clone, Debug)]
pub struct Authentication {
    /// The tokens of `--token-auth-file`, if there is one.
    pub tokens: Option<TokenFile>,
    /// Whether a request without credentials is let in as `system:anonymous`.
    pub anonymous: bool,
    /// The tokens of service accounts.
    pub service_accounts: ServiceAccounts,
    /// The authorities that vouch for client certificates: told in
    /// `kube-system/extension-apiserver-authentication`, so that others can know them, too.
    pub client_ca: Option<Authorities>,
    /// Front proxies, that say whose a request is: told there, too.
    pub request_header: Option<RequestHeader>,
    /// Whether bootstrap tokens are known (`--enable-bootstrap-token-auth`).
    pub bootstrap_tokens: bool,
}

/// A request's credentials are not known, or it has none and needs some: HTTP status 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Unauthorized")]
pub struct Unauthorized;

/// Why a token is not good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejected(Vec<String>);

impl Rejected {
    /// For this reason.
    pub(crate) fn because(why: impl Into<String>) -> Self {
        Self(vec![why.into()])
    }

    /// As a `TokenReview` tells it.
    pub(crate) fn told(&self) -> String {
        let what = "invalid bearer token";
        if self.0.is_empty() {
            return what.to_owned();
        }
        format!("[{what}, {}]", self.0.join(", "))
    }
}

impl Default for Authentication {
    /// No tokens but those of service accounts; anonymous requests are let in, as kube-apiserver
    /// does.
    fn default() -> Self {
        Self {
            tokens: None,
            anonymous: true,
            service_accounts: ServiceAccounts::default(),
            client_ca: None,
            request_header: None,
            bootstrap_tokens: false,
        }
    }
}

/// What the request itself says of who sent it.
#[derive(Debug, PartialEq, Eq)]
enum Shown<'a> {
    /// It is known.
    Known(Identity),
    /// This token.
    Token(&'a str),
}

impl Authentication {
    /// Who sent a request. [`ClientCertificates`] among its extensions count, which only the
    /// socket server puts there, once the TLS handshake has shown that the client holds their key.
    ///
    /// # Errors
    /// When there is a token that is not known or not good any more, or nothing at all and anonymous
    /// requests are not let in.
    pub(crate) async fn authenticate(
        &self,
        lookup: &impl Lookup,
        now: Timestamp,
        request: &Parts,
    ) -> Result<Identity, Unauthorized> {
        let token = match self.shown(request)? {
            Shown::Known(identity) => return Ok(identity),
            Shown::Token(token) => token,
        };
        let audiences = self.service_accounts.audiences();
        let known = self.authenticate_token(lookup, now, token, audiences).await;
        known.map(|(identity, _)| identity).map_err(|rejected| {
            tracing::debug!(why = rejected.told(), "a token is not good");
            Unauthorized
        })
    }

    /// Whom a token names, and for which of these audiences it is good.
    ///
    /// # Errors
    /// When it is not known, or not good any more.
    pub(crate) async fn authenticate_token(
        &self,
        lookup: &impl Lookup,
        now: Timestamp,
        token: &str,
        audiences: &[String],
    ) -> Result<(Identity, Vec<String>), Rejected> {
        let own = self.service_accounts.audiences();
        // Tokens that say nothing of it are for this server.
        let fitting: Vec<String> = own
            .iter()
            .filter(|audience| audiences.contains(audience))
            .cloned()
            .collect();
        let in_file = self.tokens.as_ref().and_then(|tokens| tokens.get(token));
        if let Some(identity) = in_file
            && !fitting.is_empty()
        {
            return Ok((identity.clone(), fitting));
        }
        let accounts = &self.service_accounts;
        if let Some(known) = accounts.authenticate(lookup, now, token, audiences).await? {
            return Ok(known);
        }
        if self.bootstrap_tokens && !fitting.is_empty() {
            let known = bootstrap_token::authenticate(lookup, now, token).await;
            let known = known.map_err(|status| Rejected::because(status.message))?;
            if let Some(identity) = known {
                return Ok((identity, fitting));
            }
        }
        Err(Rejected(Vec::new()))
    }

    fn shown<'a>(&self, request: &'a Parts) -> Result<Shown<'a>, Unauthorized> {
        let certificates = request.extensions.get::<ClientCertificates>();
        if let (Some(certificates), Some(proxies)) = (certificates, &self.request_header)
            && let Some(identity) = proxies.identity(certificates, &request.headers)
        {
            return Ok(Shown::Known(identity));
        }
        let user = certificates.map(|certificates| certificates.user(self.client_ca.as_ref()));
        if let Some(Ok(Some(identity))) = user {
            return Ok(Shown::Known(identity));
        }
        if let Some(token) = bearer_token(request) {
            return Ok(Shown::Token(token));
        }
        let is_untrusted = matches!(user, Some(Err(_)));
        if self.anonymous && !is_untrusted {
            return Ok(Shown::Known(Identity::anonymous()));
        }
        Err(Unauthorized)
    }
}

/// The text that base64 stands for, as Secrets hold it.
fn base64_text(data: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(data).ok()?).ok()
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
        Authentication {
            anonymous,
            ..Authentication::default()
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
    fn a_token_is_looked_at_whoever_else_may_come_in() {
        for header in ["Bearer secret", "bearer  secret", " BEARER secret "] {
            let request = request(Some(header));
            let shown = authentication(true).shown(&request);
            assert_eq!(shown, Ok(Shown::Token("secret")));
        }
    }

    #[test]
    fn without_credentials_the_request_is_anonymous_or_refused() {
        for header in [None, Some("Basic YTpi"), Some("Bearer "), Some("Bearer")] {
            let request = request(header);
            let shown = authentication(true).shown(&request);
            assert_eq!(shown, Ok(Shown::Known(Identity::anonymous())));
            let refused = authentication(false).shown(&request);
            assert_eq!(refused, Err(Unauthorized));
        }
    }

    use crate::Pki;
    use crate::tls::{KeyPair, front_proxy};
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    use trimtab_clock::Clock;

    fn showing(pair: &KeyPair, headers: &[(&str, &str)]) -> Parts {
        let chain = CertificateDer::pem_slice_iter(pair.certificate_pem.as_bytes());
        let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
        let mut request = http::Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut request, ()) = request.body(()).unwrap().into_parts();
        request.extensions.insert(ClientCertificates::new(chain));
        request
    }

    #[test]
    fn a_client_certificate_comes_before_a_token_if_somebody_vouches_for_it() {
        let (own, other) = [(); 2]
            .map(|()| Pki::ephemeral(&[], Clock::system()).unwrap())
            .into();
        let authentication = Authentication {
            client_ca: Some(Authorities::parse(own.ca_pem()).unwrap()),
            ..Authentication::default()
        };
        let known = showing(own.admin(), &[("authorization", "Bearer guess")]);
        let Ok(Shown::Known(identity)) = authentication.shown(&known) else {
            panic!("the certificate decides");
        };
        assert_eq!(identity.name, "kubernetes-admin");
        assert!(identity.is_in(Identity::MASTERS));
        // Of somebody else's authority: a token may do instead, nothing else.
        let strange = showing(other.admin(), &[("authorization", "Bearer guess")]);
        assert_eq!(authentication.shown(&strange), Ok(Shown::Token("guess")));
        let strange = showing(other.admin(), &[]);
        assert_eq!(authentication.shown(&strange), Err(Unauthorized));
    }

    #[test]
    fn a_front_proxy_says_whose_a_request_is() {
        let clock = Clock::system();
        let (pair, authority) = front_proxy(None, clock).unwrap();
        let pki = Pki::ephemeral(&[], clock).unwrap();
        let mut proxies = RequestHeader::usual(Authorities::parse(&authority).unwrap());
        proxies.username_headers.insert(0, "X-First".to_owned());
        let mut authentication = Authentication {
            client_ca: Some(Authorities::parse(pki.ca_pem()).unwrap()),
            request_header: Some(proxies),
            ..Authentication::default()
        };
        let said = [
            ("x-first", " "),
            ("x-remote-user", "jane"),
            ("x-remote-uid", "7"),
            ("x-remote-group", "dev"),
            ("x-remote-group", "ops"),
            ("x-remote-extra-acme.com%2fscope", "a"),
            ("X-Remote-Extra-Acme.com%2Fscope", "b"),
            ("authorization", "Bearer guess"),
        ];
        let Ok(Shown::Known(jane)) = authentication.shown(&showing(&pair, &said)) else {
            panic!("the proxy decides");
        };
        assert_eq!((&*jane.name, &*jane.uid), ("jane", "7"));
        assert_eq!(jane.groups, ["dev", "ops", Identity::AUTHENTICATED]);
        assert_eq!(jane.extra["acme.com/scope"], ["a", "b"]);
        // A client is no proxy, whatever it says.
        let Ok(Shown::Known(admin)) = authentication.shown(&showing(pki.admin(), &said)) else {
            panic!("the certificate decides");
        };
        assert_eq!(admin.name, "kubernetes-admin");
        // The proxy itself is no user, and no name but those allowed makes a proxy.
        let silent = showing(&pair, &[]);
        assert_eq!(authentication.shown(&silent), Err(Unauthorized));
        if let Some(proxies) = &mut authentication.request_header {
            proxies.allowed_names = vec!["aggregator".to_owned()];
        }
        let strange = showing(&pair, &said[..7]);
        assert_eq!(authentication.shown(&strange), Err(Unauthorized));
    }
}
