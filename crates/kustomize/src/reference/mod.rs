//! What resources say about each other: the names of other resources, brought up to date after
//! renames, and variables.

mod affix;
mod candidates;
mod expand;
mod name;
mod var;

pub(crate) use name::fix_name_references;
pub(crate) use var::VarSet;
