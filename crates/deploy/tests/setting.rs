//! Images, variables and resources of what runs already.

use crate::harness::{apply_now, deploying, objects, reference, text_at, web};
use trimtab_deploy::{
    ContainerPattern, Environment, Images, PatchType, ResourceList, ResourceRequirements, history,
    set,
};

const IMAGE: [&str; 3] = ["spec", "template", "spec"];

#[test]
fn a_new_image_is_a_new_revision() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deployment", "web").await;
        let images = Images::parse(&["web=shop/web:2"]).unwrap();
        let pretended = set(target, &deployment, &images, true).await.unwrap();
        let pretended = pretended.unwrap();
        let containers = pretended
            .get_path(&IMAGE)
            .unwrap()
            .get("containers")
            .unwrap();
        let container = &containers.as_sequence().unwrap()[0];
        assert_eq!(container.get("image").unwrap().text(), Some("shop/web:2"));
        assert_eq!(history(target, &deployment).await.unwrap().len(), 1);

        set(target, &deployment, &images, false)
            .await
            .unwrap()
            .unwrap();
        // The ports that the change did not name are still there.
        let object = target.get_existing(&deployment).await.unwrap();
        let containers = object.get_path(&IMAGE).unwrap().get("containers").unwrap();
        let container = &containers.as_sequence().unwrap()[0];
        assert_eq!(container.get("image").unwrap().text(), Some("shop/web:2"));
        assert_eq!(
            container.get("ports").unwrap().as_sequence().unwrap().len(),
            1
        );
        // The same once more is no change.
        assert!(
            set(target, &deployment, &images, false)
                .await
                .unwrap()
                .is_none()
        );
        let generation = text_at(target, &deployment, &["metadata", "generation"]).await;
        assert_eq!(generation, "2");
    });
}

/// A rollout writes the status of its Deployment many times in a moment.
#[test]
fn a_change_waits_until_others_have_made_theirs() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deployment", "web").await;
        let images = Images::parse(&["web=shop/web:2"]).unwrap();
        let others = async {
            for number in 0..100 {
                let patch = format!("{{metadata: {{annotations: {{n: '{number}'}}}}}}");
                let patch = &objects(&patch)[0];
                let kind = PatchType::Merge;
                let patched = target.patch(&deployment, None, kind, patch, false);
                patched.await.unwrap();
            }
        };
        let (changed, ()) = tokio::join!(set(target, &deployment, &images, false), others);
        assert!(changed.unwrap().is_some());
    });
}

#[test]
fn variables_and_resources_reach_the_server() {
    deploying("", async |target| {
        apply_now(target, &web("shop/web:1")).await;
        let deployment = reference(target, "deployment", "web").await;
        let all = || ContainerPattern::new("*");
        let variables = Environment::parse(&["A=1", "B=2"], all(), true).unwrap();
        set(target, &deployment, &variables, false)
            .await
            .unwrap()
            .unwrap();
        let removal = Environment::parse(&["A-"], all(), true).unwrap();
        let changed = set(target, &deployment, &removal, false)
            .await
            .unwrap()
            .unwrap();
        let container = |object: &trimtab_tree::Value| {
            let containers = object.get_path(&IMAGE).unwrap().get("containers").unwrap();
            containers.as_sequence().unwrap()[0].clone()
        };
        let left = container(&changed);
        let left = left.get("env").unwrap().as_sequence().unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].get("name").unwrap().text(), Some("B"));

        let resources = ResourceRequirements {
            containers: all(),
            requests: ResourceList::parse("cpu=100m").unwrap(),
            limits: ResourceList::default(),
        };
        let changed = set(target, &deployment, &resources, false)
            .await
            .unwrap()
            .unwrap();
        let cpu = container(&changed);
        let cpu = cpu.get_path(&["resources", "requests", "cpu"]).unwrap();
        assert_eq!(cpu.text(), Some("100m"));

        // Less than is asked for.
        let nonsense = ResourceRequirements {
            limits: ResourceList::parse("cpu=50m").unwrap(),
            ..resources
        };
        let refused = set(target, &deployment, &nonsense, false)
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("cpu"), "{refused}");
        let service =
            "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}";
        apply_now(target, service).await;
        let service = reference(target, "service", "web").await;
        let refused = set(target, &service, &variables, false).await.unwrap_err();
        assert!(
            refused.to_string().contains("runs no containers"),
            "{refused}"
        );
    });
}
