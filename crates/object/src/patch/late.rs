//! The scalars that a patch puts into an object, found out without a change to it.
//!
//! Most patches set a few scalars. Those can wait beside an object that others have, too, see
//! [`Mapping::change_later`], where a merge would copy all that is around them.

use super::associative::{Pick, plan};
use super::directive;
use super::keys::Keys;
use super::place;
use super::slot::Slot;
use super::strategic::{MergeOptions, Merger};
use super::yaml_1_1::quote_if_ambiguous;
use trimtab_schema::Schema;
use trimtab_tree::{Entry, Mapping, Node, ScalarKind, Style, Text, Value};

/// A scalar that comes into an object.
#[derive(Clone, Debug)]
pub struct LateScalar {
    /// The places of the fields and items on the way to it, as far as they are there.
    pub places: Vec<u32>,
    /// The keys on from there that are new; none if it takes the place of another scalar.
    pub keys: Vec<Text>,
    /// What comes there.
    pub scalar: Value,
}

/// What [`strategic_merge`](super::strategic_merge) would put into an object of which it leaves the rest as it
/// is, in order. `None` where it would do anything else, or fail.
#[must_use]
pub fn late_scalars(
    target: &Value,
    patch: &Value,
    schema: Option<&Schema>,
    options: MergeOptions,
) -> Option<Vec<LateScalar>> {
    let mut finder = Finder {
        merger: Merger { schema, options },
        way: Vec::new(),
        found: Vec::new(),
    };
    finder.merge(target, patch, None)?;
    Some(finder.found)
}

struct Finder<'s> {
    merger: Merger<'s>,
    /// The places that lead to the present value.
    way: Vec<u32>,
    found: Vec<LateScalar>,
}

impl<'s> Finder<'s> {
    fn merge(&mut self, target: &Value, patch: &Value, slot: Option<Slot<'s>>) -> Option<()> {
        // Who is empty gets the style of the patch, and comments are taken over.
        if patch.extra.is_some() || target.is_null_or_empty() {
            return None;
        }
        let slot = self.merger.resolve(slot, &[target, patch]);
        match (&target.node, &patch.node) {
            (Node::Mapping(fields), Node::Mapping(changes)) => {
                self.fields(fields, changes, slot.as_ref())
            }
            (Node::Sequence(items), Node::Sequence(changes)) => {
                let is_merged = self.merger.is_associative(slot.as_ref(), &[target, patch]);
                is_merged.then(|| self.items(items, changes, slot))?
            }
            _ => None,
        }
    }

    fn fields(&mut self, target: &Mapping, patch: &Mapping, slot: Option<&Slot<'s>>) -> Option<()> {
        let mut met = Vec::with_capacity(patch.len());
        let mut added = Vec::new();
        for change in patch.entries() {
            let key = change.key.text();
            match target.position_of(key) {
                _ if key == directive::KEY => return None,
                Some(at) => met.push((at, change)),
                None => added.push(change),
            }
        }
        met.sort_unstable_by_key(|&(at, _)| at);
        added.sort_unstable_by_key(|entry| entry.key.text());
        for (at, change) in met {
            let value = target.at(at).value;
            self.way.push(at as u32);
            if value.as_scalar().is_some() && change.value.as_scalar().is_some() {
                self.replace(value, &change.value)?;
            } else {
                let slot = slot.and_then(|slot| slot.field(change.key.text()));
                self.merge(value, &change.value, slot)?;
            }
            self.way.pop();
        }
        let mut keys = Vec::new();
        added
            .into_iter()
            .try_for_each(|new| self.add(new, &mut keys))
    }

    fn replace(&mut self, target: &Value, patch: &Value) -> Option<()> {
        if target.is_null() || patch.is_null() {
            return None;
        }
        let mut scalar = target.clone();
        place::replace_field(&mut scalar, patch.clone());
        self.found.push(LateScalar {
            places: self.way.clone(),
            keys: Vec::new(),
            scalar,
        });
        Some(())
    }

