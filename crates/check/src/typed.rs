//! Objects of built-in kinds, as kube-apiserver decodes, defaults and validates them.

use crate::codes;
use crate::finding::Findings;
use crate::inventory::Object;
use crate::locate::locate;
use crate::misspelt;
use crate::sent::{as_sent, is_substituted};
use crate::told::Told;
use rustc_hash::FxHashMap;
use trimtab_object::is_quantity;
use trimtab_schema::{Schema, Type, ValueKind};
use trimtab_tree::{Mapping, Node, Severity, Value};
use trimtab_validation::{CauseReason, DecodeError, FieldError, StrictProblem};

/// Checks an object of a kind that has this type.
pub(crate) fn check(object: &Object<'_>, schema: &Schema, ty: Type<'_>, findings: &mut Findings) {
    let mut sent = as_sent(object.value);
    let decoded = trimtab_validation::decode_all(&mut sent, ty);
    let mut wrong = Told::default();
    for error in &decoded.errors {
        tell_wrong_type(object, ty, "", error, findings);
        wrong.add(error.field());
    }
    for problem in &decoded.problems {
        tell_unknown(object, ty, problem, findings);
    }
    trimtab_validation::default(&mut sent, ty);
    become_new(&mut sent);
    let (mut sent, stored_type) = as_stored(sent, object, schema, ty);
    trimtab_validation::prepare_create(&mut sent, stored_type);
    let invalid = trimtab_validation::validate_create(&sent);
    let mut culprits = Culprits::default();
    for error in &invalid {
        // What follows from a value of a wrong type, or from no selector, is said with that.
        let culprit = culprits.of(object, error, &wrong);
        let follows = wrong.overlaps(&culprit.mark)
            || parts_from_template(error) && wrong.overlaps("spec.selector");
        if !follows {
            tell_invalid(object, error, &culprit, findings);
            wrong.add(culprit.mark);
        }
    }
    let mut missing = Missing {
        object,
        told: &wrong,
        findings,
    };
    missing.walk(object.value, Some(&sent), ty, "");
    for warning in trimtab_validation::warnings(&sent, None) {
        tell_warning(object, &warning, findings);
    }
}

/// Only what the kind's fields and their types are: of kinds that this release does not have any
/// more, which are known from an older one.
pub(crate) fn check_shape(object: &Object<'_>, ty: Type<'_>, findings: &mut Findings) {
    let mut sent = as_sent(object.value);
    let decoded = trimtab_validation::decode_all(&mut sent, ty);
    for error in &decoded.errors {
        tell_wrong_type(object, ty, "", error, findings);
    }
    for problem in &decoded.problems {
        tell_unknown(object, ty, problem, findings);
    }
}

/// Checks `metadata`, of whatever kind. Names have the form that those of custom kinds have, if
/// `has_usual_names`: APIs of other servers have rules of their own.
pub(crate) fn check_metadata(
    object: &Object<'_>,
    schema: &Schema,
    has_usual_names: bool,
    findings: &mut Findings,
) {
    let ty = schema.type_named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    let mut sent = Value::mapping([
        ("apiVersion", Value::string(object.api_version)),
        ("kind", Value::string(object.kind)),
    ]);
    let mut wrong = Told::default();
    if let (Some(ty), Some(metadata)) = (ty, object.value.get("metadata")) {
        let mut metadata = as_sent(metadata);
        let decoded = trimtab_validation::decode_all(&mut metadata, ty);
        for error in &decoded.errors {
            tell_wrong_type(object, ty, "metadata", error, findings);
            wrong.add(join("metadata", error.field()));
        }
        for problem in &decoded.problems {
            let path = join("metadata", problem.field());
            let within = locate(object.value, &path);
            let hint = misspelt::hint_of_type(ty, &within.steps[1..]);
            findings
                .error(
                    object,
                    codes::UNKNOWN_FIELD,
                    &path,
                    &format!("unknown field \"{path}\""),
                )
                .hint_if(hint)
                .tell();
        }
        if let Some(fields) = sent.as_mapping_mut() {
            fields.insert("metadata", metadata);
        }
    }
    become_new(&mut sent);
    let mut told = Told::default();
    let mut culprits = Culprits::default();
    for error in &trimtab_validation::validate_create(&sent) {
        let is_of_name =
            error.field.ends_with("ame") && error.reason != CauseReason::FieldValueRequired;
        // Of a built-in kind in a version that is gone, the rules ask for the rest, too, which is not here.
        let is_of_metadata = error.field.starts_with("metadata");
        let counts = is_of_metadata && (has_usual_names || !is_of_name);
        if counts && !wrong.overlaps(&error.field) {
            let culprit = culprits.of(object, error, &told);
            tell_invalid(object, error, &culprit, findings);
            told.add(culprit.mark);
        }
    }
}

