//! All controllers together.

use crate::autoscaler::{self, HorizontalPodAutoscaling};
use crate::certificate_approval::{self, CertificateApproval};
use crate::certificate_cleaner::{self, CertificateCleaner};
use crate::certificate_signing::{self, CertificateSigning, SignCertificates};
use crate::cluster_role_aggregation::{self, ClusterRoleAggregation};
use crate::context::{Context, MANAGER};
use crate::cronjob::{self, CronJobController};
use crate::daemonset::{self, DaemonSetController};
use crate::deployment::{self, DeploymentController};
use crate::disruption::{self, DisruptionController};
use crate::endpoints::{self, EndpointsController};

use crate::endpointslice::{self, EndpointSliceController};
use crate::endpointslice_mirroring::{self, EndpointSliceMirroring};
use crate::garbage_collector::{self, GarbageCollector};
use crate::job::{self, JobController};
use crate::namespace::{self, NamespaceController};
use crate::node_lifecycle::{self, NodeLifecycle};
use crate::pod_collector::{self, PodCollector};
use crate::policy_status::{self, PolicyStatus};
use crate::quota::{self, QuotaController};
use crate::replicaset::{self, ReplicaSetController};
use crate::root_ca::{self, RootCaPublisher};
use crate::service_account::{self, ServiceAccountController};
use crate::statefulset::{self, StatefulSetController};
use crate::taint_eviction::{self, TaintEviction};
use crate::ttl_after_finished::{self, TtlAfterFinished};
use crate::volumes::binder::{self, VolumeBinder};
use crate::volumes::protection::{self, ClaimProtection, VolumeProtection};
use crate::volumes::provisioner::{self, LocalProvisioner};
use crate::worker::QUEUES;
use futures::future::BoxFuture;
use k8s_openapi::api::apps::v1::ReplicaSet;
use k8s_openapi::api::core::v1::ReplicationController;
use kube::Client;
use std::fmt;
use std::sync::Arc;
use tokio::task::JoinSet;
use trimtab_informer::{Component, EventRecorder, Informers, Queues};

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
    queues: Queues,
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
            queues: Queues::default(),
        };
        let context = |name: &str, account: &str, source: &str| {
            let client = client_of(account);
            let (clock, chance) = (informers.clock(), informers.chance().fork(name));
            let component = Component {
                name: source,
                manager: MANAGER,
            };
            Context {
                recorder: EventRecorder::start(client.clone(), component, clock, &chance),
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
        let of_certificates =
            |name| enabled(name).then(|| context(name, "certificate-controller", name));
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
        for Start {
            name,
            account,
            source,
            run,
        } in STARTS
        {
            if !enabled(name) {
                continue;
            }
            let context = context(name, account, source);
            if let Some(run) = run(context, root_ca.as_deref()) {
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

    /// What their queues do, once they run: for the metrics.
    #[must_use]
    pub fn queues(&self) -> Queues {
        self.queues.clone()
    }

    /// Runs them, each in a task of its own, until this future is dropped.
    // What comes in a box is compiled here, and not once more in every crate that waits for it.
    pub fn run(self) -> BoxFuture<'static, ()> {
        Box::pin(self.ran())
    }

    async fn ran(self) {
        let runs = self.runs.into_iter();
        let told = runs.map(|run| QUEUES.scope(self.queues.clone(), run));
        let mut tasks: JoinSet<()> = told.collect();
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a controller has ended");
            }
        }
    }
}

/// One controller.
struct Start {
    /// As kube-controller-manager calls it.
    name: &'static str,
    /// Its service account.
    account: &'static str,
    /// The source of its events.
    source: &'static str,
    run: Run,
}

/// Makes a controller and what it does for as long as it runs; `None` if it lacks what it needs.
type Run = fn(Context, Option<&str>) -> Option<BoxFuture<'static, ()>>;

/// A controller whose events come from what it is called.
const fn named(name: &'static str, account: &'static str, run: Run) -> Start {
    Start {
        name,
        account,
        source: name,
        run,
    }
}

