//! Places in a body.

use std::fmt;

/// Where in a body a value is: steps back to the root.
pub(super) struct Place<'a> {
    pub(super) parent: Option<&'a Place<'a>>,
    pub(super) step: Step<'a>,
}

/// One step.
pub(super) enum Step<'a> {
    Root,
    /// A field of an object, and package and name of the type of that.
    Field(&'a str, Option<(&'static str, &'static str)>),
    /// A key of a map.
    Key(&'a str),
    Item(usize),
}

impl<'a> Place<'a> {
    /// The body itself.
    pub(super) const ROOT: Place<'static> = Place {
        parent: None,
        step: Step::Root,
    };

    pub(super) fn then(&'a self, step: Step<'a>) -> Self {
        Self {
            parent: Some(self),
            step,
        }
    }
}

/// `spec.containers[0].image`
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        let separator = match self.parent {
            Some(Place {
                step: Step::Root, ..
            })
            | None => "",
            Some(_) => ".",
        };
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name, _) | Step::Key(name) => write!(f, "{separator}{name}"),
            Step::Item(at) => write!(f, "[{at}]"),
        }
    }
}
