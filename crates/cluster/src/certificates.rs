//! The authority of the control plane, as the controller sees it that signs certificates.

use jiff::Timestamp;
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;
use std::sync::Arc;
use trimtab_apiserver::tls::{CertificateWanted, Signer};
use trimtab_controllers::SignCertificates;

/// What the controller signs with.
pub(crate) fn signer(signer: Signer) -> Arc<dyn SignCertificates> {
    Arc::new(ByAuthority(signer))
}

struct ByAuthority(Signer);

impl SignCertificates for ByAuthority {
    fn is_known(&self, signer: &str) -> bool {
        Signer::NAMES.contains(&signer)
    }

    fn sign(&self, request: &CertificateSigningRequest, now: Timestamp) -> Result<String, String> {
        let signed = self.0.sign(&wanted(request), now);
        signed.map_err(|refused| refused.to_string())
    }

    fn kubelet(&self, request: &CertificateSigningRequest) -> Option<String> {
        Signer::kubelet(&wanted(request))
    }

    fn end_of(&self, certificate: &[u8]) -> Option<Timestamp> {
        Signer::end_of(certificate)
    }
}

fn wanted(request: &CertificateSigningRequest) -> CertificateWanted<'_> {
    let spec = &request.spec;
    CertificateWanted {
        signer: &spec.signer_name,
        request: &spec.request.0,
        usages: spec.usages.as_deref().unwrap_or_default(),
        seconds: spec.expiration_seconds.map(i64::from),
    }
}
