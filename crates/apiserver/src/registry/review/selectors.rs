//! The selectors of an access review: which of a collection's objects somebody would see.

use trimtab_object::LabelSelector;
use trimtab_tree::{Text, Value};

use crate::Cause;
use crate::fields::string;
use crate::registry::cause;
use crate::request::{FieldTerm, parse_field_selector};

/// What is wrong with a selector that can still be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// Some of it was understood.
    Partial,
    All,
}

/// What the selectors of `resourceAttributes` say.
#[derive(Debug, Default)]
pub(super) struct Selectors {
    /// As far as they were understood.
    pub(super) fields: Vec<FieldTerm>,
    /// What is told of the rest.
    pub(super) errors: Vec<String>,
}

impl Selectors {
    /// Reads them.
    pub(super) fn read(attributes: &Value) -> Self {
        let mut selectors = Self::default();
        let selector = |name: &str| attributes.get(name).filter(|value| !value.is_null());
        if let Some(selector) = selector("fieldSelector") {
            let fault = selectors.read_fields(selector);
            selectors.note("fieldSelector", fault);
        }
        if let Some(selector) = selector("labelSelector") {
            selectors.note("labelSelector", label_fault(selector));
        }
        selectors
    }

    fn note(&mut self, name: &str, fault: Fault) {
        let how = match fault {
            Fault::None => return,
            Fault::Partial => "partially ignored",
            Fault::All => "ignored",
        };
        let path = format!("spec.resourceAttributes.{name}");
        self.errors.push(format!("{path} {how} due to parse error"));
    }

    fn read_fields(&mut self, selector: &Value) -> Fault {
        let requirements = requirements(selector);
        if requirements.is_empty() {
            return match parse_field_selector(raw(selector)) {
                Ok(terms) => {
                    self.fields = terms;
                    Fault::None
                }
                Err(_) => Fault::All,
            };
        }
        for requirement in requirements {
            let equal = match string(requirement, "operator") {
                "In" => true,
                "NotIn" => false,
                _ => continue,
            };
            if let [value] = values(requirement).as_slice() {
                self.fields.push(FieldTerm {
                    name: string(requirement, "key").to_owned(),
                    equal,
                    value: Text::from(*value),
                });
            }
        }
        fault(self.fields.len(), requirements.len())
    }
}

fn fault(understood: usize, all: usize) -> Fault {
    match understood {
        _ if understood == all => Fault::None,
        0 => Fault::All,
        _ => Fault::Partial,
    }
}

fn label_fault(selector: &Value) -> Fault {
    let requirements = requirements(selector);
    if requirements.is_empty() {
        return if LabelSelector::parse(raw(selector)).is_ok() {
            Fault::None
        } else {
            Fault::All
        };
    }
    let is_understood = |requirement: &&Value| {
        let (key, values) = (string(requirement, "key"), values(requirement));
        let told = match string(requirement, "operator") {
            "In" if !values.is_empty() => format!("{key} in ({})", values.join(",")),
            "NotIn" if !values.is_empty() => format!("{key} notin ({})", values.join(",")),
            "Exists" if values.is_empty() => key.to_owned(),
            "DoesNotExist" if values.is_empty() => format!("!{key}"),
            _ => return false,
        };
        LabelSelector::parse(&told).is_ok()
    };
    fault(
        requirements.iter().filter(is_understood).count(),
        requirements.len(),
    )
}

/// What is wrong with the form of the selectors.
pub(super) fn check(attributes: &Value, causes: &mut Vec<Cause>) {
    for name in ["fieldSelector", "labelSelector"] {
        let selector = attributes.get(name).filter(|value| !value.is_null());
        if let Some(selector) = selector {
            check_selector(selector, &format!("spec.resourceAttributes.{name}"), causes);
        }
    }
}

fn check_selector(selector: &Value, path: &str, causes: &mut Vec<Cause>) {
    let (raw, requirements) = (raw(selector), requirements(selector));
    match (raw.is_empty(), requirements.is_empty()) {
        (false, false) => {
            let told = format!(
                "Invalid value: {raw:?}: may not specified at the same time as requirements"
            );
            causes.push(cause(
                "FieldValueInvalid",
                &format!("{path}.rawSelector"),
                &told,
            ));
        }
        (true, true) => {
            let told = format!(
                "Required value: when {path} is specified, requirements or rawSelector is required"
            );
            causes.push(cause(
                "FieldValueRequired",
                &format!("{path}.requirements"),
                &told,
            ));
        }
        _ => {}
    }
    for (at, requirement) in requirements.iter().enumerate() {
        let path = format!("{path}.requirements[{at}]");
        let has_values = !values(requirement).is_empty();
        let operator = string(requirement, "operator");
        let values = format!("{path}.values");
        match operator {
            "In" | "NotIn" if !has_values => {
                let told = "Required value: must be specified when `operator` is 'In' or 'NotIn'";
                causes.push(cause("FieldValueRequired", &values, told));
            }
            "Exists" | "DoesNotExist" if has_values => {
                let told =
                    "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                causes.push(cause("FieldValueForbidden", &values, told));
            }
            _ => {}
        }
        if string(requirement, "key").is_empty() {
            let told = "Required value: must be specified";
            causes.push(cause("FieldValueRequired", &format!("{path}.key"), told));
        }
    }
}

fn raw(selector: &Value) -> &str {
    string(selector, "rawSelector")
}

fn requirements(selector: &Value) -> &[Value] {
    let requirements = selector.get("requirements").and_then(Value::as_sequence);
    requirements.unwrap_or_default()
}

fn values(requirement: &Value) -> Vec<&str> {
    let values = requirement.get("values").and_then(Value::as_sequence);
    values
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_tree::parse_json;

    fn attributes(json: &str) -> Value {
        parse_json(json, 0).unwrap()
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for (json, expected) in [
            (r#"{"fieldSelector":{"rawSelector":"a=b"}}"#, &[][..]),
            (
                r#"{"fieldSelector":{"rawSelector":"a"}}"#,
                &["spec.resourceAttributes.fieldSelector ignored due to parse error"],
            ),
            (
                r#"{"fieldSelector":{"requirements":[{"key":"a","operator":"In","values":["b"]},{"key":"c","operator":"X"}]}}"#,
                &["spec.resourceAttributes.fieldSelector partially ignored due to parse error"],
            ),
            (
                r#"{"labelSelector":{"requirements":[{"key":"a","operator":"Exists"}]}}"#,
                &[],
            ),
            (
                r#"{"labelSelector":{"requirements":[{"key":"a b","operator":"Exists"}]}}"#,
                &["spec.resourceAttributes.labelSelector ignored due to parse error"],
            ),
        ] {
            assert_eq!(
                Selectors::read(&attributes(json)).errors,
                expected,
                "{json}"
            );
        }
    }

    #[test]
    fn a_selector_is_raw_or_made_of_requirements() {
        let faults = |json: &str| {
            let mut causes = Vec::new();
            check(&attributes(json), &mut causes);
            causes
                .into_iter()
                .map(|cause| cause.field)
                .collect::<Vec<_>>()
        };
        let path = "spec.resourceAttributes.labelSelector";
        assert_eq!(
            faults(r#"{"labelSelector":{}}"#),
            [format!("{path}.requirements")]
        );
        assert_eq!(
            faults(r#"{"labelSelector":{"requirements":[{"operator":"In"}]}}"#),
            [
                format!("{path}.requirements[0].values"),
                format!("{path}.requirements[0].key")
            ]
        );
        assert!(faults(r#"{"labelSelector":{"rawSelector":"a"}}"#).is_empty());
    }
}
