//! The nodes of a scenario.

use super::fields::{Fields, number, one_of, text, texts};
use crate::addresses::MOST_NODES;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_object::Quantity;
use trimtab_tree::{Diagnostic, Result, Value};

/// The label by which schedulers know the zone of a node.
const ZONE: &str = "topology.kubernetes.io/zone";

/// Nodes of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeGroup {
    /// What they are called; with a number behind it where `count` is given.
    pub name: String,
    /// How many there are. Without it there is one, called exactly `name`.
    pub count: Option<usize>,
    /// What they have besides, or in place of, what a simulated node has anyway: `cpu`, `memory`,
    /// `pods`, `example.com/gpu`.
    pub capacity: BTreeMap<String, String>,
    /// Labels besides those that a kubelet gives.
    pub labels: BTreeMap<String, String>,
    /// Taints.
    pub taints: Vec<Taint>,
    /// The zones that they are in, in turn.
    pub zones: Vec<String>,
}

/// A taint of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taint {
    /// The key.
    pub key: String,
    /// The value, if it has one.
    pub value: Option<String>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// One node, as it is to register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NodePlan {
    pub(crate) name: String,
    pub(crate) capacity: BTreeMap<String, String>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) taints: Vec<Taint>,
}

impl NodeGroup {
    /// How many nodes it is.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count.unwrap_or(1)
    }
}

/// The nodes of all groups; without any, `others` usual ones. Numbers go on where an earlier group of
/// the same name left them.
pub(crate) fn plans(groups: &[NodeGroup], others: usize) -> Vec<NodePlan> {
    let usual = [NodeGroup {
        name: "node".to_owned(),
        count: Some(others),
        ..NodeGroup::default()
    }];
    let groups = if groups.is_empty() { &usual } else { groups };
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut plans = Vec::new();
    for group in groups {
        for at in 0..group.count() {
            let name = if group.count.is_some() {
                let number = numbers.entry(&group.name).or_default();
                *number += 1;
                format!("{}-{number}", group.name)
            } else {
                group.name.clone()
            };
            let mut labels = group.labels.clone();
            if let Some(zone) = at
                .checked_rem(group.zones.len())
                .and_then(|at| group.zones.get(at))
            {
                labels.insert(ZONE.to_owned(), zone.clone());
            }
            plans.push(NodePlan {
                name,
                capacity: group.capacity.clone(),
                labels,
                taints: group.taints.clone(),
            });
        }
    }
    plans
}

/// Reads all groups, which together are no more nodes than there can be, each of its own name.
pub(super) fn groups(fields: &Fields<'_>) -> Result<Vec<NodeGroup>> {
    let mut groups = Vec::new();
    let mut written = Vec::new();
    let mut total = 0_usize;
    for (value, path) in fields.items("nodes", "a list of groups of nodes")? {
        let group = group(value, &path)?;
        total = total.saturating_add(group.count());
        if total > MOST_NODES {
            let error = Diagnostic::error("too-many-nodes", format!("{total} nodes are too many"));
            return Err(in_group(error, value, &path, "count")
                .expecting(format!("at most {MOST_NODES} nodes in all"))
                .hint("fewer nodes with a larger `capacity` hold as many pods"));
        }
        groups.push(group);
        written.push((value, path));
    }
    let mut names = BTreeSet::new();
    let each = groups.iter().zip(&written);
    let each = each.flat_map(|(group, written)| std::iter::repeat_n(written, group.count()));
    for (plan, (value, path)) in plans(&groups, 0).into_iter().zip(each) {
        if let Some(name) = names.replace(plan.name) {
            let error =
                Diagnostic::error("duplicate-node", format!("two nodes are called `{name}`"));
            return Err(in_group(error, value, path, "name")
                .hint("give one another name, or `count` to number them"));
        }
    }
    Ok(groups)
}

/// Where a field of a group stands, or the group, if it does not have it.
fn in_group(error: Box<Diagnostic>, group: &Value, path: &str, field: &str) -> Box<Diagnostic> {
    match group.get(field).filter(|it| !it.is_null()) {
        Some(value) => error.at(value.position).in_field(format!("{path}.{field}")),
        None => error.at(group.position).in_field(path),
    }
}

