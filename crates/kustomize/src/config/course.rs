//! Where the path of a field spec leads in an object, found out without a change to it.

use super::field_path::Step;
use super::field_spec::{Create, FieldSpec, check_name};
use trimtab_tree::{MAX_DEPTH, Mapping, Node, ScalarKind, Value};

/// Where a field spec leads in an object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Course {
    /// A visit would find, make and complain of nothing.
    Nowhere,
    /// To one field that is there, through no list.
    Straight(Way),
    /// Only a visit can tell.
    Winding,
}

/// The places of the fields that lead to a value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Way {
    places: [u32; LONGEST_WAY],
    len: usize,
}

/// The paths of nearly all field specs have no more parts.
const LONGEST_WAY: usize = 6;

impl Way {
    /// The places in order, as [`value_at_mut`] takes them.
    pub(crate) fn places(&self) -> &[u32] {
        &self.places[..self.len]
    }
}

impl FieldSpec {
    /// Where a visit would go in an object. To find that out costs nothing of what objects share, and a
    /// straight way is not sought again.
    pub(crate) fn course(&self, object: &Value, create: Create) -> Course {
        if self.create && create != Create::Nothing {
            return Course::Winding;
        }
        let (mut value, mut way) = (object, Way::default());
        let steps = self.path.steps();
        for step in steps {
            let place = match &value.node {
                Node::Mapping(fields) if way.len < LONGEST_WAY && check_name(step).is_ok() => {
                    let Some(place) = fields.position_of(&step.name) else {
                        return Course::Nowhere;
                    };
                    value = fields.at(place).value;
                    place
                }
                Node::Scalar(scalar) if scalar.kind == ScalarKind::Null => return Course::Nowhere,
                _ => return self.winding(object, create),
            };
            if step.is_list && value.is_null() {
                return Course::Winding;
            }
            way.places[way.len] = place as u32;
            way.len += 1;
        }
        Course::Straight(way)
    }

    fn winding(&self, object: &Value, create: Create) -> Course {
        if self.reaches(object, create) {
            Course::Winding
        } else {
            Course::Nowhere
        }
    }

    /// Whether [`FieldSpec::visit`] may find, make or complain of something in an object.
    pub(crate) fn reaches(&self, object: &Value, create: Create) -> bool {
        let steps = self.path.steps();
        (self.create && create != Create::Nothing)
            || steps.len() > MAX_DEPTH
            || reaches(object, steps)
    }

    /// Calls `see` on each value of an object at the path, with the way to it, see [`value_at_mut`]. Returns
    /// whether [`FieldSpec::visit`] would do no more, and not complain.
    pub(crate) fn look(&self, object: &Value, see: &mut dyn FnMut(&Value, &[u32])) -> bool {
        self.look_with(see, |look, steps| look.descend(object, steps))
    }

    /// The same for an object that has these fields.
    pub(crate) fn look_among(&self, object: &Mapping, see: &mut dyn FnMut(&Value, &[u32])) -> bool {
        self.look_with(see, |look, steps| match steps.split_first() {
            Some((step, rest)) => look.among(object, step, rest),
            None => false,
        })
    }

    fn look_with(
        &self,
        see: &mut dyn FnMut(&Value, &[u32]),
        descend: impl FnOnce(&mut Look<'_>, &[Step]) -> bool,
    ) -> bool {
        let steps = self.path.steps();
        let mut look = Look {
            way: Vec::with_capacity(2 * steps.len().min(MAX_DEPTH)),
            see,
        };
        steps.len() <= MAX_DEPTH && descend(&mut look, steps)
    }
}

/// The value that a way leads to, given by the places of fields and items.
pub(crate) fn value_at_mut<'v>(object: &'v mut Value, way: &[u32]) -> Option<&'v mut Value> {
    way.iter().try_fold(object, |value, &at| {
        let at = at as usize;
        match &mut value.node {
            Node::Scalar(_) => None,
            Node::Sequence(items) => items.get_mut(at),
            Node::Mapping(fields) => fields.value_at_mut(at),
        }
    })
}

/// Whether steps lead to something below a value. Errors count as found, and so does a `null` that the walk
/// makes a list of.
pub(super) fn reaches(value: &Value, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return true;
    };
    let leads_on = |field: &Value| (step.is_list && field.is_null()) || reaches(field, rest);
    match &value.node {
        Node::Scalar(scalar) => scalar.kind != ScalarKind::Null,
        Node::Sequence(items) => items.iter().any(|item| reaches(item, steps)),
        Node::Mapping(fields) => {
            check_name(step).is_err() || fields.get(&step.name).is_some_and(leads_on)
        }
    }
}

/// A walk that changes nothing.
struct Look<'a> {
    /// The places that lead to the present value.
    way: Vec<u32>,
    see: &'a mut dyn FnMut(&Value, &[u32]),
}

impl Look<'_> {
    /// Sees each value that steps lead to. Returns whether nothing is in the way that a visit would
    /// complain of, or change by itself.
    fn descend(&mut self, value: &Value, steps: &[Step]) -> bool {
        let Some((step, rest)) = steps.split_first() else {
            (self.see)(value, &self.way);
            return true;
        };
        match &value.node {
            Node::Scalar(scalar) => scalar.kind == ScalarKind::Null,
            Node::Sequence(items) => {
                let items = (0..).zip(items);
                items.fold(true, |in_order, (at, item)| {
                    self.enter(at, item, steps) && in_order
                })
            }
            Node::Mapping(fields) => self.among(fields, step, rest),
        }
    }

    fn among(&mut self, fields: &Mapping, step: &Step, rest: &[Step]) -> bool {
        match fields.position_of(&step.name) {
            Some(at) => {
                let field = fields.at(at).value;
                !(step.is_list && field.is_null()) && self.enter(at as u32, field, rest)
            }
            None => check_name(step).is_ok(),
        }
    }

    fn enter(&mut self, at: u32, value: &Value, steps: &[Step]) -> bool {
        self.way.push(at);
        let in_order = self.descend(value, steps);
        self.way.pop();
        in_order
    }
}
