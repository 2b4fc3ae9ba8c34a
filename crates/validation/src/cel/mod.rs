//! The Common Expression Language, as Kubernetes has it.
//!
//! [`compile`] reads an expression, finds out its type and what it may cost at most; a [`Program`]
//! is evaluated on value trees ([`Variables`]) within a [`Budget`]. Rules of custom kinds, admission
//! policies and match conditions are such programs.
//!
//! Own code, where a library exists (`kube-cel`, on `cel`), for three things that it does not have
//! and Kubernetes' answers rest on: types of schemas, so that a rule that cannot work is refused
//! when it is written; estimates of cost from sizes in schemas, and a budget at run time; values
//! read where they are in the tree. It would also bring 45 more crates, the runtime of a parser
//! generator among them.
//!
//! - `lexer`, `parser`: text to [`ast`](self); macros such as `all` stay one node.
//! - `check`: types; `signatures` lists all functions with the types they take.
//! - `cost`: the most that a program may cost, with `cel-go`'s factors.
//! - `evaluate` and `library`: what a program does.
//!
//! Invariants: nothing here panics or recurses deeper than the parser lets an expression be
//! ([`MAX_DEPTH`]); what an evaluation does is paid for before it is done.
//!
//! Upstream: `cel-spec`, `cel-go` (`checker`, `interpreter`, `ext`), `k8s.io/apiserver/pkg/cel`.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the language's numbers are i64, u64 and f64; sizes are bounded by the budget"
)]

mod admission;
mod ast;
mod authorizer;
mod check;
mod compile;
mod cost;
mod environment;
mod error;
mod evaluate;
mod lexer;
mod library;
mod literals;
mod macros;
mod meter;
mod numbers;
mod parser;
mod parts;
mod program;
mod qualified;
mod reserved;
mod signatures;
#[cfg(test)]
mod tests;
mod types;
mod value;
mod variables;

pub use admission::{namespace_type, request_type};
pub use authorizer::{AccessQuestion, AccessQuestionResource, Authorize, Decision};
pub use compile::compile;
pub use environment::Environment;
pub use error::{CelError, EvaluationError};
pub use numbers::parse_duration;
pub use program::Program;
pub(crate) use reserved::is_reserved;
pub use types::{Field, ListKind, ObjectType, Type};
pub use variables::{Budget, Variables};

/// What one evaluation may cost at most (`PerCallLimit` of `k8s.io/apiserver/pkg/apis/cel`).
pub const PER_CALL_LIMIT: u64 = 1_000_000;
/// What all evaluations for one object, or one binding of a policy, may cost together
/// (`RuntimeCELCostBudget`).
pub const RUNTIME_BUDGET: u64 = 10_000_000;
/// What the match conditions of one webhook or binding may cost together
/// (`RuntimeCELCostBudgetMatchConditions`).
pub const MATCH_CONDITIONS_BUDGET: u64 = 2_500_000;
/// The size of a request, in bytes, that estimates of sizes start from (`MaxRequestSizeBytes`).
pub const MAX_REQUEST_SIZE: u64 = 3 * 1024 * 1024;
/// How deep an expression may be nested, as in `cel-go`.
pub const MAX_DEPTH: usize = 250;
/// How many characters an expression may have, as in `cel-go`.
pub const MAX_LENGTH: usize = 100_000;
