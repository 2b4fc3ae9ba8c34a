//! All controllers together.

use crate::certificate_approval::{self, CertificateApproval};
use crate::certificate_cleaner::{self, CertificateCleaner};
use crate::certificate_signing::{self, CertificateSigning, SignCertificates};
use crate::cluster_role_aggregation::{self, ClusterRoleAggregation};
use crate::context::Context;
use crate::cronjob::{self, CronJobController};
use crate::daemonset::{self, DaemonSetController};
use crate::deployment::{self, DeploymentController};
use crate::disruption::{self, DisruptionController};
use crate::endpointslice::{self, EndpointSliceController};
use crate::garbage_collector::{self, GarbageCollector};
use crate::job::{self, JobController};
use crate::namespace::{self, NamespaceController};
use crate::pod_collector::{self, PodCollector};
use crate::quota::{self, QuotaController};
use crate::replicaset::{self, ReplicaSetController};
use crate::root_ca::{self, RootCaPublisher};
use crate::service_account::{self, ServiceAccountController};
use crate::statefulset::{self, StatefulSetController};
use crate::ttl_after_finished::{self, TtlAfterFinished};
use futures::future::BoxFuture;
use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::core::v1::ReplicationController;
use kube::Client;
use std::fmt;
use std::sync::Arc;
use tokio::task::JoinSet;
use trimtab_informer::{EventRecorder, Informers};

/// What the controllers are given.
pub struct Options {
    /// Gives the client of the service account of this name in `kube-system`: each controller acts
    /// under its own.
    pub client_of: Box<dyn Fn(&str) -> Client + Send + Sync>,
    /// The caches, shared with whoever else is in the process; their clock and chance are the
    /// controllers' too.
    pub informers: Informers,
    /// Whether the controller of this name (one of [`NAMES`](crate::NAMES)) is wanted.
    pub enabled: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// The certificate of the authority behind the API server's, in PEM. Without it none is
    /// published.
    pub root_ca: Option<String>,
    /// Signs certificates that are asked for and approved. Without it none are.
    pub signer: Option<Arc<dyn SignCertificates>>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("informers", &self.informers)
            .field("root_ca", &self.root_ca.is_some())
            .finish_non_exhaustive()
    }
}

/// The controllers that were asked for, ready to run.
pub struct Controllers {
    names: Vec<&'static str>,
    runs: Vec<BoxFuture<'static, ()>>,
}

impl fmt::Debug for Controllers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Controllers").field(&self.names).finish()
    }
}

impl Controllers {
    /// Registers the wanted controllers with the caches; their watches start on the current tokio
    /// runtime. Nothing is written before [`Controllers::run`].
    #[must_use]
    pub fn new(options: Options) -> Self {
        let Options {
            client_of,
            informers,
            enabled,
            root_ca,
            signer,
        } = options;
        let mut all = Self {
            names: Vec::new(),
            runs: Vec::new(),
        };
        let context = |name, account: &str| {
            let client = client_of(account);
            let (clock, chance) = (informers.clock(), informers.chance().fork(name));
            Context {
                name,
                recorder: EventRecorder::start(client.clone(), name, clock, &chance),
                client,
                informers: informers.clone(),
                clock,
                chance,
            }
        };
        let mut add = |name, run: BoxFuture<'static, ()>| {
            all.names.push(name);
            all.runs.push(run);
        };
        let of_certificates = |name| enabled(name).then(|| context(name, "certificate-controller"));
        if let Some(context) = of_certificates(certificate_cleaner::NAME) {
            let cleaner = CertificateCleaner::new(context, signer.clone());
            add(certificate_cleaner::NAME, Box::pin(cleaner.run()));
        }
        if let Some(signer) = signer {
            if let Some(context) = of_certificates(certificate_approval::NAME) {
                let approval = CertificateApproval::new(context, Arc::clone(&signer));
                add(certificate_approval::NAME, Box::pin(approval.run()));
            }
            if let Some(context) = of_certificates(certificate_signing::NAME) {
                let signing = CertificateSigning::new(context, signer);
                add(certificate_signing::NAME, Box::pin(signing.run()));
            }
        }
        // The garbage collector comes last: it takes over the watches of all others.
        for (name, account, start) in STARTS {
            if !enabled(name) {
                continue;
            }
            if let Some(run) = start(context(name, account), root_ca.as_deref()) {
                all.names.push(name);
                all.runs.push(run);
            }
        }
        all
    }

    /// The names of those that run.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Runs them, each in a task of its own, until this future is dropped.
    pub async fn run(self) {
        let mut tasks: JoinSet<()> = self.runs.into_iter().collect();
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a controller has ended");
            }
        }
    }
}

/// Makes a controller and what it does for as long as it runs; `None` if it lacks what it needs.
type Start = fn(Context, Option<&str>) -> Option<BoxFuture<'static, ()>>;

/// Name, service account, and how to start it.
const STARTS: [(&str, &str, Start); 17] = [
    (
        service_account::NAME,
        "service-account-controller",
        |context, _| Some(Box::pin(ServiceAccountController::new(context).run())),
    ),
    (
        root_ca::NAME,
        "root-ca-cert-publisher",
        |context, certificate| Some(Box::pin(RootCaPublisher::new(context, certificate?).run())),
    ),
    (deployment::NAME, "deployment-controller", |context, _| {
        Some(Box::pin(DeploymentController::new(context).run()))
    }),
    (replicaset::NAME, "replicaset-controller", |context, _| {
        let controller = ReplicaSetController::<ReplicaSet>::new(context);
        Some(Box::pin(controller.run()))
    }),
    (
        replicaset::REPLICATION_CONTROLLER_NAME,
        "replication-controller",
        |context, _| {
            let controller = ReplicaSetController::<ReplicationController>::new(context);
            Some(Box::pin(controller.run()))
        },
    ),
    (job::NAME, "job-controller", |context, _| {
        Some(Box::pin(JobController::new(context).run()))
    }),
    (cronjob::NAME, "cronjob-controller", |context, _| {
        Some(Box::pin(CronJobController::new(context).run()))
    }),
    (
        ttl_after_finished::NAME,
        "ttl-after-finished-controller",
        |context, _| Some(Box::pin(TtlAfterFinished::new(context).run())),
    ),
    (daemonset::NAME, "daemon-set-controller", |context, _| {
        Some(Box::pin(DaemonSetController::new(context).run()))
    }),
    (statefulset::NAME, "statefulset-controller", |context, _| {
        Some(Box::pin(StatefulSetController::new(context).run()))
    }),
    (
        endpointslice::NAME,
        "endpointslice-controller",
        |context, _| Some(Box::pin(EndpointSliceController::new(context).run())),
    ),
    (namespace::NAME, "namespace-controller", |context, _| {
        Some(Box::pin(NamespaceController::new(context).run()))
    }),
    (
        pod_collector::NAME,
        "pod-garbage-collector",
        |context, _| Some(Box::pin(PodCollector::new(context).run())),
    ),
    (quota::NAME, "resourcequota-controller", |context, _| {
        Some(Box::pin(QuotaController::new(context).run()))
    }),
    (disruption::NAME, "disruption-controller", |context, _| {
        Some(Box::pin(DisruptionController::new(context).run()))
    }),
    (
        cluster_role_aggregation::NAME,
        "clusterrole-aggregation-controller",
        |context, _| Some(Box::pin(ClusterRoleAggregation::new(context).run())),
    ),
    (
        garbage_collector::NAME,
        "generic-garbage-collector",
        |context, _| Some(Box::pin(GarbageCollector::new(context).run())),
    ),
];
