//! What simulated nodes write, and what comes of it.

use super::{Due, Nodes, RENEWAL, RENEWED_TOGETHER, REPORT, RETRY, resource_version};
use crate::needs::Objects;
use crate::{registration, report};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::Error;
use kube::api::{Api, DeleteParams, Patch, Preconditions};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A write that has come to an end.
pub(super) enum Written {
    /// With the version that the pod has by it.
    Status(String, Result<u64, Error>),
    Removed(String, Result<(), Error>),
    Registration(usize, Result<(Box<Node>, Box<Lease>), Error>),
    Lease(usize, Result<Box<Lease>, Error>),
    Report(usize, Result<(), Error>),
}

impl Nodes {
    pub(super) fn enqueue(&mut self, uid: &str) {
        if let Some(played) = self.pods.get_mut(uid)
            && !played.is_queued
            && !played.is_being_written
        {
            played.is_queued = true;
            self.queue.push_back(uid.to_owned());
        }
    }

    /// Sends what the API server does not have yet: the status, and when all is over the removal.
    pub(super) fn write(&mut self, uid: String) {
        let now = self.now();
        let Some(played) = self.pods.get_mut(&uid) else {
            return;
        };
        played.is_queued = false;
        if self.machines[played.machine].is_lost {
            // Everything is written once it is back.
            return;
        }
        let life = &mut played.life;
        let is_removal = life.may_be_removed();
        let status = life.status(now);
        let is_news = played.written.as_ref() != Some(&status);
        let meta = &life.pod.metadata;
        let name = meta.name.clone().unwrap_or_default();
        let namespace = meta.namespace.as_deref().unwrap_or("default");
        let client = self.machines[played.machine].client.clone();
        let pods: Api<Pod> = Api::namespaced(client, namespace);
        if is_news && (!is_removal || life.reports_its_end()) {
            let patch = report::patch(&life.pod, played.written.as_ref(), &status);
            played.sent = Some(status);
            played.is_being_written = true;
            self.pod_writes.spawn(async move {
                let (parameters, patch) = (registration::patching(), Patch::Strategic(patch));
                let patched = pods.patch_status(&name, &parameters, &patch).await;
                Written::Status(uid, patched.map(|pod| resource_version(&pod)))
            });
        } else if is_removal {
            played.is_being_written = true;
            let parameters = DeleteParams {
                grace_period_seconds: Some(0),
                preconditions: Some(Preconditions {
                    uid: Some(uid.clone()),
                    resource_version: None,
                }),
                ..DeleteParams::default()
            };
            self.pod_writes.spawn(async move {
                let removed = pods.delete(&name, &parameters).await;
                Written::Removed(uid, removed.map(|_| ()))
            });
        }
    }

    pub(super) fn settle(&mut self, written: Written) {
        match written {
            Written::Status(uid, result) => {
                if let Some(played) = self.pods.get_mut(&uid) {
                    played.is_being_written = false;
                    let sent = played.sent.take();
                    if let Ok(version) = result {
                        (played.written, played.version) = (sent, version);
                        // The watch may have been quicker than the answer.
                        played.notice_others();
                    }
                    self.after_write(uid, result.map(|_| ()));
                }
            }
            Written::Removed(uid, result) => {
                if let Some(played) = self.pods.get_mut(&uid) {
                    // If it was removed, the watch tells; there is nothing more to write.
                    played.is_being_written = result.is_ok();
                    self.after_write(uid, result);
                }
            }
            Written::Registration(number, result) => {
                let now = Instant::now();
                let what = "could not register a node";
                if let Some((node, lease)) = settled(result, what) {
                    if *self.known.borrow() == 0 {
                        // By now those are watched that somebody keeps whole, so that none is
                        // watched twice.
                        let objects = Objects::of(&self.informers);
                        for machine in &mut self.machines {
                            machine.host.objects = objects.clone();
                        }
                    }
                    let machine = &mut self.machines[number];
                    machine.node = Some(Arc::new(registration::owner(&node)));
                    machine.lease = Some(lease);
                    self.known.send_modify(|known| *known += 1);
                    // Spread over the period, so that thousands of nodes do not all write at once.
                    let count = self.machines.len();
                    let part = |period: Duration, together: usize| {
                        let groups = count.div_ceil(together) as u32;
                        period / groups * (number / together + 1) as u32
                    };
                    let renewal = self.started + part(RENEWAL, RENEWED_TOGETHER);
                    self.timers.set(renewal.max(now), Due::Lease(number));
                    self.report_in(part(REPORT, 1), number);
                } else {
                    self.timers.set(now + RETRY, Due::Registration(number));
                }
            }
            Written::Lease(number, result) => {
                let now = Instant::now();
                // At the time of those beside it, however long it took.
                let next = match &result {
                    Ok(_) => self.machines[number].renewal.max(now),
                    Err(_) => now + RETRY,
                };
                // Without a lease it is looked up anew.
                self.machines[number].lease = settled(result, "could not renew a node's lease");
                self.timers.set(next, Due::Lease(number));
            }
            Written::Report(number, result) => {
                let wait = if result.is_ok() { REPORT } else { RETRY };
                settled(result, "could not report a node's status");
                self.report_in(wait, number);
            }
        }
    }

    pub(super) fn report_in(&mut self, wait: Duration, number: usize) {
        let key = self.timers.set(Instant::now() + wait, Due::Report(number));
        self.machines[number].report = Some(key);
    }

    fn after_write(&mut self, uid: String, result: Result<(), Error>) {
        match result {
            // There may be news already.
            Ok(()) => self.enqueue(&uid),
            // Gone: the watch tells. So it does of a namesake, at the next try.
            Err(Error::Api(status)) if status.code == 404 => {}
            Err(error) => {
                tracing::debug!(%error, "could not write about a pod");
                self.timers.set(Instant::now() + RETRY, Due::Retry(uid));
            }
        }
    }
}

/// Lets an error of a heartbeat be known: it comes again anyway.
fn settled<T>(result: Result<T, Error>, what: &'static str) -> Option<T> {
    result
        .inspect_err(|error| tracing::debug!(%error, "{what}"))
        .ok()
}
