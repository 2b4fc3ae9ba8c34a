//! Certificates that clients ask for.

use crate::harness::{play, until};
use k8s_openapi::ByteString;
use k8s_openapi::api::certificates::v1::CertificateSigningRequest;
use kube::api::{Api, PostParams};
use serde_json::json;
use std::sync::Arc;
use trimtab_apiserver::Pki;
use trimtab_clock::Clock;

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
