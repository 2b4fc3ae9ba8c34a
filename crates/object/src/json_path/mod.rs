//! Kubernetes' JSONPath: paths from an object to values in it, and templates of text and paths.
//!
//! The dialect is that of `client-go/util/jsonpath`, which kubectl prints by and the API server fills
//! the columns of custom kinds by. It is older than RFC 9535 and laxer: a first field needs no dot,
//! dots in names stand behind a backslash, `$` and `@` may be left out, and there are no functions.
//! Beyond it, conditions may be joined by `&&` and `||` and turned round by `!`, as in the RFC.
//!
//! Invariants:
//! - Reading takes time linear in the text, and no text makes it go deep: a path has at most so many
//!   parts, and what stands in brackets is nested only so deep.
//! - Finding goes through an object once, whatever the path: no place is found twice.

mod condition;
mod find;
mod parse;
mod path;
mod template;

pub use path::{JsonPath, JsonPathError};
pub use template::Template;
