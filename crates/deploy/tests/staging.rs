//! Stages and hooks: what comes before what, and what runs again.

use crate::harness::{apply_now, deploying, plan_of, reference, text_at, wait};
use trimtab_deploy::{Action, Outcome, Plan, Step, Target};

const MIGRATION: &str = "
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: 'pre-install,pre-upgrade', helm.sh/hook-weight: '1'}}
spec:
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: shop/migrate:1}]}}
";

fn map(name: &str, annotations: &str, value: &str) -> String {
    format!(
        "\n---\n{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, annotations: {{{annotations}}}}}, data: {{a: {value}}}}}\n"
    )
}

fn names(plan: &Plan) -> Vec<Vec<String>> {
    let names = |steps: &[Step]| steps.iter().map(Step::name).collect();
    plan.stages().map(names).collect()
}

/// What would become of the migration.
async fn migration(target: &Target, text: &str) -> Action {
    let plan = plan_of(target, text).await;
    let mut steps = plan.steps.into_iter();
    let step = steps.find(|step| step.name() == "job.batch/migrate");
    step.expect("it is among them").action
}

#[test]
fn stages_hold_what_is_to_be_ready_together() {
    deploying("", async |target| {
        let text = [
            map("last", "argocd.argoproj.io/hook: PostSync", "b"),
            map("second", "trimtab.dev/wave: '2'", "b"),
            map("plain", "", "b"),
            map("tried", "helm.sh/hook: test", "b"),
            MIGRATION.to_owned(),
        ];
        let plan = plan_of(target, &text.concat()).await;
        let expected = [
            ["job.batch/migrate"],
            ["configmap/plain"],
            ["configmap/second"],
            ["configmap/last"],
        ];
        assert_eq!(names(&plan), expected);
        assert_eq!(plan.left_out, ["configmap/tried"]);
    });
}

#[test]
fn a_hook_runs_again_with_what_changes_and_only_then() {
    deploying("", async |target| {
        let text = |value: &str| format!("{MIGRATION}{}", map("a", "", value));
        apply_now(target, &text("b")).await;
        let job = reference(target, "job", "migrate").await;
        assert_eq!(wait(target, &job).await.0, Outcome::Ready);
        let uid = text_at(target, &job, &["metadata", "uid"]).await;
        assert!(plan_of(target, &text("b")).await.is_empty());

        let action = migration(target, &text("other")).await;
        assert!(matches!(action, Action::RunAgain), "{action:?}");
        apply_now(target, &text("other")).await;
        assert_ne!(text_at(target, &job, &["metadata", "uid"]).await, uid);
        assert_eq!(wait(target, &job).await.0, Outcome::Ready);
        // Its own change is one, though a Job cannot be changed.
        let changed = text("other").replace("migrate:1", "migrate:2");
        let action = migration(target, &changed).await;
        assert!(matches!(action, Action::RunAgain), "{action:?}");
    });
}

#[test]
fn a_hook_that_failed_runs_again() {
    let fails = "- {match: {image: 'shop/migrate:1'}, outcome: Error}\n";
    deploying(fails, async |target| {
        apply_now(target, MIGRATION).await;
        let job = reference(target, "job", "migrate").await;
        let outcome = wait(target, &job).await.0;
        assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
        let action = migration(target, MIGRATION).await;
        assert!(matches!(action, Action::RunAgain), "{action:?}");
    });
}
