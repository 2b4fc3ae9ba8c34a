//! What refers to services, secrets of certificates and classes of volumes.

use super::{References, Target};
use crate::codes;
use crate::inventory::Object;
use crate::pods::{items, text};
use crate::sent::is_substituted;
use trimtab_tree::Value;

/// Annotations by which cert-manager makes the secrets that an ingress names.
const CERTIFICATE_ANNOTATIONS: [&str; 5] = [
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/issuer",
    "certmanager.k8s.io/cluster-issuer",
    "certmanager.k8s.io/issuer",
    "kubernetes.io/tls-acme",
];

impl References<'_, '_> {
    /// Everything that an ingress, webhook or the like refers to.
    pub(super) fn of_network(&mut self, object: &Object<'_>) {
        match (object.group, object.kind) {
            ("networking.k8s.io" | "extensions", "Ingress") => self.of_ingress(object),
            (
                "admissionregistration.k8s.io",
                "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
            ) => {
                for (at, webhook) in items(object.value, "webhooks").enumerate() {
                    let service = webhook.get_path(&["clientConfig", "service"]);
                    let path = format!("webhooks[{at}].clientConfig.service");
                    self.of_service_reference(object, service, &path);
                }
            }
            ("apiextensions.k8s.io", "CustomResourceDefinition") => {
                let steps = ["spec", "conversion", "webhook", "clientConfig", "service"];
                let service = object.value.get_path(&steps);
                self.of_service_reference(object, service, &steps.join("."));
            }
            ("apiregistration.k8s.io", "APIService") => {
                let service = object.value.get_path(&["spec", "service"]);
                self.of_service_reference(object, service, "spec.service");
            }
            ("", "PersistentVolumeClaim") => {
                let class = object.value.get_path(&["spec", "storageClassName"]);
                let class = class.and_then(Value::text_if_not_null);
                let is_bound = object.value.get_path(&["spec", "volumeName"]).is_some();
                if let Some(class) = class.filter(|_| !is_bound) {
                    let path = "spec.storageClassName";
                    self.require(object, path, Target::StorageClass, "", class);
                }
            }
            _ => {}
        }
    }

    /// A service in a namespace that is named with it.
    fn of_service_reference(&mut self, object: &Object<'_>, service: Option<&Value>, path: &str) {
        let Some(service) = service else { return };
        let (Some(namespace), Some(name)) = (text(service, "namespace"), text(service, "name"))
        else {
            return;
        };
        let path = format!("{path}.name");
        let found = self.require(object, &path, Target::Service, namespace, name);
        let port = service.get("port").and_then(Value::text_if_not_null);
        if let (Some(found), Some(port)) = (found, port) {
            let path = path.replace(".name", ".port");
            self.require_port(object, &path, &found, port, true);
        }
    }

    fn of_ingress(&mut self, object: &Object<'_>) {
        let Some(spec) = object.value.get("spec") else {
            return;
        };
        let annotations = object.value.get_path(&["metadata", "annotations"]);
        let makes_secrets = annotations.is_some_and(|annotations| {
            CERTIFICATE_ANNOTATIONS
                .iter()
                .any(|key| annotations.get(key).is_some())
        });
        for (at, tls) in items(spec, "tls").enumerate().filter(|_| !makes_secrets) {
            if let Some(name) = text(tls, "secretName") {
                let path = format!("spec.tls[{at}].secretName");
                self.require(object, &path, Target::Secret, object.namespace, name);
            }
        }
        for field in ["defaultBackend", "backend"] {
            if let Some(backend) = spec.get(field) {
                self.of_backend(object, backend, &format!("spec.{field}"));
            }
        }
        for (at, rule) in items(spec, "rules").enumerate() {
            let Some(http) = rule.get("http") else {
                continue;
            };
            for (path_at, path) in items(http, "paths").enumerate() {
                if let Some(backend) = path.get("backend") {
                    let path = format!("spec.rules[{at}].http.paths[{path_at}].backend");
                    self.of_backend(object, backend, &path);
                }
            }
        }
    }

    /// Where an ingress sends requests, in the form of today or that of `v1beta1`.
    fn of_backend(&mut self, object: &Object<'_>, backend: &Value, path: &str) {
        let service = backend.get("service");
        let (name, name_path, port, port_path) = if let Some(service) = service {
            let port = service.get("port");
            let (number, called) = (
                port.and_then(|port| port.get("number")),
                port.and_then(|port| port.get("name")),
            );
            let field = if number.is_some() { "number" } else { "name" };
            (
                text(service, "name"),
                format!("{path}.service.name"),
                number.or(called),
                format!("{path}.service.port.{field}"),
            )
        } else {
            (
                text(backend, "serviceName"),
                format!("{path}.serviceName"),
                backend.get("servicePort"),
                format!("{path}.servicePort"),
            )
        };
        let Some(name) = name else { return };
        // A load balancer of Amazon's takes its actions from annotations under the names of services.
        let uses_annotation = port.and_then(Value::text) == Some("use-annotation");
        if uses_annotation {
            return;
        }
        let found = self.require(object, &name_path, Target::Service, object.namespace, name);
        if let Some((service, port)) = found.zip(port)
            && let Some(text) = port.text_if_not_null()
        {
            let is_number = port.as_str().is_none();
            self.require_port(object, &port_path, &service, text, is_number);
        }
    }

    /// Checks that a service of the build has a port.
    fn require_port(
        &mut self,
        object: &Object<'_>,
        path: &str,
        service: &Object<'_>,
        port: &str,
        is_number: bool,
    ) {
        let field = if is_number { "port" } else { "name" };
        let Some(spec) = service.value.get("spec") else {
            return;
        };
        let ports: Vec<&str> = items(spec, "ports")
            .filter_map(|port| text(port, field))
            .collect();
        let has_none = spec.get("ports").is_none();
        let is_known_later = is_substituted(port) || ports.iter().any(|port| is_substituted(port));
        if has_none || is_known_later || ports.contains(&port) {
            return;
        }
        let message = format!("{path}: {} has no port `{port}`", service.subject());
        let listed: Vec<String> = ports.iter().map(|port| format!("`{port}`")).collect();
        let hint = (!listed.is_empty()).then(|| format!("it has {}", listed.join(", ")));
        self.findings
            .error(object, codes::MISSING_PORT, path, &message)
            .label(service, "spec.ports", "the ports of the service")
            .hint_if(hint)
            .tell();
    }
}
