//! Printing: the tree as YAML the way kustomize prints it, as YAML that keeps styles and comments,
//! and as JSON.

mod ambiguity;
mod analysis;
mod comments;
mod draft;
mod effects;
mod expected;
mod json;
mod number;
mod order;
mod page;
mod parts;
mod place;
mod repeated;
mod resource;
mod round_trip;
mod scalar;
mod shape;
mod styled;
mod tags;
#[cfg(test)]
mod testing;
mod timestamp;
mod walk;

pub(crate) use parts::PrintedParts;
pub(crate) use repeated::PrintedFields;
pub(crate) use shape::Shape;

pub use draft::Draft;
pub use effects::go_text;
pub use json::{JsonStyle, write_json};
pub use resource::{Printed, write_yaml, write_yaml_with_places};
pub use round_trip::{round_trip_json, round_trip_resource, settle_styles};
pub use styled::{SequenceIndent, write_yaml_styled};

/// Why formatting into a `String` is never an error.
const INFALLIBLE: &str = "writing to a string cannot fail";

/// Whether a string must be quoted because some parser of YAML takes the bare text for something
/// else: those of 1.1 have more booleans and numbers.
pub(crate) fn is_ambiguous_for_any_parser(text: &str) -> bool {
    ambiguity::is_ambiguous(text, analysis::Dialect::V2)
}

/// Whether a text can be written without quotes, inside brackets if `flow` says so.
pub(crate) fn is_plain(text: &str, flow: bool) -> bool {
    let analysis = analysis::analyze(text, analysis::Dialect::V2);
    !text.is_empty()
        && if flow {
            analysis.flow_plain
        } else {
            analysis.block_plain
        }
}
