//! Clocks differ: what is decided must not depend on how far the one here is from the server's.

use crate::harness::{apply_now, deploying, objects};
use http::{HeaderValue, Request, header};
use jiff::{SignedDuration, Timestamp};
use kube::Client;
use kube::client::Body;
use std::sync::Arc;
use trimtab_deploy::{Controllers, ObjectRef, PatchType, Target};

/// When the cluster starts, and as an HTTP server writes it.
const START: &str = "2026-01-01T00:00:00Z";
const DATE: &str = "Thu, 01 Jan 2026 00:00:00 GMT";

/// The same cluster, behind a server that tells the time.
fn with_date(plain: &Target) -> Target {
    let client = plain.client().clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let client = client.clone();
        async move {
            let mut answer = client.send(request).await?;
            let headers = answer.headers_mut();
            headers.insert(header::DATE, HeaderValue::from_static(DATE));
            Ok::<_, kube::Error>(answer)
        }
    });
    Target::new(Client::new(service, plain.namespace()), plain.namespace())
}

#[test]
fn whoever_holds_a_lease_holds_it_by_the_servers_clock() {
    deploying("", async |target| {
        let discovery = target.discovery().await.unwrap();
        let maps = Arc::new(discovery.of_kind("v1", "ConfigMap").unwrap().clone());
        let announcement = ObjectRef::new(&maps, "kube-system", "trimtab-controllers");
        let without = &objects("{data: {controllers: \"scheduler\\nnodes\"}}")[0];
        let kind = PatchType::Merge;
        let patched = target.patch(&announcement, None, kind, without, false);
        patched.await.unwrap();
        let job = &objects("{apiVersion: batch/v1, kind: Job, metadata: {name: a}}")[0];
        let target = with_date(target);
        let missing = async |hours| {
            let start: Timestamp = START.parse().unwrap();
            let here = start + SignedDuration::from_hours(hours);
            let working = Controllers::working(&target, here).await.unwrap();
            working.missing_for(job)
        };
        let lease = |renewed: &str| {
            format!(
                "{{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {{name: kube-controller-manager, namespace: kube-system}}, spec: {{holderIdentity: a, leaseDurationSeconds: 15, renewTime: '{renewed}'}}}}"
            )
        };
        apply_now(&target, &lease("2026-01-01T00:00:00.000000Z")).await;
        for hours in [-24, 0, 24] {
            assert_eq!(missing(hours).await, None, "held, {hours} h");
        }
        // Whoever is gone does not come back where it is earlier.
        apply_now(&target, &lease("2025-12-31T23:00:00.000000Z")).await;
        for hours in [-24, 0, 24] {
            assert_eq!(missing(hours).await, Some("job-controller"), "{hours} h");
        }
    });
}
