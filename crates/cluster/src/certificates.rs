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
        let spec = &request.spec;
        let wanted = CertificateWanted {
            signer: &spec.signer_name,
            request: &spec.request.0,
            usages: spec.usages.as_deref().unwrap_or_default(),
            seconds: spec.expiration_seconds.map(i64::from),
        };
        self.0
            .sign(&wanted, now)
            .map_err(|refused| refused.to_string())
    }
}
