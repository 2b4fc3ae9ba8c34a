//! Objects encrypted at rest, by a Kubernetes `EncryptionConfiguration`.
//!
//! A [`Store`] around another: what is written goes through the first provider of the object's
//! resource, and what is read through whichever it was written by; so a key is rotated by putting a
//! new one in front and writing everything once more. The bytes are those that kube-apiserver writes:
//! `k8s:enc:aesgcm:v1:KEY:` and what the provider makes of them, bound to the object's key.
//!
//! Invariants:
//! - What cannot be read is an error that names the object's key; it is never passed on as it is.
//! - No key and no secret reaches a log or an error's text.
//!
//! Rules: "Encrypting Confidential Data at Rest" in Kubernetes' documentation;
//! `apiserver/pkg/storage/value` upstream.

mod configuration;
mod provider;
mod store;

pub use configuration::{Encryption, EncryptionError};
pub(crate) use store::EncryptedStore;

#[cfg(test)]
mod tests;
