//! Protocol Buffers, as Kubernetes' own clients send and take them.
//!
//! Nothing is generated: the schema table knows the number of every field, so one decoder and one
//! encoder serve all built-in kinds. An object stands in an envelope (`runtime.Unknown` behind the
//! bytes `k8s\0`) that says its kind. A few types are written unlike their fields say (times,
//! quantities, ports, raw JSON): see `leaf.rs`.
//!
//! Rules: "Protobuf encoding" in Kubernetes' API concepts; the `.proto` files of the release.

mod decode;
mod encode;
mod envelope;
mod leaf;
mod wire;

pub(crate) use envelope::{decode, encode};

#[cfg(test)]
mod tests;
