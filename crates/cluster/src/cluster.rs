//! The assembly: who is started with what, and in which order.

use crate::announcement::announce;
use crate::certificates;
use crate::error::ClusterError;
use crate::faults::{Faults, Interference, Means};
use crate::options::{Listen, Options, Storage};
use crate::storage_class::bring_storage_class;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::Client;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use trimtab_apiserver::{ApiServer, Authorization, Config, Egress, Identity};
use trimtab_controllers::{Controllers, LOCAL_PROVISIONER_CONTROLLER};
use trimtab_informer::{Component, EventRecorder, Informers};
use trimtab_node::{Fault, MOST_NODES, Nodes};
use trimtab_scheduler::Scheduler;
use trimtab_schema::Schema;
use trimtab_store::{EmbeddedStore, MemoryStore, Retention, Store};

/// How long the service account of the default namespace may take. It takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether the store is closed.
const LETTING_GO: Duration = Duration::from_millis(1);

/// As whom the shared watches are read.
const MANAGER: &str = "system:kube-controller-manager";

/// As whom pods are placed.
const SCHEDULER_USER: &str = "system:kube-scheduler";

/// The controller that makes the service account of every namespace.
const SERVICE_ACCOUNTS: &str = "serviceaccount-controller";

/// The controller that gathers the rules of roles such as `admin`.
const ROLE_GATHERER: &str = "clusterrole-aggregation-controller";

/// Who tells of the pods that get nodes, or get none.
pub(crate) const SCHEDULER: Component<'_> = Component {
    name: "default-scheduler",
    manager: "kube-scheduler",
};

/// Who tells of what happens to pods on nodes.
pub(crate) const KUBELET: Component<'_> = Component {
    name: "kubelet",
    manager: "kubelet",
};

/// A running cluster. Dropping it stops it at once; [`Cluster::shutdown`] lets requests end.
pub struct Cluster {
    store: Arc<dyn Store>,
    server: ApiServer,
    informers: Informers,
    client: Client,
    address: Option<SocketAddr>,
    /// Ends [`ApiServer::serve`].
    stop: Arc<Notify>,
    serving: JoinSet<()>,
    components: JoinSet<()>,
    faults: Faults,
}

