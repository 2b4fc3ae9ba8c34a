//! What pods refer to.

use super::{References, Target, is_optional};
use crate::inventory::Object;
use crate::pods::{PodTemplate, items, text};
use trimtab_tree::Value;

impl References<'_, '_> {
    /// Everything that a pod template refers to.
    pub(super) fn of_pods(&mut self, template: &PodTemplate<'_>) {
        let PodTemplate {
            object, spec, path, ..
        } = template;
        for (path, container) in template.containers() {
            self.of_container(object, container, &path);
        }
        for (at, volume) in items(spec, "volumes").enumerate() {
            self.of_volume(object, volume, &format!("{path}.volumes[{at}]"));
        }
        self.of_pull_secrets(object, spec, path);
        // The older name of the field is kept in step by the API.
        let accounts = ["serviceAccountName", "serviceAccount"];
        if let Some(field) = accounts.iter().find(|field| text(spec, field).is_some()) {
            let path = format!("{path}.{field}");
            self.name(object, spec, field, &path, Target::ServiceAccount);
        }
        let class = format!("{path}.priorityClassName");
        self.name(
            object,
            spec,
            "priorityClassName",
            &class,
            Target::PriorityClass,
        );
        if object.is("apps", "StatefulSet") {
            self.of_stateful_set(object);
        }
    }

    /// An object of the same namespace that a field names.
    fn name(
        &mut self,
        object: &Object<'_>,
        holder: &Value,
        field: &str,
        path: &str,
        target: Target,
    ) {
        if let Some(name) = text(holder, field) {
            self.require(object, path, target, object.namespace, name);
        }
    }

    pub(super) fn of_pull_secrets(&mut self, object: &Object<'_>, holder: &Value, above: &str) {
        for (at, secret) in items(holder, "imagePullSecrets").enumerate() {
            let path = crate::typed::join(above, &format!("imagePullSecrets[{at}].name"));
            self.name(object, secret, "name", &path, Target::Secret);
        }
    }

    fn of_stateful_set(&mut self, object: &Object<'_>) {
        let Some(spec) = object.value.get("spec") else {
            return;
        };
        self.name(
            object,
            spec,
            "serviceName",
            "spec.serviceName",
            Target::Service,
        );
        for (at, claim) in items(spec, "volumeClaimTemplates").enumerate() {
            if let Some(claim) = claim.get("spec") {
                let path = format!("spec.volumeClaimTemplates[{at}].spec");
                self.of_claim(object, claim, &path);
            }
        }
    }

    fn of_container(&mut self, object: &Object<'_>, container: &Value, path: &str) {
        for (at, variable) in items(container, "env").enumerate() {
            let Some(source) = variable.get("valueFrom") else {
                continue;
            };
            let path = format!("{path}.env[{at}].valueFrom");
            for (field, target) in [
                ("configMapKeyRef", Target::ConfigMap),
                ("secretKeyRef", Target::Secret),
            ] {
                let Some(reference) = source.get(field) else {
                    continue;
                };
                let path = format!("{path}.{field}");
                let keys = text(reference, "key").map(|key| (format!("{path}.key"), key));
                self.of_content(object, reference, "name", &path, target, keys);
            }
        }
        for (at, source) in items(container, "envFrom").enumerate() {
            for (field, target) in [
                ("configMapRef", Target::ConfigMap),
                ("secretRef", Target::Secret),
            ] {
                if let Some(reference) = source.get(field) {
                    let path = format!("{path}.envFrom[{at}].{field}");
                    self.of_content(object, reference, "name", &path, target, None);
                }
            }
        }
    }

    /// A config map or secret that `reference` names in `field`, and keys in it.
    fn of_content<'k>(
        &mut self,
        object: &Object<'_>,
        reference: &Value,
        field: &str,
        path: &str,
        target: Target,
        keys: impl IntoIterator<Item = (String, &'k str)>,
    ) {
        let Some(name) = text(reference, field).filter(|_| !is_optional(reference)) else {
            return;
        };
        let path = format!("{path}.{field}");
        let holder = self.require(object, &path, target, object.namespace, name);
        if let Some(holder) = holder {
            for (path, key) in keys {
                self.require_key(object, &path, &holder, key);
            }
        }
    }

    fn of_volume(&mut self, object: &Object<'_>, volume: &Value, path: &str) {
        self.of_content_volume(object, volume, path, "secretName");
        for (at, source) in items(volume.get("projected").unwrap_or(volume), "sources").enumerate()
        {
            let path = format!("{path}.projected.sources[{at}]");
            self.of_content_volume(object, source, &path, "name");
        }
        if let Some(claim) = volume.get("persistentVolumeClaim") {
            let path = format!("{path}.persistentVolumeClaim.claimName");
            self.name(object, claim, "claimName", &path, Target::Claim);
        }
        if let Some(secret) = volume.get_path(&["csi", "nodePublishSecretRef"]) {
            let path = format!("{path}.csi.nodePublishSecretRef.name");
            self.name(object, secret, "name", &path, Target::Secret);
        }
        if let Some(claim) = volume.get_path(&["ephemeral", "volumeClaimTemplate", "spec"]) {
            let path = format!("{path}.ephemeral.volumeClaimTemplate.spec");
            self.of_claim(object, claim, &path);
        }
    }

    /// The specification of a claim that is made for a pod.
    fn of_claim(&mut self, object: &Object<'_>, claim: &Value, path: &str) {
        let (field, path) = ("storageClassName", format!("{path}.storageClassName"));
        self.name(object, claim, field, &path, Target::StorageClass);
    }

    /// A volume, or a source of a projected one, that is the content of a config map or secret.
    fn of_content_volume(
        &mut self,
        object: &Object<'_>,
        source: &Value,
        path: &str,
        name_of_secret: &str,
    ) {
        for (field, name, target) in [
            ("configMap", "name", Target::ConfigMap),
            ("secret", name_of_secret, Target::Secret),
        ] {
            let Some(reference) = source.get(field) else {
                continue;
            };
            let path = format!("{path}.{field}");
            let keys = items(reference, "items").enumerate();
            let keys = keys.filter_map(|(at, item)| {
                let key = text(item, "key")?;
                Some((format!("{path}.items[{at}].key"), key))
            });
            self.of_content(object, reference, name, &path, target, keys);
        }
    }
}
