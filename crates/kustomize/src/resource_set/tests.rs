use super::copies::MOST_IN_VAIN;
use super::*;
use crate::config::Noted;
use crate::resource::metadata_mut;
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

#[test]
fn what_nobody_knows_is_found_out_from_the_back() {
    let mut set = maps((0..5).map(|at| format!("m{at}")));
    let noted = |set: &ResourceSet| {
        let mut noted = Vec::new();
        set.note_from_back(|resource| {
            let name = resource.id().name.as_str();
            noted.push(name.to_owned());
            match name {
                "m3" => Noted::Never,
                "m1" => Noted::Before,
                _ => Noted::Now,
            }
        });
        noted
    };
    assert!(noted(&set).is_empty());
    set.look_from_back();
    assert_eq!(noted(&set), ["m4", "m3", "m2", "m1"]);
    let mut looks = 0;
    let mut many = maps((0..MANY).map(|at| format!("m{at}")));
    many.look_from_back();
    many.note_from_back(|_| {
        looks += 1;
        Noted::Never
    });
    assert_eq!(looks, MOST_IN_VAIN + 1);
}

#[test]
fn kinds_have_numbers_as_long_as_they_are_what_they_were() {
    let object = |kind: &str, name: &str| {
        let text = format!("{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}}}}}");
        documents(&text).remove(0)
    };
    let schema = Schema::kustomize();
    let set_of = |objects: &[(&str, &str)]| {
        let mut set = ResourceSet::new(schema.clone());
        for (kind, name) in objects {
            let resource = Resource::new(object(kind, name), &schema);
            set.append(resource).unwrap();
        }
        set
    };
    let numbers = |set: &ResourceSet| -> Vec<Option<usize>> {
        set.iter().map(Resource::kind_number).collect()
    };
    let mut set = set_of(&[("ConfigMap", "a"), ("Secret", "b"), ("ConfigMap", "c")]);
    assert_eq!(numbers(&set), [None; 3]);
    set.prepare_for_copies();
    assert_eq!(numbers(&set), [Some(1), Some(2), Some(1)]);
    let mut copy = set.clone();
    copy.edit(0, |resource| {
        resource.store_previous_id();
        *resource.value_mut() = object("Service", "a");
        Ok(())
    })
    .unwrap();
    rename(&mut copy, 2, "d");
    assert_eq!(numbers(&copy), [None, Some(2), Some(1)]);
    assert_eq!(copy.get(0).original_gvk().kind, "ConfigMap");
    // What had another kind at first has no number in a set of copies either.
    copy.prepare_for_copies();
    assert_eq!(numbers(&copy), [None, Some(2), Some(3)]);
    // In another set a number stands for another kind.
    let mut other = set_of(&[("Service", "e")]);
    other.prepare_for_copies();
    other.append_all(copy).unwrap();
    assert_eq!(numbers(&other), [Some(1), None, None, None]);
}
