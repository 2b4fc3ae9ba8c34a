//! The Kubernetes API over HTTP, on a store.

pub mod authentication;
mod identity;
pub mod server;
pub mod tls;

pub use identity::Identity;
pub use tls::Pki;
