//! What the table of kinds holds of each.

use super::column::Column;
use jiff::Timestamp;
use trimtab_tree::Value;

/// How objects of a kind become rows.
pub(super) struct Printer {
    pub(super) columns: &'static [Column],
    /// The cells of an object's row, one a column.
    pub(super) cells: fn(&Value, Timestamp) -> Vec<Value>,
}

/// A group, a kind of it, and its rows.
pub(super) type Entry = (&'static str, &'static str, Printer);

/// A kind with columns of its own.
pub(super) const fn entry(
    group: &'static str,
    kind: &'static str,
    columns: &'static [Column],
    cells: fn(&Value, Timestamp) -> Vec<Value>,
) -> Entry {
    (group, kind, Printer { columns, cells })
}
