//! Rollouts that end and rollouts that do not.

use std::time::Duration;
use trimtab_node::Scenario;
use trimtab_rehearsal::{Assertion, Before, End, Options, Rehearsal, rehearse};
use trimtab_tree::{ParseOptions, SourceMap, Value, parse_documents};

fn objects(text: &str) -> Vec<Value> {
    parse_documents(text, ParseOptions::default()).unwrap()
}

fn web(image: &str, more: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  replicas: 4
  {more}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - name: web
        image: {image}
        resources: {{limits: {{memory: 64Mi}}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: web, namespace: shop}}
spec:
  minAvailable: 3
  selector: {{matchLabels: {{app: web}}}}
"
    )
}

fn scenario(pods: &str) -> Scenario {
    let text = format!("apiVersion: trimtab.dev/v1alpha1\nkind: Scenario\npods:\n{pods}\n");
    Scenario::read("scenario.yaml", &text, &mut SourceMap::new()).unwrap()
}

fn play(before: Option<&str>, after: &str, scenario: Scenario) -> Rehearsal {
    let options = Options {
        before: before.map(|text| Before::Files(objects(text))),
        after: objects(after),
        scenario,
        seed: 5,
        undoes: true,
    };
    rehearse(options).unwrap()
}

#[test]
fn a_good_rollout_is_timed_counted_and_undone() {
    let (before, after) = (web("shop:1", ""), web("shop:2", ""));
    let rehearsal = play(Some(&before), &after, Scenario::default());
    assert!(rehearsal.completes(), "{rehearsal:#?}");
    assert!(rehearsal.unsettled.is_empty());
    let [workload] = &rehearsal.workloads[..] else {
        panic!("{:?}", rehearsal.workloads);
    };
    // A quarter of four, both ways.
    assert_eq!(
        (workload.max_surge, workload.max_unavailable),
        (Some(1), Some(1))
    );
    assert_eq!(
        (workload.available_before, workload.worst_available),
        (4, 3)
    );
    assert_eq!(workload.peak_pods, 5);
    let (first, last) = (
        workload.samples.first().unwrap(),
        workload.samples.last().unwrap(),
    );
    assert_eq!(
        (first.at, first.available, first.updated),
        (Duration::ZERO, 4, 0)
    );
    assert_eq!((last.pods, last.available, last.updated), (4, 4, 4));
    assert!(rehearsal.peak_pods >= 5);
    assert!(
        rehearsal.duration > Duration::from_secs(2),
        "{:?}",
        rehearsal.duration
    );
    let budget = &rehearsal.budgets[0];
    assert_eq!((budget.desired_available, budget.worst_available), (3, 3));
    assert!(budget.is_kept());
    let undo = rehearsal.undo.as_ref().unwrap();
    assert!(undo.restores, "{undo:?}");
    assert!(undo.duration > Duration::from_secs(1));
    assert_eq!(undo.remains, []);
    let verdict = Assertion::parse("minAvailable>=75%")
        .unwrap()
        .judge(&rehearsal);
    assert!(verdict.holds, "{verdict:?}");
}

#[test]
fn a_stuck_rollout_is_explained_down_to_the_container() {
    let crash = scenario("- match: {image: 'shop:2'}\n  outcome: CrashLoopBackOff\n  exitCode: 42");
    let careful = "minReadySeconds: 10";
    let rehearsal = play(
        Some(&web("shop:1", careful)),
        &web("shop:2", careful),
        crash,
    );
    assert!(!rehearsal.completes());
    let End::Stuck { after, cause, text } = &rehearsal.workloads[0].end else {
        panic!("{:?}", rehearsal.workloads[0].end);
    };
    assert!(*after >= Duration::from_secs(600), "{after:?}");
    // As in Kubernetes, a pod that is ready for a moment counts as progress again and again.
    assert!(
        text.contains("2 out of 4 new replicas have been updated"),
        "{text}"
    );
    let cause = cause.as_ref().unwrap();
    assert_eq!(cause.reason, "CrashLoopBackOff");
    let objects: Vec<&str> = cause
        .chain
        .iter()
        .map(|link| link.object.split(['-', ' ']).next().unwrap())
        .collect();
    assert_eq!(
        objects,
        ["deployment/web", "replicaset/web", "pod/web", "container"]
    );
    assert!(cause.chain[3].text.contains("exit code 42"), "{cause:#?}");
    assert_eq!(
        cause.field.as_deref(),
        Some("spec.template.spec.containers[0]")
    );
    // The old pods hold the fort, and the undo brings the others back.
    assert_eq!(rehearsal.workloads[0].worst_available, 3);
    assert!(rehearsal.undo.unwrap().restores);
}

