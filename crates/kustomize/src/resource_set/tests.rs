use super::*;
use crate::testing::documents;

/// More config maps than are compared one by one, with these names.
fn maps(names: impl Iterator<Item = String>) -> ResourceSet {
    let mut set = ResourceSet::new(Schema::kustomize());
    let schema = set.schema().clone();
    for name in names {
        let text = format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}");
        let object = documents(&text).remove(0);
        set.append(Resource::new(object, &schema)).unwrap();
    }
    set
}

fn rename(set: &mut ResourceSet, place: usize, name: &str) {
    set.edit(place, |resource| {
        let metadata = metadata_mut(resource.value_mut()).unwrap();
        metadata.insert("name", Value::string(name));
        Ok(())
    })
    .unwrap();
}

#[test]
fn of_many_that_were_renamed_two_alike_are_told() {
    let mut set = maps((0..MANY + 10).map(|at| format!("m{at}")));
    set.will_rename();
    for place in 0..set.len() {
        rename(&mut set, place, &format!("n{place}"));
    }
    assert!(set.are_different());
    set.check_unique().unwrap();
    for place in 0..set.len() {
        rename(
            &mut set,
            place,
            &format!("o{}", if place == 9 { 3 } else { place }),
        );
    }
    assert!(!set.are_different());
    let error = set.check_unique().unwrap_err();
    assert_eq!(error.code, "duplicate-resource");
    assert!(error.message.contains("o3"), "{}", error.message);
}

#[test]
fn resources_are_found_in_their_new_order() {
    let orders: [&[usize]; 5] = [
        &[0, 1, 2, 3, 4],
        &[4, 3, 2, 1, 0],
        &[1, 2, 3, 4, 0],
        &[2, 0, 1, 4, 3],
        &[0, 3, 2, 1, 4],
    ];
    for order in orders {
        let mut set = maps((0..5).map(|at| format!("m{at}")));
        assert_eq!(set.find_named("m3", None), [3]);
        set.reorder(order);
        let names: Vec<&str> = set.iter().map(|it| it.id().name.as_str()).collect();
        let expected: Vec<String> = order.iter().map(|at| format!("m{at}")).collect();
        assert_eq!(names, expected);
        let place = order.iter().position(|&at| at == 3).unwrap();
        assert_eq!(set.find_named("m3", None), [place]);
    }
}
