//! What a `CustomResourceDefinition` says, as far as it takes to serve its objects.
//!
//! A definition is looked at when it is written, at the start all of them are; so only what serving
//! asks for again and again is read then. Its schemas, by far the largest part of it, are passed
//! over and read when the first object of a version is written.

use bytes::Bytes;
use sha2::{Digest as _, Sha512};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use trimtab_schema::{BuiltIn, Schema};
use trimtab_store::Entry;
use trimtab_tree::{Text, Value, parse_json};
use trimtab_validation::custom::StructuralSchema;

use super::order::by_preference;
use crate::cache::{top_level_fields, without_field};
use crate::fields::string;
use crate::media::told;

/// The number of the next schema that is read.
static NEXT_FORM: AtomicU64 = AtomicU64::new(1);

/// What a definition says.
#[derive(Debug)]
pub(crate) struct CustomDefinition {
    /// The name of the object: `things.example.com`.
    pub(crate) name: String,
    /// `example.com`
    pub(crate) group: Text,
    /// `things`
    pub(crate) plural: Text,
    /// `thing`
    pub(crate) singular: Text,
    /// `Thing`
    pub(crate) kind: Text,
    /// `ThingList`
    pub(crate) list_kind: Text,
    /// What people may call it beside.
    pub(crate) short_names: Vec<Text>,
    /// Groups that it is listed with, such as `all`.
    pub(crate) categories: Vec<Text>,
    /// Whether its objects are in namespaces.
    pub(crate) namespaced: bool,
    /// Its versions, in the order in which clients prefer them.
    pub(crate) versions: Vec<CustomVersion>,
    /// The version that objects are stored as.
    pub(crate) storage: usize,
    /// How objects come from one version to another.
    pub(crate) conversion: Conversion,
    /// Names that are its own among those of resources in its group.
    pub(crate) accepted_resources: Vec<Text>,
    /// Names that are its own among those of kinds in its group.
    pub(crate) accepted_kinds: Vec<Text>,
    /// Whether it has all the names that it wants.
    pub(crate) has_names: bool,
    /// Whether its names are its own, and its objects served.
    pub(crate) is_established: bool,
    /// Whether it is being deleted: no objects are made any more.
    pub(crate) is_terminating: bool,
    /// All of it.
    stored: Bytes,
}

/// A version of a custom kind.
#[derive(Debug)]
pub(crate) struct CustomVersion {
    /// `v1`
    pub(crate) name: Text,
    /// Whether the API has it.
    pub(crate) served: bool,
    /// What clients are told when they use it.
    pub(crate) deprecation: Option<String>,
    /// Whether the status is a part of its own.
    pub(crate) has_status: bool,
    /// Where the replicas are, if it has some.
    pub(crate) scale: Option<ScalePaths>,
    /// What is shown of objects; empty is the age alone.
    pub(crate) columns: Vec<PrinterColumn>,
    /// Fields that field selectors may name: `spec.size`.
    pub(crate) selectable: Vec<String>,
    compiled: OnceLock<Arc<Compiled>>,
}

/// Where the parts of a `Scale` are in an object: names of fields.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ScalePaths {
    /// The replicas wanted.
    pub(crate) spec: Vec<String>,
    /// The replicas there are.
    pub(crate) status: Vec<String>,
    /// The selector, as a query; it may be said nowhere.
    pub(crate) selector: Option<Vec<String>>,
}

/// A column of a table.
#[derive(Debug)]
pub(crate) struct PrinterColumn {
    pub(crate) name: String,
    /// `string`, `integer`, `number`, `boolean` or `date`
    pub(crate) kind: String,
    pub(crate) format: String,
    pub(crate) description: String,
    pub(crate) priority: i64,
    /// Kubernetes' JSONPath: `.spec.size`.
    pub(crate) path: String,
}

/// How objects come from one version to another.
#[derive(Debug)]
pub(crate) enum Conversion {
    /// Only their `apiVersion` changes.
    None,
    /// By asking a webhook.
    Webhook {
        /// Where it is: `spec.conversion.webhook.clientConfig`.
        client: Value,
        /// The versions of `ConversionReview` that it knows.
        review_versions: Vec<Text>,
    },
}

/// The schema of a version, read.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// For pruning, defaults and checks.
    pub(crate) schema: StructuralSchema,
    /// For merging and ownership.
    pub(crate) types: Schema,
    /// As the definition has it.
    pub(crate) source: Value,
    /// The number of the form that objects have by it: no other schema has the same.
    pub(crate) form: u64,
}

impl CustomDefinition {
    /// Reads what stands in the store.
    ///
    /// # Errors
    /// Why it cannot be served, in words.
    pub(crate) fn read(entry: &Entry) -> Result<Self, String> {
        let text = std::str::from_utf8(&entry.value).map_err(|error| error.to_string())?;
        let short = without_field(text, "openAPIV3Schema");
        let object = parse_json(&short, 0).map_err(|error| told(&error))?;
        Self::of(&object, entry).ok_or_else(|| "it is incomplete".to_owned())
    }

