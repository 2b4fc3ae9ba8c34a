//! Kubernetes objects in Protocol Buffers, as Kubernetes' own clients send and take them.
//!
//! Nothing is generated: the schema table knows the number of every field, so one decoder and one
//! encoder serve all built-in kinds. An object stands in an envelope (`runtime.Unknown` behind the
//! bytes `k8s\0`) that says its kind; the events of a watch stand in frames of their own. A few
//! types are written unlike their fields say (times, quantities, ports, raw JSON): see `leaf.rs`.
//!
//! What is read becomes a tree, as requests are worked on as one. What is written is made of JSON
//! text, the form in which objects are kept: [`Encoder`] goes through the text once and writes what
//! it finds, without a tree between.
//!
//! Invariants:
//! - Whatever bytes are read, the worst is an [`Error`]: depth and number of values are bounded.
//! - The fields of a message stand in the order of their numbers, and maps in that of their keys:
//!   equal objects have equal bytes.
//!
//! Rules: "Protobuf encoding" in Kubernetes' API concepts; the `.proto` files of the release;
//! `apimachinery`'s protobuf serializer and length-delimited framer.

mod decode;
mod encode;
mod envelope;
mod error;
mod json;
mod leaf;
mod open_api;
mod watch;
mod wire;

pub use decode::decode;
pub use encode::{Encoder, ListWriter};
pub use envelope::{CONTENT_TYPE, type_of};
pub use error::Error;
pub use open_api::{SwaggerWriter, open_api_message};
pub use watch::{STREAM_CONTENT_TYPE, frame};
pub use wire::Writer;

#[cfg(test)]
mod tests;
