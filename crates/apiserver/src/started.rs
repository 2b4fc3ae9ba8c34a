//! How far the start of a server has come, and whether what it goes on with still runs: what stands
//! behind the post-start hooks that its health is told by.
//!
//! The hooks are kube-apiserver's. Here they are done in fewer stages, so several of them are true
//! together. Those that have nothing to do here are not told: there is no loopback certificate, no
//! lease that says who is a server, no endpoint reconciler of peers, and no legacy token.

use std::sync::OnceLock;
use tokio::task::AbortHandle;

use crate::health::Finding;

/// What is done one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The watch cache is filled; a task feeds it.
    Cache,
    /// A task looks after definitions of custom kinds.
    Definitions,
    /// The default roles and bindings are there.
    Policy,
    /// The objects are there that every cluster has.
    Objects,
    /// A task looks after `APIService`s and flow schemas.
    Background,
}

/// The hooks of kube-apiserver, in the order in which they are told, and when they are done here.
pub(crate) const HOOKS: [(&str, Stage); 26] = [
    (
        "poststarthook/start-apiserver-admission-initializer",
        Stage::Cache,
    ),
    (
        "poststarthook/generic-apiserver-start-informers",
        Stage::Cache,
    ),
    (
        "poststarthook/priority-and-fairness-config-consumer",
        Stage::Background,
    ),
    ("poststarthook/priority-and-fairness-filter", Stage::Cache),
    (
        "poststarthook/storage-object-count-tracker-hook",
        Stage::Cache,
    ),
    ("poststarthook/start-apiextensions-informers", Stage::Cache),
    (
        "poststarthook/start-apiextensions-controllers",
        Stage::Definitions,
    ),
    ("poststarthook/crd-informer-synced", Stage::Definitions),
    (
        "poststarthook/start-system-namespaces-controller",
        Stage::Objects,
    ),
    (
        "poststarthook/start-cluster-authentication-info-controller",
        Stage::Objects,
    ),
    ("poststarthook/storage-readiness", Stage::Cache),
    (
        "poststarthook/start-service-ip-repair-controllers",
        Stage::Objects,
    ),
    ("poststarthook/rbac/bootstrap-roles", Stage::Policy),
    (
        "poststarthook/scheduling/bootstrap-system-priority-classes",
        Stage::Objects,
    ),
    (
        "poststarthook/priority-and-fairness-config-producer",
        Stage::Objects,
    ),
    ("poststarthook/bootstrap-controller", Stage::Objects),
    (
        "poststarthook/start-kubernetes-service-cidr-controller",
        Stage::Objects,
    ),
    (
        "poststarthook/start-kube-aggregator-informers",
        Stage::Cache,
    ),
    (
        "poststarthook/apiservice-status-local-available-controller",
        Stage::Background,
    ),
    (
        "poststarthook/apiservice-status-remote-available-controller",
        Stage::Background,
    ),
    (
        "poststarthook/apiservice-registration-controller",
        Stage::Background,
    ),
    (
        "poststarthook/apiservice-discovery-controller",
        Stage::Background,
    ),
    (
        "poststarthook/kube-apiserver-autoregistration",
        Stage::Objects,
    ),
    ("autoregister-completion", Stage::Objects),
    (
        "poststarthook/apiservice-openapi-controller",
        Stage::Background,
    ),
    (
        "poststarthook/apiservice-openapiv3-controller",
        Stage::Background,
    ),
];

/// How far a server has come.
#[derive(Default)]
pub(crate) struct Started {
    cache: OnceLock<Done>,
    definitions: OnceLock<Done>,
    policy: OnceLock<Done>,
    objects: OnceLock<Done>,
    background: OnceLock<Done>,
}

/// A stage that is done, and the task that goes on with it, if one does.
struct Done(Option<AbortHandle>);

impl Started {
    /// Notes that a stage is done. Only the first time counts.
    pub(crate) fn is_done(&self, stage: Stage) {
        let _ = self.of(stage).set(Done(None));
    }

    /// Notes that a stage is done, and that a task goes on with it until the server ends.
    pub(crate) fn goes_on(&self, stage: Stage, task: AbortHandle) {
        let _ = self.of(stage).set(Done(Some(task)));
    }

    /// Whether a stage is done, and goes on if it should.
    pub(crate) fn look_at(&self, stage: Stage) -> Finding {
        match self.of(stage).get() {
            None => Err("not finished".to_owned()),
            Some(Done(Some(task))) if task.is_finished() => {
                Err(format!("the task of {stage:?} has ended"))
            }
            Some(_) => Ok(()),
        }
    }

    fn of(&self, stage: Stage) -> &OnceLock<Done> {
        match stage {
            Stage::Cache => &self.cache,
            Stage::Definitions => &self.definitions,
            Stage::Policy => &self.policy,
            Stage::Objects => &self.objects,
            Stage::Background => &self.background,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stage_is_well_once_done_and_while_its_task_runs() {
        let started = Started::default();
        let ask = |stage| started.look_at(stage);
        assert_eq!(ask(Stage::Policy), Err("not finished".to_owned()));
        started.is_done(Stage::Policy);
        assert_eq!(ask(Stage::Policy), Ok(()));
        assert_eq!(ask(Stage::Background), Err("not finished".to_owned()));
        let task = tokio::spawn(std::future::pending::<()>());
        started.goes_on(Stage::Background, task.abort_handle());
        assert_eq!(ask(Stage::Background), Ok(()));
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        let ended = "the task of Background has ended";
        assert_eq!(ask(Stage::Background), Err(ended.to_owned()));
    }

    #[test]
    fn every_hook_is_named_once() {
        let mut names: Vec<&str> = HOOKS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), HOOKS.len());
    }
}
