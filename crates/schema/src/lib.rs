//! What Kubernetes types look like: kinds and their scope, fields, list keys.
//!
//! Two tables are compiled in: [`Schema::kubernetes`], the release that trimtab speaks, and
//! [`Schema::kustomize`], the older release that kustomize carries and that its output shows.
//! Both are static arrays that hold names and facts only; there is nothing to open or decode, and
//! only the pages that are looked at take memory.
//!
//! A schema is a value that is passed: there is no global one. [`Schema::with_openapi`] makes one
//! from a document of the user's own.
//!
//! A [`Type`] is a place in the schema, reached from an object's kind by field names and list
//! items; it says what stands there and how it is merged.

mod custom;
mod facts;
mod kind;
mod lifecycle;
mod names;
mod pod_template;
mod release;
mod schema;
mod served;
mod table;
mod types;

pub use custom::BuiltIn;
pub use facts::{ListType, PatchStrategy, ValueKind, ZeroValue};
pub use kind::{Kind, Scope};
pub use lifecycle::{Lifecycle, field_introduced, introduced, lifecycle};
pub use names::Names;
pub use pod_template::PodTemplatePlace;
pub use release::Release;
pub use schema::{KUSTOMIZE_OPENAPI_VERSION, Schema};
pub use served::{Group, SERVED_GROUPS, Subresource};
pub use types::{Field, Type};
