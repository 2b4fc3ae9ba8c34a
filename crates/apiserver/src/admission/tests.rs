use super::attributes::text_at;
use super::testing::{Objects, parse};
use super::*;

/// What becomes of an object that is to be created in namespace `n`.
async fn created(
    group: &'static str,
    resource: &'static str,
    text: &str,
    objects: &Objects,
) -> Result<Value, Status> {
    let mut object = parse(text);
    let request = testing::Request::new(group, resource);
    let attributes = request.create();
    let plugins = AdmissionPlugins::default();
    builtin::mutate(&mut object, &attributes, plugins, objects).await?;
    builtin::check(&object, &attributes, plugins, objects).await?;
    Ok(object)
}

const NAMESPACE: ([&str; 4], &str) = (
    ["", "namespaces", "", "n"],
    r#"{"status": {"phase": "Active"}}"#,
);
const ACCOUNT: ([&str; 4], &str) = (
    ["", "serviceaccounts", "n", "default"],
    r#"{"imagePullSecrets": [{"name": "s"}]}"#,
);
const POD: &str = r#"{"metadata": {}, "spec": {"containers": [{"name": "c"}]}}"#;

#[tokio::test]
async fn a_namespace_must_be_there_and_stay() {
    let none = created("", "configmaps", "{}", &Objects::of(&[])).await;
    assert_eq!(none.unwrap_err().message, "namespaces \"n\" not found");
    let going = Objects::of(&[(NAMESPACE.0, r#"{"status": {"phase": "Terminating"}}"#)]);
    let refused = created("", "configmaps", "{}", &going).await.unwrap_err();
    assert_eq!(refused.code, 403);
    let causes = refused.details.unwrap().causes;
    assert_eq!(causes[0].reason, "NamespaceTerminating");
    assert!(
        created("", "configmaps", "{}", &Objects::of(&[NAMESPACE]))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_pod_gets_its_account_and_token() {
    let objects = Objects::of(&[NAMESPACE]);
    let refused = created("", "pods", POD, &objects).await.unwrap_err();
    assert!(
        refused
            .message
            .contains("serviceaccount \"default\" not found")
    );

    let objects = Objects::of(&[NAMESPACE, ACCOUNT]);
    let pod = created("", "pods", POD, &objects).await.unwrap();
    let spec = pod.get("spec").unwrap();
    assert_eq!(text_at(spec, &["serviceAccountName"]), Some("default"));
    let volume = &spec.get("volumes").unwrap().as_sequence().unwrap()[0];
    let container = &spec.get("containers").unwrap().as_sequence().unwrap()[0];
    let mount = &container
        .get("volumeMounts")
        .unwrap()
        .as_sequence()
        .unwrap()[0];
    assert_eq!(mount.get("name"), volume.get("name"));
    assert!(text_at(volume, &["name"]).unwrap().starts_with(VOLUME_NAME));
    assert_eq!(
        spec.get("imagePullSecrets")
            .unwrap()
            .as_sequence()
            .unwrap()
            .len(),
        1
    );

    let pod = r#"{"spec": {"automountServiceAccountToken": false, "containers": [{"name": "c"}]}}"#;
    let pod = created("", "pods", pod, &objects).await.unwrap();
    assert_eq!(pod.get_path(&["spec", "volumes"]), None);
}

const VOLUME_NAME: &str = "kube-api-access-";

#[tokio::test]
async fn priorities_come_from_classes() {
    let class = (
        ["scheduling.k8s.io", "priorityclasses", "", "high"],
        r#"{"metadata": {"name": "high"}, "value": 7, "preemptionPolicy": "Never"}"#,
    );
    let objects = Objects::of(&[NAMESPACE, ACCOUNT, class]);
    let pod = |fields: &str| format!(r#"{{"spec": {{"containers": [], {fields}}}}}"#);
    let high = created("", "pods", &pod(r#""priorityClassName": "high""#), &objects)
        .await
        .unwrap();
    assert_eq!(text_at(&high, &["spec", "priority"]), Some("7"));
    assert_eq!(text_at(&high, &["spec", "preemptionPolicy"]), Some("Never"));
    let none = created("", "pods", POD, &objects).await.unwrap();
    assert_eq!(text_at(&none, &["spec", "priority"]), Some("0"));
    for (fields, why) in [
        (
            r#""priorityClassName": "low""#,
            "no PriorityClass with name low was found",
        ),
        (
            r#""priorityClassName": "high", "priority": 5"#,
            "computed 7",
        ),
        (
            r#""preemptionPolicy": "Never""#,
            "computed PreemptLowerPriority",
        ),
    ] {
        let refused = created("", "pods", &pod(fields), &objects)
            .await
            .unwrap_err();
        assert!(refused.message.contains(why), "{}", refused.message);
    }
}

#[tokio::test]
async fn lost_nodes_are_tolerated_once() {
    let objects = Objects::of(&[NAMESPACE, ACCOUNT]);
    let pod = r#"{"spec": {"containers": [], "tolerations": [
        {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 1}]}}"#;
    let pod = created("", "pods", pod, &objects).await.unwrap();
    let tolerations = pod.get_path(&["spec", "tolerations"]).unwrap();
    let keys = tolerations.as_sequence().unwrap().iter();
    let keys: Vec<_> = keys.filter_map(|it| text_at(it, &["key"])).collect();
    assert_eq!(
        keys,
        [
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/unreachable"
        ]
    );
}

#[tokio::test]
async fn claims_are_protected_and_of_the_default_class() {
    let class = |name: &'static str, created: &str| {
        let text = format!(
            r#"{{"metadata": {{"name": "{name}", "creationTimestamp": "{created}",
                "annotations": {{"storageclass.kubernetes.io/is-default-class": "true"}}}}}}"#
        );
        (["storage.k8s.io", "storageclasses", "", name], text)
    };
    let classes = [
        class("a", "2024-01-01T00:00:00Z"),
        class("b", "2024-01-02T00:00:00Z"),
        class("c", "2024-01-02T00:00:00Z"),
    ];
    let mut objects = vec![NAMESPACE];
    objects.extend(classes.iter().map(|(key, text)| (*key, text.as_str())));
    let claim = r#"{"metadata": {}, "spec": {}}"#;
    let claim = created("", "persistentvolumeclaims", claim, &Objects::of(&objects))
        .await
        .unwrap();
    assert_eq!(text_at(&claim, &["spec", "storageClassName"]), Some("b"));
    let finalizers = claim.get_path(&["metadata", "finalizers"]).unwrap();
    assert_eq!(
        finalizers.as_sequence().unwrap()[0].text(),
        Some("kubernetes.io/pvc-protection")
    );
}

#[tokio::test]
async fn new_nodes_are_tainted() {
    let node = created("", "nodes", "{}", &Objects::of(&[NAMESPACE]))
        .await
        .unwrap();
    let taints = node
        .get_path(&["spec", "taints"])
        .unwrap()
        .as_sequence()
        .unwrap();
    assert_eq!(
        text_at(&taints[0], &["key"]),
        Some("node.kubernetes.io/not-ready")
    );
}
