//! What people see. Standard output is for data only; all else goes to standard error.

pub(crate) mod apply_report;
pub(crate) mod colour;
pub(crate) mod columns;
pub(crate) mod confirm;
pub(crate) mod describe;
pub(crate) mod diagnostic;
pub(crate) mod events;
mod excerpt;
pub(crate) mod external_diff;
pub(crate) mod failure;
pub(crate) mod objects;
pub(crate) mod path;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod provenance;
pub(crate) mod report;
pub(crate) mod secrets;
pub(crate) mod sort_by;
pub(crate) mod stderr;
pub(crate) mod stdout;
pub(crate) mod table;
mod tabs;
mod terminal;
pub(crate) mod unified;