    /// Adds a field that is not there, or those in it. `keys` lead to where it is added.
    fn add(&mut self, new: &Entry, keys: &mut Vec<Text>) -> Option<()> {
        if new.value.extra.is_some() || new.key.kind != ScalarKind::String {
            return None;
        }
        keys.push(new.key.text().into());
        match &new.value.node {
            Node::Scalar(scalar) => {
                if scalar.kind != ScalarKind::Null {
                    let mut scalar = new.value.clone();
                    quote_if_ambiguous(&mut scalar);
                    self.found.push(LateScalar {
                        places: self.way.clone(),
                        keys: keys.clone(),
                        scalar,
                    });
                } else if keys.len() > 1 {
                    // What it is in may be left empty.
                    return None;
                }
            }
            // One in braces stays there.
            Node::Mapping(fields)
                if new.value.style == Style::Plain
                    && !fields.is_empty()
                    && !fields.contains_key(directive::KEY) =>
            {
                fields
                    .entries()
                    .iter()
                    .try_for_each(|entry| self.add(entry, keys))?;
            }
            _ => return None,
        }
        keys.pop();
        Some(())
    }

    /// Merges items that are all there.
    fn items(&mut self, target: &[Value], patch: &[Value], slot: Option<Slot<'s>>) -> Option<()> {
        let changes: Vec<&Value> = patch.iter().collect();
        let keys = Keys::of_list(slot.as_ref(), target, &changes).ok()?;
        let picks = plan(&keys, target, &changes, self.merger.options.prepend)?;
        let item_slot = slot.and_then(|slot| slot.items());
        if picks.len() != target.len() {
            return None;
        }
        for (place, pick) in picks.iter().enumerate() {
            match *pick {
                Pick::Target(at) if at == place => {}
                Pick::Both(at, change) if at == place => {
                    self.way.push(at as u32);
                    self.merge(&target[at], changes[change], item_slot.clone())?;
                    self.way.pop();
                }
                _ => return None,
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Merged, settle_for_merge, strategic_merge};
    use super::*;
    use crate::testing::yaml;
    use trimtab_tree::{Room, Spot};

    const BUILD: MergeOptions = MergeOptions {
        infer_lists: false,
        prepend: true,
        is_settled: true,
    };

    const TARGET: &str = "
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: 'web', 'zone': \"1\"}
spec:
  replicas: 1
  selector: {}
  template:
    spec:
      containers:
      - name: one
        image: 'app:v1'
        args: [a, b]
        env:
        - {name: A, value: '1'}
        - {name: B, value: two}
      - name: two
        tty: true
      tolerations:
      - {key: a}
";

    /// Patches that put scalars there, and how many: names that tell items apart are among them.
    const SCALARS: [(&str, usize); 9] = [
        ("{}", 0),
        ("{spec: {replicas: 3}}", 1),
        ("{spec: {paused: true, minReadySeconds: 5, replicas: 2}}", 3),
        ("{metadata: {labels: {zone: 2, more: yes, 'app': on}}}", 3),
        (
            "spec:\n  strategy:\n    type: Recreate\n    rollingUpdate:\n      maxSurge: 1",
            2,
        ),
        (
            "{spec: {template: {spec: {containers: [{name: one, tty: false, image: x}]}}}}",
            3,
        ),
        (
            "{spec: {template: {spec: {containers: [{name: one, env: [{name: A, value: 2}]}, {name: two, stdin: true}]}}}}",
            5,
        ),
        (
            "{spec: {template: {spec: {nodeName: '5', hostname: null}}}}",
            1,
        ),
        (
            "spec:\n  template:\n    metadata:\n      annotations:\n        a: 2001-01-01",
            1,
        ),
    ];

    /// Patches that do more, or fail.
    const MORE: [&str; 13] = [
        "{spec: {template: {spec: {containers: [{name: two, tty: false}]}}}}",
        "{spec: {replicas: null}}",
        "{spec: {replicas: [1]}}",
        "{spec: {selector: {matchLabels: {a: b}}}}",
        "{spec: {strategy: {}}}",
        "{spec: {strategy: {type: Recreate}}}",
        "{spec: {$patch: replace, replicas: 3}}",
        "{spec: {template: {spec: {containers: [{name: new}]}}}}",
        "{spec: {template: {spec: {containers: [{name: two, $patch: delete}]}}}}",
        "{spec: {template: {spec: {containers: [{name: one, args: [c]}]}}}}",
        "{spec: {template: {spec: {tolerations: [{key: b}]}}}}",
        "{spec: {template: {spec: {containers: [{image: x}]}}}}",
        "spec:\n  strategy:\n    rollingUpdate:\n      maxSurge: null",
    ];

    fn put(target: &Value, scalars: Vec<LateScalar>) -> Value {
        let mut put = target.clone();
        for LateScalar {
            places,
            keys,
            scalar,
        } in scalars
        {
            let spot = if keys.is_empty() {
                Spot::at(&places)
            } else {
                Room::for_missing(&places).and_then(|room| room.spot(&keys.into()))
            };
            let fields = put.as_mapping_mut().unwrap();
            let set = |there: &mut Value| *there = scalar;
            fields.change_later(spot.unwrap(), None, set).unwrap();
        }
        put
    }

    #[test]
    fn scalars_that_are_put_there_are_what_a_merge_makes() {
        let schema = Schema::kubernetes();
        let target = yaml(TARGET);
        let mut settled = target.clone();
        settle_for_merge(&mut settled, Some(&schema), BUILD).unwrap();
        assert!(settled.is_identical(&target));
        for (patch, count) in SCALARS {
            let patch = yaml(patch);
            let scalars = late_scalars(&target, &patch, Some(&schema), BUILD);
            let scalars = scalars.unwrap_or_else(|| panic!("{patch:?}"));
            assert_eq!(scalars.len(), count, "{scalars:?}");
            let put = put(&target, scalars);
            for is_settled in [false, true] {
                let options = MergeOptions {
                    is_settled,
                    ..BUILD
                };
                let mut merged = target.clone();
                let outcome = strategic_merge(&mut merged, &patch, Some(&schema), options);
                assert_eq!(outcome.unwrap(), Merged::InPlace);
                assert!(put.is_identical(&merged), "{put:?}\n{merged:?}");
            }
        }
    }

    #[test]
    fn what_does_more_is_left_to_a_merge() {
        let schema = Schema::kubernetes();
        let target = yaml(TARGET);
        for patch in MORE.map(yaml) {
            let scalars = late_scalars(&target, &patch, Some(&schema), BUILD);
            assert!(scalars.is_none(), "{patch:?}: {scalars:?}");
            let merged = |is_settled| {
                let options = MergeOptions {
                    is_settled,
                    ..BUILD
                };
                let mut merged = target.clone();
                let outcome = strategic_merge(&mut merged, &patch, Some(&schema), options);
                outcome
                    .map(|_| merged)
                    .map_err(|error| error.message.clone())
            };
            match (merged(false), merged(true)) {
                (Ok(all), Ok(met)) => assert!(all.is_identical(&met), "{all:?}\n{met:?}"),
                (all, met) => assert_eq!(all, met),
            }
        }
    }

    #[test]
    fn types_inside_of_a_patch_are_seen() {
        for (patch, is_plain) in [
            ("{apiVersion: v1, kind: A, spec: {a: [{b: c}]}}", true),
            ("{spec: {a: [{apiVersion: v1, kind: B}]}}", false),
            ("{spec: {kind: B}}", true),
        ] {
            assert_eq!(
                super::super::names_no_types(&yaml(patch)),
                is_plain,
                "{patch}"
            );
        }
    }
}
