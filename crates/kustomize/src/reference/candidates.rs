//! Which resource a name stands for: the candidates by the names they had, and the sieve that
//! leaves one of them.
//!
//! kustomize passes every resource through the sieve for every name it finds (`nameref.Filter`).
//! Here the resources are entered once under each name they had, with kind and namespace, so that
//! a question only meets those that may be meant; the sieve and its order are kustomize's.

mod sieve;

use super::affix::AffixIndex;
use crate::{Resource, ResourceSet};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use sieve::{Groups, Part, Sieve, Wanted};
use std::cell::OnceCell;
use std::hash::{Hash, Hasher};
use std::ops::ControlFlow;
use trimtab_object::{Gvk, Scope};
use trimtab_tree::{Result, Text};

/// The kind of a service account, which role bindings of other namespaces may name.
const SERVICE_ACCOUNT: &str = "ServiceAccount";

/// A name found in a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mention<'a> {
    /// The resource it was found in.
    pub(super) referrer: &'a Resource,
    /// The name.
    pub(super) name: &'a str,
    /// The namespace beside it, if it has one.
    pub(super) namespace: Option<&'a str>,
    /// Whether the field can hold a namespace, so that candidates that only differ in it differ.
    pub(super) takes_namespace: bool,
    /// The kinds that the field may name.
    pub(super) target: &'a Gvk,
    /// What `roleRef` says, when the field is the name in it.
    pub(super) role: Option<&'a Gvk>,
    /// The namespaces of the service accounts that a role binding names.
    pub(super) account_namespaces: &'a [Text],
}

/// Every resource that was renamed, under the names it had.
#[derive(Debug)]
pub(super) struct Candidates {
    /// Whether what the set knows of names says all names that its resources had.
    are_names_known: OnceCell<bool>,
    groups: OnceCell<FxHashMap<u64, Group>>,
    /// The names that resources had, each with the kinds they had, as hashes.
    names: OnceCell<FxHashSet<u64>>,
    /// The groups that only cluster-scoped referrers ask for.
    wide_groups: OnceCell<FxHashMap<u64, Group>>,
    /// Which original namespaces there are among the resources that can be reached in some way.
    original_namespaces: OnceCell<FxHashSet<u64>>,
    /// Whether some rule names no kind.
    any_kind: bool,
    /// Answers to cluster-scoped referrers, who may have thousands of candidates in as many
    /// namespaces.
    answers: FxHashMap<WideQuestion, Option<usize>>,
    /// The last answer to any other referrer: many a resource says the same name again and again.
    last: Option<(OwnQuestion, Option<usize>)>,
    /// How many candidates were looked at.
    pub(super) visits: usize,
}

/// Everything that the answer to a cluster-scoped referrer depends on.
#[derive(PartialEq, Eq, Hash, Debug)]
struct WideQuestion {
    name: Text,
    target: Gvk,
    role: Option<Gvk>,
    takes_namespace: bool,
    prefixes: Vec<Text>,
    suffixes: Vec<Text>,
}

/// All that the answer to a referrer in a namespace depends on, where it says nothing but a name.
#[derive(PartialEq, Eq, Debug)]
struct OwnQuestion {
    /// The address of the referrer: a set keeps its resources where they are as long as they are asked
    /// for.
    referrer: usize,
    name: Text,
    target: Gvk,
    takes_namespace: bool,
}

/// Resources of one former name, one former kind, in one area.
#[derive(Debug, Default)]
struct Group {
    /// In ascending order.
    places: Vec<u32>,
    affixes: OnceCell<Box<AffixIndex>>,
}

/// From this size on a group is asked through its index of prefixes and suffixes.
const INDEXED_FROM: usize = 16;

