//! What resources say about each other: the names of other resources, brought up to date after
//! renames, and variables.

mod affix;
mod candidates;
mod expand;
mod name;
mod var;

pub use name::fix_name_references;
pub use var::VarSet;
