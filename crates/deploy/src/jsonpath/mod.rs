//! kubectl's JSONPath: templates of text and `{...}`, on the queries of RFC 9535.
//!
//! The dialect differs from the RFC in spelling only: field names may hold hyphens, dots are
//! escaped by a backslash, `$` and `@` may be left out. So a path is spelled anew ([`path`]) and
//! the library does the rest; a template ([`template`]) adds text and ranges.

mod path;
mod template;

pub use path::JsonPath;
pub use template::Template;