/// A controller whose events come from `source`.
const fn telling(
    name: &'static str,
    account: &'static str,
    source: &'static str,
    run: Run,
) -> Start {
    Start {
        name,
        account,
        source,
        run,
    }
}

/// Boxes the run of a controller that needs nothing but its context.
macro_rules! run {
    ($controller:ty) => {
        |context, _| Some(Box::pin(<$controller>::new(context).run()))
    };
}

const STARTS: [Start; 27] = [
    named(
        policy_status::NAME,
        "validatingadmissionpolicy-status-controller",
        run!(PolicyStatus),
    ),
    named(
        service_account::NAME,
        "service-account-controller",
        run!(ServiceAccountController),
    ),
    named(
        root_ca::NAME,
        "root-ca-cert-publisher",
        |context, certificate| Some(Box::pin(RootCaPublisher::new(context, certificate?).run())),
    ),
    named(
        deployment::NAME,
        "deployment-controller",
        run!(DeploymentController),
    ),
    named(
        replicaset::NAME,
        "replicaset-controller",
        run!(ReplicaSetController<ReplicaSet>),
    ),
    telling(
        replicaset::REPLICATION_CONTROLLER_NAME,
        "replication-controller",
        "replication-controller",
        run!(ReplicaSetController<ReplicationController>),
    ),
    named(job::NAME, "job-controller", run!(JobController)),
    named(cronjob::NAME, "cronjob-controller", run!(CronJobController)),
    named(
        ttl_after_finished::NAME,
        "ttl-after-finished-controller",
        run!(TtlAfterFinished),
    ),
    named(
        daemonset::NAME,
        "daemon-set-controller",
        run!(DaemonSetController),
    ),
    named(
        statefulset::NAME,
        "statefulset-controller",
        run!(StatefulSetController),
    ),
    telling(
        endpointslice::NAME,
        "endpointslice-controller",
        "endpoint-slice-controller",
        run!(EndpointSliceController),
    ),
    telling(
        endpoints::NAME,
        "endpoint-controller",
        endpoints::MANAGER,
        run!(EndpointsController),
    ),
    telling(
        endpointslice_mirroring::NAME,
        "endpointslicemirroring-controller",
        endpointslice_mirroring::SOURCE,
        run!(EndpointSliceMirroring),
    ),
    telling(
        autoscaler::NAME,
        "horizontal-pod-autoscaler",
        autoscaler::SOURCE,
        run!(HorizontalPodAutoscaling),
    ),
    named(
        namespace::NAME,
        "namespace-controller",
        run!(NamespaceController),
    ),
    telling(
        binder::NAME,
        "persistent-volume-binder",
        binder::SOURCE,
        run!(VolumeBinder),
    ),
    named(
        protection::CLAIMS_NAME,
        "pvc-protection-controller",
        run!(ClaimProtection),
    ),
    named(
        protection::VOLUMES_NAME,
        "pv-protection-controller",
        run!(VolumeProtection),
    ),
    telling(
        provisioner::NAME,
        provisioner::ACCOUNT,
        provisioner::BY,
        run!(LocalProvisioner),
    ),
    telling(
        node_lifecycle::NAME,
        "node-controller",
        node_lifecycle::SOURCE,
        run!(NodeLifecycle),
    ),
    named(taint_eviction::NAME, "node-controller", run!(TaintEviction)),
    named(
        pod_collector::NAME,
        "pod-garbage-collector",
        run!(PodCollector),
    ),
    named(
        quota::NAME,
        "resourcequota-controller",
        run!(QuotaController),
    ),
    telling(
        disruption::NAME,
        "disruption-controller",
        "controllermanager",
        run!(DisruptionController),
    ),
    named(
        cluster_role_aggregation::NAME,
        "clusterrole-aggregation-controller",
        run!(ClusterRoleAggregation),
    ),
    named(
        garbage_collector::NAME,
        "generic-garbage-collector",
        run!(GarbageCollector),
    ),
];
