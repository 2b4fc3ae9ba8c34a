//! `certificatesigningrequest-cleaner-controller`: deletes requests for certificates that nobody needs
//! any more.
//!
//! The rules are those of `pkg/controller/certificates/cleaner` in Kubernetes, which looks at all
//! requests once an hour; here each is looked at when its time has come.

use crate::certificate_requests::CertificateRequests;
use crate::certificate_signing::{SignCertificates, certificate};
use crate::context::{Context, deleting};
use crate::error::{ReconcileError, unless_not_found};
use crate::worker::Reconcile;
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;
use std::sync::Arc;
use std::time::Duration;

/// As kube-controller-manager calls it.
pub(crate) const NAME: &str = "certificatesigningrequest-cleaner-controller";

/// Requests looked at the same time.
const WORKERS: usize = 1;
/// How long what has an end is kept: denied, failed, or approved and issued.
const AFTER_THE_END: SignedDuration = SignedDuration::from_hours(1);
/// How long what waits is kept: for a verdict, or for its certificate.
const WAITING: SignedDuration = SignedDuration::from_hours(24);

/// The controller, one clone for each task that needs it.
#[derive(Clone)]
pub(crate) struct CertificateCleaner {
    context: Context,
    signer: Option<Arc<dyn SignCertificates>>,
    requests: CertificateRequests,
}

impl Reconcile for CertificateCleaner {
    type Key = Arc<str>;
    const NAME: &str = NAME;
    const WORKERS: usize = WORKERS;

    async fn reconcile(&self, name: &Arc<str>) -> Result<(), ReconcileError> {
        let Some(request) = self.requests.get(name) else {
            return Ok(());
        };
        let Some(end) = self.end(&request) else {
            return Ok(());
        };
        let left = end.duration_since(self.context.clock.now());
        if !left.is_negative() {
            // A little more, so that the clock has passed the moment by then.
            let left = Duration::try_from(left).unwrap_or_default() + Duration::from_millis(1);
            self.requests.look_again(name, left);
            return Ok(());
        }
        let requests = self.context.cluster::<CertificateSigningRequest>();
        let uid = request.metadata.uid.as_deref();
        unless_not_found(requests.delete(name, &deleting(uid)).await)?;
        Ok(())
    }
}

impl CertificateCleaner {
    pub(crate) fn new(context: Context, signer: Option<Arc<dyn SignCertificates>>) -> Self {
        Self {
            requests: CertificateRequests::watched(&context, |_| true),
            signer,
            context,
        }
    }

    /// Works until its task ends.
    pub(crate) async fn run(self) {
        self.requests.work(&self).await;
    }

    /// When a request is to go.
    fn end(&self, request: &CertificateSigningRequest) -> Option<Timestamp> {
        let is_approved = conditions(request).any(|it| it.type_ == "Approved");
        let expiry = certificate(request)
            .filter(|_| is_approved)
            .and_then(|certificate| self.signer.as_ref()?.end_of(certificate));
        [deadline(request), expiry].into_iter().flatten().min()
    }
}

fn conditions(
    request: &CertificateSigningRequest,
) -> impl Iterator<Item = &k8s_openapi::api::certificates::v1::CertificateSigningRequestCondition> {
    let status = request.status.as_ref();
    status
        .into_iter()
        .flat_map(|it| it.conditions.iter().flatten())
}

/// When a request has been kept long enough, whatever its certificate says.
fn deadline(request: &CertificateSigningRequest) -> Option<Timestamp> {
    let is_issued = certificate(request).is_some();
    let ends = conditions(request).filter_map(|condition| {
        let kept = match condition.type_.as_str() {
            "Denied" | "Failed" => AFTER_THE_END,
            "Approved" if is_issued => AFTER_THE_END,
            "Approved" => WAITING,
            _ => return None,
        };
        let since = condition.last_update_time.as_ref()?.0;
        since.checked_add(kept).ok()
    });
    let end = ends.min();
    if end.is_some() || conditions(request).next().is_some() {
        return end;
    }
    let created = request.metadata.creation_timestamp.as_ref()?.0;
    created.checked_add(WAITING).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_state_has_its_time() {
        let end = |status: serde_json::Value| {
            let request = json!({
                "metadata": {"name": "a", "creationTimestamp": "2026-01-01T00:00:00Z"},
                "spec": {"request": "", "signerName": "example.com/a", "usages": []},
                "status": status,
            });
            let request = serde_json::from_value(request).unwrap();
            deadline(&request).map(|end| end.to_string())
        };
        let condition = |kind: &str, time: Option<&str>| json!([{"type": kind, "status": "True", "lastUpdateTime": time}]);
        let noon = Some("2026-01-01T12:00:00Z");
        let one = Some("2026-01-01T13:00:00Z".to_owned());
        let next_day = Some("2026-01-02T12:00:00Z".to_owned());
        assert_eq!(end(json!({})).as_deref(), Some("2026-01-02T00:00:00Z"));
        for kind in ["Denied", "Failed"] {
            assert_eq!(end(json!({"conditions": condition(kind, noon)})), one);
        }
        let approved = condition("Approved", noon);
        assert_eq!(end(json!({"conditions": approved})), next_day);
        assert_eq!(
            end(json!({"conditions": approved, "certificate": "YQ=="})),
            one
        );
        // Nobody said since when.
        assert_eq!(end(json!({"conditions": condition("Denied", None)})), None);
    }
}
