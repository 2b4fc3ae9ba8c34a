//! What two versions of an object differ in, for people: field by field, list items matched by the
//! keys that the schema gives them.

use crate::apply::{ItemIndex, ListShape, PathElement, Place, Relation, Shape};
use crate::equality::same_json;
use std::fmt;
use trimtab_schema::Type;
use trimtab_tree::{Mapping, Node, Value};

/// The field by which items of lists that no type describes are told apart.
const INFERRED_KEY: &str = "name";

/// A difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The steps to it; none for the object itself.
    pub path: Vec<PathElement>,
    /// What was there, whole; `None` of what is added.
    pub old: Option<Value>,
    /// What is there now, whole; `None` of what is removed.
    pub new: Option<Value>,
    /// Whether the items of a list only stand in another order. `old` and `new` are then the whole
    /// lists, and what changed within items is a change of its own.
    pub reordered: bool,
}

impl Change {
    /// The path as people write it: `spec.containers[name="web"].image`.
    #[must_use]
    pub fn field(&self) -> String {
        let text: String = self.path.iter().map(PathElement::to_string).collect();
        text.strip_prefix('.').unwrap_or(&text).to_owned()
    }
}

/// `spec.replicas: 1 -> 3`, with `(none)` where there is nothing and objects and lists by their size.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reordered {
            return write!(f, "{}: reordered", self.field());
        }
        let (old, new) = (Brief(self.old.as_ref()), Brief(self.new.as_ref()));
        write!(f, "{}: {old} -> {new}", self.field())
    }
}

struct Brief<'a>(Option<&'a Value>);

impl fmt::Display for Brief<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.map(|value| &value.node) {
            None => f.write_str("(none)"),
            Some(Node::Scalar(scalar)) => f.write_str(scalar.text()),
            Some(Node::Sequence(items)) => write!(f, "[{} items]", items.len()),
            Some(Node::Mapping(fields)) => write!(f, "{{{} fields}}", fields.len()),
        }
    }
}

/// The differences between two versions of an object of type `ty`, in the order of the fields: those
/// that were there first, then the new ones. What is added or removed is one change, however much it
/// is. Items of lists that no type describes are told apart by their `name`; where nothing tells items
/// apart, those at the same place are compared.
#[must_use]
pub fn diff(old: &Value, new: &Value, ty: Option<Type<'_>>) -> Vec<Change> {
    let mut differ = Differ::default();
    differ.value(old, new, Place::of(ty));
    differ.changes
}

#[derive(Default)]
struct Differ {
    path: Vec<PathElement>,
    changes: Vec<Change>,
}

impl Differ {
    fn report(&mut self, old: Option<&Value>, new: Option<&Value>, reordered: bool) {
        self.changes.push(Change {
            path: self.path.clone(),
            old: old.cloned(),
            new: new.cloned(),
            reordered,
        });
    }

    fn at(&mut self, element: PathElement, visit: impl FnOnce(&mut Self)) {
        self.path.push(element);
        visit(self);
        self.path.pop();
    }

    fn pair(
        &mut self,
        element: PathElement,
        old: Option<&Value>,
        new: Option<&Value>,
        place: Place<'_>,
    ) {
        self.at(element, |differ| match (old, new) {
            (Some(old), Some(new)) => differ.value(old, new, place),
            (old, new) => differ.report(old, new, false),
        });
    }

    fn value(&mut self, old: &Value, new: &Value, place: Place<'_>) {
        match (&old.node, &new.node) {
            (Node::Mapping(olds), Node::Mapping(news)) => self.fields(olds, news, place, new),
            (Node::Sequence(olds), Node::Sequence(news)) => {
                if !same_json(old, new) {
                    self.list(old, new, (olds, news), place);
                }
            }
            _ if same_json(old, new) => {}
            _ => self.report(Some(old), Some(new), false),
        }
    }

    fn fields(&mut self, olds: &Mapping, news: &Mapping, place: Place<'_>, new: &Value) {
        let shape = place.shape(new);
        let below = |name: &str| match &shape {
            Shape::Map(map) => map.field_or_deduced(name),
            _ => Place::Deduced,
        };
        for (name, value) in olds.iter() {
            self.pair(
                PathElement::field(name),
                Some(value),
                news.get(name),
                below(name),
            );
        }
        for (name, value) in news.iter().filter(|(name, _)| !olds.contains_key(name)) {
            self.pair(PathElement::field(name), None, Some(value), below(name));
        }
    }

    fn list(&mut self, old: &Value, new: &Value, items: (&[Value], &[Value]), place: Place<'_>) {
        let (olds, news) = items;
        let all_scalars = |items: &[Value]| items.iter().all(|item| item.as_scalar().is_some());
        if all_scalars(olds) && all_scalars(news) {
            // A list of words is read as a whole.
            return self.report(Some(old), Some(new), false);
        }
        let shape = match place.shape(new) {
            Shape::List(list) => list,
            _ => ListShape::deduced(),
        };
        let keyed = match shape.relation {
            Relation::Map(_) => Some(shape.clone()),
            Relation::Atomic | Relation::Set => inferred(&shape, olds, news),
        };
        let indexes = keyed.map(|list| (ItemIndex::new(&list, olds), ItemIndex::new(&list, news)));
        match indexes {
            Some((before, after))
                if before.tells_apart(olds.len()) && after.tells_apart(news.len()) =>
            {
                self.keyed(&before, &after, shape.items);
                if is_reordered(&before, &after) {
                    self.report(Some(old), Some(new), true);
                }
            }
            _ => self.by_place(olds, news, shape.items),
        }
    }