/// Where candidates are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Area<'a> {
    /// All resources.
    Everywhere,
    /// Those that now are in this scope.
    Now(Scope<'a>),
    /// Those that at first were in this scope.
    AtFirst(Scope<'a>),
    /// The service accounts whose `metadata.namespace` is written so.
    AccountsOf(&'a str),
}

impl Area<'_> {
    fn holds(self, resource: &Resource) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Now(scope) => resource.id().scope() == scope,
            Self::AtFirst(scope) => original_scope(resource) == scope,
            Self::AccountsOf(namespace) => {
                !resource.id().cluster_scoped
                    && resource.id().namespace == namespace
                    && resource.gvk().kind == SERVICE_ACCOUNT
            }
        }
    }
}

/// The key of a group. Service accounts are in the groups of their namespaces.
fn group_key(name: &str, kind: &str, area: Area<'_>) -> u64 {
    match area {
        Area::AccountsOf(namespace) => {
            group_key(name, kind, Area::Now(Scope::of(false, namespace)))
        }
        area => hash_of((name, kind, area)),
    }
}

fn hash_of(key: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
}

impl Candidates {
    /// Those of a set, entered as they are asked for. `any_kind` says whether [`Mention::target`] may
    /// be without a kind.
    pub(super) fn new(any_kind: bool) -> Self {
        Self {
            are_names_known: OnceCell::new(),
            groups: OnceCell::new(),
            names: OnceCell::new(),
            wide_groups: OnceCell::new(),
            original_namespaces: OnceCell::new(),
            any_kind,
            answers: FxHashMap::default(),
            last: None,
            visits: 0,
        }
    }

    /// Whether some resource may have had a name and been of a kind; if not, nothing of that kind is
    /// meant by it.
    pub(super) fn knows(&self, set: &ResourceSet, name: &str, kind: &str) -> bool {
        if let Some(places) = self.few_of(set, name) {
            return places.iter().any(|&place| {
                let resource = set.get(place as usize);
                former_names(resource).any(|its| its == name)
                    && self.former_kinds(resource).any(|its| its == kind)
            });
        }
        let names = self.names.get_or_init(|| {
            let mut names = FxHashSet::default();
            names.reserve(set.len());
            for resource in set {
                for kind in self.former_kinds(resource) {
                    names.extend(former_names(resource).map(|name| hash_of((name, kind))));
                }
            }
            names
        });
        names.contains(&hash_of((name, kind)))
    }

