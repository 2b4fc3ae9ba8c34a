//! Names of other resources, brought up to date after these were renamed.
//!
//! The rules say which fields of which kinds name which kinds (see
//! [`NameReferences`]). What such a field holds may be the name itself, a mapping with `name` and
//! perhaps `namespace`, or a list of either. A name that some resource had before is replaced by
//! the one it has now; which resource that is, is decided in [`super::candidates`]. The behaviour
//! is that of kustomize's `nameReferenceTransformer` and `nameref.Filter`.

mod fixer;
mod many;

use super::candidates::{Candidates, Mention};
use crate::config::{
    Create, FieldSpec, FieldTree, FieldWays, KnownKinds, Met, NameReferences, Noted, Search,
    are_apart, change_at,
};
use crate::provenance::{Address, Cause, Event};
use crate::resource::Touched;
use crate::{Resource, ResourceSet};
use fixer::Fixer;
use std::collections::VecDeque;
use std::sync::Arc;
use trimtab_object::Gvk;
use trimtab_tree::{Diagnostic, Mapping, Node, Position, Result, ScalarKind, Text, Value};

/// Brings the names in all resources up to date.
///
/// # Errors
/// When a name could mean several resources, and when a field that a rule is about holds something
/// in which no name can be found.
pub(crate) fn fix_name_references(set: &mut ResourceSet, rules: &NameReferences) -> Result<()> {
    if many::are_many(set, rules) {
        return many::fix(set, rules);
    }
    fix(set, rules).map(drop)
}

/// Does it, and says how many candidates were looked at.
fn fix(set: &mut ResourceSet, rules: &NameReferences) -> Result<usize> {
    let mut follower = Follower::new(rules);
    set.note_from_back(|resource| follower.note(resource));
    for place in 0..set.len() {
        let resource = set.get(place);
        if !follower.look(set, resource, resource.value()) {
            continue;
        }
        let since = set.changes(place);
        let touched = follower.due.iter().map(|(_, (_, spec))| touched_by(spec));
        let touched = touched.max().unwrap_or(Touched::Anything);
        let followed = set.edit_among(place, touched, |object, set| {
            follower.follow(set, set.get(place), object)
        })?;
        for (position, target) in followed {
            let cause = cause(set.get(target));
            set.explain(place, since, position, cause);
        }
    }
    Ok(follower.candidates.visits)
}

/// Follows names by rules.
struct Follower<'r> {
    rules: &'r NameReferences,
    candidates: Candidates,
    kinds: KnownKinds<OfKind<'r>>,
    /// Of the rules for the kind of a resource those that meet a name which some resource of their kind
    /// had, in order, with their places.
    due: Vec<(u32, Rule<'r>)>,
    /// Whether the fields that the rules for that kind are about are as they were copied, if they were.
    are_as_copied: bool,
    room: Room,
}

/// Lists that are filled and emptied for each resource again, for there is little in them.
#[derive(Default)]
struct Room {
    /// Of the rules for the kind of a resource those that are due, by their places.
    due: Vec<u32>,
    /// The ways to values that may change, one behind the other.
    ways: Vec<u32>,
    /// Where each way ends, and the scalar that is there.
    ends: Vec<(usize, Option<Value>)>,
    /// What a look was answered where something may change: the name, the namespace beside it, and the
    /// place of what is meant. A change meets the same, in the same order.
    answers: VecDeque<(Text, Option<Text>, Option<usize>)>,
}

/// What is touched by who changes a field.
fn touched_by(spec: &FieldSpec) -> Touched {
    let mut steps = spec.path.steps().iter().map(|step| step.name.as_str());
    match steps.next() {
        None | Some("" | "apiVersion" | "kind") => Touched::Anything,
        Some("metadata") => match steps.next() {
            Some("annotations" | "labels") => Touched::Content,
            _ => Touched::Anything,
        },
        Some(_) => Touched::BesideMetadata,
    }
}

/// A field, and the kind of what it names.
type Rule<'r> = (&'r Gvk, &'r FieldSpec);

/// The fields of a kind that hold names, as a tree and as its rules.
type OfKind<'r> = (Arc<FieldTree>, Vec<Rule<'r>>);

/// What is known of the kind of a resource.
fn of_resource<'k, 'r>(
    kinds: &'k mut KnownKinds<OfKind<'r>>,
    rules: &'r NameReferences,
    resource: &Resource,
) -> &'k OfKind<'r> {
    let (number, gvk) = (resource.kind_number(), resource.original_gvk());
    kinds.of_numbered(number, &gvk, |gvk| {
        (rules.tree_of(gvk), rules.of(gvk).collect())
    })
}

