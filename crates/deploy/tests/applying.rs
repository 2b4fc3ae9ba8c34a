//! Plans, and what becomes of them.

use crate::harness::{
    Refusal, action, apply_now, deploying, objects, plan_of, reference, refusing, text_at, wait,
    web,
};
use http::Request;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject, Patch, PatchParams, PostParams};
use kube::client::Body;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use trimtab_deploy::{
    Action, Applied, Deletion, Forcing, Goal, Goals, Outcome, Precondition, Presence, Replacing,
    Standings, Target, apply, plan, scale, wait_for,
};
use trimtab_tree::{JsonStyle, write_json};

#[test]
fn a_plan_tells_field_by_field_what_an_apply_then_does() {
    deploying("", async |target| {
        let plan = plan_of(target, &web("shop/web:1")).await;
        assert!(matches!(action(&plan), Action::Create { is_checked: true }));
        let report = apply_now(target, &web("shop/web:1")).await;
        assert_eq!(report.applied[0].applied, Applied::Created);

        // Defaults of the server are no changes.
        let plan = plan_of(target, &web("shop/web:1")).await;
        assert!(matches!(action(&plan), Action::Unchanged), "{plan:?}");
        let report = apply_now(target, &web("shop/web:1")).await;
        assert_eq!(report.applied[0].applied, Applied::Unchanged);

        let plan = plan_of(target, &web("shop/web:2")).await;
        let Action::Change(changes) = action(&plan) else {
            panic!("it changes: {plan:?}");
        };
        let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
        let expected =
            [r#"spec.template.spec.containers[name="web"].image: shop/web:1 -> shop/web:2"#];
        assert_eq!(lines, expected);
        let report = apply_now(target, &web("shop/web:2")).await;
        assert_eq!(report.applied[0].applied, Applied::Configured);
    });
}

#[test]
fn an_object_that_is_given_twice_is_refused() {
    deploying("", async |target| {
        let twice = format!("{}\n---\n{}", web("shop/web:1"), web("shop/web:2"));
        let refused = plan(target, objects(&twice), &Forcing::Nothing).await;
        let error = refused
            .expect_err("nobody knows which is meant")
            .to_string();
        assert!(error.contains("deployment.apps/web"), "{error}");
        assert!(error.contains("given twice"), "{error}");
    });
}

#[test]
fn what_needs_a_namespace_or_a_definition_comes_after_it() {
    deploying("", async |target| {
        let text = "
{apiVersion: example.com/v1, kind: Widget, metadata: {name: w, namespace: new}, spec: {size: 1}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: new}, data: {a: b}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: new}}
";
        let plan = plan_of(target, text).await;
        let names: Vec<String> = plan.steps.iter().map(trimtab_deploy::Step::name).collect();
        let expected = [
            "namespace/new",
            "customresourcedefinition.apiextensions.k8s.io/widgets.example.com",
            "configmap/c",
            "widget.example.com/w",
        ];
        assert_eq!(names, expected);
        let unchecked = plan.steps[2..]
            .iter()
            .all(|step| matches!(step.action, Action::Create { is_checked: false }));
        assert!(unchecked, "{plan:?}");
    });
}

#[test]
fn nothing_is_asked_about_what_is_in_a_namespace_that_is_yet_to_be_made() {
    deploying("", async |target| {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (paths, client) = (Arc::clone(&asked), target.client().clone());
        let listening = tower::service_fn(move |request: Request<Body>| {
            paths.lock().unwrap().push(request.uri().path().to_owned());
            let client = client.clone();
            async move { client.send(request).await }
        });
        let target = &Target::new(Client::new(listening, "default"), "default");
        let text = "
{apiVersion: v1, kind: Namespace, metadata: {name: new}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: new}}
";
        let paths_of = || {
            let paths = std::mem::take(&mut *asked.lock().unwrap());
            let is_inside = |path: &String| path.contains("/configmaps/c");
            paths.into_iter().filter(is_inside).count()
        };
        let plan = plan_of(target, text).await;
        let configmap = &plan.steps[1].action;
        assert!(matches!(configmap, Action::Create { is_checked: false }));
        assert_eq!(paths_of(), 0);
        apply_now(target, text).await;
        assert_eq!(paths_of(), 1, "it is applied");
        assert!(plan_of(target, text).await.is_empty());
    });
}

