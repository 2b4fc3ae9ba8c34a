//! Rollouts rehearsed before they happen.
//!
//! [`rehearse`] starts a control plane with simulated nodes in this process and in virtual time,
//! applies the state before and lets it settle, applies the state after, and watches every pod until
//! all is available or nothing moves any more. What comes of it is a [`Rehearsal`]: a timeline of each
//! workload, what was the worst of it, why it does not end if it does not, and whether an undo brings
//! back what was. A [`Assertion`] holds a rehearsal to a number.
//!
//! [`judge`] applies the objects of one build for show and gives what such a control plane has against
//! them: validation, admission, quotas, fields that may not change, and, if asked, rollouts that do
//! not end.
//!
//! The same objects, scenario and seed give the same rehearsal, in every process.
//!
//! Invariants: no file, no socket, no clock but the virtual one; nothing is printed; objects are
//! reached through the API alone, and every wait is a watch.

mod admission;
mod assertion;
mod budget;
mod cause;
mod elsewhere;
mod error;
mod fault;
mod fix;
mod namespaces;
mod notes;
mod play;
mod promise;
mod report;
mod revision;
mod sampler;
mod settle;
mod templates;
mod undo;

pub use admission::{Judging, Objection, ObjectionKind, judge};
pub use assertion::{Assertion, Verdict};
pub use error::RehearsalError;
pub use play::{Before, Options, rehearse};
pub use report::{
    Budget, Cause, End, Link, Note, Refused, Rehearsal, Sample, Subject, Undo, Unsettled, Workload,
};
