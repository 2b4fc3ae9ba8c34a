//! `IAMPolicyGenerator`: a service account of the cluster that acts as one of the cloud.

use crate::kustomization::At;
use crate::kustomization::decode::{Decode, Rules, fields};
use trimtab_tree::{Diagnostic, Mapping, Result, Text, Value, resolve};

/// The object that configures it.
#[derive(Debug, Default)]
struct IamPolicy {
    cloud: At<Text>,
    kubernetes_service: KubernetesService,
    service_account: ServiceAccount,
}

#[derive(Debug, Default)]
struct KubernetesService {
    name: At<Text>,
    namespace: At<Text>,
}

#[derive(Debug, Default)]
struct ServiceAccount {
    name: At<Text>,
    project_id: At<Text>,
}

fields!(IamPolicy, "an IAMPolicyGenerator", {
    "cloud" => cloud,
    "kubernetesService" => kubernetes_service,
    "serviceAccount" => service_account,
});

fields!(KubernetesService, "a service account of the cluster", {
    "name" => name,
    "namespace" => namespace,
});

fields!(ServiceAccount, "a service account of the cloud", {
    "name" => name,
    "projectId" => project_id,
});

/// Makes the service account that an object of kind `IAMPolicyGenerator` describes.
///
/// # Errors
/// When the object does not hold what it should, or the cloud is not `gke`.
pub(crate) fn iam_policy(config: &Value) -> Result<Value> {
    let policy = IamPolicy::decode(config, Rules::PLUGIN)?;
    if policy.cloud.value != "gke" {
        return Err(Diagnostic::error(
            "unknown-cloud",
            format!("the cloud `{}` is not known", policy.cloud.value),
        )
        .at(policy.cloud.position.or(config.position))
        .in_field("cloud")
        .expecting("`gke`"));
    }
    let email = format!(
        "{}@{}.iam.gserviceaccount.com",
        policy.service_account.name.value, policy.service_account.project_id.value
    );
    // kustomize writes the names into a YAML text, so they mean what they look like.
    let plain = |text: &At<Text>| {
        Value::scalar(resolve(text), text.value.clone()).at(text.position.or(config.position))
    };
    let made = |text: Text| Value::string(text).at(config.position);
    let annotations = Mapping::from([("iam.gke.io/gcp-service-account", made(email.into()))]);
    let mut metadata = Mapping::from([
        ("annotations", annotations.into()),
        ("name", plain(&policy.kubernetes_service.name)),
    ]);
    if !policy.kubernetes_service.namespace.is_empty() {
        metadata.insert("namespace", plain(&policy.kubernetes_service.namespace));
    }
    let fields = Mapping::from([
        ("apiVersion", made("v1".into())),
        ("kind", made("ServiceAccount".into())),
        ("metadata", metadata.into()),
    ]);
    Ok(Value::from(fields).at(config.position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::documents;

    fn generate(config: &str) -> Result<Value> {
        iam_policy(&documents(config)[0])
    }

    #[test]
    fn a_service_account_names_that_of_the_cloud() {
        let account = generate(
            "{cloud: gke, kubernetesService: {name: app, namespace: web}, \
             serviceAccount: {name: sa, projectId: p}}",
        )
        .unwrap();
        let expected = "{apiVersion: v1, kind: ServiceAccount, metadata: {annotations: \
             {iam.gke.io/gcp-service-account: sa@p.iam.gserviceaccount.com}, \
             name: app, namespace: web}}";
        assert_eq!(account, documents(expected)[0]);
    }

    #[test]
    fn other_clouds_are_refused() {
        for config in ["{cloud: eks}", "{}"] {
            assert_eq!(generate(config).unwrap_err().code, "unknown-cloud");
        }
    }
}