/// What is being deleted would be gone after an apply that took it for unchanged.
#[test]
fn what_is_being_deleted_is_made_anew_when_it_is_gone() {
    deploying("", async |target| {
        let text = "
{apiVersion: v1, kind: Namespace, metadata: {name: other}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: in, namespace: other, finalizers: [a.io/hold]}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: held, finalizers: [a.io/hold]}}
";
        apply_now(target, text).await;
        let namespaces = reference(target, "namespace", "other").await;
        let held = reference(target, "configmap", "held").await;
        for object in [&namespaces, &held] {
            target
                .delete(object, Deletion::in_background(), None)
                .await
                .unwrap();
        }
        let uid = text_at(target, &held, &["metadata", "uid"]).await;

        let plan = plan_of(target, text).await;
        for step in &plan.steps {
            assert!(
                matches!(step.action, Action::Create { .. }),
                "{}",
                step.name()
            );
        }
        let free = async || {
            tokio::time::sleep(Duration::from_secs(20)).await;
            for namespace in ["other", "default"] {
                let maps: Api<ConfigMap> = Api::namespaced(target.client().clone(), namespace);
                let name = if namespace == "other" { "in" } else { "held" };
                let none = Patch::Merge(json!({"metadata": {"finalizers": null}}));
                maps.patch(name, &PatchParams::default(), &none)
                    .await
                    .unwrap();
            }
        };
        let nothing = Replacing::nothing();
        let mut hear = |_: &_| {};
        let work = apply(target, &plan.steps, &nothing, &mut hear);
        let (report, ()) = tokio::join!(work, free());
        let report = report.unwrap();
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        assert!(
            report
                .applied
                .iter()
                .all(|it| it.applied == Applied::Created)
        );
        assert_ne!(text_at(target, &held, &["metadata", "uid"]).await, uid);
        assert!(plan_of(target, text).await.is_empty());
    });
}

/// A server that is gone for good: what is to come is not tried one by one.
#[test]
fn an_apply_ends_when_its_server_is_gone() {
    deploying("", async |target| {
        let asked = Arc::new(AtomicUsize::new(0));
        let told = Arc::new(Mutex::new(Vec::new()));
        let (count, hears) = (Arc::clone(&asked), Arc::clone(&told));
        let target = refusing(target, move |request| {
            let is_write = request.method() == "PATCH"
                && !request.uri().query().unwrap_or_default().contains("dryRun");
            let is_gone = is_write && count.fetch_add(1, Ordering::Relaxed) >= 100;
            is_gone.then_some(Refusal::Broken)
        });
        let target = &target.telling(move |what| hears.lock().unwrap().push(what.to_owned()));
        let map = |at| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: m{at}}}}}\n");
        let maps: Vec<String> = (0..1000).map(map).collect();
        let text = maps.join("---\n");
        let plan = plan_of(target, &text).await;
        let started = Instant::now();
        let report = apply(target, &plan.steps, &Replacing::nothing(), &mut |_| {})
            .await
            .unwrap();
        assert_eq!(report.applied.len(), 100);
        assert!(report.failed.len() <= 8, "{}", report.failed.len());
        assert!(report.failed.iter().all(|(_, error)| error.is_of_server()));
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "{:?}",
            started.elapsed()
        );
        assert_eq!(
            *told.lock().unwrap(),
            ["the server does not answer: trying again"]
        );
    });
}