    fn of(object: &Value, entry: &Entry) -> Option<Self> {
        let spec = object.get("spec")?;
        let status = object.get("status");
        let nothing = Value::mapping([]);
        let accepted = status.and_then(|status| status.get("acceptedNames"));
        let accepted = accepted.unwrap_or(&nothing);
        let names = spec.get("names")?;
        // What is not accepted is not served.
        let name = |field: &str| {
            let accepted = string(accepted, field);
            Text::from(if accepted.is_empty() {
                string(names, field)
            } else {
                accepted
            })
        };
        let versions = spec.get("versions")?.as_sequence()?;
        let (group, kind) = (string(spec, "group"), name("kind"));
        let conditions = status.and_then(|status| status.get("conditions"));
        let holds = |kind: &str| {
            let conditions = conditions.and_then(Value::as_sequence).unwrap_or_default();
            conditions
                .iter()
                .any(|it| string(it, "type") == kind && string(it, "status") == "True")
        };
        Some(Self {
            name: string(object.get("metadata")?, "name").to_owned(),
            group: group.into(),
            plural: name("plural"),
            singular: name("singular"),
            list_kind: name("listKind"),
            short_names: texts(accepted, "shortNames"),
            categories: texts(accepted, "categories"),
            namespaced: string(spec, "scope") != "Cluster",
            storage: versions
                .iter()
                .position(|version| is_true(version, "storage"))?,
            versions: CustomVersion::all(versions, group, &kind),
            kind,
            conversion: Conversion::of(spec.get("conversion")),
            accepted_resources: accepted_names(accepted, &["plural", "singular"])
                .chain(texts(accepted, "shortNames"))
                .collect(),
            accepted_kinds: accepted_names(accepted, &["kind", "listKind"]).collect(),
            has_names: holds("NamesAccepted"),
            is_established: holds("Established"),
            is_terminating: holds("Terminating"),
            stored: entry.value.clone(),
        })
    }

    /// Whether objects are served as by another: all that clients can see of the kind is the same.
    pub(crate) fn serves_like(&self, other: &Self) -> bool {
        let parts = |definition: &Self| {
            let text = std::str::from_utf8(&definition.stored).ok()?;
            let fields = top_level_fields(text)?;
            let spec = fields
                .iter()
                .find(|(name, _)| *name == "spec")?
                .1
                .to_owned();
            Some((
                spec,
                definition.short_names.clone(),
                definition.categories.clone(),
                (definition.kind.clone(), definition.list_kind.clone()),
                definition.is_established,
            ))
        };
        parts(self) == parts(other)
    }

    /// Adds what the published documents depend on to a digest.
    pub(crate) fn digest_into(&self, digest: &mut Sha512) {
        let names = [&self.kind, &self.list_kind, &self.plural, &self.singular];
        for name in names {
            digest.update(name.as_str());
            digest.update([0]);
        }
        let text = std::str::from_utf8(&self.stored).ok();
        let fields = text.and_then(top_level_fields).unwrap_or_default();
        let spec = fields.iter().find(|(name, _)| *name == "spec");
        digest.update(spec.map_or("", |(_, spec)| spec));
    }

    /// Takes over the schemas that another definition, of the same spec, has read.
    pub(super) fn keep_compiled(&mut self, other: &Self) {
        for (own, known) in self.versions.iter_mut().zip(&other.versions) {
            own.compiled = known.compiled.clone();
        }
    }

    /// The whole definition; `None` if what is stored is none.
    pub(crate) fn object(&self) -> Option<Value> {
        let text = std::str::from_utf8(&self.stored).ok()?;
        parse_json(text, 0).ok()
    }

    /// The schema of a version, read when it is first asked for.
    pub(crate) fn compiled(&self, version: usize) -> &Arc<Compiled> {
        let version = &self.versions[version];
        version.compiled.get_or_init(|| {
            let object = self.object();
            let spec = object.as_ref().and_then(|object| object.get("spec"));
            let versions = spec.and_then(|spec| spec.get("versions"));
            let mut versions = versions
                .and_then(Value::as_sequence)
                .unwrap_or_default()
                .iter();
            let own = versions.find(|it| string(it, "name") == version.name);
            let schema = own.and_then(|own| own.get_path(&["schema", "openAPIV3Schema"]));
            let source = schema.cloned().unwrap_or_else(|| Value::mapping([]));
            Arc::new(Compiled::new(self, &version.name, source))
        })
    }

    /// The version that objects are stored as: `example.com/v1`.
    pub(crate) fn stored_api_version(&self) -> String {
        format!("{}/{}", self.group, self.versions[self.storage].name)
    }

    /// The version of a name, and its place among the others.
    pub(crate) fn version(&self, name: &str) -> Option<(usize, &CustomVersion)> {
        let mut versions = self.versions.iter().enumerate();
        versions.find(|(_, version)| version.name == name)
    }

