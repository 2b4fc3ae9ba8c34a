//! Whom a call believes: authorities, or one certificate that stands for itself.

use crate::tls::KeyPair;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::CallError;

/// Whom a call believes, and as whom it presents itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Trust {
    /// Certificates of authorities in PEM; empty are those of the system.
    pub(crate) bundle: Vec<u8>,
    /// Believe whoever answers (`insecureSkipTLSVerify`).
    pub(crate) anyone: bool,
    /// The certificate to present, with its key, both in PEM.
    pub(crate) client: Option<(String, String)>,
    /// Speak HTTP/1.1 only, for connections that are to be upgraded.
    pub(crate) only_http1: bool,
}

impl Trust {
    /// Believes these authorities.
    pub(crate) fn in_bundle(bundle: Vec<u8>) -> Self {
        Self {
            bundle,
            ..Self::default()
        }
    }

    /// Presents this certificate.
    #[must_use]
    pub(crate) fn presenting(mut self, pair: &KeyPair) -> Self {
        self.client = Some((pair.certificate_pem.clone(), pair.key_pem.clone()));
        self
    }

    /// As the TLS library wants it.
    ///
    /// # Errors
    /// When the bundle holds no certificate, or the certificate to present cannot be used.
    pub(super) fn config(&self) -> Result<ClientConfig, CallError> {
        let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
        let failed = |error: rustls::Error| CallError::Tls(error.to_string());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .dangerous()
            .with_custom_certificate_verifier(self.verifier(provider)?);
        let mut config = match &self.client {
            Some((certificate, key)) => {
                let chain: Result<Vec<_>, _> =
                    CertificateDer::pem_slice_iter(certificate.as_bytes()).collect();
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes());
                let (Ok(chain), Ok(key)) = (chain, key) else {
                    let what = "the client certificate to present, or its key, is not in PEM";
                    return Err(CallError::Tls(what.to_owned()));
                };
                builder.with_client_auth_cert(chain, key).map_err(failed)?
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = if self.only_http1 {
            vec![b"http/1.1".to_vec()]
        } else {
            vec![b"h2".to_vec(), b"http/1.1".to_vec()]
        };
        Ok(config)
    }

    fn verifier(
        &self,
        provider: Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, CallError> {
        if self.anyone {
            return Ok(Arc::new(Anyone(provider)));
        }
        let (roots, own) = if self.bundle.is_empty() {
            (system_roots(), Vec::new())
        } else {
            let own = read_bundle(&self.bundle)?;
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(own.iter().cloned());
            (Arc::new(roots), own)
        };
        if roots.is_empty() {
            let why = "there is no authority to verify the server's certificate by";
            return Err(CallError::Tls(why.to_owned()));
        }
        let by_authority = WebPkiServerVerifier::builder_with_provider(roots, provider)
            .build()
            .map_err(|error| CallError::Tls(error.to_string()))?;
        Ok(Arc::new(Bundled { by_authority, own }))
    }
}

fn read_bundle(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CallError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| {
            CallError::Target(
                "caBundle: unable to load root certificates: no certificate in PEM".to_owned(),
            )
        })
}

/// The authorities that this machine's system believes, read once.
fn system_roots() -> Arc<RootCertStore> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let read = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(roots)
    };
    Arc::clone(ROOTS.get_or_init(read))
}

/// Believes authorities, and a certificate that is in the bundle itself: many webhooks show the
/// very certificate that their configuration names, which as an authority's own is refused by
/// RFC 5280's letter but not by Go.
#[derive(Debug)]
struct Bundled {
    by_authority: Arc<WebPkiServerVerifier>,
    own: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Bundled {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.by_authority.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        if verified.is_ok() || !self.own.iter().any(|own| own == end_entity) {
            return verified;
        }
        check_period(end_entity, now)?;
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.by_authority
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.by_authority
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.by_authority.supported_verify_schemes()
    }
}

/// Refuses a certificate outside of its time.
fn check_period(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), rustls::Error> {
    let (_, parsed) =
        X509Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = parsed.validity();
    if now > validity.not_after.timestamp() {
        return Err(CertificateError::Expired.into());
    }
    if now < validity.not_before.timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    Ok(())
}

/// Believes whoever answers.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// How long a handshake may take.
pub(super) const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
