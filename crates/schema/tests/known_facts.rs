//! Facts of Kubernetes that everyone who writes manifests relies on.

use trimtab_schema::{
    KUSTOMIZE_OPENAPI_VERSION, ListType, Schema, Scope, Type, ValueKind, ZeroValue,
};

/// Follows field names from a kind; `[]` stands for a list's items.
fn at<'a>(schema: &'a Schema, kind: &str, path: &str) -> Option<Type<'a>> {
    let (api_version, kind) = kind.split_once(' ')?;
    let start = schema.type_of(api_version, kind);
    path.split('.').fold(start, |ty, step| match step {
        "[]" => ty?.elements(),
        name => ty?.field(name),
    })
}

const POD_SPEC: &str = "spec.template.spec";

/// The merge keys, after the letters of the strategies: m(erge), r(eplace), k(eys retained).
fn merging(ty: Option<Type<'_>>) -> String {
    let Some(ty) = ty else {
        return "unknown".to_owned();
    };
    let strategy = ty.patch_strategy();
    let mut out = String::new();
    out.extend(strategy.merge.then_some('m'));
    out.extend(strategy.replace.then_some('r'));
    out.extend(strategy.retain_keys.then_some('k'));
    for key in ty.merge_keys() {
        out.push(' ');
        out.push_str(key);
    }
    out
}

#[test]
fn lists_of_a_deployment_merge_by_their_keys() {
    let (kubernetes, kustomize) = (Schema::kubernetes(), Schema::kustomize());
    let cases = [
        ("containers", "m name"),
        ("containers.[].ports", "m containerPort protocol"),
        ("containers.[].env", "m name"),
        ("containers.[].envFrom", ""),
        ("containers.[].args", ""),
        ("containers.[].volumeMounts", "m mountPath"),
        ("volumes", "mk name"),
        ("tolerations", ""),
        ("imagePullSecrets", "m name"),
        ("hostAliases", "m ip"),
        (
            "topologySpreadConstraints",
            "m topologyKey whenUnsatisfiable",
        ),
        ("securityContext.sysctls", ""),
        ("nosuchfield", "unknown"),
    ];
    for (path, expected) in cases {
        let path = format!("{POD_SPEC}.{path}");
        for schema in [&kubernetes, &kustomize] {
            assert_eq!(
                merging(at(schema, "apps/v1 Deployment", &path)),
                expected,
                "{path}"
            );
        }
    }
    // Facts beside a reference are lost on kustomize.
    let strategy = |schema| merging(at(schema, "apps/v1 Deployment", "spec.strategy"));
    assert_eq!(
        (
            strategy(&kubernetes).as_str(),
            strategy(&kustomize).as_str()
        ),
        ("k", "")
    );
}

#[test]
fn the_two_releases_differ_where_they_did() {
    let (kubernetes, kustomize) = (Schema::kubernetes(), Schema::kustomize());
    let cases = [
        ("batch/v1beta1", "CronJob", false, true),
        ("autoscaling/v2", "HorizontalPodAutoscaler", true, false),
        ("policy/v1beta1", "PodSecurityPolicy", false, true),
        ("extensions/v1beta1", "Ingress", false, true),
        ("extensions/v1beta1", "Deployment", false, false),
        ("networking.k8s.io/v1", "Ingress", true, true),
        ("apps/v1", "DeploymentList", true, true),
        ("example.com/v1", "Widget", false, false),
    ];
    for (api_version, kind, in_kubernetes, in_kustomize) in cases {
        let known = |schema: &Schema| schema.type_of(api_version, kind).is_some();
        assert_eq!(known(&kubernetes), in_kubernetes, "{kind}");
        assert_eq!(known(&kustomize), in_kustomize, "{kind}");
    }
    // Ephemeral containers' ports had no key then.
    let ports = "spec.ephemeralContainers.[].ports";
    assert_eq!(
        merging(at(&kubernetes, "v1 Pod", ports)),
        "m containerPort protocol"
    );
    assert_eq!(merging(at(&kustomize, "v1 Pod", ports)), "");
}