/// Sees a value that may be a name, and the way to it.
type See<'l> = dyn FnMut(&Value, &[u32]) + 'l;

/// Shows the values that a rule leads to in an object as it was copied, and returns whether a visit would
/// do no more.
type Look<'l> = dyn Fn(&Mapping, &mut See<'_>) -> bool + 'l;

impl<'r> Follower<'r> {
    fn new(rules: &'r NameReferences) -> Self {
        let mut targets = rules.as_slice().iter().map(|rule| &rule.target);
        Self {
            rules,
            candidates: Candidates::new(targets.any(|target| target.kind.is_empty())),
            kinds: KnownKinds::default(),
            due: Vec::new(),
            are_as_copied: false,
            room: Room::default(),
        }
    }

    /// Finds out which names are in an object of which there are copies.
    fn note(&mut self, resource: &Resource) -> Noted {
        let (tree, _) = of_resource(&mut self.kinds, self.rules, resource);
        tree.note(resource.value(), NAMES)
    }

    /// Looks for names in the object of a resource. Returns whether there are any to follow.
    fn look(&mut self, set: &ResourceSet, resource: &Resource, object: &Value) -> bool {
        // Rules select by the kind a resource had at first; fields are then followed in any case.
        let (tree, rules) = of_resource(&mut self.kinds, self.rules, resource);
        let has_strayed = resource.has_strayed_to(tree);
        self.are_as_copied = !has_strayed && !tree.meets_aside();
        let candidates = &self.candidates;
        let due = &mut self.room.due;
        due.clear();
        let mut are_all_due = resource.gvk().kind == ROLE_BINDING;
        tree.search(object, has_strayed, NAMES, &mut |met| match met {
            Met::Text(name, places) => due.extend(places.iter().filter(|&&place| {
                // Many a Deployment is called as something else is that it names.
                candidates.knows(set, name, &rules[place as usize].0.kind)
            })),
            Met::Oddity => are_all_due = true,
        });
        self.due.clear();
        if are_all_due {
            self.due.extend((0..).zip(rules.iter().copied()));
        } else if !due.is_empty() {
            due.sort_unstable();
            due.dedup();
            let rule = |&place: &u32| (place, rules[place as usize]);
            self.due.extend(due.iter().map(rule));
        }
        !self.due.is_empty() || are_all_due
    }

    /// Follows the names that were found in the object of a resource.
    fn follow(
        &mut self,
        set: &ResourceSet,
        resource: &Resource,
        object: &mut Value,
    ) -> Result<Vec<(Position, usize)>> {
        let mut referrer = Referrer {
            set,
            candidates: &mut self.candidates,
            resource,
            account_namespaces: account_namespaces(resource, object)?,
            followed: Vec::new(),
        };
        let due = &self.due;
        let specs = due.iter().map(|&(place, (_, spec))| (place, spec));
        // What one rule changes another must not look at.
        let are_as_copied = self.are_as_copied && are_apart(specs.clone().map(|(_, spec)| spec));
        let (tree, _) = of_resource(&mut self.kinds, self.rules, resource);
        for &(place, (target, spec)) in due {
            let look = |copied: &Mapping, see: &mut See<'_>| {
                FieldWays::look(copied, tree, specs.clone(), (place, spec), see)
            };
            let look: Option<&Look<'_>> = if are_as_copied { Some(&look) } else { None };
            referrer.fix(object, look, target, spec, &mut self.room)?;
        }
        Ok(referrer.followed)
    }
}

struct Referrer<'a> {
    set: &'a ResourceSet,
    candidates: &'a mut Candidates,
    resource: &'a Resource,
    account_namespaces: Vec<Text>,
    /// Names that were found, by their positions, with the places of the resources that they stand
    /// for; in builds that record.
    followed: Vec<(Position, usize)>,
}

