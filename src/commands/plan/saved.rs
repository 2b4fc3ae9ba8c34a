//! A plan that is kept in a file, to be applied as it is or not at all.

use crate::commands::apply::ReleaseOptions;
use crate::exit::Failure;
use crate::private;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use trimtab_deploy::{
    ApplySetName, Forcing, Plan, Provenance, Pruning, ReleaseName, Replacing, Target,
};
use trimtab_remote::Digest;
use trimtab_tree::{JsonStyle, Mapping, Value, parse_json, write_json};

const API_VERSION: &str = "trimtab.dev/v1alpha1";
const KIND: &str = "Plan";

/// What is to be applied, and what it was planned against.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::commands) struct SavedPlan {
    /// The uid of the cluster's `kube-system` namespace, where it may be read.
    pub(in crate::commands) cluster: Option<String>,
    /// The namespace of objects that name none.
    pub(in crate::commands) namespace: String,
    pub(in crate::commands) objects: Vec<Value>,
    /// The directory of the kustomization that they were built from.
    pub(in crate::commands) directory: Option<String>,
    pub(in crate::commands) forcing: Forcing,
    pub(in crate::commands) replaces: Replacing,
    pub(in crate::commands) release: Option<ReleaseOptions>,
    pub(in crate::commands) applyset: Option<ApplySetName>,
    /// What was there: each object with its resource version, and with its uid what is left over.
    pub(in crate::commands) seen: Vec<(String, String)>,
}

impl SavedPlan {
    /// What a plan was made against.
    pub(super) fn seen(plan: &Plan) -> Vec<(String, String)> {
        let steps = plan.steps.iter().map(|step| {
            let place = step.namespace().unwrap_or_default();
            (
                format!("{} {place}", step.name()),
                step.resource_version().to_owned(),
            )
        });
        let leftovers = plan.pruned().map(|it| {
            let place = &it.reference.namespace;
            (format!("{} {place}", it.reference), it.uid.clone())
        });
        steps.chain(leftovers).collect()
    }

    /// Refuses a plan that is not this one any more, for what is there has changed.
    pub(in crate::commands) fn check(&self, now: &Plan) -> Result<(), Failure> {
        let seen = Self::seen(now);
        let then = |name: &str| self.seen.iter().find(|(it, _)| it == name);
        let moved = seen
            .iter()
            .filter(|(name, version)| then(name).is_none_or(|(_, then)| then != version));
        let gone = self
            .seen
            .iter()
            .filter(|(name, _)| !seen.iter().any(|(it, _)| it == name));
        let moved: Vec<&str> = moved.chain(gone).map(|(name, _)| name.trim_end()).collect();
        if moved.is_empty() {
            return Ok(());
        }
        let message = format!(
            "nothing was applied: since the plan was made the cluster has changed: {}",
            moved.join(", ")
        );
        Err(Failure::new("stale-plan", message).hint("look at what would change now: plan again"))
    }

    /// Refuses to be applied where it was not planned for.
    pub(in crate::commands) async fn check_cluster(&self, target: &Target) -> Result<(), Failure> {
        let here = cluster_id(target).await;
        let is_other =
            matches!((&self.cluster, &here), (Some(planned), Some(here)) if planned != here);
        let message = if is_other {
            "the plan was made for another cluster".to_owned()
        } else if self.namespace != target.namespace() {
            format!(
                "the plan was made for namespace {}, and this is {}",
                self.namespace,
                target.namespace()
            )
        } else {
            return Ok(());
        };
        Err(Failure::new("stale-plan", message).hint(
            "choose the context and the namespace that it was made with, by --context and -n",
        ))
    }

    /// Refuses objects that were built anew and are no more what was planned.
    pub(in crate::commands) fn check_inputs(&self, built: &[Value]) -> Result<(), Failure> {
        if digest(built)? == digest(&self.objects)? {
            return Ok(());
        }
        let directory = self.directory.as_deref().unwrap_or_default();
        let message =
            format!("nothing was applied: since the plan was made {directory} has changed");
        Err(Failure::new("stale-plan", message)
            .hint("look at what would change now: plan again")
            .hint("flags of the build must be the same for `plan` and `apply`"))
    }