    fn keyed(&mut self, before: &ItemIndex<'_>, after: &ItemIndex<'_>, place: Place<'_>) {
        for (element, item) in &before.elements {
            self.pair(element.clone(), Some(item), after.only(element), place);
        }
        for (element, item) in &after.elements {
            if !before.contains(element) {
                self.pair(element.clone(), None, Some(item), place);
            }
        }
    }

    /// Compares items at the same place, counted from the nearer of the two ends that are equal.
    fn by_place(&mut self, olds: &[Value], news: &[Value], place: Place<'_>) {
        let same = |(a, b): &(&Value, &Value)| same_json(a, b);
        let head = olds.iter().zip(news).take_while(same).count();
        let (olds, news) = (&olds[head..], &news[head..]);
        let tail = olds.iter().rev().zip(news.iter().rev());
        let tail = tail.take_while(same).count();
        let (olds, news) = (&olds[..olds.len() - tail], &news[..news.len() - tail]);
        for at in 0..olds.len().max(news.len()) {
            let element = PathElement::Index(i64::try_from(head + at).unwrap_or(i64::MAX));
            self.pair(element, olds.get(at), news.get(at), place);
        }
    }
}

/// The list as one keyed by `name`, if every item has one.
fn inferred<'s>(shape: &ListShape<'s>, olds: &[Value], news: &[Value]) -> Option<ListShape<'s>> {
    let named = |item: &Value| item.get(INFERRED_KEY).and_then(Value::as_str).is_some();
    let all_named = olds.iter().chain(news).all(named);
    all_named.then(|| ListShape {
        relation: Relation::Map(trimtab_schema::Names::of(INFERRED_KEY)),
        items: shape.items,
    })
}

/// Whether items that both lists have stand in another order.
fn is_reordered(before: &ItemIndex<'_>, after: &ItemIndex<'_>) -> bool {
    let shared_before = (before.elements.iter()).filter(|(element, _)| after.contains(element));
    let shared_after = (after.elements.iter()).filter(|(element, _)| before.contains(element));
    shared_before
        .map(|(element, _)| element)
        .ne(shared_after.map(|(element, _)| element))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::yaml;
    use trimtab_schema::Schema;

    fn changes(old: &str, new: &str) -> Vec<String> {
        let schema = Schema::kubernetes();
        let (old, new) = (yaml(old), yaml(new));
        let ty = schema.type_of("v1", "Pod");
        diff(&old, &new, ty).iter().map(Change::to_string).collect()
    }

    #[test]
    fn items_are_matched_by_their_keys() {
        let old = "{spec: {containers: [{name: a, image: 'a:1'}, {name: b, image: b}]}}";
        let new = "{spec: {containers: [{name: n}, {name: a, image: 'a:2'}]}}";
        assert_eq!(
            changes(old, new),
            [
                r#"spec.containers[name="a"].image: a:1 -> a:2"#,
                r#"spec.containers[name="b"]: {2 fields} -> (none)"#,
                r#"spec.containers[name="n"]: (none) -> {1 fields}"#,
            ]
        );
    }

    #[test]
    fn ports_are_matched_with_their_default_protocol() {
        let old = "{spec: {containers: [{name: a, ports: [{containerPort: 80, name: x}]}]}}";
        let new = "{spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: TCP}]}]}}";
        let path = r#"spec.containers[name="a"].ports[containerPort=80,protocol="TCP"]"#;
        assert_eq!(
            changes(old, new),
            [
                format!("{path}.name: x -> (none)"),
                format!("{path}.protocol: (none) -> TCP")
            ]
        );
    }

    #[test]
    fn an_order_that_changed_is_said_once() {
        let old = "{spec: {containers: [{name: a}, {name: b}]}}";
        let new = "{spec: {containers: [{name: b}, {name: a}]}}";
        assert_eq!(changes(old, new), ["spec.containers: reordered"]);
    }

    #[test]
    fn words_are_one_change_and_other_items_go_by_place() {
        let old =
            "{spec: {containers: [{name: a, args: [x, y]}], tolerations: [{key: a}, {key: z}]}}";
        let new = "{spec: {containers: [{name: a, args: [x]}], tolerations: [{key: b}, {key: z}]}}";
        assert_eq!(
            changes(old, new),
            [
                r#"spec.containers[name="a"].args: [2 items] -> [1 items]"#,
                "spec.tolerations[0].key: a -> b",
            ]
        );
    }

    #[test]
    fn unknown_types_are_matched_by_name() {
        let (old, new) = (
            yaml("{spec: {parts: [{name: a, v: 1}, {name: b, v: 2}]}}"),
            yaml("{spec: {parts: [{name: b, v: 3}]}}"),
        );
        let changes = diff(&old, &new, None);
        let fields: Vec<String> = changes.iter().map(Change::field).collect();
        assert_eq!(
            fields,
            [r#"spec.parts[name="a"]"#, r#"spec.parts[name="b"].v"#]
        );
    }

    #[test]
    fn equal_objects_do_not_differ() {
        let pod = "{spec: {containers: [{name: a, ports: [{containerPort: 80}]}], x: 1}}";
        assert_eq!(changes(pod, pod), [""; 0]);
        assert_eq!(changes("{spec: {x: 1}}", "{spec: {x: 1.0}}"), [""; 0]);
    }
}
