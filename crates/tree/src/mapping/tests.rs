use super::*;

#[test]
fn large_mappings_answer_like_small_ones() {
    let mut mapping = Mapping::new();
    for i in 0..100 {
        mapping.insert(format!("key{i}"), Value::string(format!("{i}")));
    }
    assert_eq!(mapping.get("key99"), Some(&Value::string("99")));
    assert_eq!(mapping.remove("key50"), Some(Value::string("50")));
    assert_eq!(mapping.get("key50"), None);
    assert_eq!(mapping.position_of("key99"), Some(98));
    assert!(mapping.rename("key99", "last"));
    assert_eq!(mapping.position_of("last"), Some(98));
    mapping.retain(|key, _| key == "key3" || key == "last");
    assert_eq!(
        mapping.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        ["key3", "last"]
    );
    assert_eq!(mapping.position_of("last"), Some(1));
}

fn nested() -> Mapping {
    let inner = |number| Value::mapping([("n", Value::int(number))]);
    let list = Value::sequence(vec![inner(2), inner(3)]);
    Mapping::from([("a", inner(1)), ("b", list), ("c", Value::null())])
}

type Change = fn(&mut Mapping);

/// Every way to change a mapping, each other than to nothing.
const CHANGES: [Change; 12] = [
    |fields| *fields.get_mut("c").unwrap() = Value::int(5),
    |fields| *fields.value_at_mut(0).unwrap() = Value::int(5),
    |fields| drop(fields.insert("c", Value::int(5))),
    |fields| drop(fields.insert("d", Value::int(5))),
    |fields| drop(fields.remove("a")),
    |fields| fields.retain(|key, _| key != "b"),
    |fields| fields.sort_by(|a, b| b.key.text().cmp(a.key.text())),
    |fields| assert!(fields.rename("a", "z")),
    |fields| fields.values_mut().for_each(|value| *value = Value::null()),
    |fields| {
        fields
            .iter_mut()
            .for_each(|(_, value)| *value = Value::null());
    },
    |fields| *fields.get_or_insert_with("c", Value::null) = Value::int(5),
    |fields| {
        let items = fields.get_mut("b").and_then(Value::as_sequence_mut);
        *items.unwrap()[1].get_mut("n").unwrap() = Value::int(5);
    },
];

#[test]
fn a_copy_is_changed_alone() {
    for (at, change) in CHANGES.into_iter().enumerate() {
        let (original, mut changed) = (nested(), nested());
        let mut copy = original.clone();
        change(&mut copy);
        change(&mut changed);
        assert_eq!(original, nested(), "{at}");
        assert_eq!(copy, changed, "{at}");
        assert_ne!(copy, original, "{at}");
    }
}

#[test]
fn what_is_not_on_the_way_to_a_change_stays_shared() {
    let original = nested();
    let mut copy = original.clone();
    assert!(copy.is_shared());
    *copy.get_mut("c").unwrap() = Value::int(5);
    assert!(!copy.is_shared());
    let common = |key: &str| copy.has_in_common(copy.position_of(key).unwrap());
    assert!(common("a") && common("b") && !common("c"));
    let inner = |of: &Mapping| std::ptr::from_ref(of.get("a").unwrap());
    assert_eq!(inner(&copy), inner(&original));
    // Nor is what is beside a change that is further down.
    let items = copy.get_mut("b").and_then(Value::as_sequence_mut).unwrap();
    *items[1].get_mut("n").unwrap() = Value::int(5);
    let items = copy.get("b").and_then(Value::as_sequence).unwrap();
    let is_shared = |item: &Value| item.as_mapping().is_some_and(Mapping::is_shared);
    assert!(is_shared(&items[0]) && !is_shared(&items[1]));
}

