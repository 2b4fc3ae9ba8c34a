//! `sortOptions`: the order in which resources come out.

use crate::config::{KINDS_FIRST, KINDS_LAST, KnownKinds, compare_gvk_texts};
use crate::kustomization::SortOptions;
use crate::resource::Resource;
use crate::resource_set::ResourceSet;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use trimtab_object::{Gvk, ResourceId};
use trimtab_tree::{Diagnostic, Result};

/// Puts resources in the order that `options` ask for.
///
/// # Errors
/// When the order is neither `fifo` nor `legacy`, or options of the legacy order are given with
/// another.
pub(crate) fn sort(resources: &mut ResourceSet, options: &SortOptions) -> Result<()> {
    match (&*options.order.value, &options.legacy) {
        ("fifo", None) => {}
        ("fifo", Some(legacy)) => {
            return Err(Diagnostic::error(
                "sort-options",
                "`legacySortOptions` say nothing to the order `fifo`",
            )
            .at(legacy.position)
            .in_field("sortOptions.legacySortOptions")
            .hint("use `order: legacy`, or remove them"));
        }
        ("legacy", None) => sort_legacy(resources),
        ("legacy", Some(legacy)) => {
            let first: Vec<&str> = legacy
                .first
                .iter()
                .map(|kind| kind.value.as_str())
                .collect();
            let last: Vec<&str> = legacy.last.iter().map(|kind| kind.value.as_str()).collect();
            sort_by_kinds(resources, &first, &last);
        }
        (other, _) => {
            return Err(
                Diagnostic::error("sort-options", format!("there is no order `{other}`"))
                    .at(options.order.position)
                    .in_field("sortOptions.order")
                    .expecting("`fifo` or `legacy`"),
            );
        }
    }
    Ok(())
}

/// Puts resources in the order of kustomize's old default: what others need comes first.
pub(crate) fn sort_legacy(resources: &mut ResourceSet) {
    sort_by_kinds(resources, KINDS_FIRST, KINDS_LAST);
}

fn sort_by_kinds(resources: &mut ResourceSet, first: &[&str], last: &[&str]) {
    // Of a kind named twice the last mention counts.
    let mut ranks: FxHashMap<&str, (u8, usize)> = FxHashMap::default();
    ranks.extend(
        first
            .iter()
            .zip(0..)
            .map(|(&kind, place)| (kind, (0, place))),
    );
    ranks.extend(
        last.iter()
            .zip(0..)
            .map(|(&kind, place)| (kind, (2, place))),
    );
    let rank = |gvk: &Gvk| ranks.get(gvk.kind.as_str()).copied().unwrap_or((1, 0));
    let compare = |a: &Gvk, b: &Gvk| {
        let by_rank = rank(a).cmp(&rank(b));
        by_rank.then_with(|| compare_kinds(a, b))
    };
    let classes = Classes::new(resources, compare);
    let known = resources.known_order();
    let known = known.filter(|places| are_in_order(resources, &classes, places));
    if let Some(places) = known {
        resources.reorder(&places);
    } else {
        let places = in_order(resources, &classes);
        resources.remember_order(&places);
        resources.reorder(&places);
    }
}

/// Whether resources are surely in order if they are taken from these places.
fn are_in_order(resources: &ResourceSet, classes: &Classes, places: &[usize]) -> bool {
    places.windows(2).all(|pair| {
        let (a, b) = (pair[0], pair[1]);
        let (a_class, b_class) = (classes.of[a], classes.of[b]);
        // No order is between those of two kinds that share one.
        a_class.order < b_class.order
            || a_class.order == b_class.order
                && a_class.gvk == b_class.gvk
                && compare_names(resources.get(a).id(), resources.get(b).id()).is_lt()
    })
}

/// The places of resources in order.
fn in_order(resources: &ResourceSet, classes: &Classes) -> Vec<usize> {
    let names = Names::new(resources);
    let mut places: Vec<(Class, u64, u32)> = (classes.of.iter().zip(0..))
        .map(|(&class, place)| (class, names.next_of(place as usize), place))
        .collect();
    // Kinds come mixed, but those of one kind mostly in the order of their names.
    places.sort_by_key(|&(class, ..)| class.order);
    for of_order in places.chunk_by_mut(|(a, ..), (b, ..)| a.order == b.order) {
        of_order.sort_by(|&(a_class, a_next, a), &(b_class, b_next, b)| {
            if a_class.gvk != b_class.gvk {
                return Ordering::Equal;
            }
            let by_next = a_next.cmp(&b_next);
            by_next.then_with(|| names.compare(a as usize, b as usize))
        });
    }
    places.iter().map(|&(.., place)| place as usize).collect()
}

