//! Users named by a client certificate.

use super::authenticated;
use crate::Identity;
use crate::tls::subject;
use rustls::pki_types::CertificateDer;
use sha2::{Digest as _, Sha256};

/// What tells the credentials of a request from others, in the log.
const CREDENTIAL_ID: &str = "authentication.kubernetes.io/credential-id";

/// Whom the client certificate of a request's connection names, among the request's extensions.
#[derive(Clone, Debug)]
pub struct ClientCertificate(pub Identity);

impl ClientCertificate {
    /// From a certificate that the TLS handshake has verified: the common name is the user, every
    /// organization a group. `None` if there is no common name: then it names nobody.
    pub(crate) fn verified(certificate: &CertificateDer<'_>) -> Option<Self> {
        let subject = subject(certificate)?;
        let uid = subject.uid.unwrap_or_default();
        let mut identity = authenticated(subject.common_name, uid, subject.organizations);
        let digest = Sha256::digest(certificate);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let id = vec![format!("X509SHA256={digest}")];
        identity.extra.insert(CREDENTIAL_ID.to_owned(), id);
        Some(Self(identity))
    }
}
