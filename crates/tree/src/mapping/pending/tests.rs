use super::super::Mapping;
use super::*;
use crate::{ParseOptions, parse_documents};

const OBJECT: &str = "
kind: A
metadata: {name: b, labels: {app: c}}
spec:
  list: [{b: text, c: [{d: text}]}, {b: other}]
  last: word
";

/// The object with all changes of [`changed`].
const CHANGED: &str = "
kind: A
metadata: {name: x, labels: {app: c, tier: y}, annotations: {a: v, b: w}}
spec:
  list: [{b: text, c: [{d: z}]}, {b: other}]
  last: word
";

fn object(text: &str) -> Mapping {
    let documents = parse_documents(text, ParseOptions::default());
    let document = documents.unwrap().remove(0);
    document.as_mapping().unwrap().clone()
}

fn below<const N: usize>(way: &[u32], keys: [&str; N]) -> Spot {
    let keys: Arc<[Text]> = keys.into_iter().map(Text::from).collect();
    Room::for_missing(way).unwrap().spot(&keys).unwrap()
}

fn set(copy: &mut Mapping, spot: &Spot, text: &str) -> bool {
    let set = |scalar: &mut Value| *scalar = Value::string(text);
    copy.change_later(spot.clone(), None, set).is_some()
}

fn spots() -> [Spot; 5] {
    [
        Spot::at(&[1, 0]).unwrap(),
        below(&[1, 1], ["tier"]),
        Spot::at(&[2, 0, 0, 1, 0, 0]).unwrap(),
        below(&[1], ["annotations", "a"]),
        below(&[1], ["annotations", "b"]),
    ]
}

fn changed(original: &Mapping) -> Mapping {
    let mut copy = original.clone();
    for (spot, text) in spots().iter().zip(["x", "y", "z", "v", "w"]) {
        assert!(set(&mut copy, spot, text));
    }
    copy
}

#[test]
fn who_looks_sees_what_waited() {
    let original = object(OBJECT);
    let copy = changed(&original);
    assert!(copy.pending().is_some());
    assert_eq!(copy, object(CHANGED));
    assert_eq!(original, object(OBJECT));
    assert_eq!(copy.pending().unwrap().scalars_done().unwrap().len(), 5);
    assert!(copy.origin().unwrap().is_same_as(&original));
    // Both ways to a copy of the copy.
    for has_looked in [false, true] {
        let copy = changed(&original);
        if has_looked {
            assert_eq!(copy.len(), 3);
        }
        let mut other = copy.clone();
        assert!(other.is_same_as(&copy) && other.is_shared());
        assert!(set(&mut other, &spots()[0], "again"));
        assert_eq!(copy, object(CHANGED));
        assert_eq!(other, object(&CHANGED.replace("name: x", "name: again")));
    }
}

#[test]
fn spots_that_meet_begin_alike() {
    let ways: [&[u32]; 6] = [&[0], &[1], &[1, 0], &[1, 1], &[1, 0, 2], &[9, 3]];
    let keys: [&[&str]; 4] = [&[], &["a"], &["a", "b"], &["tier"]];
    let spots: Vec<Spot> = ways
        .iter()
        .flat_map(|way| {
            keys.iter().map(|keys| Spot {
                way: Way::of(way).unwrap(),
                new: (!keys.is_empty()).then(|| keys.iter().map(|&key| key.into()).collect()),
            })
        })
        .collect();
    let mut apart = 0;
    for (one, other) in spots.iter().flat_map(|a| spots.iter().map(move |b| (a, b))) {
        let begin_alike = one.beginning() & other.beginning() != 0;
        assert!(begin_alike || !one.meets(other), "{one:?} {other:?}");
        apart += usize::from(!begin_alike);
    }
    assert!(2 * apart > spots.len() * spots.len(), "{apart}");
}

#[test]
fn a_list_takes_the_room_that_another_left() {
    let address = |copy: &Mapping| std::ptr::from_ref(copy.pending().unwrap()).addr();
    let original = object(OBJECT);
    let first = changed(&original);
    let (room, other) = (address(&first), first.clone());
    drop(first);
    let second = changed(&original);
    assert_ne!(address(&second), room);
    drop(other);
    let third = changed(&original);
    assert_eq!(address(&third), room);
    assert_eq!((&second, &third), (&object(CHANGED), &object(CHANGED)));
    // Of more changes it keeps none.
    drop(third);
    let mut fourth = original.clone();
    assert!(set(&mut fourth, &spots()[0], "x"));
    assert_eq!(address(&fourth), room);
    assert_eq!(fourth, object(&OBJECT.replace("name: b", "name: x")));
}

#[test]
fn what_is_changed_at_once_comes_on_top_of_what_waited() {
    let original = object(OBJECT);
    let mut copy = changed(&original);
    copy.insert("kind", Value::string("B"));
    assert!(copy.pending().is_none());
    assert_eq!(copy, object(&CHANGED.replace("kind: A", "kind: B")));
    // Its fields are its own now.
    assert!(!set(&mut copy, &spots()[0], "y"));
    let mut copy = changed(&original);
    copy.remove("spec");
    assert_eq!(copy.len(), 2);
    assert_eq!(changed(&original).into_entries().len(), 3);
    assert_eq!(original, object(OBJECT));
}

