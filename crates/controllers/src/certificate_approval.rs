//! `certificatesigningrequest-approving-controller`: approves requests of kubelets for the certificate
//! that they act with, if who asks may have one without anybody looking.
//!
//! The rules are those of `pkg/controller/certificates/approver` in Kubernetes.

use crate::certificate_requests::CertificateRequests;
use crate::certificate_signing::{SignCertificates, certificate};
use crate::context::Context;
use crate::error::ReconcileError;
use crate::worker::Reconcile;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use k8s_openapi::api::certificates::v1::{
    CertificateSigningRequest, CertificateSigningRequestCondition,
};
use kube::ResourceExt;
use std::sync::Arc;

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "certificatesigningrequest-approving-controller";

/// Requests looked at the same time.
const WORKERS: usize = 1;

/// A way to a certificate: what one must be allowed to create for it, and what is said then.
struct Way {
    /// A subresource of the requests that stands for the permission alone.
    permission: &'static str,
    told: &'static str,
    /// Whether it is for who renews the certificate that the request comes with.
    is_for_oneself: bool,
}

/// In the order in which they are tried.
const WAYS: [Way; 2] = [
    Way {
        permission: "selfnodeclient",
        told: "a kubelet may renew its client certificate by itself: an access review allows it",
        is_for_oneself: true,
    },
    Way {
        permission: "nodeclient",
        told: "a kubelet may have its client certificate by itself: an access review allows it",
        is_for_oneself: false,
    },
];

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct CertificateApproval {
    context: Context,
    signer: Arc<dyn SignCertificates>,
    requests: CertificateRequests,
}

impl Reconcile for CertificateApproval {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, name: &Arc<str>) -> Result<(), ReconcileError> {
        let Some(request) = self.requests.get(name) else {
            return Ok(());
        };
        if !is_undecided(&request) {
            return Ok(());
        }
        let Some(kubelet) = self.signer.kubelet(&request) else {
            return Ok(());
        };
        let is_oneself = request.spec.username.as_ref() == Some(&kubelet);
        for way in WAYS.iter().filter(|way| is_oneself || !way.is_for_oneself) {
            if self.is_allowed(&request, way.permission).await? {
                return self.approve(&request, way.told).await;
            }
        }
        Err(ReconcileError::NotYet(
            "who asks for a kubelet's certificate may not have it without anybody looking".into(),
        ))
    }
}

impl CertificateApproval {
    pub(crate) fn new(context: Context, signer: Arc<dyn SignCertificates>) -> Self {
        Self {
            requests: CertificateRequests::watched(&context, is_undecided),
            signer,
            context,
        }
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.requests.work(&self).await;
    }

    /// Whether who made the request may create such ones.
    async fn is_allowed(
        &self,
        request: &CertificateSigningRequest,
        permission: &str,
    ) -> Result<bool, ReconcileError> {
        let spec = &request.spec;
        let review = SubjectAccessReview {
            spec: SubjectAccessReviewSpec {
                user: spec.username.clone(),
                uid: spec.uid.clone(),
                groups: spec.groups.clone(),
                extra: spec.extra.clone(),
                resource_attributes: Some(ResourceAttributes {
                    group: Some("certificates.k8s.io".to_owned()),
                    resource: Some("certificatesigningrequests".to_owned()),
                    verb: Some("create".to_owned()),
                    subresource: Some(permission.to_owned()),
                    version: Some("*".to_owned()),
                    ..ResourceAttributes::default()
                }),
                non_resource_attributes: None,
            },
            ..SubjectAccessReview::default()
        };
        let reviews = self.context.cluster::<SubjectAccessReview>();
        let answer = reviews.create(&self.context.posting(), &review).await?;
        Ok(answer.status.is_some_and(|status| status.allowed))
    }

    async fn approve(
        &self,
        request: &CertificateSigningRequest,
        told: &str,
    ) -> Result<(), ReconcileError> {
        let mut request = request.clone();
        let approved = CertificateSigningRequestCondition {
            type_: "Approved".to_owned(),
            status: "True".to_owned(),
            reason: Some("AutoApproved".to_owned()),
            message: Some(told.to_owned()),
            last_update_time: None,
            last_transition_time: None,
        };
        let status = request.status.get_or_insert_default();
        status.conditions.get_or_insert_default().push(approved);
        let name = request.name_any();
        let requests = self.context.cluster::<CertificateSigningRequest>();
        let posting = self.context.posting();
        let approved: CertificateSigningRequest = requests
            .replace_subresource("approval", &name, &posting, &request)
            .await?;
        drop(approved);
        Ok(())
    }
}

/// Whether nobody has said yes or no to a request.
fn is_undecided(request: &CertificateSigningRequest) -> bool {
    let status = request.status.as_ref();
    let mut conditions = status
        .into_iter()
        .filter_map(|it| it.conditions.as_ref())
        .flatten();
    let is_decided = conditions.any(|it| ["Approved", "Denied"].contains(&&*it.type_));
    !is_decided && certificate(request).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_is_undecided_until_it_is_approved_or_denied() {
        let undecided = |status: serde_json::Value| {
            let request = json!({"metadata": {"name": "a"}, "status": status,
                "spec": {"request": "", "signerName": "example.com/a", "usages": []}});
            is_undecided(&serde_json::from_value(request).unwrap())
        };
        let condition = |kind: &str| json!({"conditions": [{"type": kind, "status": "True"}]});
        assert!(undecided(json!({})));
        assert!(undecided(condition("Failed")));
        assert!(!undecided(condition("Approved")));
        assert!(!undecided(condition("Denied")));
        assert!(!undecided(json!({"certificate": "YQ=="})));
    }
}
