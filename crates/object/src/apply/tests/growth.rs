//! How the work grows with the object.

use crate::apply::compare::compare;
use crate::apply::key_value::comparisons;
use crate::apply::merge::merge;
use crate::apply::shape::Place;
use crate::testing::yaml;
use std::fmt::Write as _;
use trimtab_schema::Schema;
use trimtab_tree::Value;

fn pod(containers: usize, image: &str) -> Value {
    let mut text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n".to_owned();
    for number in 0..containers {
        writeln!(text, "  - {{name: c{number:05}, image: {image}}}").unwrap();
    }
    yaml(&text)
}

/// Indexes make it a little more than linear; comparing every item with every other would take four
/// times as long for twice the items.
#[test]
fn twice_the_items_take_about_twice_the_comparisons() {
    let schema = Schema::kubernetes();
    let place = Place::of(schema.type_of("v1", "Pod"));
    let count = |containers| {
        let (old, new) = (pod(containers, "a"), pod(containers, "b"));
        comparisons::during(|| {
            compare(&old, &new, place);
            merge(&old, &new, place);
        })
    };
    let (few, many) = (count(500), count(1000));
    assert!(
        few > 0 && many < few * 5 / 2,
        "{few} comparisons became {many}"
    );
}
