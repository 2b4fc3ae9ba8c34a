//! A cluster to deploy to, and what tests do with it.

use http::{Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use trimtab_cluster::{Cluster, Options, in_virtual_time};
use trimtab_deploy::{
    Action, Forcing, ObjectRef, Outcome, Overdue, Plan, Progress, Replacing, Report, Target, apply,
    plan, until_ready,
};
use trimtab_node::{ReadyAfter, Scenario};
use trimtab_tree::{ParseOptions, SourceMap, Value, parse_documents};

/// Deploys to a cluster whose pods go through what `scenario`, a list of `pods:`, says.
pub(crate) fn deploying<T>(scenario: &str, work: impl AsyncFnOnce(&Target) -> T) -> T {
    deploying_with(|_| {}, scenario, work)
}

/// The same, the cluster changed from the usual by `change`.
pub(crate) fn deploying_with<T>(
    change: impl FnOnce(&mut Options),
    scenario: &str,
    work: impl AsyncFnOnce(&Target) -> T,
) -> T {
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    let played = in_virtual_time(start, 1, async |clock, chance| {
        let mut options = Options::new(clock, chance);
        options.ready_after = ReadyAfter::Fixed(Duration::from_secs(1));
        if !scenario.is_empty() {
            let text =
                format!("apiVersion: trimtab.dev/v1alpha1\nkind: Scenario\npods:\n{scenario}");
            options.scenario = Scenario::read("s.yaml", &text, &mut SourceMap::new()).unwrap();
        }
        change(&mut options);
        let cluster = Cluster::start(options).await.unwrap();
        let result = work(&Target::new(cluster.client(), "default")).await;
        cluster.shutdown().await;
        result
    });
    played.unwrap()
}

/// What becomes of a request on its way.
pub(crate) enum Refusal {
    /// It is answered with a status, its reason and a message.
    Status(u16, &'static str, &'static str),
    /// The connection breaks, and nothing is done.
    Broken,
    /// The connection breaks when it is done.
    AnswerLost,
}

/// The same server, which some requests do not come through to.
pub(crate) fn refusing(
    target: &Target,
    refusal: impl Fn(&Request<Body>) -> Option<Refusal> + Send + Sync + 'static,
) -> Target {
    let client = target.client().clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let (client, refusal) = (client.clone(), refusal(&request));
        async move {
            let broken = || Err(Box::from("the connection broke"));
            match refusal {
                None => client
                    .send(request)
                    .await
                    .map_err(Box::<dyn std::error::Error + Send + Sync>::from),
                Some(Refusal::Status(code, reason, message)) => {
                    let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure",
                        "code": code, "reason": reason, "message": message});
                    let body = Body::from(status.to_string().into_bytes());
                    Ok(Response::builder().status(code).body(body).unwrap())
                }
                Some(Refusal::Broken) => broken(),
                Some(Refusal::AnswerLost) => {
                    client.send(request).await?;
                    broken()
                }
            }
        }
    });
    Target::new(Client::new(service, "default"), "default")
}

pub(crate) fn objects(text: &str) -> Vec<Value> {
    parse_documents(text, ParseOptions::default()).unwrap()
}

/// A Deployment `web` of three pods that gives up after a minute.
pub(crate) fn web(image: &str) -> String {
    format!(
        "
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 3
  progressDeadlineSeconds: 60
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: {image}, ports: [{{containerPort: 80}}]}}]}}
"
    )
}

pub(crate) async fn plan_of(target: &Target, text: &str) -> Plan {
    plan(target, objects(text), &Forcing::Nothing)
        .await
        .unwrap()
}

/// Applies what has no obstacles.
pub(crate) async fn apply_now(target: &Target, text: &str) -> Report {
    let plan = plan_of(target, text).await;
    let obstacles: Vec<_> = plan
        .obstacles(&Replacing::nothing())
        .map(|step| &step.action)
        .collect();
    assert!(obstacles.is_empty(), "{obstacles:?}");
    let report = apply(target, &plan.steps, &Replacing::nothing(), &mut |_| {})
        .await
        .unwrap();
    assert!(report.failed.is_empty(), "{:?}", report.failed);
    report
}

/// The only step's action.
pub(crate) fn action(plan: &Plan) -> &Action {
    let [step] = &plan.steps[..] else {
        panic!("one step, not {:?}", plan.steps);
    };
    &step.action
}

pub(crate) async fn reference(target: &Target, word: &str, name: &str) -> ObjectRef {
    let discovery = target.discovery().await.unwrap();
    let resource = Arc::new(discovery.named(word).unwrap().clone());
    ObjectRef::new(&resource, target.namespace(), name)
}

/// Waits, and what was told meanwhile.
pub(crate) async fn wait(target: &Target, object: &ObjectRef) -> (Outcome, Vec<Progress>) {
    let mut told = Vec::new();
    let objects = std::slice::from_ref(object);
    let outcome = until_ready(target, objects, Overdue::Fails, None, &mut |progress| {
        told.push(progress);
    })
    .await;
    (outcome.unwrap(), told)
}

pub(crate) async fn text_at(target: &Target, object: &ObjectRef, path: &[&str]) -> String {
    let object = target.get_existing(object).await.unwrap();
    object
        .get_path(path)
        .and_then(Value::text)
        .unwrap_or_default()
        .to_owned()
}