/// Gives an object what the server gives every new one before it validates it: a uid, and a name where it makes
/// one; a Service its list of addresses and the port that it is to be asked by.
fn become_new(object: &mut Value) {
    if object.get("kind").and_then(Value::text) == Some("Service")
        && let Some(spec) = object.get_mut("spec").and_then(Value::as_mapping_mut)
    {
        be_served(spec);
    }
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) else {
        return;
    };
    metadata.insert("uid", Value::string("00000000-0000-0000-0000-000000000000"));
    let has = |field: &str| {
        metadata
            .get(field)
            .and_then(Value::text_if_not_null)
            .is_some()
    };
    if !has("name") && has("generateName") {
        let prefix = metadata.get("generateName").and_then(Value::text);
        let name = format!("{}xxxxx", prefix.unwrap_or_default());
        metadata.insert("name", Value::string(name));
    }
}

/// Gives the `spec` of a Service what is allocated for it.
fn be_served(spec: &mut Mapping) {
    let text = |field: &str| {
        let value = spec.get(field).and_then(Value::text_if_not_null);
        value.filter(|text| !text.is_empty())
    };
    let has_addresses = !spec.get("clusterIPs").is_none_or(Value::is_null_or_empty);
    let address = text("clusterIP").filter(|_| !has_addresses);
    let addresses = address.map(|address| Value::sequence(vec![Value::string(address)]));
    let is_asked = text("type") == Some("LoadBalancer")
        && text("externalTrafficPolicy") == Some("Local")
        && text("healthCheckNodePort").is_none_or(|port| port == "0");
    if let Some(addresses) = addresses {
        spec.insert("clusterIPs", addresses);
    }
    if is_asked {
        spec.insert("healthCheckNodePort", Value::int(FIRST_NODE_PORT));
    }
}

/// The first of the ports that are allocated on nodes.
const FIRST_NODE_PORT: i64 = 30_000;

/// The object in the version that it is stored in, which is the one that is validated.
fn as_stored<'s>(
    mut sent: Value,
    object: &Object<'_>,
    schema: &'s Schema,
    ty: Type<'s>,
) -> (Value, Type<'s>) {
    let stored = match (object.group, object.kind) {
        ("autoscaling", "HorizontalPodAutoscaler") => "autoscaling/v2",
        ("resource.k8s.io", "ResourceClaim" | "ResourceClaimTemplate" | "ResourceSlice") => {
            "resource.k8s.io/v1"
        }
        _ => return (sent, ty),
    };
    let is_other = object.api_version != stored;
    let Some(stored_type) = schema.type_of(stored, object.kind).filter(|_| is_other) else {
        return (sent, ty);
    };
    trimtab_validation::convert(&mut sent, stored);
    trimtab_validation::decode_all(&mut sent, stored_type);
    trimtab_validation::default(&mut sent, stored_type);
    (sent, stored_type)
}

