//! Finding what a path leads to.

use super::condition::order;
use super::path::{Choice, Condition, JsonPath, Operand, Step, text_of};
use trimtab_tree::{Node, Value};

impl JsonPath {
    /// What the path leads to, in the order of the object; of one list of choices, in theirs.
    #[must_use]
    pub fn find<'v>(&self, object: &'v Value) -> Vec<&'v Value> {
        Search::of(self, object, usize::MAX).run(object)
    }

    /// The first of what the path leads to.
    #[must_use]
    pub fn first<'v>(&self, object: &'v Value) -> Option<&'v Value> {
        Search::of(self, object, 1).run(object).into_iter().next()
    }

    /// The texts of what the path leads to: strings as they are, all else as JSON.
    #[must_use]
    pub fn texts(&self, object: &Value) -> Vec<String> {
        self.find(object).into_iter().map(text_of).collect()
    }
}

/// A walk through an object along all ways of a path at once.
struct Search<'p, 'v> {
    steps: &'p [Step],
    /// What `$` is in conditions.
    root: &'v Value,
    /// When so many are found, that is enough.
    most: usize,
    found: Vec<&'v Value>,
}

impl<'p, 'v> Search<'p, 'v> {
    fn of(path: &'p JsonPath, root: &'v Value, most: usize) -> Self {
        Self {
            steps: &path.steps,
            root,
            most,
            found: Vec::new(),
        }
    }

    /// What the path leads to from a value.
    fn run(mut self, from: &'v Value) -> Vec<&'v Value> {
        self.visit(from, &[0]);
        self.found
    }

    /// Looks at a value from which the steps at these places in the path, in their order, are still to
    /// be taken. Behind the last step, the value is what was looked for.
    fn visit(&mut self, value: &'v Value, next: &[usize]) {
        let mut next = next;
        if let [before @ .., last] = next
            && *last == self.steps.len()
        {
            self.found.push(value);
            next = before;
        }
        match next {
            [] => {}
            [only] if !self.steps[*only].is_deep => self.visit_chosen(value, *only),
            _ => self.visit_all(value, next),
        }
    }

    /// Takes one step, in the order of its choices.
    fn visit_chosen(&mut self, value: &'v Value, at: usize) {
        let step = &self.steps[at];
        let mut taken = Vec::new();
        for choice in &step.choices {
            let places = match choice {
                Choice::Field(name) => {
                    let place = value.as_mapping().and_then(|map| map.position_of(name));
                    place.map_or(0..0, |place| place..place + 1)
                }
                _ => 0..length(value),
            };
            for place in places {
                let is_new = step.choices.len() == 1 || !taken.contains(&place);
                if self.is_enough() || !is_new || !self.chooses(choice, value, place) {
                    continue;
                }
                if step.choices.len() > 1 {
                    taken.push(place);
                }
                if let Some(child) = child(value, place) {
                    self.visit(child, &[at + 1]);
                }
            }
        }
    }

    /// Takes several steps, or one that leads everywhere, in the order of the object.
    fn visit_all(&mut self, value: &'v Value, next: &[usize]) {
        for place in 0..length(value) {
            if self.is_enough() {
                return;
            }
            let mut behind = Vec::new();
            for &at in next {
                let step = &self.steps[at];
                if step.is_deep {
                    behind.push(at);
                }
                let mut choices = step.choices.iter();
                if choices.any(|choice| self.chooses(choice, value, place)) {
                    behind.push(at + 1);
                }
            }
            behind.sort_unstable();
            behind.dedup();
            if let (false, Some(child)) = (behind.is_empty(), child(value, place)) {
                self.visit(child, &behind);
            }
        }
    }

    fn is_enough(&self) -> bool {
        self.found.len() >= self.most
    }

    /// Whether a choice is for what stands at a place in a value.
    fn chooses(&self, choice: &Choice, value: &'v Value, place: usize) -> bool {
        match (choice, &value.node) {
            (Choice::All, _) => true,
            (Choice::Field(name), Node::Mapping(map)) => map.at(place).key.text() == name,
            (Choice::Index(index), Node::Sequence(items)) => {
                from_start(*index, items.len()) == i64::try_from(place).ok()
            }
            (Choice::Slice { start, end, step }, Node::Sequence(items)) => {
                let bound = |given: Option<i64>, otherwise: usize| match given {
                    Some(given) => from_start(given, items.len())
                        .map_or(0, |at| usize::try_from(at).unwrap_or_default()),
                    None => otherwise,
                };
                let start = bound(*start, 0);
                let end = bound(*end, items.len());
                (start..end).contains(&place) && (place - start).is_multiple_of(*step)
            }
            (Choice::Such(condition), Node::Sequence(items)) => {
                condition.holds(&items[place], self.root)
            }
            _ => false,
        }
    }
}

impl Condition {
    /// Whether an item of an object is so. What is not there compares with nothing, as upstream.
    fn holds(&self, item: &Value, root: &Value) -> bool {
        match self {
            Self::Any(conditions) => conditions.iter().any(|it| it.holds(item, root)),
            Self::All(conditions) => conditions.iter().all(|it| it.holds(item, root)),
            Self::Not(condition) => !condition.holds(item, root),
            Self::Exists(operand) => operand.value(item, root).is_some(),
            Self::Compared(left, operator, right) => {
                let values = left.value(item, root).zip(right.value(item, root));
                values.is_some_and(|(left, right)| operator.allows(order(left, right)))
            }
        }
    }
}

impl Operand {
    fn value<'a>(&'a self, item: &'a Value, root: &'a Value) -> Option<&'a Value> {
        let (path, from) = match self {
            Self::FromItem(path) => (path, item),
            Self::FromRoot(path) => (path, root),
            Self::Literal(value) => return Some(value),
        };
        Search::of(path, root, 1).run(from).into_iter().next()
    }
}

/// How many values a value holds.
fn length(value: &Value) -> usize {
    match &value.node {
        Node::Sequence(items) => items.len(),
        Node::Mapping(fields) => fields.len(),
        Node::Scalar(_) => 0,
    }
}

fn child(value: &Value, place: usize) -> Option<&Value> {
    match &value.node {
        Node::Sequence(items) => items.get(place),
        Node::Mapping(fields) => Some(fields.at(place).value),
        Node::Scalar(_) => None,
    }
}

/// An index counted from the start; below zero it counts from the end, and `None` is before the start.
fn from_start(index: i64, length: usize) -> Option<i64> {
    if index >= 0 {
        return Some(index);
    }
    let from_end = index.checked_add(i64::try_from(length).ok()?)?;
    (from_end >= 0).then_some(from_end)
}
