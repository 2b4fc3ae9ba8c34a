//! What is asked for when an object is changed.

use trimtab_tree::Value;

use super::options::WriteOptions;
use crate::Status;
use crate::admission::KindName;

/// A change of one object, whatever kind of request asks for it.
pub(crate) struct Change<'a> {
    /// The part of the object that may change; empty is all but the status.
    pub(crate) subresource: &'a str,
    /// The request's parameters.
    pub(crate) options: &'a WriteOptions,
    /// Whether the change is of one version of the object: then it is refused, not made again,
    /// when there is another by now.
    pub(crate) is_bound: bool,
    /// Whether an object that is not there is made.
    pub(crate) may_create: bool,
    /// What admission sees of it.
    pub(crate) admitted: Admitted<'a>,
}

/// What admission sees of a change.
#[derive(Clone, Copy)]
pub(crate) enum Admitted<'a> {
    /// The object.
    Object,
    /// Nothing: what was asked for has been admitted already.
    Already,
    /// Another form of the object, in which the change was asked for.
    As(&'a dyn View),
}

/// A form of an object that a subresource has, such as its scale.
pub(crate) trait View: Sync {
    /// What it is.
    fn kind(&self) -> KindName<'static>;

    /// That of an object, with or without who owns which of its fields: plugins that change it are
    /// told.
    ///
    /// # Errors
    /// When the object cannot be read.
    fn of(&self, object: &Value, owned: bool) -> Result<Value, Status>;

    /// Makes the object what its other form says.
    ///
    /// # Errors
    /// When that is no good.
    fn put(&self, object: &mut Value, view: &Value) -> Result<(), Status>;
}