#[test]
fn a_deadline_is_told_in_kubectls_words_and_undone() {
    let never = scenario("- match: {image: 'shop:2'}\n  outcome: NeverReady");
    let rehearsal = play(Some(&web("shop:1", "")), &web("shop:2", ""), never);
    let End::Stuck {
        after,
        cause: Some(cause),
        text,
    } = &rehearsal.workloads[0].end
    else {
        panic!("{:?}", rehearsal.workloads[0].end);
    };
    assert!((600..700).contains(&after.as_secs()), "{after:?}");
    assert_eq!(text, "deployment \"web\" exceeded its progress deadline");
    assert_eq!(cause.reason, "Unready");
    let undo = rehearsal.undo.unwrap();
    assert!(undo.restores, "{undo:?}");
}

#[test]
fn pods_that_are_available_for_a_moment_do_not_complete_a_rollout() {
    let crash = scenario("- match: {image: 'shop:2'}\n  outcome: CrashLoopBackOff");
    let rehearsal = play(Some(&web("shop:1", "")), &web("shop:2", ""), crash);
    let End::Stuck {
        cause: Some(cause), ..
    } = &rehearsal.workloads[0].end
    else {
        panic!("{:?}", rehearsal.workloads[0].end);
    };
    assert_eq!(cause.reason, "CrashLoopBackOff");
    // Without minReadySeconds nothing held the rollout back.
    assert!(rehearsal.workloads[0].worst_available < 3);
}

#[test]
fn a_quota_and_a_node_that_is_too_small_are_causes() {
    let quota = "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: few, namespace: shop}\nspec: {hard: {pods: 4}}\n";
    let before = web("shop:1", "") + quota;
    let after = web(
        "shop:2",
        "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}",
    ) + quota;
    let rehearsal = play(Some(&before), &after, Scenario::default());
    let End::Stuck {
        cause: Some(cause), ..
    } = &rehearsal.workloads[0].end
    else {
        panic!("{:?}", rehearsal.workloads[0].end);
    };
    assert_eq!(cause.reason, "FailedCreate");
    assert!(
        cause
            .chain
            .last()
            .unwrap()
            .text
            .contains("exceeded quota: few"),
        "{cause:#?}"
    );
    assert!(cause.fix.as_ref().unwrap().contains("less surge"));

    let large = web("shop:1", "").replace("limits: {memory: 64Mi}", "requests: {cpu: 900}");
    let rehearsal = play(None, &large, Scenario::default());
    let End::Stuck {
        cause: Some(cause), ..
    } = &rehearsal.workloads[0].end
    else {
        panic!("{:?}", rehearsal.workloads[0].end);
    };
    assert_eq!(cause.reason, "Unschedulable");
    let field = "spec.template.spec.containers[0].resources.requests.cpu";
    assert_eq!(cause.field.as_deref(), Some(field));
    assert!(
        cause.fix.as_ref().unwrap().contains("the largest has 64"),
        "{cause:?}"
    );
    assert_eq!(rehearsal.undo, None);
}

#[test]
fn what_may_not_change_is_refused_with_its_field() {
    let after = web("shop:2", "").replace("app: web", "app: other");
    let rehearsal = play(Some(&web("shop:1", "")), &after, Scenario::default());
    assert!(!rehearsal.completes());
    let refused = &rehearsal.refused[0];
    assert_eq!(refused.subject.to_string(), "deployment/web");
    assert!(refused.is_immutable);
    assert_eq!(refused.causes[0].0, "spec.selector");
}

#[test]
fn the_same_seed_gives_the_same_rehearsal_and_another_another() {
    let (before, after) = (web("shop:1", ""), web("shop:2", ""));
    let play = |seed| {
        let options = Options {
            before: Some(Before::Files(objects(&before))),
            after: objects(&after),
            scenario: Scenario::default(),
            seed,
            undoes: true,
        };
        format!("{:?}", rehearse(options).unwrap())
    };
    assert_eq!(play(1), play(1));
    assert_ne!(play(1), play(2));
}