    /// The places of all resources that had a name, as the set knows them already: of overlays over one base
    /// each would enter all names that are in the base. `None` where it does not know, and where there are
    /// more than few.
    fn few_of<'s>(&self, set: &'s ResourceSet, name: &str) -> Option<&'s [u32]> {
        let known = set.known_names()?;
        let are_all = self.are_names_known.get_or_init(|| {
            let mut there = (0..).zip(set);
            !known.is_former
                || there.all(|(place, resource)| {
                    former_names(resource).all(|name| known.of(name).contains(&place))
                })
        });
        are_all
            .then(|| known.of(name))
            .filter(|places| places.len() < INDEXED_FROM)
    }

    /// The kinds that a resource had, and none where some rule names none.
    fn former_kinds<'r>(&self, resource: &'r Resource) -> impl Iterator<Item = &'r str> {
        let kinds = changes(resource.previous().iter().map(|id| &*id.kind));
        kinds.chain(self.any_kind.then_some(""))
    }

    fn groups(&self, set: &ResourceSet) -> &FxHashMap<u64, Group> {
        self.groups
            .get_or_init(|| self.entered(set, |resource| [Area::Now(resource.id().scope())]))
    }

    fn entered<const N: usize>(
        &self,
        set: &ResourceSet,
        areas: impl Fn(&Resource) -> [Area<'_>; N],
    ) -> FxHashMap<u64, Group> {
        let mut groups: FxHashMap<u64, Group> = FxHashMap::default();
        groups.reserve(set.len());
        for (place, resource) in (0..).zip(set) {
            for kind in self.former_kinds(resource) {
                for name in former_names(resource) {
                    for area in areas(resource) {
                        let group = groups.entry(group_key(name, kind, area)).or_default();
                        // The same resource comes again when it had a name or a kind twice.
                        if group.places.last() != Some(&place) {
                            group.places.push(place);
                        }
                    }
                }
            }
        }
        groups
    }

    /// The place of the resource that is meant, if it can be said.
    ///
    /// # Errors
    /// When several with different names could be meant.
    pub(super) fn find(
        &mut self,
        set: &ResourceSet,
        mention: Mention<'_>,
    ) -> Result<Option<usize>> {
        if !mention.referrer.id().cluster_scoped || mention.namespace.is_some() {
            return self.find_for_one(set, mention);
        }
        let question = WideQuestion {
            name: mention.name.into(),
            target: mention.target.clone(),
            role: mention.role.cloned(),
            takes_namespace: mention.takes_namespace,
            prefixes: mention.referrer.prefixes.to_vec(),
            suffixes: mention.referrer.suffixes.to_vec(),
        };
        if let Some(&answer) = self.answers.get(&question) {
            return Ok(answer);
        }
        let answer = self.sieve(set, mention)?;
        self.answers.insert(question, answer);
        Ok(answer)
    }

    fn find_for_one(&mut self, set: &ResourceSet, mention: Mention<'_>) -> Result<Option<usize>> {
        let says_more = mention.namespace.is_some() || mention.role.is_some();
        if says_more || !mention.account_namespaces.is_empty() {
            return self.sieve(set, mention);
        }
        let referrer = std::ptr::from_ref(mention.referrer).addr();
        if let Some((last, answer)) = &self.last
            && last.referrer == referrer
            && last.name == mention.name
            && last.takes_namespace == mention.takes_namespace
            && last.target == *mention.target
        {
            return Ok(*answer);
        }
        let answer = self.sieve(set, mention)?;
        let question = OwnQuestion {
            referrer,
            name: mention.name.into(),
            target: mention.target.clone(),
            takes_namespace: mention.takes_namespace,
        };
        self.last = Some((question, answer));
        Ok(answer)
    }

    fn sieve(&mut self, set: &ResourceSet, mention: Mention<'_>) -> Result<Option<usize>> {
        let says_more = mention.namespace.is_some() || !mention.account_namespaces.is_empty();
        if !says_more && let ControlFlow::Break(found) = self.only_of_few(set, mention) {
            return Ok(found);
        }
        let mut visits = 0;
        let found = Sieve {
            groups: self.groups_for(set, mention),
            set,
            mention,
            visits: &mut visits,
        }
        .run();
        self.visits += visits;
        found
    }

    /// Answers with what the first pass of the sieve leaves of few candidates, if that is one or none: so it is
    /// for nearly all that say a name and nothing more.
    fn only_of_few(
        &mut self,
        set: &ResourceSet,
        mention: Mention<'_>,
    ) -> ControlFlow<Option<usize>> {
        let id = mention.referrer.id();
        let few = self.few_of(set, mention.name);
        let Some(places) = few.filter(|_| !id.cluster_scoped) else {
            return ControlFlow::Continue(());
        };
        let areas = [Area::Now(Scope::Cluster), Area::Now(id.scope())];
        let mut left = places.iter().filter(|&&place| {
            let resource = set.get(place as usize);
            mention.may_mean(resource) && areas.iter().any(|area| area.holds(resource))
        });
        let found = left.next().map(|&place| place as usize);
        if left.next().is_some() {
            return ControlFlow::Continue(());
        }
        self.visits += places.len();
        ControlFlow::Break(found)
    }

    /// The groups that hold every candidate, and which namespaces they must be from.
    fn groups_for<'a>(&'a self, set: &'a ResourceSet, mention: Mention<'a>) -> Groups<'a> {
        let group = |groups: &'a FxHashMap<u64, Group>, area: Area<'a>| {
            let group = groups.get(&group_key(mention.name, &mention.target.kind, area))?;
            Some((Part::Group(group), area))
        };
        let id = mention.referrer.id();
        let wanted = mention.namespace.map(Scope::Namespace);
        if id.cluster_scoped {
            let wide = self.wide_groups.get_or_init(|| self.wide(set));
            let only = match wanted {
                None => group(wide, Area::Everywhere),
                Some(scope) if self.has_original(set, Reach::All, scope) => {
                    group(wide, Area::AtFirst(scope))
                }
                Some(scope) => group(self.groups(set), Area::Now(scope)),
            };
            return Groups {
                found: only.into_iter().collect(),
                wanted: None,
            };
        }
        let own = id.scope();
        let accounts = mention.account_namespaces.iter().map(|namespace| {
            let elsewhere = Scope::of(false, namespace) != own;
            elsewhere.then_some(Area::AccountsOf(namespace))
        });
        let areas = [Area::Now(Scope::Cluster), Area::Now(own)];
        let areas = areas.into_iter().chain(accounts.flatten());
        let wanted = wanted.map(|scope| {
            let written = mention.account_namespaces.iter();
            let mut reaches = [Reach::Now(Scope::Cluster), Reach::Now(own)]
                .into_iter()
                .chain(written.map(|namespace| Reach::Written(namespace)));
            let at_first = reaches.any(|reach| self.has_original(set, reach, scope));
            Wanted { scope, at_first }
        });
        let few = self.few_of(set, mention.name);
        let found = areas.filter_map(|area| match few {
            Some(places) => Some((Part::Few(places), area)),
            None => group(self.groups(set), area),
        });
        Groups {
            found: found.collect(),
            wanted,
        }
    }

    fn wide(&self, set: &ResourceSet) -> FxHashMap<u64, Group> {
        self.entered(set, |resource| {
            [Area::Everywhere, Area::AtFirst(original_scope(resource))]
        })
    }

    /// Whether a resource within `reach` was in `scope` at first.
    fn has_original(&self, set: &ResourceSet, reach: Reach<'_>, scope: Scope<'_>) -> bool {
        let known = self.original_namespaces.get_or_init(|| {
            let entries = set.iter().flat_map(|resource| {
                let id = resource.id();
                let written = (!id.cluster_scoped).then_some(Reach::Written(&id.namespace));
                [Reach::All, Reach::Now(id.scope())]
                    .into_iter()
                    .chain(written)
                    .map(|reach| hash_of((reach, original_scope(resource))))
            });
            entries.collect()
        });
        known.contains(&hash_of((reach, scope)))
    }
}

