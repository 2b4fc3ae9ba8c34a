//! Deploying to a control plane in this process, in virtual time: no socket, no sleeping.

mod applying;
mod harness;
mod rollouts;
mod selecting;
mod waiting;
