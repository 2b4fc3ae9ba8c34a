//! One value tree for YAML and JSON.
//!
//! Build output, API objects, patches and diffs are all the same [`Value`]: it keeps the order of
//! fields, the exact text of every scalar, the style it was written in, and, for nodes that were
//! read from a file, a four-byte [`Position`] from which [`SourceMap`] gives file, line and column.
//!
//! The crate knows nothing of Kubernetes and does no I/O.

mod diagnostic;
mod edit;
mod locator;
mod mapping;
mod nearest;
mod number;
mod parse;
mod position;
mod print;
mod read;
mod resolve;
mod room;
mod size;
mod timestamp;
mod value;
mod yaml_1_1;

pub use diagnostic::{Diagnostic, Label, Result, Severity};
pub use edit::Document;
pub use locator::Locator;
pub use mapping::{Entry, Field, Mapping, Room, Spot};
pub use nearest::{nearest, nearest_within, sort_by_nearness};
pub use number::{parse_float, parse_int};
pub use parse::{
    MAX_DEPTH, MAX_LENGTH, MAX_NODES, ParseOptions, Parsed, decode, parse_document,
    parse_documents, parse_documents_on_two_threads, parse_documents_with_doubt, parse_json,
    parse_json_last_key_wins, too_deep,
};
pub use position::{Location, Position, SourceId, SourceMap};
pub use print::{
    Draft, JsonStyle, Printed, SequenceIndent, go_text, round_trip_json, round_trip_resource,
    settle_styles, write_json, write_yaml, write_yaml_styled, write_yaml_with_places,
};
pub use read::{read_file, read_stream};
pub use resolve::resolve;
pub use room::make_room;
pub use size::Size;
pub use timestamp::{Timestamp, parse_timestamp};
pub use value::{Comments, Extra, Node, Scalar, ScalarKind, Style, Value};
pub use yaml_1_1::{is_base_60, old_boolean};

/// The string type of the tree: up to 24 bytes are held inline, without an allocation.
pub use compact_str::CompactString as Text;
