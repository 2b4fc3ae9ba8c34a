//! Users named by a client certificate.

use super::authenticated;
use crate::Identity;
use crate::tls::subject;
use rustls::pki_types::CertificateDer;

/// Whom the client certificate of a request's connection names, among the request's extensions.
#[derive(Clone, Debug)]
pub struct ClientCertificate(pub Identity);

impl ClientCertificate {
    /// From a certificate that the TLS handshake has verified: the common name is the user, every
    /// organization a group. `None` if there is no common name: then it names nobody.
    pub(crate) fn verified(certificate: &CertificateDer<'_>) -> Option<Self> {
        let subject = subject(certificate)?;
        let uid = subject.uid.unwrap_or_default();
        let identity = authenticated(subject.common_name, uid, subject.organizations);
        Some(Self(identity))
    }
}
