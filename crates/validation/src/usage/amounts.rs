//! Amounts of resources, and what a pod asks for.

use std::collections::BTreeMap;
use trimtab_object::{Quantity, items_at, text_at};
use trimtab_tree::{Mapping, Value};

/// Resources that a pod states for all its containers together (KEP-2837).
const OF_PODS: [&str; 2] = ["cpu", "memory"];
const HUGE_PAGES: &str = "hugepages-";

/// Amounts by the names of resources: a `ResourceList`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts(BTreeMap<String, Quantity>);

impl Amounts {
    /// Reads a `ResourceList`; what is no quantity is left out.
    pub fn read(list: Option<&Value>) -> Self {
        let entries = list.and_then(Value::as_mapping);
        let entries = entries.into_iter().flat_map(Mapping::iter);
        let read = entries
            .filter_map(|(name, amount)| Some((name.to_owned(), amount.text()?.parse().ok()?)));
        Self(read.collect())
    }

    /// As a `ResourceList`.
    pub fn to_value(&self) -> Value {
        let entries = self.0.iter();
        let entries =
            entries.map(|(name, amount)| (name.as_str().into(), Value::string(amount.to_string())));
        entries.collect::<Mapping>().into()
    }

    /// The amount of one resource.
    pub fn get(&self, name: &str) -> Option<&Quantity> {
        self.0.get(name)
    }

    /// Sets the amount of one resource.
    pub fn set(&mut self, name: impl Into<String>, amount: Quantity) {
        self.0.insert(name.into(), amount);
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Quantity)> {
        self.0.iter().map(|(name, amount)| (name.as_str(), amount))
    }

    /// The names of all, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there are none; amounts that are nothing count.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the amounts of another.
    pub fn add(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            match self.0.get_mut(name) {
                Some(own) => *own += amount,
                None => {
                    self.0.insert(name.clone(), amount.clone());
                }
            }
        }
    }

    /// Takes the amounts of another off, down to nothing and no further.
    pub fn take_off(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let own = self.0.entry(name.clone()).or_insert(Quantity::ZERO);
            *own -= amount;
            if own.is_negative() {
                *own = Quantity::ZERO;
            }
        }
    }

    /// Raises each amount to that of another, if that is more.
    fn raise_to(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            if self.0.get(name).is_none_or(|own| own < amount) {
                self.0.insert(name.clone(), amount.clone());
            }
        }
    }

    /// Keeps those whose names are wanted.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&str) -> bool) -> Self {
        let kept = self.0.iter().filter(|(name, _)| wanted(name));
        Self(
            kept.map(|(name, amount)| (name.clone(), amount.clone()))
                .collect(),
        )
    }

    /// Drops amounts that are nothing.
    pub fn drop_zeros(&mut self) {
        self.0.retain(|_, amount| !amount.is_zero());
    }
}

impl<const N: usize> From<[(&str, Quantity); N]> for Amounts {
    fn from(amounts: [(&str, Quantity); N]) -> Self {
        let amounts = amounts.into_iter();
        Self(
            amounts
                .map(|(name, amount)| (name.to_owned(), amount))
                .collect(),
        )
    }
}

/// Which side of `resources` is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is set aside.
    Requests,
    /// What is the most.
    Limits,
}

impl Side {
    fn field(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Limits => "limits",
        }
    }

    /// What a container, or another thing with `resources`, states.
    pub fn of(self, stated: &Value) -> Amounts {
        Amounts::read(stated.get_path(&["resources", self.field()]))
    }

    /// What a pod needs as a whole (KEP-753): its containers side by side with its sidecars, or an
    /// init container with the sidecars begun before it, whichever is more; what the pod itself
    /// states stands for all of them.
    pub fn of_pod(self, pod: &Value) -> Amounts {
        let mut together = Amounts::default();
        for container in items_at(pod, &["spec", "containers"]) {
            together.add(&self.of(container));
        }
        let (mut sidecars, mut starting) = (Amounts::default(), Amounts::default());
        for container in items_at(pod, &["spec", "initContainers"]) {
            let mut peak = self.of(container);
            peak.add(&sidecars);
            if text_at(container, &["restartPolicy"]) == Some("Always") {
                sidecars = peak.clone();
            }
            starting.raise_to(&peak);
        }
        together.add(&sidecars);
        together.raise_to(&starting);
        if let Some(spec) = pod.get("spec") {
            for (name, amount) in self.of(spec).iter() {
                if is_stated_by_pods(name) {
                    together.set(name, amount.clone());
                }
            }
        }
        together
    }

    /// As [`Side::of_pod`], with the pod's overhead: on requests it is added, on limits only to
    /// those that are there.
    pub fn of_pod_with_overhead(self, pod: &Value) -> Amounts {
        let mut total = self.of_pod(pod);
        let overhead = Amounts::read(pod.get_path(&["spec", "overhead"]));
        let added = match self {
            Self::Requests => overhead,
            Self::Limits => overhead.only(|name| total.get(name).is_some_and(|it| !it.is_zero())),
        };
        total.add(&added);
        total
    }
}

/// Whether a pod may state that resource for all its containers.
pub fn is_stated_by_pods(name: &str) -> bool {
    OF_PODS.contains(&name) || name.starts_with(HUGE_PAGES)
}

/// Whether a pod states resources for all its containers.
pub fn pod_states_resources(pod: &Value) -> bool {
    let Some(spec) = pod.get("spec") else {
        return false;
    };
    [Side::Requests, Side::Limits]
        .iter()
        .any(|side| side.of(spec).names().any(is_stated_by_pods))
}
