//! A control plane in this process, from settings: what `up`, `run` and `server` start.

mod security;
mod settings;

pub(crate) use settings::{Certificates, Listen, ServingFiles, Settings, Storage};

use crate::exit::{Failure, chain};
use crate::kubeconfig::Entry;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use security::Security;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trimtab_apiserver::tls::KeyPair;
use trimtab_apiserver::{ApiServer, Config};
use trimtab_clock::{Chance, Clock};
use trimtab_schema::Schema;
use trimtab_store::{EmbeddedStore, MemoryStore, Retention, Store};

/// A running one.
pub(crate) struct ControlPlane {
    server: String,
    administrator: KeyPair,
    authority: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl ControlPlane {
    /// Starts it; it answers on `listener` once this returns.
    pub(crate) async fn start(settings: Settings, listener: TcpListener) -> Result<Self, Failure> {
        let address = listener.local_addr().map_err(|error| {
            Failure::new("listen", format!("the socket has no address: {error}"))
        })?;
        let clock = Clock::system();
        let security = Security::open(&settings, clock)?;
        let store: Arc<dyn Store> = match &settings.storage {
            Storage::Memory => Arc::new(MemoryStore::new(Retention::default())),
            Storage::File(path) => Arc::new(
                EmbeddedStore::open(path, Retention::default())
                    .map_err(|error| Failure::new("store", chain(&error)))?,
            ),
        };
        let config = Config {
            store,
            schema: Schema::kubernetes(),
            clock,
            chance: Chance::from_system(),
            authentication: security.authentication,
            service_cluster_ip_range: settings.service_cluster_ip_range,
        };
        let api = ApiServer::start(config)
            .await
            .map_err(|error| Failure::new("start", chain(&error)))?;
        let (stop, stopped) = oneshot::channel();
        let tls = security.tls;
        let serving = tokio::spawn(async move {
            let stopped = async {
                // An end without a word is one too.
                let _ = stopped.await;
            };
            api.serve(listener, tls, stopped).await;
        });
        Ok(Self {
            server: url(address),
            administrator: security.administrator,
            authority: security.authority,
            stop,
            serving,
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
            authority: STANDARD.encode(&self.authority),
            certificate: STANDARD.encode(&self.administrator.certificate_pem),
            key: STANDARD.encode(&self.administrator.key_pem),
        }
    }

    /// Ends it, with all that it has acknowledged on disk.
    pub(crate) async fn shutdown(self) {
        let _ = self.stop.send(());
        // A server that panicked has ended as well.
        let _ = self.serving.await;
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
