//! Objects applied for show, so that what a cluster would say against them is known before.

use crate::cause;
use crate::elsewhere::is_elsewhere;
use crate::error::RehearsalError;
use crate::namespaces::{self, text};
use crate::play::START;
use crate::report::Cause;
use crate::settle::{Changes, awaited_of, settle};
use k8s_openapi::api::core::v1::ResourceQuota;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use trimtab_apiserver::{Authorization, AuthorizationMode};
use trimtab_cluster::{Cluster, ControllerSelection, Options, in_virtual_time};
use trimtab_deploy::{
    Class, Error, ObjectRef, PatchType, Readiness, Target, readiness, says_immutable,
};
use trimtab_informer::Informers;
use trimtab_node::Scenario;
use trimtab_schema::PodTemplatePlace;
use trimtab_tree::{Mapping, Value};

/// How objects are judged.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    /// What is there before; nothing if they are the first.
    pub before: Vec<Value>,
    /// Whether workloads are rolled out, too, and what their pods go through then.
    pub rollout: Option<Scenario>,
    /// What decides everything that is left to chance.
    pub seed: u64,
}

/// What a cluster has against an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The object's place among those that were given.
    pub object: usize,
    /// What kind of objection it is.
    pub kind: ObjectionKind,
    /// The field that it is about, such as `spec.selector`; empty for the object as a whole.
    pub path: String,
    /// What there is to say.
    pub message: String,
    /// What leads there, outermost first.
    pub notes: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What kind of objection it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectionKind {
    /// The API does not take the object as it is.
    Invalid,
    /// A field would change that may not.
    Immutable,
    /// Admission forbids it.
    Forbidden,
    /// There is no room for it in a quota.
    Quota,
    /// It is taken, and its rollout does not end.
    Stuck,
}

/// What takes objects in virtual time takes milliseconds; a quota is counted in as many.
const PATIENCE: Duration = Duration::from_secs(30);

/// Applies objects to a control plane of their own, in virtual time and on the calling thread, which
/// must be in no runtime, and says what it has against them. Of kinds that it does not know it says
/// nothing.
///
/// # Errors
/// When there is no control plane to be had.
pub fn judge(objects: &[Value], judging: &Judging) -> Result<Vec<Objection>, RehearsalError> {
    in_virtual_time(START, judging.seed, async |clock, chance| {
        let mut options = Options::new(clock, chance);
        options.authorization = Authorization {
            modes: vec![AuthorizationMode::AlwaysAllow],
            gather_roles: false,
        };
        if let Some(scenario) = &judging.rollout {
            options.scenario = scenario.clone();
        } else {
            options.nodes = 0;
            options.scheduler = false;
            // A pod needs a service account, and a quota somebody who counts.
            let names = ["serviceaccount-controller", "resourcequota-controller"];
            options.controllers =
                ControllerSelection::parse(&names).unwrap_or_else(|_| ControllerSelection::all());
        }
        let cluster = Cluster::start(options).await?;
        let objections = Box::pin(play(&cluster, objects, judging)).await;
        cluster.shutdown().await;
        objections
    })?
}

async fn play(
    cluster: &Cluster,
    objects: &[Value],
    judging: &Judging,
) -> Result<Vec<Objection>, RehearsalError> {
    let informers = cluster.informers();
    let target = Target::new(cluster.client(), "default");
    let changes = Changes::listen(informers);
    if !judging.before.is_empty() {
        let applied = bring(&target, informers, &judging.before).await?;
        if judging.rollout.is_some() {
            let applied = applied.iter().filter_map(|it| it.result.as_ref().ok());
            settle(informers, &changes, &awaited_of(applied)).await;
        }
    }
    let mut applied = bring(&target, informers, objects).await?;
    hold_to_policies(&target, objects, &mut applied).await?;
    let mut objections = Vec::new();
    for applied in &applied {
        match &applied.result {
            Ok(_) => objections.extend(applied.of_pods.iter().cloned()),
            Err(error) => refusals(applied.at, error, "", &mut objections),
        }
    }
    if judging.rollout.is_some() {
        cluster.begin_faults();
        roll_out(informers, &changes, &applied, &mut objections).await;
    }
    objections.sort_by_key(|objection| objection.object);
    Ok(objections)
}

/// Waits for what was applied and explains what does not get ready.
async fn roll_out(
    informers: &Informers,
    changes: &Changes,
    applied: &[Applied],
    objections: &mut Vec<Objection>,
) {
    let mut places = Vec::new();
    let mut awaited = Vec::new();
    for applied in applied {
        // What admission has something against already needs no second reason.
        let is_told = objections.iter().any(|it| it.object == applied.at);
        if let Some(object) = applied.result.as_ref().ok().filter(|_| !is_told) {
            for one in awaited_of(std::iter::once(object)) {
                places.push(applied.at);
                awaited.push(one);
            }
        }
    }
    let settled = settle(informers, changes, &awaited).await;
    for ((at, awaited), settled) in places.into_iter().zip(&awaited).zip(settled) {
        if settled.is_complete {
            continue;
        }
        let cause = cause::of(informers, &awaited.subject);
        let Cause {
            chain,
            reason,
            fix,
            field,
        } = cause.unwrap_or_else(|| Cause {
            chain: Vec::new(),
            reason: String::new(),
            fix: None,
            field: None,
        });
        let why = match &*reason {
            "" => settled.text.clone(),
            reason => format!("its rollout does not end: {reason}"),
        };
        let links = chain.into_iter();
        objections.push(Objection {
            object: at,
            kind: ObjectionKind::Stuck,
            path: field.unwrap_or_default(),
            message: why,
            notes: links
                .map(|link| format!("{}: {}", link.object, link.text))
                .collect(),
            hint: fix,
        });
    }
}

