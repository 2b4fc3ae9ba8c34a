//! Calls to other servers: webhooks, conversion webhooks and aggregated API servers.
//!
//! A [`Target`] says where a call goes and whom to believe; a [`Dialer`] makes it. `url:` is dialled
//! as given, a Service through its `EndpointSlice`s, as nothing in front of this server routes cluster
//! addresses. Connections are kept and used again, per target.
//!
//! Invariants:
//! - What [`Egress`] does not permit is never dialled: it is asked of every address, after names
//!   have been resolved.
//! - A [`Dialer::call`] ends in time, and its answer is bounded.
//! - TLS always; no certificate is believed unasked.

mod authority;
mod connect;
mod dialer;
mod egress;
mod error;
mod service;
mod target;

pub(crate) use authority::Trust;
pub(crate) use dialer::{Dialer, Limits};
pub use egress::{Egress, UnknownEgress};
pub(crate) use error::CallError;
pub(crate) use target::Target;

#[cfg(test)]
mod tests;
