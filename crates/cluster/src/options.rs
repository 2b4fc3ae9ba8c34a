//! What a cluster is made of.

use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use trimtab_apiserver::authentication::Authentication;
use trimtab_apiserver::{AdmissionPlugins, Audit, Authorization, Cidr, Egress, ServingOptions};
use trimtab_clock::{Chance, Clock};
use trimtab_controllers::Selection;
use trimtab_node::{ReadyAfter, Scenario};

/// Where objects are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In memory, gone with the process. The only one for virtual time.
    Memory,
    /// In a file, flushed before anything is acknowledged. It is made if it is not there.
    File(PathBuf),
}

/// Where requests from outside come in.
pub struct Listen {
    /// Already bound, so that its address is known.
    pub listener: TcpListener,
    /// What it shows of itself; see `trimtab_apiserver::Pki`.
    pub tls: Arc<rustls::ServerConfig>,
}

/// Everything that a cluster is started with. [`Options::new`] gives what is usual.
pub struct Options {
    /// Where objects are kept.
    pub storage: Storage,
    /// Where requests from outside come in, if any do.
    pub listen: Option<Listen>,
    /// Who requests from outside may be from.
    pub authentication: Authentication,
    /// What requests from outside may do.
    pub authorization: Authorization,
    /// Where it is told who asked what, if anywhere.
    pub audit: Option<Audit>,
    /// The range that Services get their addresses from.
    pub service_cluster_ip_range: Cidr,
    /// How requests from outside are let in.
    pub serving: ServingOptions,
    /// Which admission plugins run.
    pub admission_plugins: AdmissionPlugins,
    /// Which addresses webhooks and other servers may be dialled at. A virtual clock permits none.
    pub egress: Egress,
    /// The certificate authority that pods are told to trust, in PEM form; published in every
    /// namespace if it is there.
    pub root_ca: Option<String>,
    /// Signs the certificates that clients ask for, once they are approved.
    pub certificate_signer: Option<trimtab_apiserver::tls::Signer>,
    /// Which controllers run.
    pub controllers: Selection,
    /// Whether pods get nodes.
    pub scheduler: bool,
    /// How many simulated nodes there are.
    pub nodes: usize,
    /// What pods on them go through.
    pub scenario: Scenario,
    /// How soon pods on them get ready.
    pub ready_after: ReadyAfter,
    /// The time that objects show. A virtual clock asks for [`Storage::Memory`] and no `listen`.
    pub clock: Clock,
    /// Uids, names, choices and durations.
    pub chance: Chance,
}

impl Options {
    /// Three nodes, all controllers, a scheduler and nobody listening, in memory.
    #[must_use]
    pub fn new(clock: Clock, chance: Chance) -> Self {
        Self {
            storage: Storage::Memory,
            listen: None,
            authentication: Authentication::default(),
            authorization: Authorization::default(),
            audit: None,
            service_cluster_ip_range: Cidr::default(),
            serving: ServingOptions::default(),
            admission_plugins: AdmissionPlugins::default(),
            egress: if clock.is_virtual() {
                Egress::Nothing
            } else {
                Egress::All
            },
            root_ca: None,
            certificate_signer: None,
            controllers: Selection::all(),
            scheduler: true,
            nodes: 3,
            scenario: Scenario::default(),
            ready_after: ReadyAfter::default(),
            clock,
            chance,
        }
    }
}
