//! What an object owns, asked of the API server.
//!
//! Each kind has a watch of its own, so that an owner may be seen to be deleted before what was made
//! for it just then is seen to be there. Were the owner let go by the graph alone, that would not
//! have been set free, and would be deleted for the want of an owner.

use super::GarbageCollector;
use super::collect::IN_FLIGHT;
use super::graph::Identity;
use crate::discovery::Kind;
use crate::error::ReconcileError;
use futures::{StreamExt, TryStreamExt, stream};
use kube::Error;
use kube::api::{Api, DynamicObject, ListParams};
use std::sync::Arc;

/// What trimtab's API server selects objects by: the uids of their owners. Others refuse it.
const OWNER: &str = "metadata.ownerReferences.uid";

impl GarbageCollector {
    /// What is stored and names `owner`, in the order of the kinds. One that is in a namespace owns
    /// nothing elsewhere. Nothing of a server that cannot be asked that: there the graph must do, as
    /// it does in Kubernetes.
    pub(super) async fn stored_dependents(
        &self,
        owner: &Identity,
    ) -> Result<Vec<Identity>, ReconcileError> {
        let mut kinds = self.served().collected();
        kinds.retain(|kind| kind.is_namespaced || owner.namespace.is_empty());
        let found: Vec<Vec<Identity>> = stream::iter(kinds)
            .map(|kind| async move { self.dependents_of_kind(&kind, owner).await })
            .buffered(IN_FLIGHT)
            .try_collect()
            .await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn dependents_of_kind(
        &self,
        kind: &Kind,
        owner: &Identity,
    ) -> Result<Vec<Identity>, ReconcileError> {
        let (client, resource) = (self.context.client.clone(), &kind.resource);
        let api: Api<DynamicObject> = if owner.namespace.is_empty() {
            Api::all_with(client, resource)
        } else {
            Api::namespaced_with(client, &owner.namespace, resource)
        };
        let wanted = ListParams::default().fields(&format!("{OWNER}={}", owner.uid));
        let found = match api.list_metadata(&wanted).await {
            Ok(found) => found,
            // It does not know the field, or the kind is gone.
            Err(Error::Api(status)) if [400, 404].contains(&status.code) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let of = |text: Option<String>| Arc::from(text.unwrap_or_default());
        let (version, kind) = (
            Arc::from(&*resource.api_version),
            Arc::from(&*resource.kind),
        );
        let dependents = found.items.into_iter().map(|it| Identity {
            api_version: Arc::clone(&version),
            kind: Arc::clone(&kind),
            namespace: of(it.metadata.namespace),
            name: of(it.metadata.name),
            uid: of(it.metadata.uid),
        });
        Ok(dependents.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::discovery::Served;
    use crate::garbage_collector::graph::{ORPHAN, Task};
    use k8s_openapi::api::core::v1::{ConfigMap, Secret};
    use kube::Client;
    use kube::api::{DeleteParams, PostParams};
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};
    use std::fmt::Debug;
    use trimtab_apiserver::authentication::Authentication;
    use trimtab_apiserver::{ApiServer, Config, Identity as User};
    use trimtab_clock::{Chance, Clock};
    use trimtab_informer::{Component, EventRecorder, Informers};
    use trimtab_schema::Schema;
    use trimtab_store::{MemoryStore, Retention};

    async fn server(clock: Clock, chance: &Chance) -> ApiServer {
        ApiServer::start(Config {
            store: Arc::new(MemoryStore::new(Retention::default())),
            schema: Schema::kubernetes(),
            clock,
            chance: chance.fork("server"),
            authentication: Authentication::default(),
            authorization: trimtab_apiserver::Authorization::default(),
            audit: None,
            service_cluster_ip_range: "198.19.0.0/24".parse().unwrap(),
            serving: trimtab_apiserver::ServingOptions::default(),
            admission_plugins: trimtab_apiserver::AdmissionPlugins::default(),
            egress: trimtab_apiserver::Egress::Nothing,
        })
        .await
        .unwrap()
    }

    async fn create<K>(client: &Client, object: Value) -> K
    where
        K: kube::Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope>,
        K: Serialize + DeserializeOwned + Clone + Debug,
    {
        let api = Api::<K>::namespaced(client.clone(), "default");
        let object = serde_json::from_value(object).unwrap();
        api.create(&PostParams::default(), &object).await.unwrap()
    }

    /// The collector has seen the owner alone: none of its watches has told of what it owns.
    #[tokio::test(start_paused = true)]
    async fn what_no_watch_has_told_of_is_set_free_too() {
        let clock = Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
        let chance = Chance::seeded(7);
        let server = server(clock, &chance).await;
        let client = server.client(User::user("admin", &[User::MASTERS]));
        let component = Component {
            name: "test",
            manager: "test",
        };
        let recorder = EventRecorder::start(client.clone(), component, clock, &chance);
        let collector = GarbageCollector::new(Context {
            informers: Informers::new(client.clone(), clock, chance.fork("informers")),
            client: client.clone(),
            recorder,
            clock,
            chance,
        });
        let served = Served::ask(&client).await.unwrap();
        *collector.served.write().unwrap() = Some(Arc::new(served));

        let owner: ConfigMap = create(&client, json!({"metadata": {"name": "owner"}})).await;
        let uid = owner.metadata.uid.clone().unwrap();
        let reference = |uid: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid});
        let meta = |name: &str, uid: &str| json!({"metadata": {"name": name, "ownerReferences": [reference(uid)]}});
        create::<ConfigMap>(&client, meta("its-map", &uid)).await;
        create::<Secret>(&client, meta("its-secret", &uid)).await;
        create::<Secret>(&client, meta("another-s", "another")).await;
        let maps = Api::<ConfigMap>::namespaced(client.clone(), "default");
        maps.delete("owner", &DeleteParams::orphan()).await.unwrap();
        let deleted = maps.get("owner").await.unwrap();
        assert_eq!(deleted.metadata.finalizers, Some(vec![ORPHAN.to_owned()]));

        let identity = Identity {
            api_version: "v1".into(),
            kind: "ConfigMap".into(),
            namespace: "default".into(),
            name: "owner".into(),
            uid: uid.as_str().into(),
        };
        let owned = collector.stored_dependents(&identity).await.unwrap();
        let names: Vec<&str> = owned.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["its-map", "its-secret"]);
        let tasks = collector.graph().present(identity, &deleted.metadata);
        assert_eq!(tasks, [Task::Orphan(uid.as_str().into())]);
        collector.perform(&tasks[0]).await.unwrap();

        assert!(maps.get_opt("owner").await.unwrap().is_none());
        let map = maps.get("its-map").await.unwrap();
        assert_eq!(map.metadata.owner_references, None);
        let secrets = Api::<Secret>::namespaced(client, "default");
        let secret = secrets.get("its-secret").await.unwrap();
        assert_eq!(secret.metadata.owner_references, None);
        let other = secrets.get("another-s").await.unwrap();
        assert_eq!(other.metadata.owner_references.unwrap()[0].uid, "another");
    }
}
