//! Certificates that clients ask for.

use crate::harness::{play, until};
use k8s_openapi::ByteString;
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;
use kube::ResourceExt;
use kube::api::{Api, ListParams, PostParams};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use trimtab_apiserver::Pki;
use trimtab_clock::Clock;
use trimtab_controllers::Selection;

/// A request of `ann` in the group `ops`.
const REQUEST: &str = "\
-----BEGIN CERTIFICATE REQUEST-----\n\
MIHVMH4CAQAwHDEMMAoGA1UECgwDb3BzMQwwCgYDVQQDDANhbm4wWTATBgcqhkjO\n\
PQIBBggqhkjOPQMBBwNCAATxpoUKsNaug5LzWHlffMhvpxreiINTnD1NGPnVdGlY\n\
ur+RqJfpKLqKkXyjmerkVo6bkMTla3Pn5/s2pONy5BzooAAwCgYIKoZIzj0EAwID\n\
RwAwRAIgGVDmxaTVAcrZHusUk9WBhs59jm/35iuizYigaErsahgCIBchOpDHAPZ+\n\
F4rLXVexRTXQOwqe8Tk190XSbANw80uH\n\
-----END CERTIFICATE REQUEST-----\n\
";

/// A request of the kubelet of the node `a`.
const KUBELET: &str = "\
-----BEGIN CERTIFICATE REQUEST-----\n\
MIHqMIGRAgEAMC8xFTATBgNVBAoMDHN5c3RlbTpub2RlczEWMBQGA1UEAwwNc3lz\n\
dGVtOm5vZGU6YTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGflp2N0eeDSH4Xk\n\
SW7PO/RaZx8afHxAMF8xorspcUsxTwF7xseyiJXPJBpZIoqyTP06tNGUqXYGgCFE\n\
iK7sncygADAKBggqhkjOPQQDAgNIADBFAiAtPOiPCNvFcPNG4S00cR2sOVd2yJSM\n\
EOczH362MjdD5wIhAO31mjg2O+7qFxsraFv3h6rjChs2q7k92CqgKKSJq3HT\n\
-----END CERTIFICATE REQUEST-----\n\
";

/// Whether all of these names have a certificate, or a condition that says why not.
fn are_settled(requests: &[Arc<CertificateSigningRequest>]) -> bool {
    requests.len() == 2
        && requests.iter().all(|request| {
            request.status.as_ref().is_some_and(|status| {
                let mut conditions = status.conditions.iter().flatten();
                status.certificate.is_some() || conditions.any(|it| it.type_ == "Failed")
            })
        })
}

#[test]
fn an_approved_request_is_signed_or_told_why_not() {
    play(
        17,
        |options| {
            let pki = Pki::ephemeral(&[], Clock::system()).unwrap();
            options.certificate_signer = pki.signer();
        },
        async |cluster| {
            let requests: Api<CertificateSigningRequest> = Api::all(cluster.client());
            let posting = PostParams::default();
            for (name, usage) in [("good", "client auth"), ("bad", "server auth")] {
                let mut request: CertificateSigningRequest = serde_json::from_value(json!({
                    "metadata": {"name": name},
                    "spec": {
                        "request": ByteString(REQUEST.into()),
                        "signerName": "kubernetes.io/kube-apiserver-client",
                        "usages": [usage],
                    },
                }))
                .unwrap();
                request = requests.create(&posting, &request).await.unwrap();
                let approved = json!([{"type": "Approved", "status": "True", "reason": "Test"}]);
                request.status.get_or_insert_default().conditions =
                    serde_json::from_value(approved).unwrap();
                requests
                    .replace_subresource("approval", name, &posting, &request)
                    .await
                    .unwrap();
            }
            until(cluster, "an end of both", are_settled).await;
            let good = requests.get("good").await.unwrap().status.unwrap();
            let certificate = String::from_utf8(good.certificate.unwrap().0).unwrap();
            assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"));
            let bad = requests.get("bad").await.unwrap().status.unwrap();
            let conditions = bad.conditions.unwrap();
            let failed = conditions.iter().find(|it| it.type_ == "Failed").unwrap();
            assert_eq!(failed.reason.as_deref(), Some("SignerValidationFailure"));
            let message = failed.message.as_deref().unwrap();
            assert!(message.contains("server auth"), "{message}");
        },
    );
}

#[test]
fn a_kubelet_has_its_certificate_without_anybody_looking_and_its_request_goes_after_an_hour() {
    play(
        18,
        |options| {
            let pki = Pki::ephemeral(&[], Clock::system()).unwrap();
            options.certificate_signer = pki.signer();
            // Nothing else happens in these hours.
            options.nodes = 0;
            options.controllers =
                Selection::parse(&["csrapproving,csrsigning,csrcleaner"]).unwrap();
        },
        async |cluster| {
            let requests: Api<CertificateSigningRequest> = Api::all(cluster.client());
            let asked = |name: &str, signer: &str, usages: &[&str]| {
                serde_json::from_value(json!({
                    "metadata": {"name": name},
                    "spec": {
                        "request": ByteString(KUBELET.into()),
                        "signerName": signer,
                        "usages": usages,
                    },
                }))
                .unwrap()
            };
            let usages = ["digital signature", "client auth"];
            let kubelet = "kubernetes.io/kube-apiserver-client-kubelet";
            let other = "kubernetes.io/kube-apiserver-client";
            for (name, signer) in [("kubelet", kubelet), ("other", other)] {
                let request = asked(name, signer, &usages);
                let posting = PostParams::default();
                requests.create(&posting, &request).await.unwrap();
            }
            let has_certificate = |requests: &[Arc<CertificateSigningRequest>]| {
                requests.iter().any(|request| {
                    let status = request.status.as_ref();
                    status.is_some_and(|status| status.certificate.is_some())
                })
            };
            until(cluster, "a certificate", has_certificate).await;
            let status = requests.get("kubelet").await.unwrap().status.unwrap();
            let conditions = status.conditions.unwrap();
            assert_eq!(conditions[0].reason.as_deref(), Some("AutoApproved"));
            let other = requests.get("other").await.unwrap();
            assert!(
                other
                    .status
                    .is_none_or(|status| status.conditions.is_none())
            );

            let names = async || {
                let all = requests.list(&ListParams::default()).await.unwrap();
                all.iter().map(ResourceExt::name_any).collect::<Vec<_>>()
            };
            tokio::time::sleep(Duration::from_secs(59 * 60)).await;
            assert_eq!(names().await, ["kubelet", "other"]);
            tokio::time::sleep(Duration::from_secs(2 * 60)).await;
            assert_eq!(names().await, ["other"]);
        },
    );
}