/// A path below another.
pub(crate) fn join(above: &str, path: &str) -> String {
    match (above, path) {
        ("", path) => path.to_owned(),
        (above, "") => above.to_owned(),
        (above, path) if path.starts_with('[') => format!("{above}{path}"),
        (above, path) => format!("{above}.{path}"),
    }
}

fn tell_wrong_type(
    object: &Object<'_>,
    ty: Type<'_>,
    above: &str,
    error: &DecodeError,
    findings: &mut Findings,
) {
    let path = join(above, error.field());
    let located = locate(object.value, &path);
    if located.value.text().is_some_and(is_substituted) {
        return;
    }
    let below = usize::from(!above.is_empty());
    let of_field = misspelt::type_at(ty, located.steps.get(below..).unwrap_or_default());
    let is_amount = of_field.is_some_and(is_quantity);
    let code = if is_amount {
        codes::INVALID_QUANTITY
    } else {
        codes::WRONG_TYPE
    };
    let message = format!("{path}: {error}");
    let hint = of_field.and_then(|ty| type_hint(ty, located.value, is_amount));
    findings
        .error(object, code, &path, &message)
        .hint_if(hint)
        .tell();
}

/// What to write instead.
fn type_hint(ty: Type<'_>, found: &Value, is_amount: bool) -> Option<String> {
    if is_amount {
        return Some(
            "an amount is a number with or without a suffix, such as `500m`, `2` or `1Gi`"
                .to_owned(),
        );
    }
    let text = found.text_if_not_null()?;
    let is_quoted = found.as_str().is_some();
    match ty.kind() {
        // Not with its text: `y` or `012` in a file may be `true` or `10` by now.
        ValueKind::String if !is_quoted => Some("put it in quotes".to_owned()),
        ValueKind::Integer if is_quoted && text.parse::<i64>().is_ok() => {
            Some(format!("leave the quotes out: `{text}`"))
        }
        ValueKind::Boolean if is_quoted && matches!(text, "true" | "false") => {
            Some(format!("leave the quotes out: `{text}`"))
        }
        ValueKind::List => Some("it is a list: put `- ` before it".to_owned()),
        _ => None,
    }
}

fn tell_unknown(
    object: &Object<'_>,
    ty: Type<'_>,
    problem: &StrictProblem,
    findings: &mut Findings,
) {
    let path = problem.field();
    let located = locate(object.value, path);
    findings
        .error(object, codes::UNKNOWN_FIELD, path, &problem.to_string())
        .hint_if(misspelt::hint_of_type(ty, &located.steps))
        .tell();
}

/// Tells what validation found, each in its class.
pub(crate) fn tell_invalid(
    object: &Object<'_>,
    error: &FieldError,
    culprit: &Culprit,
    findings: &mut Findings,
) {
    let field = error.field.as_str();
    let code = match error.reason {
        _ if parts_from_template(error) => codes::EMPTY_SELECTOR,
        CauseReason::FieldValueRequired => codes::MISSING_FIELD,
        CauseReason::FieldValueTypeInvalid => codes::WRONG_TYPE,
        _ if matches!(
            field,
            "metadata.name" | "metadata.generateName" | "metadata.namespace"
        ) =>
        {
            codes::INVALID_NAME
        }
        _ if field.ends_with("labels") || field.ends_with("matchLabels") => codes::INVALID_LABEL,
        _ if field.ends_with("annotations") => codes::INVALID_ANNOTATION,
        _ => codes::INVALID_VALUE,
    };
    let path = &culprit.path;
    if is_of_substituted(object, error, path) {
        return;
    }
    let hint = parts_from_template(error).then(|| selector_hint(object));
    let told = if field.is_empty() {
        error.message.clone()
    } else {
        error.to_string()
    };
    findings
        .error(object, code, path, &told)
        .hint_if(hint.flatten())
        .tell();
}