impl Cluster {
    /// Starts everything, and returns once the default namespace, its service account and the nodes
    /// are there.
    ///
    /// # Errors
    /// When the store cannot be opened, the API server cannot start, or the options contradict each
    /// other.
    // What comes in a box is compiled here, and not once more in every crate that waits for it.
    pub fn start(options: Options) -> BoxFuture<'static, Result<Self, ClusterError>> {
        Self::started(options).boxed()
    }

    async fn started(options: Options) -> Result<Self, ClusterError> {
        let Options {
            storage,
            listen,
            authentication,
            authorization,
            audit,
            service_cluster_ip_range,
            serving,
            admission_plugins,
            egress,
            root_ca,
            certificate_signer,
            controllers,
            scheduler,
            nodes,
            scenario,
            ready_after,
            clock,
            chance,
        } = options;
        if clock.is_virtual()
            && (listen.is_some() || storage != Storage::Memory || egress != Egress::Nothing)
        {
            return Err(ClusterError::RealInVirtual);
        }
        let nodes_wanted = scenario.node_count(nodes);
        if nodes_wanted > MOST_NODES {
            return Err(ClusterError::TooManyNodes(nodes_wanted));
        }
        let store = open(storage)?;
        let server = ApiServer::start(Config {
            store: Arc::clone(&store),
            schema: Schema::kubernetes(),
            clock,
            chance: chance.fork("apiserver"),
            authentication,
            authorization: Authorization {
                // Without the controller that gathers them, as on a server without controllers.
                gather_roles: authorization.gather_roles && controllers.includes(ROLE_GATHERER),
                ..authorization
            },
            audit,
            service_cluster_ip_range,
            serving,
            admission_plugins,
            egress,
        })
        .await?;
        let besides = [(scheduler, "scheduler"), (nodes_wanted > 0, "nodes")];
        let faults = scenario.faults.clone();
        let interference = Interference::new(faults.iter().any(Fault::is_of_requests));

        // One watch a kind for all components, as the component that reads everything anyway.
        let manager = component(MANAGER);
        let client = interference.between(MANAGER, server.client(manager));
        let informers = Informers::new(client, clock, chance.fork("informers"));
        let mut components = JoinSet::new();
        if scheduler {
            let client = server.client(component(SCHEDULER_USER));
            let client = interference.between(SCHEDULER_USER, client);
            let events = EventRecorder::start(client.clone(), SCHEDULER, clock, &chance);
            let scheduler = Scheduler::new(trimtab_scheduler::Options {
                client,
                informers: informers.clone(),
                events,
                clock,
                chance: chance.clone(),
            });
            let statistics = scheduler.statistics();
            server.tell_too(move |page| statistics.tell(page));
            components.spawn(scheduler.run());
        }
        let mut registered = None;
        let mut control = None;
        if nodes_wanted > 0 {
            let client = server.client(component("system:nodes"));
            let events = EventRecorder::start(client, KUBELET, clock, &chance);
            let (of, between) = (server.clone(), interference.clone());
            let nodes = Nodes::new(trimtab_node::Options {
                client_of: Box::new(move |name| {
                    between.between(&format!("system:node:{name}"), of.client(node(name)))
                }),
                informers: informers.clone(),
                events,
                clock,
                chance: chance.clone(),
                count: nodes_wanted,
                scenario,
                ready_after,
            });
            registered = Some(nodes.registered());
            control = Some(nodes.control());
            components.spawn(nodes.run());
        }
        let makes_service_accounts = controllers.includes(SERVICE_ACCOUNTS);
        let (of, between) = (server.clone(), interference.clone());
        let controllers = Controllers::new(trimtab_controllers::Options {
            client_of: Box::new(move |account| {
                let name = format!("system:serviceaccount:kube-system:{account}");
                between.between(&name, of.client(service_account(account)))
            }),
            informers: informers.clone(),
            enabled: Box::new(move |name| controllers.includes(name)),
            root_ca,
            signer: certificate_signer.map(certificates::signer),
        });
        let mut running = controllers.names().to_vec();
        let beside = [
            (!running.is_empty()).then_some("controller-manager"),
            scheduler.then_some("scheduler"),
        ];
        server.runs_beside(beside.into_iter().flatten().collect());
        running.extend(
            besides
                .iter()
                .filter(|(runs, _)| *runs)
                .map(|(_, name)| *name),
        );
        let queues = controllers.queues();
        server.tell_too(move |page| queues.tell(page));
        components.spawn(controllers.run());

        let stop = Arc::new(Notify::new());
        let mut serving = JoinSet::new();
        let mut address = None;
        if let Some(Listen { listener, tls }) = listen {
            address = listener.local_addr().ok();
            let (server, stop) = (server.clone(), Arc::clone(&stop));
            let stopped = async move { stop.notified().await };
            serving.spawn(async move { server.serve(listener, tls, stopped).await });
        }
        let client = server.client(administrator());
        // At once, so that what they write shares flushes of the store.
        let account = async {
            if makes_service_accounts {
                default_service_account(&informers).await?;
            }
            Ok(())
        };
        let nodes = async {
            if let Some(registered) = registered {
                registered.await;
            }
            Ok(())
        };
        let announced = async {
            announce(&client, &running)
                .await
                .map_err(ClusterError::from)
        };
        let storage = async {
            // Without nodes there is no place for local volumes.
            if nodes_wanted > 0 && running.contains(&LOCAL_PROVISIONER_CONTROLLER) {
                bring_storage_class(&client).await?;
            }
            Ok(())
        };
        tokio::try_join!(biased; account, nodes, announced, storage)?;
        let means = Means {
            client: client.clone(),
            nodes: control,
            interference,
        };
        let faults = Faults::prepare(faults, &means, &chance, &mut components);
        Ok(Self {
            store,
            server,
            informers,
            client,
            address,
            stop,
            serving,
            components,
            faults,
        })
    }

    /// From now on time counts for the faults of the scenario; before, nothing goes wrong but pods.
    pub fn begin_faults(&self) {
        self.faults.begin();
    }

    /// A client in this process, without a socket, that may do everything.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The API server, for clients with other identities.
    #[must_use]
    pub fn server(&self) -> &ApiServer {
        &self.server
    }

    /// The watches that the components share.
    #[must_use]
    pub fn informers(&self) -> &Informers {
        &self.informers
    }

    /// Where it listens, if it does.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Lets requests end that are being answered, stops everything, and returns once the store is
    /// closed.
    pub fn shutdown(self) -> BoxFuture<'static, ()> {
        self.shut_down().boxed()
    }

    async fn shut_down(self) {
        let Self {
            store,
            server,
            informers,
            client,
            stop,
            mut serving,
            mut components,
            ..
        } = self;
        stop.notify_waiters();
        stop.notify_one();
        while serving.join_next().await.is_some() {}
        components.shutdown().await;
        informers.close();
        drop((informers, client, server));
        // A task that was ended lets go of what it holds when the runtime gets to it.
        let patience = tokio::time::Instant::now() + PATIENCE;
        while Arc::strong_count(&store) > 1 && tokio::time::Instant::now() < patience {
            tokio::time::sleep(LETTING_GO).await;
        }
        // The last one, so that the store is closed when this returns.
        drop(store);
    }
}

fn open(storage: Storage) -> Result<Arc<dyn Store>, ClusterError> {
    Ok(match storage {
        Storage::Memory => Arc::new(MemoryStore::new(Retention::default())),
        Storage::File(path) => match EmbeddedStore::open(&path, Retention::default()) {
            Ok(store) => Arc::new(store),
            Err(source) => return Err(ClusterError::Store { path, source }),
        },
    })
}

/// Waits until the watch shows the service account without which no pod can be made.
async fn default_service_account(informers: &Informers) -> Result<(), ClusterError> {
    let seen = Arc::new(Notify::new());
    let accounts = informers.of::<ServiceAccount>();
    let tell = Arc::clone(&seen);
    accounts.on_change(move |change| {
        let meta = &change.object().metadata;
        if (meta.namespace.as_deref(), meta.name.as_deref()) == (Some("default"), Some("default")) {
            tell.notify_one();
        }
    });
    tokio::time::timeout(PATIENCE, seen.notified())
        .await
        .map_err(|_| ClusterError::NotReady(PATIENCE))
}

/// A component of the control plane, which may do what it has to.
fn component(name: &str) -> Identity {
    Identity::user(name, &[Identity::MASTERS])
}

fn node(name: &str) -> Identity {
    Identity::user(format!("system:node:{name}"), &["system:nodes"])
}

fn service_account(name: &str) -> Identity {
    let groups = [
        "system:serviceaccounts",
        "system:serviceaccounts:kube-system",
    ];
    Identity::user(format!("system:serviceaccount:kube-system:{name}"), &groups)
}

fn administrator() -> Identity {
    Identity::user("kubernetes-admin", &[Identity::MASTERS])
}