/// Two writes of one object at the same moment are nobody's fault.
#[test]
fn a_plan_that_meets_another_write_is_made_again() {
    deploying("", async |target| {
        let asked = AtomicUsize::new(0);
        let target = &refusing(target, move |request| {
            let is_first =
                request.method() == "PATCH" && asked.fetch_add(1, Ordering::Relaxed) == 0;
            let why = "Operation cannot be fulfilled on deployments.apps \"web\": the object has been modified";
            is_first.then_some(Refusal::Status(409, "Conflict", why))
        });
        let plan = plan_of(target, &web("shop/web:1")).await;
        assert!(matches!(action(&plan), Action::Create { is_checked: true }));
    });
}

/// As kube-apiserver has it: a webhook that does not answer for one object, and one that may not be read.
#[test]
fn what_the_server_has_against_one_object_does_not_hide_the_others() {
    deploying("", async |target| {
        let asked = Arc::new(Mutex::new(0));
        let count = Arc::clone(&asked);
        let target = &refusing(target, move |request| {
            match request.uri().path().rsplit('/').next() {
                Some("hooked") if request.method() == "PATCH" => {
                    *count.lock().unwrap() += 1;
                    let why =
                        r#"Internal error occurred: failed calling webhook "a.b.io": no endpoints"#;
                    Some(Refusal::Status(500, "InternalError", why))
                }
                Some("hidden") => {
                    let why = "configmaps \"hidden\" is forbidden";
                    Some(Refusal::Status(403, "Forbidden", why))
                }
                _ => None,
            }
        });
        let text = "
{apiVersion: v1, kind: ConfigMap, metadata: {name: hidden}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: hooked}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}
";
        let plan = plan_of(target, text).await;
        let action = |name: &str| {
            let mut steps = plan.steps.iter();
            let step = steps.find(|step| step.name().ends_with(name)).unwrap();
            step.action.clone()
        };
        let refused = |name: &str, words: &str| {
            assert!(
                matches!(action(name), Action::Refused(why) if why.contains(words)),
                "{plan:?}"
            );
        };
        refused("hooked", "failed calling webhook");
        refused("hidden", "is forbidden");
        assert!(matches!(
            action("other"),
            Action::Create { is_checked: true }
        ));
        assert_eq!(*asked.lock().unwrap(), 1, "nobody waits for the webhook");

        let standings = Standings::of(target, objects(text), None).await.unwrap();
        let hidden = standings
            .objects
            .iter()
            .find(|it| it.name.ends_with("hidden"));
        assert!(matches!(hidden.unwrap().presence, Presence::Hidden(_)));
    });
}

#[test]
fn a_conflict_names_owner_field_and_value() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deploy", "web").await;
        let deployments: Api<Deployment> = Api::default_namespaced(target.client().clone());
        let patch = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 7}});
        let autoscaler = PatchParams::apply("autoscaler").force();
        deployments
            .patch("web", &autoscaler, &Patch::Apply(&patch))
            .await
            .unwrap();

        let refused = plan_of(target, &web("shop/web:1")).await;
        let Action::Conflict(conflicts) = action(&refused) else {
            panic!("it conflicts: {refused:?}");
        };
        let [conflict] = &conflicts[..] else {
            panic!("one conflict: {conflicts:?}");
        };
        assert_eq!(conflict.field, ".spec.replicas");
        assert_eq!(conflict.manager, "autoscaler");
        assert_eq!(conflict.live.as_deref(), Some("7"));

        let fields = |field: &str| Forcing::Fields(vec![field.to_owned()]);
        for (forcing, is_taken) in [
            (fields(".spec.template"), false),
            (fields("spec.replicas"), true),
        ] {
            let plan = plan(target, objects(&web("shop/web:1")), &forcing).await;
            let is_change = matches!(action(&plan.unwrap()), Action::Change(_));
            assert_eq!(is_change, is_taken, "{forcing:?}");
        }

        let objects = objects(&web("shop/web:1"));
        let forced = plan(target, objects, &Forcing::Everything).await.unwrap();
        assert!(matches!(action(&forced), Action::Change(_)), "{forced:?}");
        let report = apply(target, &forced.steps, &Replacing::nothing(), &mut |_| {})
            .await
            .unwrap();
        assert!(report.failed.is_empty());
        assert_eq!(
            text_at(target, &deployment, &["spec", "replicas"]).await,
            "3"
        );
    });
}

