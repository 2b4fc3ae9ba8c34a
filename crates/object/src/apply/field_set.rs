//! Sets of fields of an object.

use super::path_element::{BadPathElement, PathElement};
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;
use trimtab_tree::{Entry, Mapping, Position, Scalar, Text, Value};

/// The key under which `fieldsV1` says that a field is in the set besides what is below it.
const SELF: &str = ".";

/// A set of paths into an object. That a path is in it says nothing of the paths above and below.
///
/// No branch is kept that holds no path, so equal sets are equal values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FieldSet {
    branches: BTreeMap<PathElement, Branch>,
}

/// What a set holds at and below a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Branch {
    /// Whether the path itself is in the set.
    pub(super) member: bool,
    /// The paths below it.
    pub(super) below: FieldSet,
}

impl Branch {
    /// A path without any below it.
    pub(super) fn leaf() -> Self {
        Self {
            member: true,
            below: FieldSet::default(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.member && self.below.is_empty()
    }
}

/// Why a value is no set of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BadFieldSet {
    /// It has this in the place of a mapping.
    NoMapping(&'static str),
    /// This key is no path element.
    Element(Text),
}

impl fmt::Display for BadFieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMapping(found) => write!(f, "a set of fields cannot be {found}"),
            Self::Element(text) => write!(f, "{text:?} is no path element"),
        }
    }
}

impl FieldSet {
    /// The set without paths.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A set of paths that go through named fields only.
    #[must_use]
    pub fn of_fields(paths: &[&[&str]]) -> Self {
        let mut set = Self::new();
        for names in paths {
            let path: Vec<_> = names.iter().map(|name| PathElement::field(name)).collect();
            set.insert(&path);
        }
        set
    }

