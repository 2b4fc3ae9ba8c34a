//! Who may approve and sign certificates of which signer, and what may be asked of one.
//!
//! The plugins `CertificateApproval`, `CertificateSigning` and `CertificateSubjectRestriction`
//! (`plugin/pkg/admission/certificates`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateSigningRequestDer;
use rustls::pki_types::pem::PemObject as _;
use trimtab_tree::Value;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer as _;

use super::{Write, may};
use crate::admission::{Operation, Plugin};
use crate::authorization::Attributes;
use crate::registry::Call;
use crate::{Identity, Status};

const GROUP: &str = "certificates.k8s.io";
const CLIENT_SIGNER: &str = "kubernetes.io/kube-apiserver-client";

/// Refuses a write of a certificate signing request that its caller has no right to.
pub(super) async fn check(call: &Call<'_>, write: &Write<'_>) -> Result<(), Status> {
    if (call.resource.group(), &*call.resource.plural) == (GROUP, "clustertrustbundles") {
        return check_trust(call, write).await;
    }
    let is_request =
        (call.resource.group(), &*call.resource.plural) == (GROUP, "certificatesigningrequests");
    if !is_request || write.operation == Operation::Delete {
        return Ok(());
    }
    let runs = |plugin| call.server.admission_plugins.has(plugin);
    match (write.subresource, write.old) {
        ("approval", _) if !runs(Plugin::CertificateApproval) => Ok(()),
        ("status", _) if !runs(Plugin::CertificateSigning) => Ok(()),
        ("", _) if !runs(Plugin::CertificateSubjectRestriction) => Ok(()),
        ("approval", Some(old)) => check_signer(call, write, "approve", signer(old)).await,
        ("status", Some(old)) if is_signed(old, write.object) => {
            check_signer(call, write, "sign", signer(old)).await
        }
        ("", _) if signer(write.object) == CLIENT_SIGNER => check_subject(call, write),
        _ => Ok(()),
    }
}

/// Who publishes the trust of a signer must have the right to attest it
/// (`ClusterTrustBundleAttest`).
async fn check_trust(call: &Call<'_>, write: &Write<'_>) -> Result<(), Status> {
    let plugins = call.server.admission_plugins;
    let signer = signer(write.old.unwrap_or(write.object));
    let is_free = signer.is_empty() || write.operation == Operation::Delete;
    if is_free || !plugins.has(Plugin::ClusterTrustBundleAttest) {
        return Ok(());
    }
    check_signer(call, write, "attest", signer).await
}

fn signer(request: &Value) -> &str {
    let signer = request.get_path(&["spec", "signerName"]);
    signer.and_then(Value::as_str).unwrap_or_default()
}

/// Whether a write says something about the certificate.
fn is_signed(old: &Value, new: &Value) -> bool {
    ["certificate", "conditions"]
        .iter()
        .any(|field| old.get_path(&["status", field]) != new.get_path(&["status", field]))
}

/// The right is one to the signer, or to all of its domain: `example.com/*`.
async fn check_signer(
    call: &Call<'_>,
    write: &Write<'_>,
    verb: &str,
    signer: &str,
) -> Result<(), Status> {
    let domain = signer.split('/').next().unwrap_or_default();
    for name in [signer, &format!("{domain}/*")] {
        let asked = Attributes::of_resource(call.identity, verb, GROUP, "signers", name);
        if may(call, &asked).await? {
            return Ok(());
        }
    }
    let why = format!("user not permitted to {verb} requests with signerName {signer:?}");
    Err(write.forbidden(call, &why))
}

/// Nobody becomes a member of `system:masters` by a certificate.
fn check_subject(call: &Call<'_>, write: &Write<'_>) -> Result<(), Status> {
    let Some(subject) = Subject::of(write.object) else {
        return Err(write.forbidden(call, "failed to parse CSR: it holds no request in PEM"));
    };
    if subject
        .organizations
        .iter()
        .any(|group| group == Identity::MASTERS)
    {
        let why = format!(
            "use of {CLIENT_SIGNER} signer with {} group is not allowed",
            Identity::MASTERS
        );
        return Err(write.forbidden(call, &why));
    }
    Ok(())
}

/// Whom a request wants a certificate for.
pub(super) struct Subject {
    pub(super) common_name: String,
    organizations: Vec<String>,
}

impl Subject {
    /// Whom a `CertificateSigningRequest` wants one for; `None` if its request is none.
    pub(super) fn of(request: &Value) -> Option<Self> {
        let pem = request.get_path(&["spec", "request"])?.as_str()?;
        let pem = STANDARD.decode(pem).ok()?;
        let der = CertificateSigningRequestDer::from_pem_slice(&pem).ok()?;
        let (_, request) = X509CertificationRequest::from_der(&der).ok()?;
        let subject = &request.certification_request_info.subject;
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let common_name = subject.iter_common_name().next();
        let organizations = subject.iter_organization();
        Some(Self {
            common_name: text(common_name.and_then(|name| name.as_str().ok())),
            organizations: organizations.map(|name| text(name.as_str().ok())).collect(),
        })
    }
}
