//! `ValidatingAdmissionPolicy` and `MutatingAdmissionPolicy`: rules in CEL that are objects.
//!
//! A policy says which writes it is about and what must be true of them, or what becomes of them; a
//! binding where it holds, with which parameters, and what happens otherwise. Both are read where
//! they are in the watch cache; a policy is compiled once per version of it.
//!
//! After `pkg/admission/plugin/policy` of apiserver.

mod bound;
pub(crate) mod compiled;
mod definition;
mod mutation;
mod params;
mod validation;

pub(super) use mutation::mutate;
pub(super) use validation::check;
