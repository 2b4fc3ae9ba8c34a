//! What `trimtab check` finds in rendered objects.

super::rules! {
    "api-warning", Warning,
        "The API takes the object, with a warning.",
        "two container ports of the same number";
    "deprecated-api", Warning,
        "The version of the API is deprecated and will go.",
        "`apiVersion: v1`, `kind: Endpoints`";
    "duplicate-object", Error,
        "Two resources are one and the same object to the API.",
        "an Ingress of `extensions/v1beta1` and one of `networking.k8s.io/v1` with the same name";
    "future-api", Error,
        "The version of the API came with a later release than the one aimed at.",
        "`autoscaling/v2` with `--kubernetes-version 1.22`";
    "future-field", Error,
        "The field came with a later release than the one aimed at, which drops it.",
        "`hostUsers: false` of a pod with `--kubernetes-version 1.24`";
    "immutable-field", Error,
        "A field would change that may not; found with `--admit --from`.",
        "another `spec.selector` of a Deployment";
    "invalid-annotation", Error,
        "The API refuses the annotation.",
        "`annotations: {\"a b\": c}`";
    "invalid-label", Error,
        "The API refuses the label.",
        "`labels: {app: \"web server\"}`";
    "invalid-name", Error,
        "The API refuses the name or namespace.",
        "`metadata: {name: Web_Server}`";
    "invalid-quantity", Error,
        "The value is not a quantity such as `500m` or `1Gi`.",
        "`limits: {memory: 1 GB}`";
    "invalid-type", Error,
        "The value is not of the type that the field has.",
        "`replicas: \"3\"`";
    "invalid-value", Error,
        "The API refuses the value.",
        "`containerPort: 70000`";
    "missing-config-map", Either,
        "A ConfigMap is named that the build does not hold.",
        "`envFrom: [{configMapRef: {name: setings}}]`";
    "missing-key", Error,
        "A key is named that the ConfigMap or Secret of the build does not have.",
        "`configMapKeyRef: {name: settings, key: prot}`";
    "missing-port", Error,
        "A port is named that the Service or the pods of the build do not have.",
        "`targetPort: htttp`";
    "missing-priority-class", Either,
        "A PriorityClass is named that the build does not hold.",
        "`priorityClassName: urgent`";
    "missing-role", Either,
        "A Role or ClusterRole is named that the build does not hold.",
        "`roleRef: {kind: Role, name: raeder}`";
    "missing-scale-target", Either,
        "What is to be scaled is not in the build.",
        "`scaleTargetRef: {kind: Deployment, name: wbe}`";
    "missing-secret", Either,
        "A Secret is named that the build does not hold.",
        "`imagePullSecrets: [{name: registry}]`";
    "missing-service", Either,
        "A Service is named that the build does not hold.",
        "an Ingress with `backend: {service: {name: wbe}}`";
    "missing-service-account", Either,
        "A ServiceAccount is named that the build does not hold.",
        "`serviceAccountName: wbe`";
    "missing-storage-class", Either,
        "A StorageClass is named that the build does not hold.",
        "`storageClassName: fast`";
    "missing-volume-claim", Either,
        "A PersistentVolumeClaim is named that the build does not hold.",
        "`persistentVolumeClaim: {claimName: data}`";
    "quota-exceeded", Error,
        "There is no room in a ResourceQuota; found with `--admit`.",
        "`hard: {count/configmaps: 1}` and two of them";
    "refused-by-admission", Error,
        "Admission forbids the object, or the pods of its template; found with `--admit`.",
        "`privileged: true` in a namespace with `pod-security.kubernetes.io/enforce: restricted`";
    "refused-by-api", Error,
        "The API server does not take the object; found with `--admit`.",
        "a custom resource that a rule of its definition forbids";
    "removed-api", Error,
        "The version of the API is not served any more.",
        "`apiVersion: extensions/v1beta1`, `kind: Ingress`";
    "required-field", Either,
        "A field that must be there is not.",
        "a container without `name`";
    "selector-matches-nothing", Either,
        "A selector matches no pod of the build.",
        "a Service with `selector: {app: wbe}`";
    "stuck-rollout", Error,
        "The rollout of a workload does not end; found with `--rehearse`.",
        "`requests: {cpu: 1000}`";
    "suppression-without-reason", Error,
        "A suppression does not say why, and has no effect.",
        "`check.trimtab.dev/ignore: missing-secret`";
    "unknown-api-field", Error,
        "The kind does not have the field, which the API drops or refuses.",
        "`spec: {replica: 3}`";
    "unknown-api-kind", Either,
        "There is no schema for the kind.",
        "a custom resource whose definition is not in the build, or `kind: Deploymnt`";
    "unserved-version", Error,
        "The definition of the custom kind does not serve the version.",
        "`apiVersion: example.com/v2` where the definition has `v1`";
    "unused-suppression", Warning,
        "A suppression has nothing to suppress.",
        "`check.trimtab.dev/ignore: \"missing-secret: made by hand\"` where none is missing";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_finding_of_the_crate_has_a_row() {
        let rows: Vec<&str> = super::RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(rows, trimtab_check::codes::ALL);
    }
}
