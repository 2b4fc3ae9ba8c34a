//! Printing: the tree as YAML the way kustomize prints it, as YAML that keeps styles and comments,
//! and as JSON.

mod ambiguity;
mod analysis;
mod comments;
mod effects;
mod json;
mod number;
mod order;
mod page;
mod place;
mod resource;
mod round_trip;
mod scalar;
mod styled;
mod tags;
mod timestamp;
mod walk;

pub use json::{JsonStyle, write_json};
pub use resource::write_yaml;
pub use round_trip::round_trip_json;
pub use styled::{SequenceIndent, write_yaml_styled};

/// Why formatting into a `String` is never an error.
const INFALLIBLE: &str = "writing to a string cannot fail";