/// Whether an error is about a value that is not here yet: the field's own, or the one that the message shows.
fn is_of_substituted(object: &Object<'_>, error: &FieldError, path: &str) -> bool {
    let shows_it = ["Invalid value: \"", "Unsupported value: "]
        .iter()
        .any(|start| error.message.starts_with(start));
    let is_its_own = || {
        let located = locate(object.value, path);
        located.rest.is_empty() && located.value.text().is_some_and(is_substituted)
    };
    // Most of what a Service may have depends on its type.
    let is_of_type = || {
        let kind = object.value.get_path(&["spec", "type"]);
        object.is("", "Service")
            && kind.and_then(Value::text).is_some_and(is_substituted)
            && (error.reason == CauseReason::FieldValueForbidden
                || error.message.contains("may only be set for"))
    };
    shows_it && is_substituted(&error.message)
        || is_of_type()
        || error.reason != CauseReason::FieldValueDuplicate && is_its_own()
}

/// Whether an error is that a workload's selector does not match its own pods.
fn parts_from_template(error: &FieldError) -> bool {
    let message = &error.message;
    message.ends_with("`selector` does not match template `labels`")
}

/// A next step where the selector of a workload does not match its own pods.
fn selector_hint(object: &Object<'_>) -> Option<String> {
    let labels = ["spec", "template", "metadata", "labels"];
    let labels = object.value.get_path(&labels);
    let selector = object.value.get_path(&["spec", "selector"])?;
    let wanted = selector.get("matchLabels").unwrap_or(selector);
    let (key, value) = wanted.as_mapping()?.iter().find(|(key, value)| {
        let label = labels.and_then(|labels| labels.get(key));
        label.and_then(Value::text) != value.text()
    })?;
    let asks = format!("the selector asks for `{key}: {}`", value.text()?);
    Some(match labels.and_then(|labels| labels.get(key)?.text()) {
        Some(found) => format!("{asks}, the template has `{key}: {found}`"),
        None => format!("{asks}, which the template does not have"),
    })
}

/// The field that an error is about: of labels and annotations, which Kubernetes names as a whole, the one with the
/// key or value that the message shows.
pub(crate) struct Culprit {
    /// Its path.
    path: String,
    /// What is remembered of it: the key and the value of a field may both be wrong.
    pub(crate) mark: String,
}

/// Finds the culprits of one object. There may be thousands that one message is about.
#[derive(Default)]
pub(crate) struct Culprits {
    /// By path and what a message shows, the place of the first field that may not have been told.
    next: FxHashMap<(String, String), usize>,
}

impl Culprits {
    /// Of several with the key or value, the first that was not told.
    pub(crate) fn of(&mut self, object: &Object<'_>, error: &FieldError, told: &Told) -> Culprit {
        let path = as_written(object, &error.field);
        let found = self.entry(object, error, &path, told);
        found.unwrap_or_else(|| Culprit {
            mark: path.clone(),
            path,
        })
    }

    /// The field of the mapping at a path that has the key or the value that an error shows.
    fn entry(
        &mut self,
        object: &Object<'_>,
        error: &FieldError,
        path: &str,
        told: &Told,
    ) -> Option<Culprit> {
        let shown = error.message.strip_prefix("Invalid value: \"")?;
        let (shown, _) = shown.split_once("\": ")?;
        let located = locate(object.value, path);
        let fields = located.value.as_mapping()?;
        if !located.rest.is_empty() {
            return None;
        }
        let culprit_at = |at: usize| {
            let field = fields.at(at);
            let key = field.key.text();
            let is_key = key == shown;
            (is_key || field.value.text() == Some(shown)).then(|| {
                let path = format!("{path}[{key}]");
                let mark = if is_key {
                    format!("{path}#key")
                } else {
                    path.clone()
                };
                Culprit { path, mark }
            })
        };
        let next = self.next.entry((path.to_owned(), shown.to_owned()));
        let next = next.or_default();
        for at in *next..fields.len() {
            *next = at;
            let untold = culprit_at(at).filter(|it| !told.overlaps(&it.mark));
            if untold.is_some() {
                return untold;
            }
        }
        (0..fields.len()).find_map(culprit_at)
    }
}

