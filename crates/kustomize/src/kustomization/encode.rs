//! From the values of a kustomization back to a tree, as Go's JSON encoder writes them.
//!
//! The tables of [`decode`](super::decode) serve both ways. As in kustomize's types nearly every
//! field is left out while it is empty; the few that never are say so in their table.

use super::at::{At, StringMap};
use super::decode::Fields;
use trimtab_tree::{Mapping, Text, Value};

/// What can be written into a tree.
pub(crate) trait Encode {
    /// Whether Go's `omitempty` leaves it out.
    fn is_empty(&self) -> bool;

    /// The tree.
    fn encode(&self) -> Value;
}

/// A mapping is never empty, whatever its fields are: Go's `omitempty` does not look into structs.
impl<T: Fields> Encode for T {
    fn is_empty(&self) -> bool {
        false
    }

    fn encode(&self) -> Value {
        let mut mapping = Mapping::new();
        for field in T::TABLE {
            if let Some(value) = (field.write)(self) {
                mapping.insert(field.name, value);
            }
        }
        mapping.into()
    }
}

impl Encode for Text {
    fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    fn encode(&self) -> Value {
        Value::string(self.clone())
    }
}

impl Encode for bool {
    fn is_empty(&self) -> bool {
        !self
    }

    fn encode(&self) -> Value {
        Value::bool(*self)
    }
}

impl Encode for i64 {
    fn is_empty(&self) -> bool {
        *self == 0
    }

    fn encode(&self) -> Value {
        Value::int(*self)
    }
}

impl Encode for Mapping {
    fn is_empty(&self) -> bool {
        Mapping::is_empty(self)
    }

    fn encode(&self) -> Value {
        self.clone().into()
    }
}

impl<T: Encode> Encode for At<T> {
    fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    fn encode(&self) -> Value {
        self.value.encode()
    }
}

/// What is there is written, empty or not: it stands for a pointer, which `omitempty` leaves out
/// only when it leads nowhere. Mappings of any content are the exception, being maps in Go.
impl<T: Encode> Encode for Option<At<T>> {
    fn is_empty(&self) -> bool {
        let is_map = |value: &At<T>| value.encode().as_mapping().is_some();
        self.as_ref()
            .is_none_or(|value| value.is_empty() && is_map(value))
    }

    fn encode(&self) -> Value {
        self.as_ref().map_or_else(Value::null, Encode::encode)
    }
}

/// A list that is not there is `null` where it must be written.
impl<T: Encode> Encode for Vec<T> {
    fn is_empty(&self) -> bool {
        Vec::is_empty(self)
    }

    fn encode(&self) -> Value {
        if Vec::is_empty(self) {
            return Value::null();
        }
        Value::sequence(self.iter().map(Encode::encode).collect())
    }
}

impl Encode for StringMap {
    fn is_empty(&self) -> bool {
        StringMap::is_empty(self)
    }

    fn encode(&self) -> Value {
        let mut mapping = Mapping::new();
        for (key, text) in self.iter() {
            mapping.insert(key, text.encode());
        }
        mapping.into()
    }
}

#[cfg(test)]
mod tests {
    use crate::kustomization::Written;
    use trimtab_tree::{ParseOptions, parse_document, write_yaml};

    /// What Go writes of a kustomization.
    fn rewrite(text: &str) -> String {
        let value = parse_document(text, ParseOptions::default()).unwrap();
        let written = Written::read(&value).unwrap();
        let mut out = String::new();
        write_yaml(&super::Encode::encode(&written), &mut out).unwrap();
        out
    }

    #[test]
    fn fields_are_sorted_and_empty_ones_left_out() {
        for (text, rewritten) in [
            (
                "Resources: [b, a]\nnamePrefix: ''\nkind: Kustomization\n",
                "kind: Kustomization\nresources:\n- b\n- a\n",
            ),
            (
                "commonLabels: {}\nbases: []\ncrds: [null]\n",
                "crds:\n- \"\"\n",
            ),
            (
                "replicas: [{name: a, count: 0}]\n",
                "replicas:\n- count: 0\n  name: a\n",
            ),
            (
                "vars: [{name: A}]\n",
                "vars:\n- fieldref: {}\n  name: A\n  objref:\n    name: \"\"\n",
            ),
            (
                "replacements:\n- source: {}\n  sourceValue: ''\n  targets: [{options: {index: 0, create: no}}]\n",
                "replacements:\n- source: {}\n  sourceValue: \"\"\n  targets:\n  - options: {}\n    select: null\n",
            ),
            (
                "sortOptions: {legacySortOptions: {}}\n",
                "sortOptions:\n  legacySortOptions:\n    orderFirst: null\n    orderLast: null\n",
            ),
            (
                "helmCharts: [{name: a, valuesInline: {}}, {valuesInline: {b: 010, a: on}}]\n",
                "helmCharts:\n- name: a\n- valuesInline:\n    a: true\n    b: 8\n",
            ),
            (
                "labels: [{pairs: {b: x, a: 'y'}, includeSelectors: on}]\n",
                "labels:\n- includeSelectors: true\n  pairs:\n    a: \"y\"\n    b: x\n",
            ),
            (
                "imageTags: [{name: a}]\nhelmChartInflationGenerator: [{values: v}]\n",
                "helmChartInflationGenerator:\n- values: v\nimageTags:\n- name: a\n",
            ),
        ] {
            assert_eq!(rewrite(text), rewritten, "{text}");
        }
    }
}