    /// Writes it where only the user can read it: objects may hold secrets.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let mut text = String::new();
        write_json(&self.value(), &mut text, JsonStyle::Ordered)
            .map_err(|problem| Failure::new("bad-answer", problem.message))?;
        text.push('\n');
        let opened = private::file().create(true).truncate(true).open(path);
        let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| Failure::io("write", path, &error))
    }

    fn value(&self) -> Value {
        let text = |text: &str| Value::string(text);
        let mut fields = Mapping::new();
        fields.insert("apiVersion", text(API_VERSION));
        fields.insert("kind", text(KIND));
        let applyset = self.applyset.as_ref().map(ToString::to_string);
        for (key, value) in [
            ("cluster", &self.cluster),
            ("directory", &self.directory),
            ("applyset", &applyset),
        ] {
            if let Some(value) = value {
                fields.insert(key, text(value));
            }
        }
        fields.insert("namespace", text(&self.namespace));
        fields.insert("forceConflicts", forcing_value(&self.forcing));
        fields.insert("replaces", replacing_value(&self.replaces));
        if let Some(release) = &self.release {
            fields.insert("release", release_value(release));
        }
        let seen = self.seen.iter().map(|(name, version)| {
            Value::mapping([("object", text(name)), ("version", text(version))])
        });
        fields.insert("seen", Value::sequence(seen.collect()));
        fields.insert("objects", Value::sequence(self.objects.clone()));
        fields.into()
    }

    /// Reads one that was written.
    pub(in crate::commands) fn read(path: &Path) -> Result<Self, Failure> {
        let json = fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))?;
        let none = |why: &str| {
            let message = format!("{} is no plan: {why}", path.display());
            Failure::new("no-plan", message)
                .hint("`trimtab plan -k DIR -o FILE` makes one; manifests are applied with -f, kustomizations with -k")
        };
        let value = parse_json(&json, 0).map_err(|problem| none(&problem.message))?;
        let field = |key| value.get(key).and_then(Value::text_if_not_null);
        if field("apiVersion") != Some(API_VERSION) || field("kind") != Some(KIND) {
            return Err(none(&format!("it says neither {API_VERSION} nor {KIND}")));
        }
        let list = |key| value.get(key).and_then(Value::as_sequence);
        let (Some(objects), Some(seen)) = (list("objects"), list("seen")) else {
            return Err(none("it holds no objects"));
        };
        let pair = |it: &Value| {
            let text = |key| it.get(key).and_then(Value::text).unwrap_or_default();
            (text("object").to_owned(), text("version").to_owned())
        };
        let release = value
            .get("release")
            .map(|it| read_release(it).ok_or_else(|| none("its release has no name")));
        Ok(Self {
            cluster: field("cluster").map(str::to_owned),
            namespace: field("namespace").unwrap_or_default().to_owned(),
            objects: objects.to_vec(),
            directory: field("directory").map(str::to_owned),
            forcing: read_forcing(value.get("forceConflicts")),
            replaces: read_replacing(value.get("replaces")),
            release: release.transpose()?,
            applyset: field("applyset").and_then(|it| ApplySetName::parse(it).ok()),
            seen: seen.iter().map(pair).collect(),
        })
    }
}

/// Who a cluster is, if that may be known.
pub(super) async fn cluster_id(target: &Target) -> Option<String> {
    let discovery = target.discovery().await.ok()?;
    let resource = discovery.of_kind("v1", "Namespace").ok()?.clone();
    let system = trimtab_deploy::ObjectRef::new(&resource.into(), "", "kube-system");
    let found = target.get(&system).await.ok()??;
    Some(found.get_path(&["metadata", "uid"])?.text()?.to_owned())
}

fn digest(objects: &[Value]) -> Result<Digest, Failure> {
    let mut text = String::new();
    write_json(
        &Value::sequence(objects.to_vec()),
        &mut text,
        JsonStyle::Ordered,
    )
    .map_err(|problem| Failure::new("bad-answer", problem.message))?;
    Ok(Digest::of(text.as_bytes()))
}

/// `true` for everything, or a list of kinds.
fn replacing_value(replacing: &Replacing) -> Value {
    match replacing {
        Replacing::Everything => Value::bool(true),
        Replacing::Kinds(kinds) => words_value(kinds),
    }
}

fn read_replacing(value: Option<&Value>) -> Replacing {
    if is_true(value) {
        Replacing::Everything
    } else {
        Replacing::Kinds(read_words(value))
    }
}

/// `true` for everything, or a list of fields.
fn forcing_value(forcing: &Forcing) -> Value {
    match forcing {
        Forcing::Everything => Value::bool(true),
        Forcing::Nothing => words_value(&[]),
        Forcing::Fields(fields) => words_value(fields),
    }
}

fn read_forcing(value: Option<&Value>) -> Forcing {
    if is_true(value) {
        return Forcing::Everything;
    }
    match read_words(value) {
        fields if fields.is_empty() => Forcing::Nothing,
        fields => Forcing::Fields(fields),
    }
}

fn is_true(value: Option<&Value>) -> bool {
    value.and_then(Value::text) == Some("true")
}

