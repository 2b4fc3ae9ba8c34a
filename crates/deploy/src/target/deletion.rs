//! How objects are deleted.

use trimtab_tree::{Mapping, Value};

/// How an object is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deletion {
    /// What becomes of what the object owns; the server's default without.
    pub propagation: Option<Propagation>,
    /// Seconds that its processes get to end; the object's own without.
    pub grace_period_seconds: Option<u32>,
    /// Only pretend.
    pub dry_run: bool,
}

impl Deletion {
    /// At once, what the object owns afterwards.
    #[must_use]
    pub const fn in_background() -> Self {
        Self {
            propagation: Some(Propagation::Background),
            grace_period_seconds: None,
            dry_run: false,
        }
    }

    /// The body of the request: of the object with this uid alone, where there is one.
    pub(super) fn options(self, uid: Option<&str>) -> Value {
        let mut options = Mapping::new();
        options.insert("apiVersion", Value::string("v1"));
        options.insert("kind", Value::string("DeleteOptions"));
        if let Some(propagation) = self.propagation {
            options.insert("propagationPolicy", Value::string(propagation.name()));
        }
        if let Some(seconds) = self.grace_period_seconds {
            options.insert("gracePeriodSeconds", Value::int(i64::from(seconds)));
        }
        if let Some(uid) = uid {
            let mut preconditions = Mapping::new();
            preconditions.insert("uid", Value::string(uid));
            options.insert("preconditions", preconditions.into());
        }
        if self.dry_run {
            options.insert("dryRun", Value::sequence(vec![Value::string("All")]));
        }
        options.into()
    }
}

/// What becomes of what a deleted object owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// It is deleted afterwards.
    Background,
    /// It is deleted before.
    Foreground,
    /// It stays.
    Orphan,
}

impl Propagation {
    fn name(self) -> &'static str {
        match self {
            Self::Background => "Background",
            Self::Foreground => "Foreground",
            Self::Orphan => "Orphan",
        }
    }
}