/// A path as an object has it: Kubernetes names the labels and annotations of a pod template without their
/// `metadata`, the schema that all versions of a definition share where it stood before versions had their own, and
/// what is asked of a device where later versions than the first beta have it.
fn as_written(object: &Object<'_>, path: &str) -> String {
    for field in ["labels", "annotations"] {
        let template = path.strip_suffix(field);
        if let Some(template) = template.filter(|it| it.ends_with("template.")) {
            return format!("{template}metadata.{field}");
        }
    }
    if object.api_version == "resource.k8s.io/v1beta1" {
        return path.replace("].exactly", "]");
    }
    let shared = path.strip_prefix("spec.validation.");
    match shared.filter(|_| object.is("apiextensions.k8s.io", "CustomResourceDefinition")) {
        Some(shared) => format!("spec.versions[0].schema.{shared}"),
        None => path.to_owned(),
    }
}

fn tell_warning(object: &Object<'_>, warning: &str, findings: &mut Findings) {
    let path = warned_of(object, warning).unwrap_or_default();
    let of_field = locate(object.value, &path).value.text();
    if of_field.is_some_and(is_substituted) {
        return;
    }
    findings
        .draft(
            object,
            Severity::Warning,
            codes::API_WARNING,
            &path,
            warning,
        )
        .tell();
}

/// The field that a warning is about, where it says so: `path: text`, `path text`, `annotation "name" text`.
fn warned_of(object: &Object<'_>, warning: &str) -> Option<String> {
    let annotation = warning.strip_prefix("annotation \"");
    let path = if let Some(rest) = annotation {
        format!("metadata.annotations[{}]", rest.split_once('"')?.0)
    } else {
        let first = warning.split(' ').next()?;
        first.strip_suffix(':').unwrap_or(first).to_owned()
    };
    (locate(object.value, &path).steps.len() > 1).then_some(path)
}

/// Finds fields that the schema requires and validation does not ask for.
struct Missing<'m, 'a> {
    object: &'m Object<'a>,
    told: &'m Told,
    findings: &'m mut Findings,
}

impl Missing<'_, '_> {
    /// `sent` is what the server made of `value`, as far as it has such a field.
    fn walk(&mut self, value: &Value, sent: Option<&Value>, ty: Type<'_>, path: &str) {
        match &value.node {
            Node::Mapping(fields) => {
                if ty.kind() == ValueKind::Object {
                    for name in ty.required_fields() {
                        let given = fields.get(name).is_some_and(|value| !value.is_null());
                        let made = sent.and_then(|sent| sent.get(name));
                        let is_made = made.is_some_and(|made| {
                            !made.is_null_or_empty() && made.text() != Some("")
                        });
                        if !given && !is_made {
                            self.tell(&join(path, name));
                        }
                    }
                }
                for (name, field) in fields.iter() {
                    let is_status = path.is_empty() && name == "status";
                    if let Some(below) = ty.field(name).filter(|_| !is_status) {
                        let sent = sent.and_then(|sent| sent.get(name));
                        self.walk(field, sent, below, &join(path, name));
                    }
                }
            }
            Node::Sequence(items) => {
                let Some(below) = ty.elements() else { return };
                let sent = sent.and_then(Value::as_sequence).unwrap_or_default();
                for (at, item) in items.iter().enumerate() {
                    self.walk(item, sent.get(at), below, &format!("{path}[{at}]"));
                }
            }
            Node::Scalar(_) => {}
        }
    }

    fn tell(&mut self, path: &str) {
        if self.told.overlaps(path) {
            return;
        }
        let message = format!("{path}: Required value");
        self.findings
            .draft(
                self.object,
                Severity::Warning,
                codes::MISSING_FIELD,
                path,
                &message,
            )
            .note("the API's schema requires it, though servers may take the object without")
            .tell();
    }
}