#[test]
fn what_only_the_fields_can_tell_is_not_put_off() {
    let original = object(OBJECT);
    let mut copy = changed(&original);
    for spot in [
        // A mapping, and nothing.
        Spot::at(&[1]).unwrap(),
        Spot::at(&[7]).unwrap(),
        Spot::at(&[0, 0]).unwrap(),
        // On the way to a change, and further on than one.
        below(&[1], ["annotations"]),
        below(&[1], ["annotations", "a", "b"]),
        below(&[1, 0], ["a"]),
    ] {
        assert!(!set(&mut copy, &spot, "new"), "{spot:?}");
        assert_eq!(copy, object(CHANGED));
    }
    let mut alone = object(OBJECT);
    assert!(!set(&mut alone, &spots()[0], "new"));
    let mut news = vec![
        (below(&[1, 1], ["zone"]), Value::null()),
        (spots()[1].clone(), Value::null()),
    ];
    let mut copy = changed(&original);
    assert!(!copy.add_later(&mut news));
    assert_eq!((news.len(), &copy), (2, &object(CHANGED)));
    news.pop();
    assert!(copy.add_later(&mut news) && news.is_empty());
    assert_eq!(
        copy,
        object(&CHANGED.replace("tier: y", "tier: y, zone: null"))
    );
}

#[test]
fn there_is_no_room_for_a_key_that_is_there() {
    let original = object(OBJECT);
    let labels = original.get("metadata").and_then(|it| it.get("labels"));
    let room = Room::among(labels.and_then(Value::as_mapping).unwrap(), &[1, 1]).unwrap();
    assert!(room.spot(&[Text::from("app")].into()).is_none());
    assert_eq!(
        room.spot(&[Text::from("tier")].into()),
        Some(spots()[1].clone())
    );
    assert!(Spot::at(&[]).is_none() && Spot::at(&[0; 16]).is_none());
    assert!(Spot::at(&[256]).is_none() && Spot::at(&[255; 15]).is_some());
}

#[test]
fn what_is_as_it_was_copied_is_known_without_a_look() {
    let original = object(OBJECT);
    let copy = changed(&original);
    let text = |path: &[&str]| {
        copy.copied_at(path)
            .map(|it| it.map(|it| it.text().is_some()))
    };
    assert_eq!(text(&["kind"]), Some(Some(true)));
    assert_eq!(text(&["spec", "last"]), Some(Some(true)));
    assert_eq!(text(&["spec", "none"]), Some(None));
    assert_eq!(text(&["none", "kind"]), Some(None));
    for path in [
        &["metadata"][..],
        &["metadata", "name"],
        &["metadata", "labels"],
        &["metadata", "labels", "tier"],
        &["metadata", "annotations"],
        &["metadata", "annotations", "a"],
        &["spec"],
    ] {
        assert_eq!(text(path), None, "{path:?}");
    }
    assert_eq!(text(&["metadata", "labels", "app"]), Some(Some(true)));
    assert_eq!(text(&["metadata", "labels", "zone"]), Some(None));
    assert!(copy.pending().is_some());
}

#[test]
fn scalars_that_wait_are_known_without_a_look() {
    let original = object(OBJECT);
    let copy = changed(&original);
    let peek = |path: &[&str]| copy.peek(path).map(|it| it.and_then(Value::text));
    for (path, text) in [
        (&["kind"][..], Some("A")),
        (&["metadata", "name"], Some("x")),
        (&["metadata", "labels", "app"], Some("c")),
        (&["metadata", "labels", "tier"], Some("y")),
        (&["metadata", "labels", "none"], None),
        (&["metadata", "annotations", "a"], Some("v")),
        (&["metadata", "annotations", "c"], None),
        (&["spec", "none", "none"], None),
    ] {
        assert_eq!(peek(path), Some(text), "{path:?}");
    }
    for path in [
        &["metadata"][..],
        &["metadata", "annotations"],
        &["kind", "a"],
    ] {
        assert_eq!(peek(path), None, "{path:?}");
    }
    let fields = |path: &[&str]| {
        let (copied, late) = copy.peek_fields(path)?;
        let late = late
            .iter()
            .map(|&(key, value)| (key, value.text().unwrap()));
        Some((copied.is_some(), late.collect::<Vec<_>>()))
    };
    assert_eq!(
        fields(&["metadata", "annotations"]),
        Some((false, vec![("a", "v"), ("b", "w")]))
    );
    assert_eq!(
        fields(&["metadata", "labels"]),
        Some((true, vec![("tier", "y")]))
    );
    assert_eq!(fields(&["metadata", "none"]), Some((false, vec![])));
    for path in [&["metadata"][..], &["metadata", "name"], &["spec", "list"]] {
        assert_eq!(fields(path), None, "{path:?}");
    }
    assert_eq!(copy.late_changes().len(), 5);
    assert!(copy.pending().is_some());
}

#[test]
fn a_change_that_waits_is_found_by_its_spot() {
    let original = object(OBJECT);
    let copy = changed(&original);
    for (spot, text) in spots().iter().zip(["x", "y", "z", "v", "w"]) {
        let late = copy.late_change_at(spot).unwrap();
        assert_eq!(late.and_then(Value::text), Some(text));
    }
    let elsewhere = [Spot::at(&[2, 1]).unwrap(), below(&[1, 1], ["zone"])];
    for spot in elsewhere {
        assert!(
            copy.late_change_at(&spot)
                .is_some_and(|late| late.is_none())
        );
    }
    for in_the_way in [Spot::at(&[1]).unwrap(), below(&[1], ["annotations"])] {
        assert!(copy.late_change_at(&in_the_way).is_none());
    }
    // Which fields there are is known all the while.
    assert_eq!((copy.len(), copy.position_of("spec")), (3, Some(2)));
    assert!(copy.pending().is_some());
}
