//! What can be said of a value besides its fields.

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// Anything: the schema does not say.
    Any,
    /// `string`
    String,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `boolean`
    Boolean,
    /// A whole number or a string, such as a port.
    IntOrString,
    /// An object; with named fields if the schema says any.
    Object,
    /// A list.
    List,
    /// An object whose keys are data, all values being of one type.
    Map,
}

/// How the API writes a field that has no value, or the zero value of its type: `false`, `0`, `""`,
/// `{}`, `[]`. In Kubernetes it follows from the field's type and tag in Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ZeroValue {
    /// As it is: what is not there is not written, what is there is, zero or not.
    Held,
    /// Never: a zero value and none are the same.
    Dropped,
    /// Always: where there is none, the zero value (of a list or map, `null`).
    Written,
    /// As `null`.
    Null,
}

/// `x-kubernetes-list-type`: how server-side apply sees a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListType {
    /// One owner owns the whole list.
    Atomic,
    /// Distinct scalars, each with its own owners.
    Set,
    /// Objects told apart by the values of their [`list_map_keys`](crate::Type::list_map_keys).
    Map,
}

/// `x-kubernetes-patch-strategy`: what a strategic merge patch does to a value. Nothing is set where
/// the schema says nothing: objects are then merged, lists and scalars replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PatchStrategy {
    /// A list is merged, item by item of equal merge key, or as a set where there is no key.
    pub merge: bool,
    /// An object is replaced, not merged.
    pub replace: bool,
    /// Fields that the patch does not name are cleared.
    pub retain_keys: bool,
}

impl PatchStrategy {
    /// From the extension's text: names joined by commas. Unknown names say nothing.
    pub(crate) fn parse(text: &str) -> Self {
        let mut strategy = Self::default();
        for name in text.split(',') {
            match name {
                "merge" => strategy.merge = true,
                "replace" => strategy.replace = true,
                "retainKeys" => strategy.retain_keys = true,
                _ => {}
            }
        }
        strategy
    }

    /// Whether the schema says nothing.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl ListType {
    /// From the extension's text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "atomic" => Some(Self::Atomic),
            "set" => Some(Self::Set),
            "map" => Some(Self::Map),
            _ => None,
        }
    }
}
