//! The versions in which the managers of an object wrote it.
//!
//! The paths that a manager owns are those of the version that it wrote: to see what a write changed of
//! them, both objects are looked at in that version.

use super::check::check;
use super::shape::Place;
use std::borrow::Cow;
use std::fmt;
use trimtab_schema::Type;
use trimtab_tree::Value;

/// The versions of a kind.
pub trait Versions {
    /// An object in another version, and its type there, if that says anything.
    ///
    /// # Errors
    /// When there is no such version, or the object cannot be brought there.
    fn in_version(
        &self,
        object: &Value,
        api_version: &str,
    ) -> Result<(Value, Option<Type<'_>>), NoVersion>;
}

/// Why an object is not to be had in a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoVersion {
    /// The version is not known any more: who wrote it owns nothing.
    Gone,
    /// It is known, but the object has no form in it.
    Failed(String),
}

impl fmt::Display for NoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("the version is not known"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

/// The version of a write, and the others.
#[derive(Clone, Copy)]
pub(super) struct Views<'a> {
    /// The version of the write.
    pub(super) own: &'a str,
    /// The type there.
    pub(super) place: Place<'a>,
    /// The others; `None` of kinds that are the same in all of them.
    pub(super) others: Option<&'a dyn Versions>,
}

impl<'a> Views<'a> {
    /// Whether what is owned in a version is seen as in the version of the write.
    pub(super) fn is_own(&self, api_version: &str) -> bool {
        self.others.is_none() || self.own == api_version
    }

    /// An object in another version, which it must fit.
    pub(super) fn of<'v>(
        &self,
        object: &'v Value,
        api_version: &str,
    ) -> Result<(Cow<'v, Value>, Place<'a>), NoVersion> {
        let Some(others) = self.others.filter(|_| self.own != api_version) else {
            return Ok((Cow::Borrowed(object), self.place));
        };
        let (object, ty) = others.in_version(object, api_version)?;
        let place = Place::of(ty);
        // An item that is there twice has no form elsewhere.
        match check(&object, place, false).first() {
            Some(problem) => Err(NoVersion::Failed(format!(
                "at version {api_version}: {problem}"
            ))),
            None => Ok((Cow::Owned(object), place)),
        }
    }

    /// An object that is in another version, in the version of the write.
    pub(super) fn back(&self, object: Value, from: &str) -> Result<Value, NoVersion> {
        match self.others.filter(|_| self.own != from) {
            Some(others) => Ok(others.in_version(&object, self.own)?.0),
            None => Ok(object),
        }
    }
}
