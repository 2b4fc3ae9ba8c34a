//! A control plane in this process, from settings: what `up`, `run` and `server` start.

mod security;
mod settings;

pub(crate) use settings::{
    AccessSettings, Certificates, FrontProxyFiles, Listen, ServingFiles, Settings,
};

use crate::exit::{Failure, chain};
use crate::kubeconfig::Entry;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use security::Security;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use trimtab_apiserver::tls::KeyPair;
use trimtab_apiserver::{Audit, Authorization};
use trimtab_clock::{Chance, Clock};
use trimtab_cluster::{Cluster, ClusterError, Options};

/// A running one.
pub(crate) struct ControlPlane {
    cluster: Cluster,
    server: String,
    port: u16,
    administrator: KeyPair,
    authority: String,
}

impl ControlPlane {
    /// Starts it; once this returns it answers on `listener`, and its nodes are there.
    pub(crate) async fn start(settings: Settings, listener: TcpListener) -> Result<Self, Failure> {
        let address = listener
            .local_addr()
            .map_err(|error| Failure::new("listen", format!("no address: {error}")))?;
        let clock = Clock::system();
        let security = Security::open(&settings, &url(address), clock)?;
        let audit = settings.access.audit.as_ref().map(Audit::open).transpose();
        let audit = audit.map_err(|error| Failure::new("audit", chain(&error)))?;
        let options = Options {
            storage: settings.storage,
            listen: Some(trimtab_cluster::Listen {
                listener,
                tls: security.tls,
            }),
            authentication: security.authentication,
            authorization: Authorization {
                modes: settings.access.modes.clone(),
                ..Authorization::default()
            },
            audit,
            service_cluster_ip_range: settings.service_cluster_ip_range,
            serving: security.serving,
            admission_plugins: settings.admission_plugins,
            egress: settings.egress,
            root_ca: Some(security.own_authority),
            certificate_signer: security.signer,
            controllers: settings.controllers,
            scheduler: settings.scheduler,
            nodes: settings.nodes,
            scenario: settings.scenario,
            ready_after: settings.pod_ready_after,
            ..Options::new(clock, Chance::from_system())
        };
        let cluster = Cluster::start(options).await.map_err(|error| {
            let failure = Failure::new("start", chain(&error));
            match error {
                // Who holds it, or what is wrong with it, has been said.
                ClusterError::Store { .. } => failure.hint("`--ephemeral` needs no store"),
                _ => failure,
            }
        })?;
        cluster.begin_faults();
        Ok(Self {
            cluster,
            server: url(address),
            port: address.port(),
            administrator: security.administrator,
            authority: security.authority,
        })
    }

    /// Its address, as kubeconfigs have it.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// The port that it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The administrator's client, without a socket.
    pub(crate) fn client(&self) -> kube::Client {
        self.cluster.client()
    }

    /// The administrator's way in.
    pub(crate) fn entry(&self, name: &str) -> Entry {
        Entry {
            name: name.to_owned(),
            server: self.server.clone(),
            authority: STANDARD.encode(&self.authority),
            certificate: STANDARD.encode(&self.administrator.certificate_pem),
            key: STANDARD.encode(&self.administrator.key_pem),
        }
    }

    /// Ends it, with all that it has acknowledged on disk.
    pub(crate) async fn shutdown(self) {
        self.cluster.shutdown().await;
    }
}

/// The URL of an address. One that means all of the machine's is reached by the loopback one.
fn url(address: SocketAddr) -> String {
    let port = address.port();
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => format!("https://127.0.0.1:{port}"),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => format!("https://[::1]:{port}"),
        _ => format!("https://{address}"),
    }
}
