//! Amounts of resources in whole numbers, quick to add and compare.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Text;
use std::collections::BTreeMap;
use trimtab_object::Quantity;

/// Amounts by resource. Absent is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resources {
    /// Thousandths of a CPU.
    pub(crate) milli_cpu: i64,
    /// Bytes.
    pub(crate) memory: i64,
    /// Every other one by name, in its own unit.
    pub(crate) others: BTreeMap<String, i64>,
}

/// The resource that counts pods on a node.
pub(crate) const PODS: &str = "pods";

impl Resources {
    /// Reads a list as requests, overhead and `allocatable` have it. What is no quantity, which
    /// the API server refuses, counts nothing.
    pub(crate) fn of(list: Option<&BTreeMap<String, Text>>) -> Self {
        let mut resources = Self::default();
        for (name, text) in list.into_iter().flatten() {
            let Ok(quantity) = Quantity::parse(&text.0) else {
                continue;
            };
            match name.as_str() {
                "cpu" => resources.milli_cpu = quantity.millis(),
                "memory" => resources.memory = quantity.units(),
                _ => {
                    resources.others.insert(name.clone(), quantity.units());
                }
            }
        }
        resources
    }

    pub(crate) fn add(&mut self, more: &Self) {
        self.combine(more, i64::saturating_add);
    }

    pub(crate) fn subtract(&mut self, less: &Self) {
        self.combine(less, i64::saturating_sub);
        self.others.retain(|_, amount| *amount != 0);
    }

    /// Takes the greater of each resource.
    pub(crate) fn raise_to(&mut self, other: &Self) {
        self.combine(other, i64::max);
    }

    /// Takes over what `other` names, as pod-level requests replace the sum of the containers'.
    pub(crate) fn replace_with(&mut self, list: Option<&BTreeMap<String, Text>>) {
        let other = Self::of(list);
        for name in list.into_iter().flat_map(BTreeMap::keys) {
            match name.as_str() {
                "cpu" => self.milli_cpu = other.milli_cpu,
                "memory" => self.memory = other.memory,
                _ => {
                    self.others.insert(name.clone(), other.other(name));
                }
            }
        }
    }

    /// The amount of a resource other than CPU and memory.
    pub(crate) fn other(&self, name: &str) -> i64 {
        self.others.get(name).copied().unwrap_or(0)
    }

    fn combine(&mut self, other: &Self, operation: fn(i64, i64) -> i64) {
        self.milli_cpu = operation(self.milli_cpu, other.milli_cpu);
        self.memory = operation(self.memory, other.memory);
        for (name, &amount) in &other.others {
            // Most pods ask for nothing else, and names repeat: a copy is made the first time only.
            match self.others.get_mut(name) {
                Some(mine) => *mine = operation(*mine, amount),
                None => {
                    self.others.insert(name.clone(), operation(0, amount));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::list;

    #[test]
    fn units_are_those_of_each_resource() {
        let resources = Resources::of(Some(&list(&[
            ("cpu", "1500m"),
            ("memory", "1Ki"),
            ("nvidia.com/gpu", "2"),
        ])));
        assert_eq!((resources.milli_cpu, resources.memory), (1500, 1024));
        assert_eq!(resources.other("nvidia.com/gpu"), 2);
    }

    #[test]
    fn what_was_added_and_taken_away_leaves_nothing() {
        let one = Resources::of(Some(&list(&[("cpu", "1"), ("example.com/x", "3")])));
        let mut sum = Resources::default();
        sum.add(&one);
        sum.subtract(&one);
        assert_eq!(sum, Resources::default());
    }
}
