//! Slash-separated field paths of field specs, split once.
//!
//! The rules are those of kustomize's path splitter: a slash behind a backslash belongs to the
//! name, one leading slash is allowed, and `[]` behind a name says that the field is a list. Lists
//! are stepped into whether they are marked or not.

use std::sync::OnceLock;
use trimtab_object::split_escaped;
use trimtab_tree::Text;

/// A path as written, split when it is first walked.
#[derive(Clone, Debug)]
pub(crate) struct FieldPath {
    text: Text,
    split: OnceLock<Split>,
}

#[derive(Clone, Debug)]
struct Split {
    steps: Box<[Step]>,
    is_aside: bool,
    is_annotations: bool,
}

/// Fields that overlays put names, namespaces, labels and annotations into: nothing but texts comes
/// there, and mappings of texts.
pub(super) static ASIDE: [FieldPath; 9] = [
    FieldPath::from_static("metadata/name"),
    FieldPath::from_static("metadata/namespace"),
    FieldPath::from_static("metadata/labels"),
    FieldPath::from_static("metadata/annotations"),
    FieldPath::from_static("spec/selector"),
    FieldPath::from_static("spec/selector/matchLabels"),
    FieldPath::from_static("spec/template/metadata/labels"),
    FieldPath::from_static("spec/template/metadata/annotations"),
    FieldPath::from_static("spec/jobTemplate/spec/template/metadata/labels"),
];

/// One field name of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The name; empty when the path has an empty part, which no object can follow.
    pub name: Text,
    /// Whether it was marked with `[]`: a list that is never created.
    pub is_list: bool,
    /// Whether it is something that only a list could follow: an index, `-`, `*` or `[key=value]`.
    pub is_index: bool,
}

impl FieldPath {
    /// A path as written.
    #[must_use]
    pub(crate) fn new(text: impl Into<Text>) -> Self {
        Self {
            text: text.into(),
            split: OnceLock::new(),
        }
    }

    /// A path of the program's own tables.
    #[must_use]
    pub(crate) const fn from_static(text: &'static str) -> Self {
        Self {
            text: Text::const_new(text),
            split: OnceLock::new(),
        }
    }

    /// The path as written.
    #[must_use]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The names along the path; never none.
    #[must_use]
    pub(crate) fn steps(&self) -> &[Step] {
        &self.split().steps
    }

    /// Whether it leads to a field in which hardly anybody looks for names or images, see
    /// [`FieldTree::search`](super::FieldTree::search).
    #[must_use]
    pub(crate) fn is_aside(&self) -> bool {
        self.split().is_aside
    }

    /// Whether it leads to the annotations of an object.
    #[must_use]
    pub(crate) fn is_annotations(&self) -> bool {
        self.split().is_annotations
    }

    fn split(&self) -> &Split {
        self.split.get_or_init(|| Split {
            steps: split_escaped(&self.text, '/')
                .iter()
                .map(|part| Step::new(part))
                .collect(),
            is_annotations: self.text == "metadata/annotations",
            is_aside: ASIDE.iter().any(|path| path.text == self.text),
        })
    }
}

impl PartialEq for FieldPath {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for FieldPath {}

impl Step {
    fn new(part: &str) -> Self {
        let shorter = part.strip_suffix("[]");
        let name = shorter.unwrap_or(part).trim();
        Self {
            is_list: shorter.is_some(),
            is_index: matches!(name, "-" | "*")
                || name.parse::<i64>().is_ok()
                || (name.starts_with('[') && name.ends_with(']')),
            name: name.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_can_be_escaped() {
        for (path, parts) in [
            ("a/b", &["a", "b"][..]),
            ("/a/b", &["a", "b"]),
            ("", &[""]),
            ("/", &[""]),
            ("a//b", &["a", "", "b"]),
            (r"a/b\/c/d\/e\/f/g", &["a", "b/c", "d/e/f", "g"]),
            (r"a\", &[r"a\"]),
            (
                r"metadata/annotations/x.io\/y",
                &["metadata", "annotations", "x.io/y"],
            ),
        ] {
            let path = FieldPath::new(path);
            let names: Vec<_> = path.steps().iter().map(|step| &*step.name).collect();
            assert_eq!(names, parts, "{}", path.text());
        }
    }

    #[test]
    fn lists_and_indices_are_marked() {
        let path = FieldPath::new("spec/containers[]/0/[name=a]/-");
        let marks: Vec<_> = path
            .steps()
            .iter()
            .map(|step| (&*step.name, step.is_list, step.is_index))
            .collect();
        assert_eq!(
            marks,
            [
                ("spec", false, false),
                ("containers", true, false),
                ("0", false, true),
                ("[name=a]", false, true),
                ("-", false, true),
            ]
        );
    }
}
