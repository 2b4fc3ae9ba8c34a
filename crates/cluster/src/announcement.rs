//! Tells clients which controllers run here.
//!
//! Every other Kubernetes runs them all. Here some do not exist yet, and `--controllers`,
//! `--scheduler` and `--nodes` turn others off: who applies an object wants to know whether anybody
//! will work on it. The answer stands in a `ConfigMap`, under the names of kube-controller-manager's
//! `--controllers`, a name a line, besides `scheduler` and `nodes`.

use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, ObjectMeta, Patch, PatchParams};
use kube::{Client, Error};
use std::collections::BTreeMap;

const NAMESPACE: &str = "kube-system";
const NAME: &str = "trimtab-controllers";

/// Announces what runs; what an earlier run said is replaced.
pub(crate) async fn announce(client: &Client, running: &[&str]) -> Result<(), Error> {
    let announcement = ConfigMap {
        metadata: ObjectMeta {
            name: Some(NAME.to_owned()),
            namespace: Some(NAMESPACE.to_owned()),
            ..ObjectMeta::default()
        },
        data: Some(BTreeMap::from([(
            "controllers".to_owned(),
            running.join("\n"),
        )])),
        ..ConfigMap::default()
    };
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), NAMESPACE);
    let parameters = PatchParams::apply("trimtab").force();
    maps.patch(NAME, &parameters, &Patch::Apply(&announcement))
        .await
        .map(drop)
}