/// What became of one object.
struct Applied {
    at: usize,
    result: Result<Value, Error>,
    /// What there is against pods of its template.
    of_pods: Vec<Objection>,
}

/// Applies objects in the order in which they need each other. Of kinds that are not known none is
/// in what comes out.
async fn bring(
    target: &Target,
    informers: &Informers,
    objects: &[Value],
) -> Result<Vec<Applied>, RehearsalError> {
    // One that is no name is told of with the objects in it.
    let _ = namespaces::make_missing(target.client(), objects).await;
    let mut order: Vec<usize> = (0..objects.len()).collect();
    order.sort_by_key(|&at| Class::of(&objects[at]));
    let mut there = namespaces::used(objects);
    let mut quotas = 0;
    let mut applied: Vec<Applied> = Vec::new();
    let mut last = Class::Namespaces;
    for at in order {
        let object = &objects[at];
        let class = Class::of(object);
        if last != class {
            if last == Class::Namespaces {
                namespaces::have_accounts(informers, &there).await;
            }
            if last <= Class::Policies {
                counted(informers, quotas).await;
            }
            last = class;
        }
        let Some(reference) = reference(target, object).await? else {
            continue;
        };
        let kind = PatchType::Apply { force: true };
        let result = target
            .patch(&reference, None, kind, object, is_elsewhere(object))
            .await;
        let result = match result {
            Err(error) if error.status().is_none() => return Err(RehearsalError::Deploy(error)),
            result => result,
        };
        let mut of_pods = Vec::new();
        let kind = text(object, &["kind"]);
        if result.is_err() && kind == "Namespace" {
            there.remove(text(object, &["metadata", "name"]));
        }
        if result.is_ok() {
            if class == Class::Definitions {
                established(target, &reference).await?;
            }
            quotas += usize::from(kind == "ResourceQuota");
            try_pod(target, &reference, at, object, &mut of_pods).await?;
        }
        applied.push(Applied {
            at,
            result,
            of_pods,
        });
    }
    Ok(applied)
}

async fn reference(target: &Target, object: &Value) -> Result<Option<ObjectRef>, Error> {
    let known = target.discovery().await?;
    if let Ok(reference) = ObjectRef::of(object, &known, target.namespace()) {
        return Ok(Some(reference));
    }
    // A definition among the objects may have brought it.
    let known = target.rediscover().await?;
    Ok(ObjectRef::of(object, &known, target.namespace()).ok())
}

/// Waits until a definition is served.
async fn established(target: &Target, definition: &ObjectRef) -> Result<(), Error> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let object = target.get(definition).await?;
        let Some(Readiness::Waiting(_)) = object.as_ref().map(readiness) else {
            return Ok(());
        };
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