impl Referrer<'_> {
    /// Follows a name. `look_as_copied` is there if the field is as it was copied, if it was.
    fn fix(
        &mut self,
        object: &mut Value,
        look_as_copied: Option<&Look<'_>>,
        target: &Gvk,
        spec: &FieldSpec,
        room: &mut Room,
    ) -> Result<()> {
        let role = if spec.path.text().ends_with("roleRef/name") {
            role_of(object)
        } else {
            None
        };
        let mention = Mention {
            referrer: self.resource,
            name: "",
            namespace: None,
            takes_namespace: false,
            target,
            role: role.as_ref(),
            account_namespaces: &self.account_namespaces,
        };
        let (set, candidates) = (self.set, &mut *self.candidates);
        let mut fixer = Fixer {
            set,
            candidates,
            mention,
            answers: &mut room.answers,
            followed: &mut self.followed,
        };
        // A look costs nothing of what is shared with other objects.
        let (ways, ends) = (&mut room.ways, &mut room.ends);
        fixer.answers.clear();
        ways.clear();
        ends.clear();
        let mut see = |value: &Value, way: &[u32]| {
            if fixer.may_change(value) {
                ways.extend_from_slice(way);
                let scalar = value.as_scalar().map(|_| value.clone());
                ends.push((ways.len(), scalar));
            }
        };
        let copied = object.as_mapping().and_then(Mapping::as_copied);
        let is_in_order = match copied.zip(look_as_copied) {
            Some((copied, look)) => look(copied, &mut see),
            None => spec.look(object, &mut see),
        };
        if !is_in_order || set.is_recording() {
            return spec.visit(object, Create::Nothing, &mut |value| fixer.fix(value));
        }
        let mut start = 0;
        ends.drain(..).try_for_each(|(end, scalar)| {
            let way = &ways[std::mem::replace(&mut start, end)..end];
            let fixed = change_at(object, way, scalar, &mut |value| fixer.fix(value));
            fixed
                .unwrap_or(Ok(()))
                .map_err(|error| error.in_field(spec.path.text()))
        })
    }
}

/// The name that a reference follows, for the record: where it was first said, in the file or the
/// generator.
fn cause(target: &Resource) -> Cause {
    let events = target.events(&Address::root().field("metadata").field("name"));
    let position = events.first().map_or(target.position(), Event::position);
    Cause::name_of(target, position)
}

/// A kind whose subjects are looked at whether or not something in it is renamed.
const ROLE_BINDING: &str = "RoleBinding";

/// The search for the names that [`Fixer::fix`] meets; what it refuses is odd.
const NAMES: Search = Search {
    at_end: |value, rules, tell| match &value.node {
        Node::Sequence(items) => items.iter().for_each(|item| match item.node {
            Node::Sequence(_) => tell(Met::Oddity),
            _ => name_in(item, rules, tell),
        }),
        _ => name_in(value, rules, tell),
    },
    everywhere: None,
    notes: |notes| &notes.names,
};

fn name_in(value: &Value, rules: &[u32], tell: &mut dyn FnMut(Met<'_>)) {
    let name = match &value.node {
        Node::Scalar(scalar) => Some(scalar).filter(|scalar| scalar.kind != ScalarKind::Null),
        Node::Mapping(fields) => match fields.get("name").map(Value::as_scalar) {
            Some(Some(name)) => Some(name),
            // Lists and mappings have no text, which may be a name.
            Some(None) | None => return tell(Met::Oddity),
        },
        Node::Sequence(_) => None,
    };
    if let Some(name) = name {
        tell(Met::Text(name.text(), rules));
    }
}

/// The kind that `roleRef` names, if it says group and kind.
fn role_of(object: &Value) -> Option<Gvk> {
    let role = object.get("roleRef")?;
    let text = |key: &str| Some(role.get(key)?.text().unwrap_or_default());
    Some(Gvk::new(text("apiGroup")?, "", text("kind")?))
}

/// The namespaces of the service accounts among the subjects of a role binding.
fn account_namespaces(resource: &Resource, object: &Value) -> Result<Vec<Text>> {
    let mut namespaces = Vec::new();
    if resource.gvk().kind != ROLE_BINDING {
        return Ok(namespaces);
    }
    let subjects = object.get("subjects").and_then(Value::as_sequence);
    for subject in subjects.unwrap_or_default() {
        let Some(fields) = subject.as_mapping() else {
            return Err(Diagnostic::error(
                "subject-wrong-type",
                format!("a subject cannot be {}", subject.describe()),
            )
            .at(subject.position)
            .in_field("subjects")
            .expecting("a mapping with `kind` and `name`"));
        };
        let is_account = fields.get("kind").and_then(Value::text) == Some("ServiceAccount");
        let Some(namespace) = fields.get("namespace").filter(|_| is_account) else {
            continue;
        };
        let Some(name) = namespace.as_str() else {
            return Err(Diagnostic::error(
                "subject-wrong-namespace",
                format!(
                    "the namespace of a subject cannot be {}",
                    namespace.describe()
                ),
            )
            .at(namespace.position)
            .in_field("subjects")
            .expecting("the name of a namespace"));
        };
        namespaces.push(name.into());
    }
    Ok(namespaces)
}

#[cfg(test)]
mod tests;
