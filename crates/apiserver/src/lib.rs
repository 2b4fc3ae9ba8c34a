//! The Kubernetes API over HTTP, on a store.
//!
//! [`ApiServer`] answers requests: from sockets ([`ApiServer::serve`]) and, in the same process and
//! without one, through [`ApiServer::client`]. What it serves is driven by the table of kinds in
//! `trimtab-schema`; the rules of single kinds are in `trimtab-validation`.
//!
//! A request goes one way through the modules: `request` (what is asked), `authentication` and
//! `authorization` (who asks, and may they), `media` (bodies in and out), `registry` (one file a
//! verb), and then the store for writes, `cache` for reads and watches. An error on that way is a
//! [`Status`], which becomes the answer.
//!
//! Invariants:
//! - Nothing polls: every wait is for the store, the cache, the client or a timer of the request.
//! - Objects are serialised when they are written, never when they are read.
//! - No thread is started and no socket is opened but by [`ApiServer::serve`].

mod admission;
mod aggregation;
mod api_server;
mod audit;
pub mod authentication;
mod authorization;
mod background;
mod backup;
mod body;
mod bootstrap;
mod cache;
mod checks;
mod cidr;
mod common_headers;
mod compaction;
mod compress;
mod custom;
mod deadline;
mod definitions;
mod descriptors;
mod discovery;
mod dispatch;
mod encryption;
mod fields;
mod flow_control;
mod health;
mod identity;
mod lookup;
mod measured;
mod media;
mod metrics;
mod nonresource;
mod openapi;
mod options;
mod outgoing;
mod pages;
mod reason;
mod registry;
mod request;
mod resource;
pub mod server;
mod start;
mod started;
mod state;
mod status;
mod subresource;
mod table;
pub mod tls;
mod version;

pub use admission::{
    AdmissionConfiguration, AdmissionConfigurationError, AdmissionPlugins, AdmissionPluginsError,
};
pub use api_server::ApiServer;
pub use audit::{Audit, AuditError, AuditOptions};
pub use authorization::{Authorization, Mode as AuthorizationMode, UnknownMode};
pub use backup::BACKUP_PATH;
pub use body::{Body, BoxError, Response};
pub use bootstrap::BootstrapError;
pub use cidr::{Cidr, CidrError};
pub use deadline::go_duration;
pub use encryption::{Encryption, EncryptionError};
pub use identity::Identity;
pub use options::ServingOptions;
pub use outgoing::{Egress, UnknownEgress};
pub use reason::Reason;
pub use start::{Config, StartError};
pub use status::{Cause, Details, Status};
pub use tls::Pki;
pub use version::KUBERNETES_VERSION;