/// As the hint about autoscalers says, in one change.
#[test]
fn who_leaves_the_replicas_to_an_autoscaler_keeps_them() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let without = web("shop/web:1").replace("  replicas: 3\n", "");
        let scaler = "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: busy}, spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}";
        let deployment = reference(target, "deploy", "web").await;
        let replicas = async || text_at(target, &deployment, &["spec", "replicas"]).await;
        apply_now(target, &format!("{scaler}\n---\n{without}")).await;
        assert_eq!(replicas().await, "3");
        // The autoscaler is known from the cluster now, and has not changed the number yet.
        apply_now(target, &without.replace("web:1", "web:2")).await;
        assert_eq!(replicas().await, "3");
        // Without one it is the default again, as for everybody.
        let scaler = reference(target, "hpa", "busy").await;
        let gone = target
            .delete(&scaler, Deletion::in_background(), None)
            .await;
        gone.unwrap();
        apply_now(target, &without.replace("web:1", "web:2")).await;
        assert_eq!(replicas().await, "1");
    });
}

/// As Kubernetes' own roles `admin`, `edit` and `view` are written.
#[test]
fn a_role_whose_rules_are_aggregated_can_be_applied_again() {
    deploying("", async |target| {
        let roles = "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {in: all}}]}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: one, labels: {in: all}}
rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]
";
        apply_now(target, roles).await;
        let role = reference(target, "clusterrole", "all").await;
        let rules = Goal::parse("jsonpath={.rules[0].verbs[0]}=get").unwrap();
        let until = Some(Instant::now() + Duration::from_secs(30));
        wait_for(
            target,
            &role,
            &Goals::new(vec![rules], false).unwrap(),
            until,
        )
        .await
        .unwrap();
        assert!(plan_of(target, roles).await.is_empty());
    });
}

#[test]
fn who_counts_the_replicas_keeps_them() {
    deploying("", async |target| {
        let web_of = |tag: u32| web(&format!("shop/web:{tag}"));
        apply_now(target, &web_of(1)).await;
        let scaler = "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: busy}, spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}";
        apply_now(target, scaler).await;
        let deployments: Api<Deployment> = Api::default_namespaced(target.client().clone());
        let controller = PatchParams {
            field_manager: Some("kube-controller-manager".to_owned()),
            ..PatchParams::default()
        };
        let five = Patch::Merge(json!({"spec": {"replicas": 5}}));
        let scaled = deployments.patch_scale("web", &controller, &five).await;
        scaled.unwrap();

        let refused = plan_of(target, &web_of(2)).await;
        let Action::Conflict(conflicts) = action(&refused) else {
            panic!("it conflicts: {refused:?}");
        };
        assert!(conflicts[0].is_about_replicas());
        assert_eq!(conflicts[0].manager, "kube-controller-manager");
        assert_eq!(conflicts[0].autoscaler.as_deref(), Some("busy"));

        // Left out of what is described they stay, and are what is waited for.
        apply_now(target, &web_of(2).replace("  replicas: 3\n", "")).await;
        let deployment = reference(target, "deploy", "web").await;
        let replicas = ["spec", "replicas"];
        assert_eq!(text_at(target, &deployment, &replicas).await, "5");
        let (outcome, told) = wait(target, &deployment).await;
        assert_eq!(outcome, Outcome::Ready);
        assert!(
            format!("{told:?}").contains("out of 5 new replicas"),
            "{told:?}"
        );
        assert_eq!(
            text_at(target, &deployment, &["status", "readyReplicas"]).await,
            "5"
        );
    });
}

