use super::testing::{Objects, parse};
use super::*;
use crate::fields::{items_at, text_at};

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
    let plugins = Running::uncounted(AdmissionPlugins::default());
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

/// A limit range in namespace `n`.
fn range(limits: &str) -> String {
    format!(r#"{{"spec": {{"limits": [{limits}]}}}}"#)
}

#[tokio::test]
async fn limit_ranges_give_what_is_not_asked_for() {
    let range = range(
        r#"{"type": "Container", "default": {"cpu": "1", "memory": "1Gi"}, "defaultRequest": {"cpu": "100m"}}"#,
    );
    let objects = Objects::of(&[NAMESPACE, ACCOUNT, (["", "limitranges", "n", "l"], &range)]);
    let pod = r#"{"metadata": {}, "spec": {
        "containers": [{"name": "c", "resources": {"limits": {"cpu": "2"}}}],
        "initContainers": [{"name": "i", "resources": {"requests": {"cpu": "1"}}}]}}"#;
    let pod = created("", "pods", pod, &objects).await.unwrap();
    let container = &pod
        .get_path(&["spec", "containers"])
        .unwrap()
        .as_sequence()
        .unwrap()[0];
    let resources = container.get("resources").unwrap();
    assert_eq!(text_at(resources, &["limits", "cpu"]), Some("2"));
    assert_eq!(text_at(resources, &["limits", "memory"]), Some("1Gi"));
    assert_eq!(text_at(resources, &["requests", "cpu"]), Some("100m"));
    assert_eq!(
        text_at(
            &pod,
            &["metadata", "annotations", "kubernetes.io/limit-ranger"]
        ),
        Some(
            "LimitRanger plugin set: cpu request for container c; memory limit for container c; \
             cpu, memory limit for init container i"
        )
    );
}

#[tokio::test]
async fn limit_ranges_are_bounds() {
    let refused = async |resource: &'static str, limits: &str, object: &str| {
        let range = range(limits);
        let objects = Objects::of(&[NAMESPACE, ACCOUNT, (["", "limitranges", "n", "l"], &range)]);
        let created = created("", resource, object, &objects).await;
        created.err().map(|status| status.message)
    };
    let pod = |resources: &str| {
        format!(
            r#"{{"spec": {{"containers": [{{"name": "c", "resources": {resources}}}],
                "initContainers": [{{"name": "s", "restartPolicy": "Always", "resources": {resources}}}]}}}}"#
        )
    };
    let half = pod(r#"{"requests": {"cpu": "500m"}, "limits": {"cpu": "1500m"}}"#);
    for (limits, wanted) in [
        (r#"{"type": "Container", "max": {"cpu": "2"}}"#, None),
        (
            r#"{"type": "Container", "max": {"cpu": "1"}}"#,
            Some("maximum cpu usage per Container is 1, but limit is 1500m"),
        ),
        (
            r#"{"type": "Container", "min": {"cpu": "600m"}}"#,
            Some("minimum cpu usage per Container is 600m, but request is 500m"),
        ),
        // A sidecar runs beside the other containers.
        (
            r#"{"type": "Pod", "max": {"cpu": "2"}}"#,
            Some("maximum cpu usage per Pod is 2, but limit is 3"),
        ),
        (
            r#"{"type": "Container", "maxLimitRequestRatio": {"cpu": "2"}}"#,
            Some(
                "cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000",
            ),
        ),
        (
            r#"{"type": "Pod", "min": {"memory": "1"}, "max": {"memory": "2"}}"#,
            Some(
                "[minimum memory usage per Pod is 1.  No request is specified, maximum memory usage \
                 per Pod is 2.  No limit is specified]",
            ),
        ),
    ] {
        let wanted = wanted.map(|why| format!("pods \"x\" is forbidden: {why}"));
        assert_eq!(refused("pods", limits, &half).await, wanted, "{limits}");
    }
    let claim = r#"{"metadata": {}, "spec": {"resources": {"requests": {"storage": "3Gi"}}}}"#;
    let limits = r#"{"type": "PersistentVolumeClaim", "max": {"storage": "2Gi"}}"#;
    assert_eq!(
        refused("persistentvolumeclaims", limits, claim)
            .await
            .unwrap(),
        "persistentvolumeclaims \"x\" is forbidden: maximum storage usage per \
         PersistentVolumeClaim is 2Gi, but request is 3Gi"
    );
}

#[tokio::test]
async fn a_service_account_may_list_the_secrets_of_its_pods() {
    let account = r#"{"metadata": {"annotations": {"kubernetes.io/enforce-mountable-secrets": "true"}},
        "secrets": [{"name": "own"}]}"#;
    let objects = Objects::of(&[NAMESPACE, (ACCOUNT.0, account)]);
    let pod = |secret: &str| {
        format!(
            r#"{{"spec": {{"containers": [{{"name": "c", "envFrom": [{{"secretRef": {{"name": "{secret}"}}}}]}}]}}}}"#
        )
    };
    assert!(created("", "pods", &pod("own"), &objects).await.is_ok());
    let refused = created("", "pods", &pod("other"), &objects)
        .await
        .unwrap_err();
    assert!(
        refused
            .message
            .contains("container c with envFrom referencing secret.secretName=\"other\""),
        "{}",
        refused.message
    );
}

