//! Objects of custom kinds, by their definitions.

use crate::codes;
use crate::finding::Findings;
use crate::inventory::Object;
use crate::locate::locate;
use crate::misspelt;
use crate::sent::as_sent;
use crate::told::Told;
use crate::typed::{self, Culprits};
use rustc_hash::FxHashMap;
use trimtab_tree::{Severity, Value};
use trimtab_validation::custom::Definition;

/// Custom kinds that are known, by group and kind.
#[derive(Debug, Default)]
pub struct Definitions(FxHashMap<(String, String), Definition>);

impl Definitions {
    /// Takes in an object if it is a definition, and says whether it is. A later one takes the place
    /// of an earlier one of the same kind.
    pub fn add(&mut self, object: &Value) -> bool {
        let Some(definition) = Definition::parse(object) else {
            return false;
        };
        let key = (definition.group.clone(), definition.kind.clone());
        self.0.insert(key, definition);
        true
    }

    pub(crate) fn get(&self, group: &str, kind: &str) -> Option<&Definition> {
        self.0.get(&(group.to_owned(), kind.to_owned()))
    }
}

/// Checks an object of a custom kind.
pub(crate) fn check(object: &Object<'_>, definition: &Definition, findings: &mut Findings) {
    if definition.versions.is_empty() {
        // That is one of the findings of the definition.
        return;
    }
    let Some(version) = definition.version(object.version) else {
        tell_unserved(object, definition, "has no", findings);
        return;
    };
    if !version.served {
        tell_unserved(object, definition, "does not serve", findings);
    }
    if let Some(deprecation) = &version.deprecation {
        findings
            .draft(
                object,
                Severity::Warning,
                codes::DEPRECATED_API,
                "apiVersion",
                deprecation,
            )
            .tell();
    }
    if let Some((schema, _)) = &version.schema {
        let mut sent = as_sent(object.value);
        for problem in schema.prune(&mut sent) {
            let path = problem.field();
            let located = locate(object.value, path);
            let hint = located
                .steps
                .split_last()
                .and_then(|(name, above)| misspelt::hint_of_names(name, schema.siblings(above)));
            findings
                .error(object, codes::UNKNOWN_FIELD, path, &problem.to_string())
                .hint_if(hint)
                .tell();
        }
        schema.default(&mut sent);
        let mut told = Told::default();
        let mut culprits = Culprits::default();
        for error in &schema.validate(&sent) {
            // An alternative that does not hold says the same again of the field as a whole.
            if !told.overlaps(&error.field) {
                let culprit = culprits.of(object, error, &told);
                typed::tell_invalid(object, error, &culprit, findings);
                told.add(error.field.as_str());
            }
        }
        // Rules that do not compile are findings of the definition.
        for error in &schema.check_rules(&sent, None).errors {
            let culprit = culprits.of(object, error, &told);
            typed::tell_invalid(object, error, &culprit, findings);
        }
    }
}

fn tell_unserved(
    object: &Object<'_>,
    definition: &Definition,
    verb: &str,
    findings: &mut Findings,
) {
    let Definition { group, kind, .. } = definition;
    let served = definition.versions.iter().filter(|version| version.served);
    let served: Vec<String> = served
        .map(|version| format!("`{group}/{}`", version.name))
        .collect();
    let message = format!(
        "the definition of {kind}.{group} {verb} version `{}`",
        object.version
    );
    findings
        .error(object, codes::UNSERVED_VERSION, "apiVersion", &message)
        .hint(match &served[..] {
            [] => "it serves none: `served: true` is on none of its versions".to_owned(),
            served => format!("it serves {}", served.join(", ")),
        })
        .tell();
}