#[test]
fn scopes_are_those_that_kustomize_answers() {
    let schema = Schema::kustomize();
    let cases = [
        ("v1", "Namespace", Some(true)),
        ("v1", "ConfigMap", Some(false)),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", Some(true)),
        ("rbac.authorization.k8s.io/v1", "Role", Some(false)),
        (
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            Some(true),
        ),
        // Later than 1.21, but kustomize knows.
        (
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicy",
            Some(true),
        ),
        (
            "admissionregistration.k8s.io/v1",
            "MutatingAdmissionPolicy",
            None,
        ),
        // There is a type, but no path to it.
        ("v1", "PodList", None),
        ("v1", "Binding", None),
        // There is a path, but no type.
        ("v1", "PodExecOptions", Some(false)),
        ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", None),
        ("example.com/v1", "Widget", None),
        ("v2", "Namespace", None),
        ("", "", None),
    ];
    for (api_version, kind, expected) in cases {
        assert_eq!(
            schema.is_cluster_scoped(api_version, kind),
            expected,
            "{kind}"
        );
    }
    assert!(schema.type_of("v1", "PodExecOptions").is_none());
}

/// Whatever changes 1.36 must not change what kustomize sees: a new release's added fields have to
/// be listed in the differences.
#[test]
fn the_view_of_kustomize_stays_as_it_is() {
    let schema = Schema::kustomize();
    let (mut types, mut fields, mut digest) = (0, 0, 0xcbf2_9ce4_8422_2325_u64);
    let mut mix = |text: &str| {
        for byte in text.bytes().chain([0]) {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    let mut seen = std::collections::BTreeSet::new();
    let mut next: Vec<Type<'_>> = Vec::new();
    for kind in schema.kinds() {
        let scope = format!("{:?}", kind.scope());
        [kind.api_version(), kind.kind(), &scope]
            .into_iter()
            .for_each(&mut mix);
        next.extend(schema.type_of(kind.api_version(), kind.kind()));
    }
    while let Some(ty) = next.pop() {
        if !seen.insert(ty.name()) {
            continue;
        }
        types += 1;
        for field in ty.fields() {
            fields += 1;
            let value = field.value_type().unwrap();
            [field.name, &merging(Some(value))]
                .into_iter()
                .for_each(&mut mix);
            let mut inner = value;
            while let Some(deeper) = inner.elements().or(inner.values()) {
                inner = deeper;
            }
            if let Some((package, name)) = inner.name() {
                [package, name].into_iter().for_each(&mut mix);
                next.push(inner);
            }
        }
    }
    assert_eq!((schema.kinds().len(), types, fields), (282, 621, 2649));
    assert_eq!(digest, 0x6109_fd54_c715_ae4c);
}

#[test]
fn kinds_are_called_by_plural_and_short_names() {
    let schema = Schema::kubernetes();
    let called = |word| -> Vec<String> {
        schema
            .kinds_called(word)
            .map(|kind| format!("{kind:?}"))
            .collect()
    };
    assert_eq!(called("deploy"), ["Deployment.apps/v1"]);
    assert_eq!(called("Deployments"), ["Deployment.apps/v1"]);
    assert_eq!(
        called("crd"),
        ["CustomResourceDefinition.apiextensions.k8s.io/v1"]
    );
    assert_eq!(
        called("hpa"),
        [
            "HorizontalPodAutoscaler.autoscaling/v1",
            "HorizontalPodAutoscaler.autoscaling/v2"
        ]
    );
    assert_eq!(called(""), [""; 0]);
    assert_eq!(called("podlist"), [""; 0]);

    let pod = schema.kind("v1", "Pod").unwrap();
    assert_eq!(
        (pod.group(), pod.version(), pod.scope()),
        ("", "v1", Scope::Namespaced)
    );
    assert_eq!((pod.plural(), pod.singular()), (Some("pods"), Some("pod")));
    assert!(pod.subresources().any(|name| name == "ephemeralcontainers"));
    assert!(pod.categories().eq(["all"]));
    assert_eq!(pod.verbs().count(), 8);
    let ingress = schema.kind("networking.k8s.io/v1", "Ingress").unwrap();
    assert_eq!(
        (ingress.group(), ingress.version()),
        ("networking.k8s.io", "v1")
    );
    assert_eq!(schema.kind("v1", "PodList").unwrap().plural(), None);
}

/// As a server answers: see what of a Deployment without any fields is in its answer.
#[test]
fn fields_without_a_value_are_written_as_the_api_does() {
    let schema = Schema::kubernetes();
    let cases = [
        ("apps/v1 Deployment", "spec.replicas", ZeroValue::Held),
        ("apps/v1 Deployment", "spec.paused", ZeroValue::Dropped),
        ("apps/v1 Deployment", "spec.strategy", ZeroValue::Written),
        ("apps/v1 Deployment", "spec.selector", ZeroValue::Null),
        ("apps/v1 Deployment", "status", ZeroValue::Written),
        (
            "apps/v1 DaemonSet",
            "status.numberReady",
            ZeroValue::Written,
        ),
        ("v1 Pod", "spec.securityContext", ZeroValue::Held),
        ("v1 Pod", "spec.hostNetwork", ZeroValue::Dropped),
        ("v1 Pod", "spec.containers.[].resources", ZeroValue::Written),
        ("v1 Pod", "spec.containers.[].env", ZeroValue::Dropped),
        (
            "v1 Pod",
            "status.conditions.[].lastProbeTime",
            ZeroValue::Null,
        ),
        (
            "rbac.authorization.k8s.io/v1 Role",
            "rules",
            ZeroValue::Null,
        ),
    ];
    for (kind, path, zero) in cases {
        let ty = at(&schema, kind, path).unwrap();
        assert_eq!(ty.zero_value(), zero, "{kind} {path}");
    }
}

#[test]
fn values_are_what_the_api_says() {
    let schema = Schema::kubernetes();
    let cases = [
        ("spec.replicas", ValueKind::Integer, "int32"),
        ("metadata.creationTimestamp", ValueKind::String, "date-time"),
        ("metadata.labels", ValueKind::Map, ""),
        ("metadata.labels.app", ValueKind::String, ""),
        ("spec.paused", ValueKind::Boolean, ""),
        (
            "spec.strategy.rollingUpdate.maxSurge",
            ValueKind::IntOrString,
            "",
        ),
        ("spec.template.spec.containers", ValueKind::List, ""),
        ("spec.template.spec.containers.[]", ValueKind::Object, ""),
        (
            "spec.template.spec.containers.[].resources.limits.cpu",
            ValueKind::IntOrString,
            "",
        ),
    ];
    for (path, kind, format) in cases {
        let ty = at(&schema, "apps/v1 Deployment", path).unwrap();
        assert_eq!((ty.kind(), ty.format()), (kind, format), "{path}");
    }
    let container = at(&schema, "v1 Pod", "spec.containers.[]").unwrap();
    assert_eq!(container.name(), Some(("io.k8s.api.core.v1", "Container")));
    assert!(container.requires("name") && !container.requires("image") && !container.requires("x"));
    assert!(container.fields().is_sorted_by_key(|field| field.name));
    assert!(container.values().is_none() && container.elements().is_none());
}

#[test]
fn server_side_apply_has_keys_of_its_own() {
    let schema = Schema::kubernetes();
    let list = |kind, path| {
        let ty = at(&schema, kind, path).unwrap();
        let keys: Vec<_> = ty.list_map_keys().collect();
        (ty.list_type(), keys.join(","), ty.patch_merge_key())
    };
    assert_eq!(
        list("v1 Service", "spec.ports"),
        (
            Some(ListType::Map),
            "port,protocol".to_owned(),
            Some("port")
        )
    );
    assert_eq!(
        list("apps/v1 StatefulSet", "spec.volumeClaimTemplates"),
        (Some(ListType::Atomic), String::new(), None)
    );
    assert_eq!(
        list("batch/v1 Job", "status.conditions"),
        (Some(ListType::Atomic), String::new(), Some("type"))
    );
    assert_eq!(
        list("v1 Pod", "metadata.finalizers"),
        (Some(ListType::Set), String::new(), None)
    );
    assert!(
        at(&schema, "v1 Service", "spec.selector")
            .unwrap()
            .is_atomic_map()
    );
    assert!(
        at(&schema, "apps/v1 Deployment", "spec.selector")
            .unwrap()
            .is_atomic_map()
    );
    assert!(
        !at(&schema, "v1 Pod", "metadata.labels")
            .unwrap()
            .is_atomic_map()
    );
}

#[test]
fn kustomize_takes_its_own_version_only() {
    assert!(Schema::kustomize_at("").is_ok());
    assert!(Schema::kustomize_at(KUSTOMIZE_OPENAPI_VERSION).is_ok());
    let error = Schema::kustomize_at("v1.20.4").unwrap_err();
    assert!(error.message.contains("v1.20.4"), "{error}");
}

#[test]
fn fields_say_their_only_values() {
    let schema = Schema::kubernetes();
    let values = |ty: &str, field: &str| {
        let ty = schema.type_named(ty).unwrap().field(field).unwrap();
        ty.allowed_values().collect::<Vec<_>>()
    };
    let container = "io.k8s.api.core.v1.Container";
    assert_eq!(
        values(container, "imagePullPolicy"),
        ["Always", "IfNotPresent", "Never"]
    );
    assert_eq!(values(container, "image"), [""; 0]);
    let service = "io.k8s.api.core.v1.ServiceSpec";
    assert_eq!(values(service, "ipFamilies"), ["", "IPv4", "IPv6"]);
}

#[test]
fn required_fields_are_in_the_order_of_their_declaration() {
    let schema = Schema::kubernetes();
    let required = |ty: &str| {
        let ty = schema.type_named(ty).unwrap();
        ty.required_fields().collect::<Vec<_>>()
    };
    let condition = "io.k8s.api.apps.v1.DeploymentCondition";
    assert_eq!(required(condition), ["type", "status"]);
    let owner = "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference";
    assert_eq!(required(owner), ["apiVersion", "kind", "name", "uid"]);
}

/// A declared order that names other fields than those that are required would change what an
/// object must have.
#[test]
fn declared_orders_name_the_required_fields() {
    let schema = Schema::kubernetes();
    for kind in schema.kinds() {
        let mut next = vec![schema.type_of(kind.api_version(), kind.kind())];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(ty) = next.pop() {
            let Some(ty) = ty.filter(|ty| ty.name().is_none_or(|name| seen.insert(name))) else {
                continue;
            };
            let mut declared: Vec<&str> = ty.required_fields().collect();
            declared.sort_unstable();
            let fields = ty.fields().filter(|field| field.required);
            let required: Vec<&str> = fields.map(|field| field.name).collect();
            assert_eq!(declared, required, "{:?}", ty.name());
            next.extend(ty.fields().map(|field| field.value_type()));
            next.extend([ty.elements(), ty.values()]);
        }
    }
}

#[test]
fn fields_have_their_numbers_in_protobuf() {
    let schema = Schema::kubernetes();
    let path = |ty: &str, name: &str| {
        let ty = schema.type_named(ty).unwrap();
        let field = ty.fields().find(|field| field.name == name).unwrap();
        field.protobuf_path().to_vec()
    };
    assert_eq!(path("io.k8s.api.core.v1.PodSpec", "containers"), [2]);
    assert_eq!(path("io.k8s.api.core.v1.Probe", "httpGet"), [1, 2]);
    assert_eq!(path("io.k8s.api.core.v1.PodList", "items"), [2]);
    assert_eq!(path("io.k8s.api.core.v1.Pod", "kind"), [0; 0]);
}

/// Two fields of one number could not be told apart, and one whose number is the beginning of
/// another's would be both a value and a message.
#[test]
fn no_number_leads_to_two_fields() {
    let schema = Schema::kubernetes();
    for kind in schema.kinds() {
        let Some(ty) = schema.type_of(kind.api_version(), kind.kind()) else {
            continue;
        };
        let fields = ty.fields().collect::<Vec<_>>();
        for (at, one) in fields.iter().enumerate() {
            for other in &fields[at + 1..] {
                let (a, b) = (one.protobuf_path(), other.protobuf_path());
                let apart = a.is_empty() || b.is_empty() || !(a.starts_with(b) || b.starts_with(a));
                assert!(apart, "{kind:?}: {} and {}", one.name, other.name);
            }
        }
    }
}