/// What `kubectl apply` without a server side makes of an object.
async fn apply_client_side(target: &Target, resource: &ApiResource, text: &str) {
    let [object] = &objects(text)[..] else {
        panic!("one object");
    };
    let mut json = String::new();
    write_json(object, &mut json, JsonStyle::Ordered).unwrap();
    let mut made: DynamicObject = serde_json::from_str(&json).unwrap();
    let annotation = "kubectl.kubernetes.io/last-applied-configuration".to_owned();
    made.metadata.annotations = Some([(annotation, json)].into());
    let objects: Api<DynamicObject> =
        Api::default_namespaced_with(target.client().clone(), resource);
    let manager = PostParams {
        field_manager: Some("kubectl-client-side-apply".to_owned()),
        ..PostParams::default()
    };
    objects.create(&manager, &made).await.unwrap();
}

#[test]
fn what_client_side_apply_owned_is_ours_and_goes_when_it_is_not_described() {
    deploying("", async |target| {
        let before = web("shop/web:1").replace("replicas: 3", "replicas: 3\n  minReadySeconds: 5");
        apply_client_side(target, &ApiResource::erase::<Deployment>(&()), &before).await;
        let plan = plan_of(target, &web("shop/web:2")).await;
        let Action::Change(changes) = action(&plan) else {
            panic!("it changes: {plan:?}");
        };
        let fields: Vec<String> = changes.iter().map(trimtab_object::Change::field).collect();
        let image = r#"spec.template.spec.containers[name="web"].image"#;
        assert_eq!(fields, ["spec.minReadySeconds", image]);

        apply_now(target, &web("shop/web:2")).await;
        let deployment = reference(target, "deploy", "web").await;
        let at = async |path: &[&str]| text_at(target, &deployment, path).await;
        assert_eq!(at(&["spec", "minReadySeconds"]).await, "");
        let annotation = "kubectl.kubernetes.io/last-applied-configuration";
        assert_eq!(at(&["metadata", "annotations", annotation]).await, "");
        let live = target.get_existing(&deployment).await.unwrap();
        let managers = live.get_path(&["metadata", "managedFields"]).unwrap();
        let managers = managers.as_sequence().unwrap().iter();
        let of_objects = managers.filter(|it| it.get("subresource").is_none());
        let names: Vec<_> = of_objects
            .map(|it| it.get("manager").unwrap().text().unwrap())
            .collect();
        assert!(names.contains(&"trimtab"), "{names:?}");
        assert!(!names.contains(&"kubectl-client-side-apply"), "{names:?}");
        assert!(plan_of(target, &web("shop/web:2")).await.is_empty());
    });
}

#[test]
fn an_object_of_which_only_fields_are_described_is_migrated() {
    deploying("", async |target| {
        let text = |data: &str| {
            format!(
                "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: settings}}, data: {{{data}}}}}"
            )
        };
        let config_maps = ApiResource::erase::<ConfigMap>(&());
        apply_client_side(target, &config_maps, &text("kept: a, dropped: b")).await;
        let plan = plan_of(target, &text("kept: a")).await;
        let Action::Change(changes) = action(&plan) else {
            panic!("it changes: {plan:?}");
        };
        let fields: Vec<String> = changes.iter().map(trimtab_object::Change::field).collect();
        assert_eq!(fields, ["data.dropped"]);
    });
}

#[test]
fn what_our_own_commands_set_is_taken_back_without_asking() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deploy", "web").await;
        let any = Precondition::default();
        let before = scale(target, &deployment, 5, &any, false).await.unwrap();
        assert_eq!(before, 3);
        assert_eq!(
            text_at(target, &deployment, &["spec", "replicas"]).await,
            "5"
        );
        apply_now(target, &web("shop/web:1")).await;
        assert_eq!(
            text_at(target, &deployment, &["spec", "replicas"]).await,
            "3"
        );
    });
}

