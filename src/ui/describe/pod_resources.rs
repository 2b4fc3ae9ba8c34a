//! How much a pod takes in all.

use super::fields::{at, entries, items, text};
use std::collections::BTreeMap;
use trimtab_object::Quantity;
use trimtab_tree::Value;

/// Amounts by the names of their resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Amounts(BTreeMap<String, Quantity>);

impl Amounts {
    /// Those of a map of an object.
    pub(super) fn read(map: Option<&Value>) -> Self {
        let entries = map.map(entries).unwrap_or_default();
        let amounts = entries.into_iter().filter_map(|(name, amount)| {
            let amount = Quantity::parse(amount.text()?).ok()?;
            Some((name.to_owned(), amount))
        });
        Self(amounts.collect())
    }

    fn at(holder: &Value, path: &str) -> Self {
        Self::read(at(holder, path))
    }

    /// The amount of a resource; nothing of one that is not named.
    pub(super) fn of(&self, name: &str) -> Quantity {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// The names of the resources, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Adds other amounts to these.
    pub(super) fn add(&mut self, others: &Self) {
        for (name, amount) in &others.0 {
            match self.0.get_mut(name) {
                Some(own) => *own += amount,
                None => {
                    self.0.insert(name.clone(), amount.clone());
                }
            }
        }
    }

    /// Makes each at least what it is in others.
    fn raise(&mut self, others: &Self) {
        for (name, amount) in &others.0 {
            let own = self.0.entry(name.clone()).or_insert_with(|| amount.clone());
            if amount > own {
                *own = amount.clone();
            }
        }
    }
}

/// What a pod asks for: what its containers do together, or those that run before them if that is
/// more.
pub(super) fn requests(pod: &Value) -> Amounts {
    let mut total = in_all(pod, |container, stays| {
        let asked = Amounts::at(container, "resources.requests");
        if stays {
            in_use(pod, container, asked)
        } else {
            asked
        }
    });
    total.add(&Amounts::at(pod, "spec.overhead"));
    total
}

/// What a pod may take at most.
pub(super) fn limits(pod: &Value) -> Amounts {
    let mut total = in_all(pod, |container, _| {
        Amounts::at(container, "resources.limits")
    });
    let mut overhead = Amounts::at(pod, "spec.overhead");
    // It raises limits, and makes none.
    overhead.0.retain(|name, _| !total.of(name).is_zero());
    total.add(&overhead);
    total
}

/// `of` tells what a container takes, and is told whether it stays as long as the pod.
fn in_all(pod: &Value, of: impl Fn(&Value, bool) -> Amounts) -> Amounts {
    let mut total = Amounts::default();
    for container in items(pod, "spec.containers") {
        total.add(&of(container, true));
    }
    let (mut staying, mut first) = (Amounts::default(), Amounts::default());
    for container in items(pod, "spec.initContainers") {
        let stays = text(container, "restartPolicy") == "Always";
        let own = of(container, stays);
        if stays {
            total.add(&own);
            staying.add(&own);
            first.raise(&staying);
        } else {
            let mut with_others = own;
            with_others.add(&staying);
            first.raise(&with_others);
        }
    }
    total.raise(&first);
    total
}

/// What a container has that may be resized: the most of what it asks for and what it was given.
fn in_use(pod: &Value, container: &Value, asked: Amounts) -> Amounts {
    let lists = ["status.containerStatuses", "status.initContainerStatuses"];
    let name = text(container, "name");
    let mut statuses = lists.into_iter().flat_map(|list| items(pod, list));
    let status = statuses.find(|status| text(status, "name") == name);
    let Some(status) = status.filter(|status| at(status, "resources").is_some()) else {
        return asked;
    };
    let mut conditions = items(pod, "status.conditions").iter();
    let is_impossible = conditions.any(|condition| {
        text(condition, "type") == "PodResizePending" && text(condition, "reason") == "Infeasible"
    });
    let mut total = if is_impossible {
        Amounts::default()
    } else {
        asked
    };
    total.raise(&Amounts::at(status, "resources.requests"));
    total.raise(&Amounts::at(status, "allocatedResources"));
    total
}
