//! Which names a definition gets: those that no other of its group has.

use rustc_hash::FxHashSet;
use trimtab_tree::{Mapping, Value};

use super::conditions::{Condition, find_condition, holds};
use crate::fields::string;
use crate::resource::CustomDefinition;
use std::sync::Arc;

/// The names that others of a group have.
#[derive(Default)]
pub(super) struct Taken {
    /// Plurals, singulars and short names.
    resources: FxHashSet<String>,
    /// Kinds and kinds of lists.
    kinds: FxHashSet<String>,
}

impl Taken {
    /// Those of all definitions of a group, this one's own included.
    pub(super) fn of(definitions: &[Arc<CustomDefinition>], group: &str) -> Self {
        let mut taken = Self::default();
        for definition in definitions.iter().filter(|it| it.group == group) {
            let resources = definition.accepted_resources.iter();
            taken.resources.extend(resources.map(ToString::to_string));
            let kinds = definition.accepted_kinds.iter();
            taken.kinds.extend(kinds.map(ToString::to_string));
        }
        taken
    }
}

fn short_names(names: &Value) -> Vec<&str> {
    let names = names.get("shortNames").and_then(Value::as_sequence);
    let names = names.unwrap_or_default().iter();
    names.filter_map(Value::as_str).collect()
}

/// What the status of a definition is to say of its names.
pub(super) struct Decision {
    /// `status.acceptedNames`
    pub(super) names: Value,
    pub(super) accepted: Condition,
    pub(super) established: Option<Condition>,
}

/// Decides on the names of a definition, given those that are taken.
pub(super) fn decide(definition: &Value, taken: &Taken) -> Decision {
    let nothing = Value::mapping([]);
    let wanted = definition.get_path(&["spec", "names"]).unwrap_or(&nothing);
    let accepted = definition.get_path(&["status", "acceptedNames"]);
    let accepted = accepted.unwrap_or(&nothing);
    let mut names = accepted.as_mapping().cloned().unwrap_or_else(Mapping::new);
    let mut conflict: Option<(&'static str, String)> = None;
    let in_use = |name: &str| format!("{name:?} is already in use");
    let mut settle =
        |field: &'static str, reason, taken: &FxHashSet<String>, names: &mut Mapping| {
            let (own, known) = (string(wanted, field), string(accepted, field));
            if own != known && taken.contains(own) {
                conflict = Some((reason, in_use(own)));
            } else if own.is_empty() {
                names.remove(field);
            } else {
                names.insert(field, Value::string(own));
            }
        };
    settle("plural", "PluralConflict", &taken.resources, &mut names);
    settle("singular", "SingularConflict", &taken.resources, &mut names);
    let (own, known) = (short_names(wanted), short_names(accepted));
    let clashing: Vec<String> = own
        .iter()
        .filter(|name| !known.contains(*name) && taken.resources.contains(**name))
        .map(|name| in_use(name))
        .collect();
    let mut late: Option<(&'static str, String)> = None;
    if clashing.is_empty() {
        copy(wanted, "shortNames", &mut names);
    } else {
        let told = match clashing.as_slice() {
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        late = Some(("ShortNamesConflict", told));
    }
    let mut settle_kind = |field: &'static str, reason, names: &mut Mapping| {
        let (own, known) = (string(wanted, field), string(accepted, field));
        if own != known && taken.kinds.contains(own) {
            late = Some((reason, in_use(own)));
        } else {
            names.insert(field, Value::string(own));
        }
    };
    settle_kind("kind", "KindConflict", &mut names);
    settle_kind("listKind", "ListKindConflict", &mut names);
    copy(wanted, "categories", &mut names);
    // The last conflict is the one that is told.
    let conflict = late.or(conflict);
    let is_accepted = conflict.is_none();
    let accepted = match conflict {
        Some((reason, message)) => Condition {
            kind: "NamesAccepted",
            status: "False",
            reason,
            message,
        },
        None => Condition {
            kind: "NamesAccepted",
            status: "True",
            reason: "NoConflicts",
            message: "no conflicts found".to_owned(),
        },
    };
    Decision {
        names: names.into(),
        accepted,
        established: established(definition, is_accepted),
    }
}

/// One that has been established stays so.
fn established(definition: &Value, is_accepted: bool) -> Option<Condition> {
    if holds(definition, "Established") {
        return None;
    }
    if is_accepted {
        return Some(Condition {
            kind: "Established",
            status: "True",
            reason: "InitialNamesAccepted",
            message: "the initial names have been accepted".to_owned(),
        });
    }
    find_condition(definition, "Established")
        .is_none()
        .then(|| Condition {
            kind: "Established",
            status: "False",
            reason: "NotAccepted",
            message: "not all names are accepted".to_owned(),
        })
}

fn copy(from: &Value, field: &str, names: &mut Mapping) {
    match from.get(field).filter(|value| !value.is_null_or_empty()) {
        Some(value) => names.insert(field, value.clone()),
        None => names.remove(field),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn definition(names: &str) -> Value {
        let text = format!(
            r#"{{"spec":{{"group":"example.com","names":{names}}},"status":{{"acceptedNames":{{"plural":"","kind":""}}}}}}"#
        );
        parse_json(&text, 0).unwrap()
    }

    fn taken(resources: &[&str], kinds: &[&str]) -> Taken {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Taken {
            resources: own(resources),
            kinds: own(kinds),
        }
    }

    #[test]
    fn names_of_others_are_not_given() {
        let own = definition(
            r#"{"plural":"others","singular":"other","shortNames":["t"],"kind":"Other","listKind":"OtherList"}"#,
        );
        let decision = decide(&own, &taken(&["things", "t"], &["Thing"]));
        assert_eq!(decision.accepted.reason, "ShortNamesConflict");
        assert_eq!(decision.accepted.message, "\"t\" is already in use");
        assert_eq!(string(&decision.names, "kind"), "Other");
        assert_eq!(decision.established.map(|it| it.status), Some("False"));
        let decision = decide(&own, &taken(&["others"], &["OtherList"]));
        assert_eq!(decision.accepted.reason, "ListKindConflict");
        let decision = decide(&own, &taken(&[], &[]));
        assert_eq!(decision.accepted.status, "True");
        assert_eq!(decision.established.map(|it| it.status), Some("True"));
    }
}
