//! Undo, pause, restart, history.

use crate::harness::{apply_now, deploying, reference, text_at, wait, web};
use trimtab_deploy::{Outcome, Precondition, Undone, history, pause, restart, resume, scale, undo};
use trimtab_tree::{JsonStyle, Value, write_json};

fn json(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text, JsonStyle::Ordered).unwrap();
    text
}

#[test]
fn an_undo_restores_the_template_byte_for_byte() {
    deploying("", async |target| {
        let deployment = reference(target, "deploy", "web").await;
        apply_now(target, &web("shop/web:1")).await;
        assert_eq!(wait(target, &deployment).await.0, Outcome::Ready);
        let template = async || {
            let object = target.get_existing(&deployment).await.unwrap();
            json(object.get_path(&["spec", "template"]).unwrap())
        };
        let first = template().await;
        apply_now(target, &web("shop/web:2")).await;
        assert_eq!(wait(target, &deployment).await.0, Outcome::Ready);
        assert_ne!(template().await, first);

        let undone = undo(target, &deployment, None, true).await.unwrap();
        assert!(matches!(undone, Undone::RolledBack(1, _)), "{undone:?}");
        assert_ne!(template().await, first, "it was only pretended");
        let undone = undo(target, &deployment, None, false).await.unwrap();
        assert!(matches!(undone, Undone::RolledBack(1, _)), "{undone:?}");
        assert_eq!(template().await, first);
        assert_eq!(wait(target, &deployment).await.0, Outcome::Ready);

        let numbers: Vec<i64> = history(target, &deployment)
            .await
            .unwrap()
            .iter()
            .map(|revision| revision.number)
            .collect();
        assert_eq!(numbers, [2, 3]);
        let undone = undo(target, &deployment, Some(3), false).await.unwrap();
        assert!(matches!(undone, Undone::Skipped(3, _)), "{undone:?}");
        let error = undo(target, &deployment, Some(9), false).await.unwrap_err();
        let expected = "unable to find specified revision 9 in history (there are 2, 3)";
        assert_eq!(error.to_string(), expected);
    });
}

#[test]
fn a_paused_deployment_waits_for_its_resumption() {
    deploying("", async |target| {
        let deployment = reference(target, "deploy", "web").await;
        apply_now(target, &web("shop/web:1")).await;
        wait(target, &deployment).await;
        pause(target, &deployment).await.unwrap();
        let error = pause(target, &deployment).await.unwrap_err().to_string();
        assert_eq!(error, "deployments.apps \"web\" is already paused");
        let error = restart(target, &deployment, "2026-01-01T00:00:00Z")
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("can't restart paused"),
            "{error}"
        );
        let error = undo(target, &deployment, None, false).await.unwrap_err();
        assert!(error.to_string().contains("paused"), "{error}");

        resume(target, &deployment).await.unwrap();
        assert_eq!(text_at(target, &deployment, &["spec", "paused"]).await, "");
        restart(target, &deployment, "2026-01-01T00:00:00Z")
            .await
            .unwrap();
        let path = [
            "spec",
            "template",
            "metadata",
            "annotations",
            "kubectl.kubernetes.io/restartedAt",
        ];
        assert_eq!(
            text_at(target, &deployment, &path).await,
            "2026-01-01T00:00:00Z"
        );
        assert_eq!(wait(target, &deployment).await.0, Outcome::Ready);
    });
}

#[test]
fn a_scale_holds_to_its_precondition() {
    deploying("", async |target| {
        let deployment = reference(target, "deploy", "web").await;
        apply_now(target, &web("shop/web:1")).await;
        wait(target, &deployment).await;
        let only_from_two = Precondition {
            replicas: Some(2),
            resource_version: None,
        };
        let error = scale(target, &deployment, 5, &only_from_two, false)
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "expected replicas to be 2, was 3");
        let only_from_three = Precondition {
            replicas: Some(3),
            resource_version: None,
        };
        scale(target, &deployment, 5, &only_from_three, false)
            .await
            .unwrap();
        assert_eq!(
            text_at(target, &deployment, &["spec", "replicas"]).await,
            "5"
        );

        let config = reference(target, "cm", "kube-root-ca.crt").await;
        let error = scale(target, &config, 1, &Precondition::default(), false)
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("no scale subresource"),
            "{error}"
        );
    });
}
