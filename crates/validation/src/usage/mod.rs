//! What objects use of the quotas of their namespace.
//!
//! Admission adds what a write uses before the write, and the quota controller sums up what is
//! there: both count by the same rules, which are these. An [`Evaluator`] says how the objects of
//! one resource are counted, and [`Scopes`] which of them a quota is about.
//!
//! After `pkg/quota/v1` of Kubernetes and `k8s.io/apiserver`.

mod amounts;
mod evaluator;
mod expression;
mod objects;
mod scopes;

pub use amounts::{Amounts, Side, is_stated_by_pods, pod_states_resources};
pub use evaluator::{BARE, Evaluator, is_ignored};
pub use expression::holds;
pub use objects::{class_of, is_extended};
pub use scopes::Scopes;
