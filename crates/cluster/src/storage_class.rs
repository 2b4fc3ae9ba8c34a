//! The class of local volumes.
//!
//! As other small clusters, a cluster with nodes has one called `standard` that is the default, so
//! that what claims storage gets it. One without has none, as kube-controller-manager alone.

use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::{Api, ObjectMeta, PostParams};
use kube::{Client, Error};
use std::collections::BTreeMap;
use trimtab_controllers::LOCAL_PROVISIONER;

const NAME: &str = "standard";
const IS_DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";

/// Makes the class, unless one of its name is there.
pub(crate) async fn bring_storage_class(client: &Client) -> Result<(), Error> {
    let annotations = BTreeMap::from([(IS_DEFAULT.to_owned(), "true".to_owned())]);
    let class = StorageClass {
        metadata: ObjectMeta {
            name: Some(NAME.to_owned()),
            annotations: Some(annotations),
            ..ObjectMeta::default()
        },
        provisioner: LOCAL_PROVISIONER.to_owned(),
        reclaim_policy: Some("Delete".to_owned()),
        volume_binding_mode: Some("Immediate".to_owned()),
        allow_volume_expansion: Some(true),
        ..StorageClass::default()
    };
    let params = PostParams {
        field_manager: Some("trimtab".to_owned()),
        ..PostParams::default()
    };
    match Api::all(client.clone()).create(&params, &class).await {
        Ok(_) => Ok(()),
        Err(Error::Api(status)) if status.reason == "AlreadyExists" => Ok(()),
        Err(error) => Err(error),
    }
}
