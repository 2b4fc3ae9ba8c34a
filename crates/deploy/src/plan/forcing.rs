//! Which fields of other managers an apply takes over.

use super::Conflict;

/// What of the fields that others own is taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Forcing {
    /// None of it.
    #[default]
    Nothing,
    /// All of it.
    Everything,
    /// These fields and what is in them, in the form in which conflicts name them: `.spec.replicas`,
    /// `.spec.template.spec.containers[name="web"].image`.
    Fields(Vec<String>),
}

/// Everything or nothing.
impl From<bool> for Forcing {
    fn from(is_everything: bool) -> Self {
        if is_everything {
            Self::Everything
        } else {
            Self::Nothing
        }
    }
}

impl Forcing {
    /// Whether everything is, without a look at what it is.
    pub(super) fn is_blind(&self) -> bool {
        *self == Self::Everything
    }

    /// Whether the field of a conflict may be taken over.
    pub(super) fn allows(&self, conflict: &Conflict) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Fields(fields) => fields.iter().any(|field| holds(field, &conflict.field)),
        }
    }
}

/// Whether `inner` is the field `outer`, or in it. A leading dot says nothing.
fn holds(outer: &str, inner: &str) -> bool {
    let [outer, inner] = [outer, inner].map(|field| field.trim_start_matches('.'));
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_taken_over_with_what_is_in_it() {
        for (outer, inner, expected) in [
            (".spec.replicas", ".spec.replicas", true),
            ("spec.replicas", ".spec.replicas", true),
            (".spec", ".spec.replicas", true),
            (
                ".spec.containers",
                r#".spec.containers[name="a"].image"#,
                true,
            ),
            (
                r#".spec.containers[name="a"]"#,
                r#".spec.containers[name="b"].image"#,
                false,
            ),
            (".spec.rep", ".spec.replicas", false),
            (".spec.replicas", ".spec", false),
        ] {
            assert_eq!(holds(outer, inner), expected, "{outer} {inner}");
        }
    }
}
