//! Custom kinds as kube-rs sees them: defined, served, watched, applied, gone.

use crate::support::server;
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{
    Api, ApiResource, DeleteParams, DynamicObject, ListParams, Object, Patch, PatchParams,
    PostParams, WatchEvent, WatchParams,
};
use kube::core::gvk::GroupVersionKind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use trimtab_apiserver::Identity;

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
struct Spec {
    replicas: i64,
    #[serde(default)]
    colour: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
struct State {
    replicas: i64,
    phase: String,
}

type Widget = Object<Spec, State>;

fn definition() -> CustomResourceDefinition {
    serde_json::from_value(json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.clients.example.com"},
        "spec": {
            "group": "clients.example.com", "scope": "Namespaced",
            "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "subresources": {"status": {}, "scale": {
                    "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "spec": {"type": "object", "required": ["replicas"], "properties": {
                        "replicas": {"type": "integer", "minimum": 0},
                        "colour": {"type": "string", "default": "grey"}},
                        "x-kubernetes-validations": [
                            {"rule": "self.colour == oldSelf.colour", "message": "paint lasts"}]},
                    "status": {"type": "object", "properties": {
                        "replicas": {"type": "integer"}, "phase": {"type": "string"}}},
                }}},
            }],
        },
    }))
    .unwrap()
}

#[tokio::test]
async fn kube_rs_works_with_a_custom_kind() {
    let server = server().await;
    let client = server.client(Identity::user("admin", &[Identity::MASTERS]));
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    definitions
        .create(&PostParams::default(), &definition())
        .await
        .unwrap();
    let name = "widgets.clients.example.com";
    let is_served = |definition: &CustomResourceDefinition| {
        let conditions = definition
            .status
            .as_ref()
            .and_then(|it| it.conditions.clone());
        let mut conditions = conditions.unwrap_or_default().into_iter();
        conditions.any(|it| it.type_ == "Established" && it.status == "True")
    };
    let mut tries = 0;
    while !is_served(&definitions.get(name).await.unwrap()) {
        tries += 1;
        assert!(tries < 500);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let kind = GroupVersionKind::gvk("clients.example.com", "v1", "Widget");
    let resource = ApiResource::from_gvk_with_plural(&kind, "widgets");
    let widgets: Api<Widget> = Api::namespaced_with(client.clone(), "ns", &resource);
    let spec = Spec {
        replicas: 2,
        colour: "red".into(),
    };
    let made = widgets
        .create(
            &PostParams::default(),
            &Widget::new("w", &resource, spec.clone()),
        )
        .await
        .unwrap();
    assert_eq!(made.spec, spec);

    let from = made.metadata.resource_version.clone().unwrap();
    let mut seen = widgets
        .watch(&WatchParams::default(), &from)
        .await
        .unwrap()
        .boxed();
    let status = json!({"status": {"phase": "Ready", "replicas": 2}, "spec": {"replicas": 9}});
    let changed = widgets
        .patch_status("w", &PatchParams::default(), &Patch::Merge(&status))
        .await
        .unwrap();
    assert_eq!(changed.spec.replicas, 2);
    match seen.try_next().await.unwrap() {
        Some(WatchEvent::Modified(widget)) => {
            assert_eq!(widget.status.unwrap().phase, "Ready");
        }
        other => panic!("{other:?}"),
    }
    let scaled = widgets
        .patch_scale(
            "w",
            &PatchParams::default(),
            &Patch::Merge(&json!({"spec": {"replicas": 5}})),
        )
        .await
        .unwrap();
    assert_eq!(scaled.spec.unwrap().replicas, Some(5));

    // What no type is known of is applied and read all the same.
    let dynamic: Api<DynamicObject> = Api::namespaced_with(client, "ns", &resource);
    let applied =
        json!({"apiVersion": "clients.example.com/v1", "kind": "Widget", "spec": {"replicas": 5}});
    let own = dynamic
        .patch("w", &PatchParams::apply("tester"), &Patch::Apply(&applied))
        .await
        .unwrap();
    assert_eq!(own.data["spec"]["colour"], "red");
    let painted = json!({"spec": {"colour": "blue"}});
    let refused = dynamic
        .patch("w", &PatchParams::default(), &Patch::Merge(&painted))
        .await;
    assert!(refused.unwrap_err().to_string().contains("paint lasts"));
    let listed = dynamic.list(&ListParams::default()).await.unwrap();
    assert_eq!(listed.items.len(), 1);

    definitions
        .delete(name, &DeleteParams::default())
        .await
        .unwrap();
    loop {
        match seen.try_next().await {
            Ok(Some(WatchEvent::Deleted(widget))) => {
                assert_eq!(widget.metadata.name.as_deref(), Some("w"));
                break;
            }
            Ok(Some(WatchEvent::Modified(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    let mut tries = 0;
    while definitions.get_opt(name).await.unwrap().is_some() {
        tries += 1;
        assert!(tries < 500);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(widgets.list(&ListParams::default()).await.is_err());
}