/// Where kinds come in an order: each is compared with the others once, not with each resource.
struct Classes {
    /// Of each resource by its place.
    of: Vec<Class>,
}

#[derive(Clone, Copy)]
struct Class {
    /// The group, version and kind by a number of its own.
    gvk: u32,
    /// The same for kinds that no order is between.
    order: u32,
}

impl Classes {
    fn new<'r>(resources: &'r ResourceSet, compare: impl Fn(&Gvk, &Gvk) -> Ordering) -> Self {
        // There are few kinds, and of most one version.
        let mut numbers: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        let mut gvks: Vec<(u32, &'r Gvk)> = Vec::new();
        let mut number = |gvk: &'r Gvk| {
            let of_kind = numbers.entry(&gvk.kind).or_default();
            let known = of_kind.iter().find(|&&at| gvks[at as usize].1 == gvk);
            known.copied().unwrap_or_else(|| {
                let number = gvks.len() as u32;
                gvks.push((number, gvk));
                of_kind.push(number);
                number
            })
        };
        let mut known = KnownKinds::default();
        let own_numbers = resources.iter().map(|resource| {
            let gvk = resource.gvk();
            *known.of_numbered(resource.kind_number(), gvk, |_| number(gvk))
        });
        let of: Vec<u32> = own_numbers.collect();
        gvks.sort_by(|(_, a), (_, b)| compare(a, b));
        let mut orders = vec![0; gvks.len()];
        let mut order = 0;
        for (at, &(number, gvk)) in gvks.iter().enumerate() {
            if at > 0 && compare(gvks[at - 1].1, gvk) != Ordering::Equal {
                order += 1;
            }
            orders[number as usize] = order;
        }
        let class = |gvk: u32| Class {
            gvk,
            order: orders[gvk as usize],
        };
        Self {
            of: of.into_iter().map(class).collect(),
        }
    }
}

/// Namespaces and names of resources, to be compared with each other.
struct Names<'r> {
    resources: &'r ResourceSet,
    /// What comes next in each, as a number, behind what all begin with.
    next: Vec<u64>,
}

impl<'r> Names<'r> {
    fn new(resources: &'r ResourceSet) -> Self {
        let ids = || resources.iter().map(Resource::id);
        let Some(first) = ids().next() else {
            return Self {
                resources,
                next: Vec::new(),
            };
        };
        let is_alike = ids().all(|id| id.namespace == first.namespace && !id.name.is_empty());
        let next = if is_alike {
            Self::next(ids().map(|id| id.name.as_str()))
        } else {
            let texts: Vec<String> = ids().map(|id| parts_of(id).concat()).collect();
            Self::next(texts.iter().map(String::as_str))
        };
        Self { resources, next }
    }

    fn next<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Vec<u64> {
        let first = texts.clone().next().unwrap_or_default();
        let start = texts.clone().fold(first.len(), |start, text| {
            let pairs = first.bytes().zip(text.bytes()).take(start);
            pairs.take_while(|(first, its)| first == its).count()
        });
        texts
            .map(|text| first_bytes(&text.as_bytes()[start..]))
            .collect()
    }

    fn next_of(&self, place: usize) -> u64 {
        self.next[place]
    }

    /// Compares what is at two places.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        compare_names(self.resources.get(a).id(), self.resources.get(b).id())
    }
}

/// The first bytes of a text as a number, which is in the order of the texts; those of a shorter one
/// go on as if it did with what is less than any.
fn first_bytes(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let count = text.len().min(8);
    bytes[..count].copy_from_slice(&text[..count]);
    u64::from_be_bytes(bytes)
}

/// By group, version and kind; but the core namespaces come before namespaces of other groups.
fn compare_kinds(a: &Gvk, b: &Gvk) -> Ordering {
    let are_namespaces = a.kind == "Namespace" && b.kind == "Namespace";
    if are_namespaces && (a.group.is_empty() || b.group.is_empty()) {
        return compare_gvk_texts(b, a);
    }
    compare_gvk_texts(a, b)
}

/// Compares `namespace|name`, with placeholders for the empty ones, without building the texts.
fn compare_names(a: &ResourceId, b: &ResourceId) -> Ordering {
    if a.namespace == b.namespace && !a.name.is_empty() && !b.name.is_empty() {
        return a.name.as_bytes().cmp(b.name.as_bytes());
    }
    let bytes = |id| parts_of(id).into_iter().flat_map(str::bytes);
    bytes(a).cmp(bytes(b))
}