#[test]
fn a_copy_tells_what_is_new_in_it() {
    let original = nested();
    assert!(original.origin().is_none() && original.news().next().is_none());
    let mut copy = original.clone();
    assert!(copy.is_copy_of(&original) && copy.is_same_as(&original));
    assert!(!nested().is_copy_of(&original) && !nested().is_same_as(&original));
    *copy.get_mut("c").unwrap() = Value::int(5);
    copy.insert("d", Value::int(6));
    assert!(copy.is_copy_of(&original) && !copy.is_same_as(&original));
    assert!(copy.origin().unwrap().is_same_as(&original));
    let news: Vec<(Option<Value>, &str, Value)> = copy
        .news()
        .map(|(before, field)| (before.cloned(), field.key.text(), field.value.clone()))
        .collect();
    let changed = (Some(Value::null()), "c", Value::int(5));
    assert_eq!(news, [changed, (None, "d", Value::int(6))]);
    copy.remove("a");
    assert!(copy.origin().is_none() && !copy.is_copy_of(&original));
}

#[test]
fn notes_are_for_copies_and_only_as_long_as_they_are_copies() {
    use std::sync::atomic::{AtomicU32, Ordering};
    let notes = |fields: &Mapping| Some(fields.notes::<AtomicU32>(false)?.load(Ordering::Relaxed));
    let original = nested();
    assert_eq!(notes(&original), None, "nobody else would read them");
    for (at, change) in CHANGES.into_iter().enumerate() {
        let original = original.clone();
        let mut copy = original.clone();
        let noted = original.notes::<AtomicU32>(false).unwrap();
        noted.store(7, Ordering::Relaxed);
        assert_eq!(notes(&copy), Some(7));
        assert!(copy.notes::<bool>(false).is_none(), "of another type");
        change(&mut copy);
        let _other = copy.clone();
        assert_eq!(notes(&copy), Some(0), "{at}");
        assert_eq!(notes(&original), Some(7), "{at}");
    }
}

/// What a mapping looks like to those who ask in any of the ways there are.
fn seen(mapping: &Mapping) -> Vec<(String, Value)> {
    let own = |(key, value): (&str, &Value)| (key.to_owned(), value.clone());
    let listed: Vec<_> = mapping.iter().map(own).collect();
    let entries = mapping.clone();
    let entries = entries.entries().iter();
    let entries: Vec<_> = entries
        .map(|entry| own((entry.key.text(), &entry.value)))
        .collect();
    assert_eq!(listed, entries);
    assert_eq!(mapping.len(), listed.len());
    for (at, (key, value)) in listed.iter().enumerate() {
        assert_eq!(mapping.position_of(key), Some(at));
        assert_eq!(mapping.get(key), Some(value));
        assert_eq!(mapping.at(at).value, value);
    }
    assert_eq!(mapping.get("nowhere"), None);
    listed
}

#[test]
fn a_copy_that_was_changed_again_and_again_is_like_one_of_its_own() {
    let mut dice = 1_u64;
    let mut roll = |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) as usize % sides
    };
    for size in [1, 2, 5, INDEXED_FROM - 1, 3 * INDEXED_FROM] {
        let fields =
            || (0..size as u32).map(|at| (Text::from(format!("k{at}")), Value::int(i64::from(at))));
        let original: Mapping = fields().collect();
        for _ in 0..40 {
            let (mut copy, mut own): (Mapping, Mapping) = (original.clone(), fields().collect());
            let mut kept = Vec::new();
            for step in 0..30_i64 {
                let key = format!("k{}", roll(size + 4));
                let what = roll(40);
                for mapping in [&mut copy, &mut own] {
                    match what {
                        0..25 => drop(mapping.insert(&key, Value::int(-step))),
                        25..36 => {
                            if let Some(value) = mapping.get_mut(&key) {
                                *value = Value::int(1000 + step);
                            }
                        }
                        36 => drop(mapping.remove(&key)),
                        37 => drop(mapping.rename(&key, "renamed")),
                        38 => mapping.sort_by(|a, b| a.key.text().cmp(b.key.text())),
                        _ => mapping.retain(|its, _| its != key),
                    }
                }
                assert_eq!(copy, own);
                if roll(8) == 0 {
                    kept.push((copy.clone(), seen(&own)));
                }
            }
            assert_eq!(seen(&copy), seen(&own));
            assert_eq!(copy.clone().into_entries(), own.into_entries());
            for (copy, then) in kept {
                assert_eq!(seen(&copy), then, "a copy of a copy stays");
            }
        }
        assert_eq!(original, fields().collect());
    }
}