fn words_value(words: &[String]) -> Value {
    Value::sequence(words.iter().map(|word| Value::string(&**word)).collect())
}

fn read_words(value: Option<&Value>) -> Vec<String> {
    let words = value.and_then(Value::as_sequence).unwrap_or_default();
    words
        .iter()
        .filter_map(Value::text)
        .map(str::to_owned)
        .collect()
}

fn release_value(release: &ReleaseOptions) -> Value {
    let mut fields = Mapping::new();
    fields.insert("name", Value::string(release.name.as_str()));
    fields.insert("isNamed", Value::bool(release.is_named));
    fields.insert("isWanted", Value::bool(release.is_wanted));
    fields.insert(
        "history",
        Value::int(i64::try_from(release.history).unwrap_or(i64::MAX)),
    );
    if let Some(pruning) = release.prune {
        fields.insert(
            "prune",
            Value::mapping([
                ("namespaces", Value::bool(pruning.namespaces)),
                ("volumeClaims", Value::bool(pruning.volume_claims)),
            ]),
        );
    }
    for (name, value) in release.provenance.fields() {
        fields.insert(name, Value::string(value));
    }
    fields.into()
}

fn read_release(value: &Value) -> Option<ReleaseOptions> {
    let field = |key: &str| value.get(key).and_then(Value::text_if_not_null);
    let prune = value.get("prune").map(|it| {
        let is_set = |key| it.get(key).and_then(Value::text) == Some("true");
        Pruning {
            namespaces: is_set("namespaces"),
            volume_claims: is_set("volumeClaims"),
            used: false,
        }
    });
    Some(ReleaseOptions {
        name: ReleaseName::parse(field("name")?).ok()?,
        is_named: field("isNamed") == Some("true"),
        is_wanted: field("isWanted") == Some("true"),
        provenance: Provenance::read(field),
        history: field("history")
            .and_then(|it| it.parse().ok())
            .unwrap_or(crate::commands::apply::HISTORY),
        prune,
        spared: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;
    use trimtab_tree::{ParseOptions, parse_document};

    fn plan() -> SavedPlan {
        let object = "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {n: '1'}}";
        SavedPlan {
            cluster: Some("uid".to_owned()),
            namespace: "shop".to_owned(),
            objects: vec![parse_document(object, ParseOptions::default()).expect("it is YAML")],
            directory: Some("overlays/live".to_owned()),
            forcing: Forcing::Everything,
            replaces: Replacing::Kinds(vec!["Job".to_owned()]),
            applyset: ApplySetName::parse("configmaps/shop").ok(),
            release: Some(ReleaseOptions {
                name: ReleaseName::parse("live").expect("it is one"),
                is_named: true,
                is_wanted: true,
                provenance: Provenance {
                    commit: Some("abc".to_owned()),
                    ..Provenance::default()
                },
                history: 7,
                prune: Some(Pruning {
                    namespaces: false,
                    volume_claims: true,
                    used: false,
                }),
                spared: Vec::new(),
            }),
            seen: vec![("secret/a shop".to_owned(), "12".to_owned())],
        }
    }

    #[test]
    fn a_plan_comes_back_and_is_nobody_elses_to_read() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("plan.json");
        plan().write(&path).expect("it can be written");
        let mode = fs::metadata(&path)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(SavedPlan::read(&path).expect("it was written"), plan());
        for (text, why) in [
            ("{", "no plan"),
            ("{\"kind\": \"Deployment\"}", "neither"),
            ("[]", "neither"),
        ] {
            fs::write(&path, text).expect("it can be written");
            let failure = format!("{:?}", SavedPlan::read(&path).expect_err(why));
            assert!(failure.contains(why), "{failure}");
        }
    }

    #[test]
    fn what_has_moved_is_named() {
        let step = |name: &str| {
            let object = format!("{{apiVersion: v1, kind: Secret, metadata: {{name: {name}}}}}");
            let object = parse_document(&object, ParseOptions::default()).expect("it is YAML");
            trimtab_deploy::Step::new(object, trimtab_deploy::Action::Unchanged)
        };
        let now = |names: &[&str]| Plan {
            steps: names.iter().map(|name| step(name)).collect(),
            ..Plan::default()
        };
        let mut saved = plan();
        saved.seen = vec![("secret/a ".to_owned(), String::new())];
        assert!(saved.check(&now(&["a"])).is_ok());
        for (names, moved) in [(&["a", "b"][..], "secret/b"), (&[], "secret/a")] {
            let failure = format!("{:?}", saved.check(&now(names)).expect_err(moved));
            assert!(failure.contains(moved), "{failure}");
        }
        saved.seen[0].1 = "7".to_owned();
        assert!(saved.check(&now(&["a"])).is_err());
    }
}