fn parts_of(id: &ResourceId) -> [&str; 3] {
    fn or<'a>(part: &'a str, placeholder: &'static str) -> &'a str {
        if part.is_empty() { placeholder } else { part }
    }
    [or(&id.namespace, "~X"), "|", or(&id.name, "~N")]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{resources, value};
    use super::*;
    use crate::kustomization::decode::{Decode, Rules};

    fn sorted(objects: &[&str], options: &str) -> Result<Vec<String>> {
        let text: Vec<String> = objects
            .iter()
            .map(|object| {
                let mut parts = object.split(' ');
                let mut next = || parts.next().unwrap_or_default();
                let (api_version, kind, namespace, name) = (next(), next(), next(), next());
                format!(
                    "{{apiVersion: {api_version}, kind: {kind}, \
                     metadata: {{name: {name}, namespace: {namespace}}}}}"
                )
            })
            .collect();
        let mut set = resources(&text.join("\n---\n"));
        let options = SortOptions::decode(&value(options), Rules::KUSTOMIZATION)?;
        sort(&mut set, &options)?;
        Ok(set
            .iter()
            .map(|resource| resource.id().name.to_string())
            .collect())
    }

    const OBJECTS: &[&str] = &[
        "v1 Service b last-name",
        "v1 Service ~ none",
        "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration ~ hook",
        "apps/v1 Deployment a app",
        "x/v1 Zebra a zebra",
        "v1 Service b a-name",
        "x/v1 Namespace a other-namespace",
        "v1 Namespace ~ namespace",
        "v1 Pod a pod",
    ];

    #[test]
    fn the_legacy_order_puts_first_what_others_need() {
        assert_eq!(
            sorted(OBJECTS, "order: legacy").unwrap(),
            [
                "namespace",
                "other-namespace",
                "a-name",
                "last-name",
                "none",
                "app",
                "zebra",
                "pod",
                "hook"
            ]
        );
    }

    #[test]
    fn kinds_may_be_given_and_fifo_changes_nothing() {
        let options =
            "{order: legacy, legacySortOptions: {orderFirst: [Pod, Zebra], orderLast: [Service]}}";
        let names = sorted(OBJECTS, options).unwrap();
        assert_eq!(names[..2], ["pod", "zebra"]);
        assert_eq!(names[6..], ["a-name", "last-name", "none"]);
        assert_eq!(sorted(OBJECTS, "order: fifo").unwrap()[0], "last-name");
    }

    #[test]
    fn options_that_do_not_fit_are_errors() {
        for (options, field) in [
            ("order: random", "sortOptions.order"),
            ("{}", "sortOptions.order"),
            (
                "{order: fifo, legacySortOptions: {}}",
                "sortOptions.legacySortOptions",
            ),
        ] {
            let error = sorted(OBJECTS, options).unwrap_err();
            assert_eq!(error.field.as_deref(), Some(field), "{options}");
        }
    }

    #[test]
    fn copies_are_in_order_whatever_another_was_put_in() {
        let text = |names: [&str; 3]| {
            let kinds = ["ConfigMap", "Service", "ConfigMap"];
            let objects = kinds.iter().zip(names).map(|(kind, name)| {
                format!("{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}}}}}")
            });
            objects.collect::<Vec<_>>().join("\n---\n")
        };
        let mut set = resources(&text(["b", "c", "a"]));
        set.prepare_for_copies();
        let sorted = |mut copy: ResourceSet| {
            sort_legacy(&mut copy);
            let names = copy.iter().map(|resource| resource.id().name.to_string());
            names.collect::<Vec<_>>()
        };
        assert_eq!(sorted(set.clone()), ["a", "b", "c"]);
        assert_eq!(set.known_order().as_deref(), Some(&[2, 0, 1][..]));
        assert_eq!(sorted(set.clone()), ["a", "b", "c"]);
        let renamed = |names| {
            let mut copy = set.clone();
            for (place, resource) in resources(&text(names)).into_vec().into_iter().enumerate() {
                let put = |there: &mut Resource| {
                    *there = resource;
                    Ok(())
                };
                copy.edit(place, put).unwrap();
            }
            copy
        };
        assert_eq!(sorted(renamed(["x", "c", "y"])), ["x", "y", "c"]);
        assert_eq!(sorted(renamed(["y", "c", "x"])), ["x", "y", "c"]);
        let mut more = set.clone();
        let [.., other] =
            <[Resource; 3]>::try_from(resources(&text(["d", "e", "f"])).into_vec()).unwrap();
        more.append(other).unwrap();
        assert_eq!(more.known_order(), None);
        assert_eq!(sorted(more), ["a", "b", "f", "c"]);
    }
}
