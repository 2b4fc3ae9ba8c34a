//! Which values of one mapping are secrets. The readers of blocks and of flow collections hand its
//! entries in; what they are is decided here.

use std::ops::Range;

/// Parts of a text.
pub(super) type Ranges = Vec<Range<usize>>;

/// The fields of a Secret that hold its values.
const DATA: [&str; 2] = ["data", "stringData"];

/// The field of a kustomization with what Secrets are made from.
pub(super) const GENERATORS: &str = "secretGenerator";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    /// It does not say.
    #[default]
    Unknown,
    Secret,
    /// The plugin that does what [`GENERATORS`] does.
    Generator,
    Other,
}

/// What is known of one mapping while its entries come in.
#[derive(Debug, Default)]
pub(super) struct Fields {
    kind: Kind,
    /// Whether it is below [`GENERATORS`].
    pub(super) makes_secrets: bool,
    /// Whether it is a list, which is what its items are.
    pub(super) is_list: bool,
    data: Ranges,
    literals: Ranges,
    is_operation: bool,
    has_path_of_data: bool,
    value: Ranges,
    /// Values in patches that do not say of what kind the object is.
    patched: Ranges,
    is_for_another_kind: bool,
}

/// What a mapping has for those around it.
#[derive(Debug, Default)]
pub(super) struct Closed {
    /// Secrets for certain.
    pub(super) hidden: Ranges,
    /// Secrets if it is a patch of a Secret.
    pub(super) patched: Ranges,
    /// Whether it names a kind that is not `Secret`.
    pub(super) is_of_another_kind: bool,
}

impl Closed {
    /// What is a patch as a whole.
    pub(super) fn patch(whole: Range<usize>) -> Self {
        Self {
            patched: Ranges::from([whole]),
            ..Self::default()
        }
    }
}

impl Fields {
    /// Whether the values below a field have to be known.
    pub(super) fn wants_values_of(key: &str) -> bool {
        DATA.contains(&key) || matches!(key, "literals" | "value")
    }

    /// Takes an entry: its value as text, and where the values below it are.
    pub(super) fn take(&mut self, key: &str, text: &str, values: Ranges) {
        match key {
            "kind" => {
                self.kind = match word(text) {
                    "" => Kind::Unknown,
                    "Secret" => Kind::Secret,
                    "SecretGenerator" => Kind::Generator,
                    _ => Kind::Other,
                }
            }
            "op" => self.is_operation = true,
            "path" => self.has_path_of_data = is_path_of_data(word(text)),
            "literals" => self.literals.extend(values),
            "value" => self.value.extend(values),
            _ if DATA.contains(&key) => self.data.extend(values),
            _ => {}
        }
    }

    /// Takes what a mapping in the value of the field `key` has.
    pub(super) fn take_closed(&mut self, key: &str, closed: Closed, hidden: &mut Ranges) {
        hidden.extend(closed.hidden);
        match key {
            _ if self.is_list => self.patched.extend(closed.patched),
            "patch" => self.patched.extend(closed.patched),
            _ => hidden.extend(closed.patched),
        }
        self.is_for_another_kind |= key == "target" && closed.is_of_another_kind;
    }

    /// What it has, when all entries are in.
    pub(super) fn close(self) -> Closed {
        let mut closed = Closed {
            is_of_another_kind: self.kind == Kind::Other,
            ..Closed::default()
        };
        if self.kind == Kind::Secret {
            closed.hidden.extend(self.data);
        }
        if self.makes_secrets || self.kind == Kind::Generator {
            closed.hidden.extend(self.literals);
        }
        if self.is_list {
            closed.patched = self.patched;
        } else if !self.is_for_another_kind {
            closed.hidden.extend(self.patched);
        }
        if self.is_operation && self.has_path_of_data {
            closed.patched.extend(self.value);
        }
        closed
    }
}

/// Whether a JSON pointer leads into what a Secret holds.
fn is_path_of_data(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("") && parts.next().is_some_and(|first| DATA.contains(&first))
}

/// The text of a scalar of one word, without what YAML may put around it.
fn word(text: &str) -> &str {
    let words = text.split([' ', '\t', '\n', '\r', ',']);
    let mut words = words.filter(|word| !word.is_empty() && !word.starts_with(['&', '!']));
    words.next().unwrap_or_default().trim_matches(['"', '\''])
}

/// Whether a quoted text, quotes included, is a document that may hold values of a Secret.
pub(super) fn is_document(quoted: &str) -> bool {
    let text = quoted.trim_start_matches(['"', '\'']).trim_start();
    if text.starts_with(['{', '[']) && DATA.iter().any(|part| text.contains(&format!("/{part}"))) {
        return true;
    }
    let mut kinds = text.match_indices("Secret");
    DATA.iter().any(|part| text.contains(part))
        && kinds.any(|(at, _)| {
            let before = text[..at].trim_end_matches(['"', '\'', '\\', ' ', ':']);
            before.ends_with("kind")
        })
}
