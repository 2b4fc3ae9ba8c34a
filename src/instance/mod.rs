//! The control plane that `trimtab up` runs for this user: where its files are, who runs it, and
//! what it says of itself.
//!
//! Whoever holds the lock is it. The kernel lets go of the lock when the process ends, however it
//! ends, so that nothing here ever trusts the number of a process that may be another by now.

mod home;
mod host;
mod record;

pub(crate) use home::{Claim, Home, State, make_private};
pub(crate) use host::Host;
pub(crate) use record::Record;
