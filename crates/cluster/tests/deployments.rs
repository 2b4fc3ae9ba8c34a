//! Deployments from one end to the other.

use crate::harness::{INSTANTLY, create_deployment, deployments, is_available, play, until};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{Pod, ServiceAccount};
use kube::api::{Api, DeleteParams};

#[test]
fn a_deployment_gets_its_pods_and_loses_them_with_itself() {
    play(
        11,
        |options| options.ready_after = INSTANTLY,
        async |cluster| {
            create_deployment(cluster, "web", 5, "nginx:1").await;
            until::<Deployment>(cluster, "5 available", |all| is_available(all, "web", 5)).await;
            let accounts: Api<ServiceAccount> = Api::namespaced(cluster.client(), "default");
            assert!(accounts.get_opt("default").await.unwrap().is_some());
            deployments(cluster)
                .delete("web", &DeleteParams::background())
                .await
                .unwrap();
            until::<Deployment>(cluster, "no deployment", <[_]>::is_empty).await;
            until::<ReplicaSet>(cluster, "no replica set", <[_]>::is_empty).await;
            until::<Pod>(cluster, "no pods", <[_]>::is_empty).await;
        },
    );
}
