//! The control planes that `trimtab up` and `trimtab run` run for this user: where their files are, who
//! runs them, and what they say of themselves.
//!
//! Whoever holds the lock is it. The kernel lets go of the lock when the process ends, however it
//! ends, so that nothing here ever trusts the number of a process that may be another by now.

mod home;
mod host;
mod name;
mod record;

pub(crate) use home::{Claim, Home, State};
pub(crate) use host::Host;
pub(crate) use name::ClusterName;
pub(crate) use record::Record;