/// A name that an object can have, with a number behind it if there are several.
fn node_name(value: &Value, path: &str) -> Result<String> {
    const LONGEST: usize = 240;
    let name = text(value, path)?;
    let is_part = |part: &str| {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(allowed)
    };
    if name.len() <= LONGEST && name.split('.').all(is_part) {
        return Ok(name.to_owned());
    }
    Err(
        Diagnostic::error("wrong-name", format!("no node can be called `{name}`"))
            .at(value.position)
            .in_field(path)
            .expecting("small letters, digits, `-` and `.`, such as worker or worker.example"),
    )
}

/// Reads a group.
fn group(value: &Value, path: &str) -> Result<NodeGroup> {
    const FIELDS: [&str; 6] = ["name", "count", "capacity", "labels", "taints", "zones"];
    let fields = Fields::of(value, path, &FIELDS)?;
    let amounts = |value: &Value, path: &str| amounts(value, path);
    let labels = |value: &Value, path: &str| texts(value, path, "a mapping of labels");
    let name = fields.read("name", node_name)?;
    let count = fields.read("count", |value, path| number(value, path, 1))?;
    let count = count.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let mut taints = Vec::new();
    for (value, path) in fields.items("taints", "a list of taints")? {
        taints.push(taint(value, &path)?);
    }
    let mut zones = Vec::new();
    for (value, path) in fields.items("zones", "a list of names of zones")? {
        zones.push(text(value, &path)?.to_owned());
    }
    Ok(NodeGroup {
        // What has no name is numbered.
        count: count.or(name.is_none().then_some(1)),
        name: name.unwrap_or_else(|| "node".to_owned()),
        capacity: fields.read("capacity", amounts)?.unwrap_or_default(),
        labels: fields.read("labels", labels)?.unwrap_or_default(),
        taints,
        zones,
    })
}

/// Quantities, which may stand there as numbers.
fn amounts(value: &Value, path: &str) -> Result<BTreeMap<String, String>> {
    const EXPECTED: &str = "a mapping of resources and quantities";
    let mapping = value
        .as_mapping()
        .ok_or_else(|| super::fields::wrong_type(value, path, EXPECTED))?;
    let amounts = mapping.iter().map(|(key, value)| {
        let amount = value.text_if_not_null().filter(|text| {
            let amount = Quantity::parse(text);
            amount.is_ok_and(|amount| amount >= Quantity::ZERO)
        });
        let amount = amount.ok_or_else(|| {
            let path = format!("{path}.{key}");
            super::fields::wrong_type(value, &path, "a quantity such as 4, 500m or 16Gi")
        })?;
        Ok((key.to_owned(), amount.to_owned()))
    });
    amounts.collect()
}

fn taint(value: &Value, path: &str) -> Result<Taint> {
    const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
    let fields = Fields::of(value, path, &["key", "value", "effect"])?;
    let owned = |value: &Value, path: &str| text(value, path).map(str::to_owned);
    let missing = |field: &str| {
        let expected = format!("`{field}`");
        super::fields::no_effect(value, path, "a taint without key or effect").expecting(expected)
    };
    let effect = fields.read("effect", |value, path| {
        one_of(value, path, "effect", "unknown-effect", &EFFECTS).map(str::to_owned)
    })?;
    Ok(Taint {
        key: fields.read("key", owned)?.ok_or_else(|| missing("key"))?,
        value: fields.read("value", owned)?,
        effect: effect.ok_or_else(|| missing("effect"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_numbered_and_zones_taken_in_turn() {
        let group = |name: &str, count| NodeGroup {
            name: name.into(),
            count,
            zones: vec!["a".into(), "b".into()],
            ..NodeGroup::default()
        };
        let groups = [
            group("node", Some(3)),
            group("big", None),
            group("node", Some(1)),
        ];
        let plans = plans(&groups, 9);
        let found: Vec<(&str, &str)> = plans
            .iter()
            .map(|plan| (&*plan.name, &*plan.labels[ZONE]))
            .collect();
        let expected = [
            ("node-1", "a"),
            ("node-2", "b"),
            ("node-3", "a"),
            ("big", "a"),
            ("node-4", "a"),
        ];
        assert_eq!(found, expected);
        assert_eq!(super::plans(&[], 2)[1].name, "node-2");
    }
}
