//! Authorities that vouch for clients, and a handshake that leaves the judgement to them.
//!
//! kube-apiserver asks for a client certificate and takes any: who is to be believed is decided when
//! a request is authenticated, where the answer can be a `Status` and another credential can do
//! instead (`apiserver/pkg/server/secure_serving.go`, `RequestClientCert`).

use super::{PkiError, certificates};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};
use std::fmt;
use std::sync::Arc;

/// Authorities that vouch for client certificates. Cheap to clone.
#[derive(Clone)]
pub struct Authorities {
    pem: Arc<str>,
    verifier: Arc<dyn ClientCertVerifier>,
}

impl Authorities {
    /// The certificates of a PEM text.
    ///
    /// # Errors
    /// When it holds none, or one that can be no authority.
    pub fn parse(pem: &str) -> Result<Self, PkiError> {
        let mut roots = RootCertStore::empty();
        for authority in certificates(pem, "client authority's certificate in PEM")? {
            roots.add(authority)?;
        }
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build()?;
        Ok(Self {
            pem: pem.into(),
            verifier,
        })
    }

    /// The text that they were read from.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Whether a certificate is among both.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> bool {
        let of = |it: &Self| certificates(&it.pem, "certificate in PEM").unwrap_or_default();
        let own = of(self);
        of(other)
            .iter()
            .any(|certificate| own.contains(certificate))
    }

    /// Whether they vouch for the first certificate of a chain, now.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn vouch_for(&self, chain: &[CertificateDer<'_>]) -> Result<(), Error> {
        let (first, intermediates) = chain.split_first().ok_or(Error::NoCertificatesPresented)?;
        let now = UnixTime::now();
        let vouched = self.verifier.verify_client_cert(first, intermediates, now);
        vouched.map(drop)
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorities(..)")
    }
}

/// The cryptography that is used for TLS.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Asks for a certificate of one of the authorities, and takes what the client has, or none: that it
/// holds the certificate's key is all that a handshake proves.
#[derive(Debug)]
pub(super) struct AnyCertificate {
    hints: Vec<DistinguishedName>,
    provider: Arc<CryptoProvider>,
}

impl AnyCertificate {
    /// Names the authorities to the client.
    pub(super) fn hinting_at(authorities: &[&Authorities]) -> Self {
        let hints = authorities.iter();
        let hints = hints.flat_map(|it| it.verifier.root_hint_subjects());
        Self {
            hints: hints.cloned().collect(),
            provider: provider(),
        }
    }
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