    /// The versions that are served, those that clients prefer first.
    pub(crate) fn served(&self) -> impl Iterator<Item = (usize, &CustomVersion)> {
        let versions = self.versions.iter().enumerate();
        versions.filter(|(_, version)| version.served)
    }
}

impl Compiled {
    fn new(definition: &CustomDefinition, version: &str, source: Value) -> Self {
        let (schema, _) = StructuralSchema::parse(&source);
        let types = trimtab_validation::custom::type_document(
            &source,
            &definition.group,
            version,
            &definition.kind,
        );
        let kubernetes = Schema::kubernetes();
        let types = kubernetes
            .with_openapi(Arc::new(types), BuiltIn::Under)
            .unwrap_or(kubernetes);
        Self {
            schema,
            types,
            source,
            form: NEXT_FORM.fetch_add(1, Ordering::Relaxed),
        }
    }
}

impl CustomVersion {
    fn all(versions: &[Value], group: &str, kind: &str) -> Vec<Self> {
        let lasting = versions
            .iter()
            .filter(|it| is_true(it, "served") && !is_true(it, "deprecated"));
        let best = lasting
            .map(|it| string(it, "name"))
            .min_by(|a, b| by_preference(a, b));
        let mut all: Vec<Self> = versions
            .iter()
            .map(|it| Self::of(it, group, kind))
            .collect();
        for (version, it) in all.iter_mut().zip(versions) {
            let says = it
                .get("deprecationWarning")
                .and_then(Value::as_str)
                .is_some();
            if let (Some(warning), Some(best), false) = (&mut version.deprecation, best, says)
                && by_preference(best, &version.name).is_lt()
            {
                *warning = format!("{warning}; use {group}/{best} {kind}");
            }
        }
        all
    }

    fn of(version: &Value, group: &str, kind: &str) -> Self {
        let name = string(version, "name");
        let said = version.get("deprecationWarning").and_then(Value::as_str);
        let deprecation = is_true(version, "deprecated").then(|| match said {
            Some(said) => said.to_owned(),
            None => format!("{group}/{name} {kind} is deprecated"),
        });
        let columns = items(version, "additionalPrinterColumns").iter();
        let selectable = items(version, "selectableFields").iter();
        let path = |it: &Value| string(it, "jsonPath").trim_start_matches('.').to_owned();
        Self {
            name: name.into(),
            served: is_true(version, "served"),
            deprecation,
            has_status: version.get_path(&["subresources", "status"]).is_some(),
            scale: version
                .get_path(&["subresources", "scale"])
                .map(ScalePaths::of),
            columns: columns.map(PrinterColumn::of).collect(),
            selectable: selectable.map(path).collect(),
            compiled: OnceLock::new(),
        }
    }
}

impl ScalePaths {
    fn of(scale: &Value) -> Self {
        let path = |field: &str| -> Vec<String> {
            let steps = string(scale, field).split('.');
            steps
                .filter(|step| !step.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let selector = path("labelSelectorPath");
        Self {
            spec: path("specReplicasPath"),
            status: path("statusReplicasPath"),
            selector: (!selector.is_empty()).then_some(selector),
        }
    }
}

impl PrinterColumn {
    fn of(column: &Value) -> Self {
        let own = |field: &str| string(column, field).to_owned();
        let priority = column.get("priority").and_then(Value::text);
        Self {
            name: own("name"),
            kind: own("type"),
            format: own("format"),
            description: own("description"),
            priority: priority.and_then(|text| text.parse().ok()).unwrap_or(0),
            path: own("jsonPath"),
        }
    }
}

impl Conversion {
    fn of(conversion: Option<&Value>) -> Self {
        let webhook = conversion.filter(|conversion| string(conversion, "strategy") == "Webhook");
        let Some(webhook) = webhook.and_then(|conversion| conversion.get("webhook")) else {
            return Self::None;
        };
        Self::Webhook {
            client: webhook
                .get("clientConfig")
                .cloned()
                .unwrap_or_else(|| Value::mapping([])),
            review_versions: texts(webhook, "conversionReviewVersions"),
        }
    }
}

fn items<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    let items = value.get(field).and_then(Value::as_sequence);
    items.unwrap_or_default()
}

fn texts(value: &Value, field: &str) -> Vec<Text> {
    let items = items(value, field).iter();
    items.filter_map(Value::as_str).map(Text::from).collect()
}

fn accepted_names<'v>(
    accepted: &'v Value,
    fields: &'v [&str],
) -> impl Iterator<Item = Text> + use<'v> {
    let names = fields
        .iter()
        .map(|field| Text::from(string(accepted, field)));
    names.filter(|name| !name.is_empty())
}

fn is_true(value: &Value, field: &str) -> bool {
    value.get(field).and_then(Value::text) == Some("true")
}
