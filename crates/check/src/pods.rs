//! The pods that a build makes, by what their templates say, wherever in an object these are.

use crate::inventory::{FEW_EDITS, Inventory, Object, effective};
use rustc_hash::FxHashMap;
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::{Mapping, Value, nearest_within};

/// What pods are made after.
#[derive(Clone, Copy)]
pub(crate) struct PodTemplate<'a> {
    pub(crate) object: Object<'a>,
    /// Where `spec` is in the object.
    pub(crate) path: &'static str,
    pub(crate) labels: Option<&'a Mapping>,
    pub(crate) spec: &'a Value,
}

/// All of a build.
pub(crate) struct Pods<'a> {
    pub(crate) templates: Vec<PodTemplate<'a>>,
    /// Templates by namespace, then by label.
    by_label: FxHashMap<&'a str, ByLabel<'a>>,
}

#[derive(Default)]
struct ByLabel<'a> {
    all: Vec<usize>,
    with: FxHashMap<(&'a str, &'a str), Vec<usize>>,
    named: FxHashMap<&'a str, usize>,
    /// The values that a label has, each once, with the first template.
    values: FxHashMap<&'a str, Vec<(&'a str, usize)>>,
}

/// More pods are not compared with one selector that matches none, and more values of one label not
/// with a misspelt one.
const MOST_COMPARED: usize = 50;

impl ByLabel<'_> {
    /// The first template with nearly this value of a label.
    fn near(&self, key: &str, value: &str) -> Option<usize> {
        let values = self.values.get(key)?;
        let compared = &values[..values.len().min(MOST_COMPARED)];
        let known = compared.iter().map(|(known, _)| *known);
        let near = nearest_within(value, FEW_EDITS, known)?;
        let found = compared.iter().find(|(known, _)| *known == near);
        found.map(|(_, at)| *at)
    }
}

/// Labels that controllers give to their pods, whatever the template says.
const SET_BY_CONTROLLERS: [&str; 10] = [
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
];