#[test]
fn what_cannot_be_changed_is_made_anew_when_allowed() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deploy", "web").await;
        let uid = text_at(target, &deployment, &["metadata", "uid"]).await;
        let other = web("shop/web:1").replace("app: web", "app: other");
        let plan = plan_of(target, &other).await;
        let Action::Replace { causes, changes } = action(&plan) else {
            panic!("it must be replaced: {plan:?}");
        };
        assert_eq!(causes[0].field, "spec.selector");
        let fields: Vec<String> = changes.iter().map(trimtab_object::Change::field).collect();
        let expected = [
            "spec.selector.matchLabels.app",
            "spec.template.metadata.labels.app",
        ];
        assert_eq!(fields, expected);
        assert_eq!(plan.obstacles(&Replacing::nothing()).count(), 1);
        assert_eq!(plan.obstacles(&Replacing::Everything).count(), 0);

        let report = apply(target, &plan.steps, &Replacing::Everything, &mut |_| {})
            .await
            .unwrap();
        assert_eq!(report.applied[0].applied, Applied::Replaced);
        assert_ne!(
            text_at(target, &deployment, &["metadata", "uid"]).await,
            uid
        );
        assert_eq!(wait(target, &deployment).await.0, Outcome::Ready);
    });
}

#[test]
fn what_does_not_go_to_be_made_anew_is_told_with_what_holds_it() {
    let settings = |level: &str| {
        format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: s, finalizers: [shop.example/keeper]}}, immutable: true, data: {{level: {level}}}}}"
        )
    };
    deploying("", async |target| {
        apply_now(target, &settings("info")).await;
        let plan = plan_of(target, &settings("debug")).await;
        let report = apply(target, &plan.steps, &Replacing::Everything, &mut |_| {})
            .await
            .unwrap();
        let (name, error) = &report.failed[0];
        assert_eq!(name, "configmap/s");
        assert_eq!(
            error.to_string(),
            "timed out waiting for configmap/s to be gone: it is held by its finalizer shop.example/keeper"
        );
    });
}

#[test]
fn a_secret_shows_that_it_changes_and_not_what_it_is() {
    deploying("", async |target| {
        let secret = |data: &str| {
            format!("{{apiVersion: v1, kind: Secret, metadata: {{name: s}}, data: {data}}}")
        };
        apply_now(target, &secret("{same: c2FtZQ==, key: b2xk}")).await;
        let plan = plan_of(target, &secret("{same: c2FtZQ==, key: bmV3}")).await;
        let Action::Change(changes) = action(&plan) else {
            panic!("it changes: {plan:?}");
        };
        let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["data.key: *** (before) -> *** (after)"]);
    });
}

#[test]
fn what_the_server_would_not_take_is_in_the_plan() {
    deploying("", async |target| {
        let bad = web("shop/web:1").replace("replicas: 3", "replicas: -3");
        let plan = plan_of(target, &bad).await;
        let Action::Refused(message) = action(&plan) else {
            panic!("it is refused: {plan:?}");
        };
        assert!(message.starts_with("spec.replicas: "), "{message}");
        let misspelt = web("shop/web:1").replace("replicas: 3", "replica: 3");
        let started = Instant::now();
        let plan = plan_of(target, &misspelt).await;
        let Action::Refused(message) = action(&plan) else {
            panic!("it is refused: {plan:?}");
        };
        assert_eq!(message, "spec.replica: field not declared in schema");
        let asked_again = started.elapsed() > Duration::from_millis(50);
        assert!(!asked_again, "it would be refused again");
        let nowhere = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: none}}";
        let plan = plan_of(target, nowhere).await;
        assert!(matches!(action(&plan), Action::Refused(_)), "{plan:?}");
    });
}