    /// Whether there is no path in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.branches.is_empty()
    }

    /// Adds a path. The empty path, the object itself, is never in a set.
    pub fn insert(&mut self, path: &[PathElement]) {
        let Some((last, parents)) = path.split_last() else {
            return;
        };
        let mut set = self;
        for element in parents {
            set = &mut set.branches.entry(element.clone()).or_default().below;
        }
        set.branches.entry(last.clone()).or_default().member = true;
    }

    /// Whether that path is in it.
    #[must_use]
    pub fn contains(&self, path: &[PathElement]) -> bool {
        let Some((last, parents)) = path.split_last() else {
            return false;
        };
        let set = parents
            .iter()
            .try_fold(self, |set, element| Some(&set.branches.get(element)?.below));
        set.and_then(|set| set.branches.get(last))
            .is_some_and(|branch| branch.member)
    }

    /// What is at and below a step.
    pub(super) fn branch(&self, element: &PathElement) -> Option<&Branch> {
        self.branches.get(element)
    }

    /// The steps and what is at and below each, in order.
    pub(super) fn branches(&self) -> impl Iterator<Item = (&PathElement, &Branch)> {
        self.branches.iter()
    }

    /// The steps and what is at and below each, to be changed but not emptied.
    pub(super) fn for_each_branch(&mut self, mut visit: impl FnMut(&PathElement, &mut Branch)) {
        for (element, branch) in &mut self.branches {
            visit(element, branch);
        }
    }

    /// Adds what is at and below a step that the set does not know yet.
    pub(super) fn attach(&mut self, element: &PathElement, branch: Branch) {
        if branch.is_empty() {
            return;
        }
        match self.branches.entry(element.clone()) {
            btree_map::Entry::Vacant(entry) => {
                entry.insert(branch);
            }
            btree_map::Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                known.member |= branch.member;
                known.below.add(branch.below);
            }
        }
    }

    /// Adds all paths of another set.
    pub(super) fn add(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        for (element, branch) in other.branches {
            self.attach(&element, branch);
        }
    }

    /// Takes away all paths of another set; those below them stay. Returns whether there were any.
    pub(super) fn subtract(&mut self, other: &Self) -> bool {
        self.subtract_where(other, |branch, away| {
            let had = branch.member && away.member;
            branch.member &= !away.member;
            branch.below.subtract(&away.below) || had
        })
    }

    /// Takes away all paths of another set and all that is below them. Returns whether there were any.
    pub(super) fn subtract_with_descendants(&mut self, other: &Self) -> bool {
        self.subtract_where(other, |branch, away| {
            if away.member {
                *branch = Branch::default();
                return true;
            }
            branch.below.subtract_with_descendants(&away.below)
        })
    }

    fn subtract_where(
        &mut self,
        other: &Self,
        subtract: impl Fn(&mut Branch, &Branch) -> bool,
    ) -> bool {
        let mut changed = false;
        for (element, away) in &other.branches {
            if let Some(branch) = self.branches.get_mut(element) {
                changed |= subtract(branch, away);
                if branch.is_empty() {
                    self.branches.remove(element);
                }
            }
        }
        changed
    }

    /// The paths that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut both = Self::new();
        for (element, branch) in &other.branches {
            if let Some(own) = self.branches.get(element) {
                let branch = Branch {
                    member: own.member && branch.member,
                    below: own.below.intersection(&branch.below),
                };
                both.attach(element, branch);
            }
        }
        both
    }

    /// The paths that are in this or the other.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.add(other.clone());
        both
    }

    /// The paths that are in this and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        rest.subtract(other);
        rest
    }

    /// Every path: of each object first the fields in the set, then what is below its fields.
    pub fn for_each(&self, mut visit: impl FnMut(&[PathElement])) {
        self.visit(&mut Vec::new(), &mut visit);
    }

    fn visit(&self, path: &mut Vec<PathElement>, visit: &mut impl FnMut(&[PathElement])) {
        for (element, _) in self.branches.iter().filter(|(_, branch)| branch.member) {
            path.push(element.clone());
            visit(path);
            path.pop();
        }
        for (element, branch) in &self.branches {
            if !branch.below.is_empty() {
                path.push(element.clone());
                branch.below.visit(path, visit);
                path.pop();
            }
        }
    }

    /// As `fieldsV1`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.to_mapping(false).into()
    }

    fn to_mapping(&self, member: bool) -> Mapping {
        let mut fields = Mapping::with_capacity(self.branches.len() + usize::from(member));
        let mut put = |key: Text, below: Mapping| {
            // Each step is in the set once, and none is written as the set itself is.
            fields.push(Entry {
                key: Scalar::string(key),
                key_position: Position::NONE,
                value: below.into(),
            });
        };
        if member && !self.is_empty() {
            put(Text::const_new(SELF), Mapping::new());
        }
        for (element, branch) in &self.branches {
            put(element.to_text(), branch.below.to_mapping(branch.member));
        }
        fields
    }

    /// Reads `fieldsV1`. Kinds of path elements that are not known are passed over, as Kubernetes
    /// does, since a later release may have written them.
    pub(super) fn from_value(value: &Value) -> Result<Self, BadFieldSet> {
        Ok(Self::read(value)?.0)
    }

    /// The paths below, and whether the path itself is said to be in the set.
    fn read(value: &Value) -> Result<(Self, bool), BadFieldSet> {
        if value.is_null() {
            return Ok((Self::new(), true));
        }
        let fields = value
            .as_mapping()
            .ok_or_else(|| BadFieldSet::NoMapping(value.describe()))?;
        let mut set = Self::new();
        for (key, below) in fields.iter().filter(|(key, _)| *key != SELF) {
            let element = PathElement::parse(key)
                .map_err(|BadPathElement| BadFieldSet::Element(key.into()))?;
            if let Some(element) = element {
                let (below, said) = Self::read(below)?;
                let member = said || below.is_empty();
                set.attach(&element, Branch { member, below });
            }
        }
        Ok((set, fields.contains_key(SELF)))
    }
}

impl fmt::Debug for FieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        self.for_each(|path| {
            list.entry(&format_args!("{}", PathText(path)));
        });
        list.finish()
    }
}

/// A path as conflicts name it: `.spec.containers[name="web"].image`.
pub(super) struct PathText<'a>(pub(super) &'a [PathElement]);

impl fmt::Display for PathText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|element| write!(f, "{element}"))
    }
}