/// The template of an object that makes pods: of any kind, custom ones included, that has one where
/// the built-in ones have it.
fn template_of(object: Object<'_>) -> Option<PodTemplate<'_>> {
    let value = object.value;
    if object.is("", "Pod") {
        return Some(PodTemplate {
            object,
            path: "spec",
            labels: labels(value),
            spec: value.get("spec")?,
        });
    }
    PodTemplatePlace::ALL.into_iter().find_map(|place| {
        let template = value.get_path(place.path)?;
        let spec = template.get("spec")?;
        spec.get("containers").and_then(Value::as_sequence)?;
        Some(PodTemplate {
            object,
            path: place.spec,
            labels: labels(template),
            spec,
        })
    })
}

fn labels(described: &Value) -> Option<&Mapping> {
    let labels = described.get_path(&["metadata", "labels"])?;
    labels.as_mapping()
}

impl<'a> Pods<'a> {
    pub(crate) fn new(inventory: &Inventory<'a>) -> Self {
        let templates = inventory.objects.iter().copied().filter_map(template_of);
        let templates: Vec<PodTemplate<'a>> = templates.collect();
        let mut by_label: FxHashMap<&str, ByLabel<'_>> = FxHashMap::default();
        for (at, template) in templates.iter().enumerate() {
            let of_namespace = by_label
                .entry(effective(template.object.namespace))
                .or_default();
            of_namespace.all.push(at);
            of_namespace.named.insert(template.object.name, at);
            for (key, value) in template.labels.into_iter().flat_map(Mapping::iter) {
                let value = value.text_if_not_null().unwrap_or_default();
                let with = of_namespace.with.entry((key, value)).or_default();
                if with.is_empty() {
                    of_namespace
                        .values
                        .entry(key)
                        .or_default()
                        .push((value, at));
                }
                with.push(at);
            }
        }
        Self {
            templates,
            by_label,
        }
    }

    /// Whether there are any in a namespace.
    pub(crate) fn any_in(&self, namespace: &str) -> bool {
        self.by_label.contains_key(effective(namespace))
    }

    /// The first template whose pods a selector matches: with all the labels of `wanted`, and for
    /// which `fits` holds. Only the templates with the rarest label are looked at.
    pub(crate) fn selected(
        &self,
        namespace: &str,
        wanted: &[(&str, &str)],
        fits: impl Fn(&PodTemplate<'a>) -> bool,
    ) -> Option<&PodTemplate<'a>> {
        let of_namespace = self.by_label.get(effective(namespace))?;
        let said_now = |pair: &&(&str, &str)| !SET_BY_CONTROLLERS.contains(&pair.0);
        let lists = wanted.iter().filter(said_now).map(|pair| {
            let list = of_namespace.with.get(pair);
            list.map_or(&[][..], Vec::as_slice)
        });
        let candidates = lists
            .min_by_key(|list| list.len())
            .unwrap_or(&of_namespace.all);
        candidates
            .iter()
            .map(|at| &self.templates[*at])
            .find(|template| {
                let mut wanted = wanted.iter().filter(said_now);
                wanted.all(|(key, value)| template.label(key) == Some(value)) && fits(template)
            })
    }

    /// The template of the object of this name.
    pub(crate) fn named(&self, namespace: &str, name: &str) -> Option<&PodTemplate<'a>> {
        let of_namespace = self.by_label.get(effective(namespace))?;
        let at = of_namespace.named.get(name)?;
        Some(&self.templates[*at])
    }

    /// The template that has the most of some labels, and at least one.
    pub(crate) fn most_alike(
        &self,
        namespace: &str,
        wanted: &[(&str, &str)],
    ) -> Option<&PodTemplate<'a>> {
        let of_namespace = self.by_label.get(effective(namespace))?;
        let mut hits: FxHashMap<usize, usize> = FxHashMap::default();
        for pair in wanted {
            let with = of_namespace.with.get(pair).into_iter().flatten();
            for at in with.take(MOST_COMPARED) {
                *hits.entry(*at).or_default() += 1;
            }
        }
        let best = hits
            .into_iter()
            .max_by_key(|(at, hits)| (*hits, usize::MAX - at));
        let near = || {
            wanted
                .iter()
                .find_map(|(key, value)| of_namespace.near(key, value))
        };
        best.map(|(at, _)| at)
            .or_else(near)
            .map(|at| &self.templates[at])
            // In a namespace with one template there is no doubt which one was meant.
            .or_else(|| match of_namespace.all.as_slice() {
                [one] => Some(&self.templates[*one]),
                _ => None,
            })
    }
}

impl<'a> PodTemplate<'a> {
    /// The value of a label.
    pub(crate) fn label(&self, key: &str) -> Option<&'a str> {
        let value = self.labels?.get(key)?;
        Some(value.text_if_not_null().unwrap_or_default())
    }

    /// Whether its labels are set by controllers, so that nothing can be said of this one.
    pub(crate) fn is_set_later(key: &str) -> bool {
        SET_BY_CONTROLLERS.contains(&key)
    }

    /// All containers, with the paths of their lists and their numbers.
    pub(crate) fn containers(&self) -> impl Iterator<Item = (String, &'a Value)> + use<'a> {
        let (spec, path) = (self.spec, self.path);
        let lists = ["initContainers", "containers", "ephemeralContainers"];
        lists.into_iter().flat_map(move |list| {
            items(spec, list)
                .enumerate()
                .map(move |(at, container)| (format!("{path}.{list}[{at}]"), container))
        })
    }
}

/// The items of a list field; none if it is not there.
pub(crate) fn items<'v>(
    object: &'v Value,
    field: &str,
) -> impl Iterator<Item = &'v Value> + use<'v> {
    let list = object.get(field).and_then(Value::as_sequence);
    list.unwrap_or_default().iter()
}

/// The text of a field that is there and not empty.
pub(crate) fn text<'v>(object: &'v Value, field: &str) -> Option<&'v str> {
    object
        .get(field)?
        .text_if_not_null()
        .filter(|text| !text.is_empty())
}
