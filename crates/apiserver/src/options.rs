//! How requests from sockets are let in, beyond who sends them.

use crate::admission::AdmissionConfiguration;
use crate::encryption::Encryption;
use crate::tls::KeyPair;
use std::sync::Arc;
use std::time::Duration;

/// How requests from sockets are let in, and how this server presents itself to those behind it.
#[derive(Clone, Debug)]
pub struct ServingOptions {
    /// How many requests that change nothing are answered at once; with those that change something
    /// this is what priority levels share. If both are 0 there is no limit.
    pub max_requests_inflight: usize,
    /// How many requests that change something are answered at once.
    pub max_mutating_requests_inflight: usize,
    /// How long a request may take that is answered whole.
    pub request_timeout: Duration,
    /// How long a watch goes on, at least, that does not say how long it wants to.
    pub min_request_timeout: Duration,
    /// The certificate by which aggregated API servers know that a request is passed on by this
    /// server.
    pub front_proxy: Option<KeyPair>,
    /// What is encrypted at rest, and how; nothing if it is `None`.
    pub encryption: Option<Arc<Encryption>>,
    /// What admission plugins are told.
    pub admission: AdmissionConfiguration,
    /// The flags that the server was started with, for `/flagz`.
    pub flags: Vec<(String, String)>,
}

impl Default for ServingOptions {
    /// What kube-apiserver does without flags.
    fn default() -> Self {
        Self {
            max_requests_inflight: 400,
            max_mutating_requests_inflight: 200,
            request_timeout: Duration::from_secs(60),
            min_request_timeout: Duration::from_secs(1800),
            front_proxy: None,
            encryption: None,
            admission: AdmissionConfiguration::default(),
            flags: Vec::new(),
        }
    }
}
