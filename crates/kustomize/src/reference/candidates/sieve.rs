//! The sieve that leaves one of the resources that a name may stand for.

use super::{Area, Group, INDEXED_FROM, Mention, original_scope};
use crate::reference::affix::{Strictness, agree};
use crate::{Resource, ResourceSet};
use trimtab_object::{Gvk, Scope};
use trimtab_tree::{Diagnostic, Result, Text};

/// Where to look for the candidates of one mention.
pub(super) struct Groups<'a> {
    /// The candidates, and what of each part the referrer reaches.
    pub(super) found: Vec<(Part<'a>, Area<'a>)>,
    /// The namespace that the mention gives, where the areas do not see to it already.
    pub(super) wanted: Option<Wanted<'a>>,
}

/// Some of the candidates of one mention.
#[derive(Clone, Copy)]
pub(super) enum Part<'a> {
    Group(&'a Group),
    /// Whatever had the name.
    Few(&'a [u32]),
}

/// The namespace that a mention gives.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) scope: Scope<'a>,
    /// Whether the candidate must have been there at first, or be there now.
    pub(super) at_first: bool,
}

/// The steps that leave one of the candidates, in kustomize's order.
pub(super) struct Sieve<'a> {
    pub(super) groups: Groups<'a>,
    pub(super) set: &'a ResourceSet,
    pub(super) mention: Mention<'a>,
    /// How many candidates were looked at.
    pub(super) visits: &'a mut usize,
}

impl Sieve<'_> {
    /// The place of the candidate that is left.
    ///
    /// # Errors
    /// When several with different names are.
    pub(super) fn run(mut self) -> Result<Option<usize>> {
        match self.pass(None, 2)[..] {
            [] => return Ok(None),
            [only] => return Ok(Some(only)),
            _ => {}
        }
        match self.pass(Some(Strictness::Lenient), 2)[..] {
            [] => return Ok(None),
            [only] => return Ok(Some(only)),
            _ => {}
        }
        let left = self.pass(Some(Strictness::Strict), usize::MAX);
        let Some((&first, others)) = left.split_first() else {
            return Ok(None);
        };
        if others
            .iter()
            .all(|&other| self.means_the_same(first, other))
        {
            return Ok(Some(first));
        }
        Err(self.ambiguous(&left))
    }

    /// The candidates left by the sieve up to the comparison of prefixes and suffixes, in order;
    /// when there are more than `most`, only some of them.
    fn pass(&mut self, strictness: Option<Strictness>, most: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let referrer = self.mention.referrer;
        for &(part, area) in &self.groups.found {
            let mut take = |place: u32| {
                let place = place as usize;
                *self.visits += 1;
                let resource = self.set.get(place);
                let wanted = self.groups.wanted;
                let passes = self.mention.may_mean(resource)
                    && area.holds(resource)
                    && wanted.is_none_or(|wanted| wanted.allows(resource))
                    && strictness.is_none_or(|strictness| agree(resource, referrer, strictness));
                if passes {
                    found.push(place);
                }
                found.len() < most
            };
            let goes_on = match (part, strictness) {
                (Part::Group(group), Some(strictness)) if group.places.len() >= INDEXED_FROM => {
                    let affixes = group.affixes(self.set);
                    affixes.places(referrer, strictness).all(&mut take)
                }
                (Part::Group(group), _) => group.places.iter().copied().all(&mut take),
                (Part::Few(places), _) => places.iter().copied().all(&mut take),
            };
            if !goes_on {
                break;
            }
        }
        found.sort_unstable();
        found
    }

    fn means_the_same(&self, first: usize, other: usize) -> bool {
        let (first, other) = (self.set.get(first).id(), self.set.get(other).id());
        let same_namespace = !self.mention.takes_namespace || first.namespace == other.namespace;
        first.name == other.name && same_namespace
    }

    fn ambiguous(&self, candidates: &[usize]) -> Box<Diagnostic> {
        let mention = &self.mention;
        let mut error = Diagnostic::error(
            "ambiguous-reference",
            format!(
                "`{}` in {} could mean {} resources with different names",
                mention.name,
                mention.referrer.id().in_words(),
                candidates.len()
            ),
        )
        .expecting("a name that one resource has or had")
        .hint("give the resources different names, or keep their bases in different namespaces");
        for &candidate in candidates.iter().take(8) {
            let resource = self.set.get(candidate);
            error = error.label(
                resource.position(),
                format!("this is {} now", resource.id().in_words()),
            );
        }
        error
    }
}

impl Mention<'_> {
    /// The steps of the sieve that look at a candidate's former ids.
    pub(super) fn may_mean(&self, resource: &Resource) -> bool {
        let had_name = resource.previous().iter().any(|id| id.name == self.name);
        had_name
            && was_selected_by(resource, self.target)
            && self.role.is_none_or(|role| was_selected_by(resource, role))
    }
}

/// Whether a former id of `resource` is selected by `selector`.
fn was_selected_by(resource: &Resource, selector: &Gvk) -> bool {
    let allows = |wanted: &Text, found: &Text| wanted.is_empty() || wanted == found;
    let gvk = resource.gvk();
    allows(&selector.group, &gvk.group)
        && allows(&selector.version, &gvk.version)
        && resource
            .previous()
            .iter()
            .any(|id| allows(&selector.kind, &id.kind))
}

impl Wanted<'_> {
    fn allows(self, resource: &Resource) -> bool {
        let scope = if self.at_first {
            original_scope(resource)
        } else {
            resource.id().scope()
        };
        scope == self.scope
    }
}