/// The names that a resource had.
fn former_names(resource: &Resource) -> impl Iterator<Item = &str> {
    changes(resource.previous().iter().map(|id| &*id.name))
}

/// Without what is the same as the one before: most changes leave kind and name as they were.
fn changes<'t>(texts: impl Iterator<Item = &'t str>) -> impl Iterator<Item = &'t str> {
    let mut last = None;
    texts.filter(move |&text| last.replace(text) != Some(text))
}

/// What a referrer can reach, whatever its names and kinds.
#[derive(Clone, Copy, Hash)]
enum Reach<'a> {
    /// All resources.
    All,
    /// Those that now are in this scope.
    Now(Scope<'a>),
    /// Those whose `metadata.namespace` is written so.
    Written(&'a str),
}

/// The scope that a resource was in at first.
fn original_scope(resource: &Resource) -> Scope<'_> {
    match resource.previous().first() {
        Some(first) => Scope::of(first.cluster_scoped, &first.namespace),
        None => resource.id().scope(),
    }
}

impl Group {
    fn affixes(&self, set: &ResourceSet) -> &AffixIndex {
        let resources = || {
            self.places
                .iter()
                .map(|&place| (place, set.get(place as usize)))
        };
        self.affixes
            .get_or_init(|| Box::new(AffixIndex::new(resources())))
    }
}
