//! The four `certificatesigningrequest-signing` controllers in one: signs requests for certificates
//! that are approved.
//!
//! The rules are those of `pkg/controller/certificates/signer` in Kubernetes; what may be signed is
//! decided where the authority's key is.

use crate::certificate_requests::CertificateRequests;
use crate::context::Context;
use crate::error::ReconcileError;
use crate::worker::Reconcile;
use jiff::Timestamp;
use k8s_openapi::ByteString;
use k8s_openapi::api::certificates::v1::{
    CertificateSigningRequest, CertificateSigningRequestCondition,
};
use std::sync::Arc;

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "certificatesigningrequest-signing-controller";

/// Requests looked at the same time.
const WORKERS: usize = 1;

/// Signs with the authority of the control plane.
pub trait SignCertificates: Send + Sync {
    /// Whether this signer's requests are signed at all.
    fn is_known(&self, signer: &str) -> bool;

    /// The certificate, PEM.
    ///
    /// # Errors
    /// When such a request is not signed, with the reason.
    fn sign(&self, request: &CertificateSigningRequest, now: Timestamp) -> Result<String, String>;

    /// As whom a kubelet would act with the certificate; `None` if the request is for no kubelet's
    /// client certificate, as `kubernetes.io/kube-apiserver-client-kubelet` signs them.
    fn kubelet(&self, request: &CertificateSigningRequest) -> Option<String>;

    /// When a certificate, PEM, ends; `None` if it is none.
    fn end_of(&self, certificate: &[u8]) -> Option<Timestamp>;
}

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct CertificateSigning {
    context: Context,
    signer: Arc<dyn SignCertificates>,
    requests: CertificateRequests,
}

impl Reconcile for CertificateSigning {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, name: &Arc<str>) -> Result<(), ReconcileError> {
        let Some(request) = self.requests.get(name) else {
            return Ok(());
        };
        if !is_waiting(&request) || !self.signer.is_known(&request.spec.signer_name) {
            return Ok(());
        }
        let mut request = (*request).clone();
        let now = self.context.now();
        let signed = self.signer.sign(&request, now.0);
        let status = request.status.get_or_insert_default();
        match signed {
            Ok(pem) => status.certificate = Some(ByteString(pem.into_bytes())),
            Err(why) => {
                let failed = CertificateSigningRequestCondition {
                    type_: "Failed".to_owned(),
                    status: "True".to_owned(),
                    reason: Some("SignerValidationFailure".to_owned()),
                    message: Some(why),
                    last_update_time: Some(now),
                    last_transition_time: None,
                };
                status.conditions.get_or_insert_default().push(failed);
            }
        }
        let requests = self.context.cluster::<CertificateSigningRequest>();
        let posting = self.context.posting();
        requests.replace_status(name, &posting, &request).await?;
        Ok(())
    }
}

impl CertificateSigning {
    pub(crate) fn new(context: Context, signer: Arc<dyn SignCertificates>) -> Self {
        Self {
            requests: CertificateRequests::watched(&context, is_waiting),
            signer,
            context,
        }
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.requests.work(&self).await;
    }
}

/// Whether a request is approved and has no certificate yet, nor a reason why it gets none.
fn is_waiting(request: &CertificateSigningRequest) -> bool {
    let Some(status) = &request.status else {
        return false;
    };
    let has = |kind: &str| {
        let mut conditions = status.conditions.iter().flatten();
        conditions.any(|condition| condition.type_ == kind)
    };
    has("Approved") && !has("Denied") && !has("Failed") && certificate(request).is_none()
}

/// The certificate that a request has got.
pub(crate) fn certificate(request: &CertificateSigningRequest) -> Option<&[u8]> {
    let certificate = request.status.as_ref()?.certificate.as_ref()?;
    Some(&certificate.0[..]).filter(|certificate| !certificate.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_waits_from_its_approval_to_its_certificate() {
        let waits = |status: serde_json::Value| {
            let request = json!({"metadata": {"name": "a"}, "status": status,
                "spec": {"request": "", "signerName": "example.com/a", "usages": []}});
            is_waiting(&serde_json::from_value(request).unwrap())
        };
        let conditions = |kinds: &[&str]| -> Vec<serde_json::Value> {
            let of = |kind: &&str| json!({"type": kind, "status": "True"});
            kinds.iter().map(of).collect()
        };
        assert!(!waits(json!({})));
        assert!(waits(json!({"conditions": conditions(&["Approved"])})));
        for more in ["Denied", "Failed"] {
            assert!(!waits(
                json!({"conditions": conditions(&["Approved", more])})
            ));
        }
        assert!(!waits(
            json!({"conditions": conditions(&["Approved"]), "certificate": "YQ=="})
        ));
    }
}
