//! All that can be chosen about a control plane.

use crate::exit::Failure;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use tokio::net::TcpListener;
use trimtab_apiserver::authentication::DEFAULT_ISSUER;
use trimtab_apiserver::{
    AdmissionPlugins, AuditOptions, AuthorizationMode, Cidr, Egress, ServingOptions,
};
use trimtab_cluster::{ControllerSelection, Storage};
use trimtab_node::{ReadyAfter, Scenario};

/// Where trimtab's own certificates and keys are kept.
#[derive(Clone, Debug)]
pub(crate) enum Certificates {
    /// Nowhere: they are made anew.
    Nowhere,
    /// In this directory, made if they are missing.
    In(PathBuf),
}

/// The files of a certificate to show instead of trimtab's own.
#[derive(Clone, Debug)]
pub(crate) struct ServingFiles {
    /// The certificate, PEM.
    pub(crate) certificate: PathBuf,
    /// Its key, PEM.
    pub(crate) key: PathBuf,
}

/// The files and headers by which front proxies are known, and this server to those behind it.
#[derive(Clone, Debug)]
pub(crate) struct FrontProxyFiles {
    /// Authorities, PEM, of the certificates of front proxies.
    pub(crate) authority: PathBuf,
    /// The certificate and the key by which this server passes requests on, if it has some.
    pub(crate) pair: Option<(PathBuf, PathBuf)>,
    /// The common names of front proxies; empty is any.
    pub(crate) allowed_names: Vec<String>,
    pub(crate) username_headers: Vec<String>,
    pub(crate) uid_headers: Vec<String>,
    pub(crate) group_headers: Vec<String>,
    pub(crate) extra_headers_prefixes: Vec<String>,
}

/// The address to listen on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listen(IpAddr);

impl Listen {
    pub(crate) fn on(address: IpAddr) -> Self {
        Self(address)
    }

    /// The address, for certificates.
    pub(super) fn address(self) -> IpAddr {
        self.0
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

/// Who is let in, and what they may do.
#[derive(Clone, Debug)]
pub(crate) struct AccessSettings {
    /// Who decides what requests may do, in order.
    pub(crate) modes: Vec<AuthorizationMode>,
    /// Whether requests without credentials are let in.
    pub(crate) anonymous: bool,
    /// Whether nodes can join by bootstrap tokens.
    pub(crate) bootstrap_tokens: bool,
    /// Signs tokens of service accounts, instead of trimtab's own key.
    pub(crate) signing_key: Option<PathBuf>,
    /// Whose signatures are good, too.
    pub(crate) keys: Vec<PathBuf>,
    /// The first issues tokens.
    pub(crate) issuers: Vec<String>,
    /// For whom tokens are that are for this server; empty is the issuers.
    pub(crate) audiences: Vec<String>,
    /// Where the issuer's keys are found; `None` is at this server.
    pub(crate) jwks_uri: Option<String>,
    /// How many seconds tokens may be good for.
    pub(crate) max_expiration: Option<i64>,
    /// Whether a pod's own token is good for a year.
    pub(crate) extend_expiration: bool,
    /// The audit log, if there is to be one.
    pub(crate) audit: Option<AuditOptions>,
}

impl Default for AccessSettings {
    /// As kube-apiserver is usually run.
    fn default() -> Self {
        Self {
            modes: vec![AuthorizationMode::Node, AuthorizationMode::Rbac],
            anonymous: true,
            bootstrap_tokens: false,
            signing_key: None,
            keys: Vec::new(),
            issuers: vec![DEFAULT_ISSUER.to_owned()],
            audiences: Vec::new(),
            jwks_uri: None,
            max_expiration: None,
            extend_expiration: true,
            audit: None,
        }
    }
}

/// What a control plane is made of and by whom it is found.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) listen: Listen,
    pub(crate) storage: Storage,
    pub(crate) certificates: Certificates,
    /// Shown to clients instead of trimtab's own.
    pub(crate) serving: Option<ServingFiles>,
    /// Authorities, PEM, that vouch for client certificates beside trimtab's own.
    pub(crate) client_authorities: Option<PathBuf>,
    /// Bearer tokens, one a line.
    pub(crate) tokens: Option<PathBuf>,
    /// Front proxies, instead of trimtab's own.
    pub(crate) front_proxy: Option<FrontProxyFiles>,
    pub(crate) access: AccessSettings,
    /// The addresses of Services.
    pub(crate) service_cluster_ip_range: Cidr,
    /// How requests are let in and passed on.
    pub(crate) serving_options: ServingOptions,
    /// The admission plugins that run.
    pub(crate) admission_plugins: AdmissionPlugins,
    /// The addresses that webhooks and other servers may be dialled at.
    pub(crate) egress: Egress,
    pub(crate) controllers: ControllerSelection,
    pub(crate) scheduler: bool,
    pub(crate) nodes: usize,
    pub(crate) pod_ready_after: ReadyAfter,
    pub(crate) scenario: Scenario,
}

impl Settings {
    /// Everything runs, nothing is kept, and there is no node.
    pub(crate) fn new(listen: Listen) -> Self {
        Self {
            listen,
            storage: Storage::Memory,
            certificates: Certificates::Nowhere,
            serving: None,
            client_authorities: None,
            tokens: None,
            front_proxy: None,
            access: AccessSettings::default(),
            service_cluster_ip_range: Cidr::default(),
            serving_options: ServingOptions::default(),
            admission_plugins: AdmissionPlugins::default(),
            egress: Egress::default(),
            controllers: ControllerSelection::all(),
            scheduler: true,
            nodes: 0,
            pod_ready_after: ReadyAfter::default(),
            scenario: Scenario::default(),
        }
    }
}
