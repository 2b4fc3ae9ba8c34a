//! Users named by a client certificate.

use super::authenticated;
use crate::Identity;
use crate::tls::{Authorities, expiry, subject};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What tells the credentials of a request from others, in the log.
const CREDENTIAL_ID: &str = "authentication.kubernetes.io/credential-id";

/// The certificates that a client has shown, and shown to hold the key of, on a request's
/// connection: among the request's extensions. It is judged once a connection who vouches for them.
#[derive(Clone, Debug)]
pub struct ClientCertificates(Arc<Shown>);

#[derive(Debug)]
struct Shown {
    chain: Vec<CertificateDer<'static>>,
    /// Whom they name, if the authorities of clients vouch for them.
    user: OnceLock<Result<Option<Identity>, Untrusted>>,
    /// The common name, if the authorities of front proxies vouch for them.
    proxy: OnceLock<Result<String, Untrusted>>,
    /// When the client's own certificate ends, in seconds since 1970.
    end: OnceLock<Option<i64>>,
}

/// Nobody vouches for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Untrusted;

impl ClientCertificates {
    /// The client's own certificate first, then those that lead from it to its authority.
    #[must_use]
    pub fn new(chain: Vec<CertificateDer<'static>>) -> Self {
        Self(Arc::new(Shown {
            chain,
            user: OnceLock::new(),
            proxy: OnceLock::new(),
            end: OnceLock::new(),
        }))
    }

    /// Whom they name: the common name is the user, every organization a group. `None` if there is no
    /// common name: then they name nobody.
    ///
    /// # Errors
    /// When these authorities do not vouch for them.
    pub(super) fn user(
        &self,
        authorities: Option<&Authorities>,
    ) -> Result<Option<Identity>, Untrusted> {
        let judged = || {
            self.vouched(authorities)?;
            Ok(self.0.chain.first().and_then(identity))
        };
        self.0.user.get_or_init(judged).clone()
    }

    /// The common name of a front proxy.
    ///
    /// # Errors
    /// When these authorities do not vouch for the certificates.
    pub(super) fn proxy(&self, authorities: &Authorities) -> Result<String, Untrusted> {
        let judged = || {
            self.vouched(Some(authorities))?;
            let subject = self.0.chain.first().and_then(subject);
            Ok(subject.map(|it| it.common_name).unwrap_or_default())
        };
        self.0.proxy.get_or_init(judged).clone()
    }

    /// How long the client's own certificate is still good.
    pub(crate) fn time_left(&self, now: Timestamp) -> Duration {
        let read = || self.0.chain.first().and_then(expiry);
        let end = *self.0.end.get_or_init(read);
        let left = end.map_or(0, |end| end.saturating_sub(now.as_second()));
        Duration::from_secs(u64::try_from(left).unwrap_or_default())
    }

    fn vouched(&self, authorities: Option<&Authorities>) -> Result<(), Untrusted> {
        let authorities = authorities.ok_or(Untrusted)?;
        authorities.vouch_for(&self.0.chain).map_err(|error| {
            tracing::debug!(%error, "a client certificate is not good");
            Untrusted
        })
    }
}

/// Whom a certificate names.
fn identity(certificate: &CertificateDer<'static>) -> Option<Identity> {
    let subject = subject(certificate)?;
    let uid = subject.uid.unwrap_or_default();
    let mut identity = authenticated(subject.common_name, uid, subject.organizations);
    let digest = Sha256::digest(certificate);
    let id = vec![format!("X509SHA256={digest:x}")];
    identity.extra.insert(CREDENTIAL_ID.to_owned(), id);
    Some(identity)
}