#[tokio::test]
async fn plugins_that_are_off_by_default_can_be_switched_on() {
    let plugins = AdmissionPlugins::new(
        [
            "AlwaysPullImages",
            "ExtendedResourceToleration",
            "LimitPodHardAntiAffinityTopology",
            "DenyServiceExternalIPs",
        ],
        [],
    )
    .unwrap();
    let plugins = Running::uncounted(plugins);
    let objects = Objects::of(&[NAMESPACE, ACCOUNT]);
    let mut pod = parse(
        r#"{"spec": {"containers": [{"name": "c", "image": "i", "imagePullPolicy": "Never",
            "resources": {"requests": {"cpu": "1", "x.y/gpu": "1"}}}],
            "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]}}}}"#,
    );
    let request = testing::Request::new("", "pods");
    let attributes = request.create();
    builtin::mutate(&mut pod, &attributes, plugins, &objects)
        .await
        .unwrap();
    let container = &pod
        .get_path(&["spec", "containers"])
        .unwrap()
        .as_sequence()
        .unwrap()[0];
    assert_eq!(text_at(container, &["imagePullPolicy"]), Some("Always"));
    let tolerations = items_at(&pod, &["spec", "tolerations"]);
    let tolerates = |key: &str| {
        tolerations
            .iter()
            .any(|it| text_at(it, &["key"]) == Some(key))
    };
    assert!(tolerates("x.y/gpu") && !tolerates("cpu"));
    let checked = builtin::check(&pod, &attributes, plugins, &objects).await;
    assert!(checked.unwrap_err().message.contains("TopologyKey zone"));

    let request = testing::Request::new("", "services");
    let service = parse(r#"{"spec": {"externalIPs": ["192.0.2.1"]}}"#);
    let attributes = Attributes {
        operation: Operation::Update,
        old: Some(&service),
        ..request.create()
    };
    // What is there already stays.
    let checked = builtin::check(&service, &attributes, plugins, &objects).await;
    assert_eq!(checked, Ok(()));
    let checked = builtin::check(&service, &request.create(), plugins, &objects).await;
    assert!(
        checked
            .unwrap_err()
            .message
            .contains("Use of external IPs is denied")
    );
}

const NODE: ([&str; 4], &str) = (
    ["", "nodes", "", "node"],
    r#"{"metadata": {"labels": {"topology.kubernetes.io/zone": "z", "other": "o", "kubernetes.io/os": "linux"}},
        "status": {"allocatable": {"cpu": "1", "memory": "1Gi"}}}"#,
);

#[tokio::test]
async fn pods_know_the_zone_of_their_node_and_do_not_outgrow_it() {
    let objects = Objects::of(&[NAMESPACE, ACCOUNT, NODE]);
    let request = testing::Request::new("", "pods");
    let mut binding = parse(r#"{"metadata": {}, "target": {"kind": "Node", "name": "node"}}"#);
    let attributes = Attributes {
        subresource: "binding",
        ..request.create()
    };
    let plugins = Running::uncounted(AdmissionPlugins::default());
    builtin::mutate(&mut binding, &attributes, plugins, &objects)
        .await
        .unwrap();
    let labels = binding.get_path(&["metadata", "labels"]).unwrap();
    let wanted = parse(r#"{"topology.kubernetes.io/zone": "z"}"#);
    assert_eq!(*labels, wanted);

    let pod = |cpu: &str| {
        parse(&format!(
            r#"{{"spec": {{"nodeName": "node", "containers": [{{"name": "c", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}}}"#
        ))
    };
    let old = pod("1");
    let attributes = Attributes {
        operation: Operation::Update,
        subresource: "resize",
        old: Some(&old),
        ..request.create()
    };
    let resized = async |pod: Value| builtin::check(&pod, &attributes, plugins, &objects).await;
    assert_eq!(resized(pod("500m")).await, Ok(()));
    let refused = resized(pod("2")).await.unwrap_err();
    assert!(
        refused.message.ends_with(
            "node didn't have enough allocatable resources: cpu, requested: 2000, allocatable: 1000"
        ),
        "{}",
        refused.message
    );
    assert_eq!(refused.details.unwrap().causes[0].reason, "NodeCapacity");
}

#[tokio::test]
async fn claims_grow_when_they_are_bound_and_their_class_allows_it() {
    let class = |grows: bool| format!(r#"{{"allowVolumeExpansion": {grows}}}"#);
    let claim = |size: &str, phase: &str| {
        parse(&format!(
            r#"{{"metadata": {{}}, "spec": {{"storageClassName": "s", "resources": {{"requests": {{"storage": "{size}"}}}}}},
                "status": {{"phase": "{phase}"}}}}"#
        ))
    };
    let request = testing::Request::new("", "persistentvolumeclaims");
    for (phase, grows, why) in [
        ("Bound", true, None),
        (
            "Bound",
            false,
            Some("only dynamically provisioned pvc can be resized"),
        ),
        (
            "Pending",
            true,
            Some("Only bound persistent volume claims can be expanded"),
        ),
    ] {
        let class = class(grows);
        let objects = Objects::of(&[
            NAMESPACE,
            (["storage.k8s.io", "storageclasses", "", "s"], &class),
        ]);
        let old = claim("1Gi", phase);
        let attributes = Attributes {
            operation: Operation::Update,
            old: Some(&old),
            ..request.create()
        };
        let plugins = Running::uncounted(AdmissionPlugins::default());
        let checked = builtin::check(&claim("2Gi", phase), &attributes, plugins, &objects).await;
        match (why, checked) {
            (None, checked) => assert_eq!(checked, Ok(())),
            (Some(why), checked) => assert!(checked.unwrap_err().message.contains(why), "{phase}"),
        }
    }
}