/// Has everything applied once more for show, if there are policies among the objects: at the first
/// time they were not there yet, and at the next they are.
async fn hold_to_policies(
    target: &Target,
    objects: &[Value],
    applied: &mut [Applied],
) -> Result<(), RehearsalError> {
    let is_policy = |object: &Value| Class::of(object) == Class::Admission && !is_elsewhere(object);
    if !objects.iter().any(is_policy) {
        return Ok(());
    }
    for applied in applied.iter_mut().filter(|it| it.result.is_ok()) {
        let object = &objects[applied.at];
        let Some(reference) = reference(target, object).await? else {
            continue;
        };
        let kind = PatchType::Apply { force: true };
        match target.patch(&reference, None, kind, object, true).await {
            Err(error) if error.status().is_some() => applied.result = Err(error),
            Err(error) => return Err(RehearsalError::Deploy(error)),
            Ok(_) if applied.of_pods.is_empty() => {
                try_pod(target, &reference, applied.at, object, &mut applied.of_pods).await?;
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

/// Waits until so many quotas say what is used of them: one that does not holds nothing back.
async fn counted(informers: &Informers, expected: usize) {
    let quotas = informers.of::<ResourceQuota>();
    let changed = Arc::new(Notify::new());
    let tell = Arc::clone(&changed);
    quotas.on_change(move |_| tell.notify_one());
    let is_counted = |quota: &Arc<ResourceQuota>| {
        let hard = quota.spec.as_ref().and_then(|spec| spec.hard.as_ref());
        let known = quota
            .status
            .as_ref()
            .and_then(|status| status.hard.as_ref());
        hard == known
    };
    let all = async {
        while quotas.len() < expected || !quotas.list().iter().all(is_counted) {
            changed.notified().await;
        }
    };
    let _ = timeout(PATIENCE, all).await;
}

/// Has a pod of the object's template admitted for show: what forbids pods forbids no workloads.
async fn try_pod(
    target: &Target,
    workload: &ObjectRef,
    at: usize,
    object: &Value,
    objections: &mut Vec<Objection>,
) -> Result<(), Error> {
    let resource = &workload.resource;
    // Of a PodTemplate alone nobody makes pods.
    let makes_pods = &*resource.kind != "PodTemplate";
    let place = PodTemplatePlace::of(&resource.group, &resource.kind);
    let Some(place) = place.filter(|_| makes_pods) else {
        return Ok(());
    };
    let Some(template) = object.get_path(place.path) else {
        return Ok(());
    };
    let mut metadata = match template.get("metadata").and_then(Value::as_mapping) {
        Some(metadata) => metadata.clone(),
        None => Mapping::new(),
    };
    // Room for what controllers put behind a name.
    let name: String = workload.name.chars().take(50).collect();
    let name = format!("{}-pod", name.trim_end_matches(['-', '.']));
    metadata.insert("name", Value::string(name));
    metadata.insert("namespace", Value::string(workload.namespace.clone()));
    let mut pod = Mapping::new();
    pod.insert("apiVersion", Value::string("v1"));
    pod.insert("kind", Value::string("Pod"));
    pod.insert("metadata", metadata.into());
    if let Some(spec) = template.get("spec") {
        let mut spec = spec.clone();
        add_claims(&mut spec, object, &workload.name);
        pod.insert("spec", spec);
    }
    let pod = Value::from(pod);
    let Some(reference) = reference(target, &pod).await? else {
        return Ok(());
    };
    let kind = PatchType::Apply { force: true };
    if let Err(error) = target.patch(&reference, None, kind, &pod, true).await {
        let prefix = place.path.join(".");
        refusals(at, &error, &prefix, objections);
    }
    Ok(())
}

/// Gives a pod the volumes of the claims that its `StatefulSet` makes, as the controller does: behind its own, so
/// that the places of these stay.
fn add_claims(spec: &mut Value, set: &Value, name: &str) {
    let templates = set.get_path(&["spec", "volumeClaimTemplates"]);
    let templates = templates.and_then(Value::as_sequence).unwrap_or_default();
    let Some(spec) = spec.as_mapping_mut().filter(|_| !templates.is_empty()) else {
        return;
    };
    let own = spec.get("volumes").and_then(Value::as_sequence);
    let mut volumes = own.unwrap_or_default().to_vec();
    for template in templates {
        let claim = text(template, &["metadata", "name"]);
        let source = Value::mapping([("claimName", Value::string(format!("{claim}-{name}-0")))]);
        let volume = [
            ("name", Value::string(claim)),
            ("persistentVolumeClaim", source),
        ];
        volumes.retain(|volume| text(volume, &["name"]) != claim);
        volumes.push(Value::mapping(volume));
    }
    spec.insert("volumes", Value::sequence(volumes));
}

/// What a refusal has against an object, field by field where the server names them. `prefix` is
/// where in the object what was refused stands.
fn refusals(at: usize, error: &Error, prefix: &str, objections: &mut Vec<Objection>) {
    let message = error.message();
    let Some(status) = error.status() else {
        return;
    };
    // The namespace is another object's business, which is told of for itself.
    if status.code == 404 || status.code >= 500 {
        return;
    }
    let of_pods = if prefix.is_empty() {
        ""
    } else {
        "its pods are refused: "
    };
    let under = |field: &str| match (prefix, field) {
        ("", field) => field.to_owned(),
        (prefix, "") => prefix.to_owned(),
        (prefix, field) => format!("{prefix}.{field}"),
    };
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let causes: Vec<(&str, &str)> = causes
        .map(|cause| (&*cause.field, &*cause.message))
        .filter(|(field, _)| !field.is_empty())
        .collect();
    if status.code == 422 && !causes.is_empty() {
        for (field, message) in causes {
            let is_immutable = says_immutable(message);
            objections.push(Objection {
                object: at,
                kind: if is_immutable {
                    ObjectionKind::Immutable
                } else {
                    ObjectionKind::Invalid
                },
                path: under(field),
                message: format!("{of_pods}{field}: {message}"),
                notes: Vec::new(),
                hint: is_immutable.then(|| {
                    "leave the field as it is, or delete the object and make it anew".to_owned()
                }),
            });
        }
        return;
    }
    let kind = match status.code {
        403 if message.contains("exceeded quota") => ObjectionKind::Quota,
        403 => ObjectionKind::Forbidden,
        // Policies answer with the code that they like.
        _ if message.contains("is forbidden:") => ObjectionKind::Forbidden,
        _ => ObjectionKind::Invalid,
    };
    objections.push(Objection {
        object: at,
        kind,
        path: under(""),
        message: format!("{of_pods}{message}"),
        notes: Vec::new(),
        hint: (kind == ObjectionKind::Quota).then(|| "raise the quota, or ask for less".to_owned()),
    });
}
