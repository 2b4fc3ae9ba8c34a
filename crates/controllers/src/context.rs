//! What a controller is given to work with.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope};
use kube::api::{Api, DeleteParams, PatchParams, PostParams, Preconditions};
use kube::{Client, Resource};
use trimtab_clock::{Chance, Clock};
use trimtab_informer::{EventRecorder, Informers};

/// What `managedFields` call the writes of every controller: in Kubernetes they are one program.
pub(crate) const MANAGER: &str = "kube-controller-manager";

/// One controller's own client and recorder, beside what all of them share.
#[derive(Clone)]
pub(crate) struct Context {
    /// Under the controller's own identity.
    pub(crate) client: Client,
    pub(crate) informers: Informers,
    pub(crate) recorder: EventRecorder,
    pub(crate) clock: Clock,
    pub(crate) chance: Chance,
}

impl Context {
    /// The objects of a namespaced kind in `namespace`.
    pub(crate) fn namespaced<K>(&self, namespace: &str) -> Api<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    {
        Api::namespaced(self.client.clone(), namespace)
    }

    /// The objects of a kind that lives outside namespaces.
    pub(crate) fn cluster<K>(&self) -> Api<K>
    where
        K: Resource<DynamicType = (), Scope = ClusterResourceScope>,
    {
        Api::all(self.client.clone())
    }

    #[expect(clippy::unused_self, reason = "who writes is the context's to say")]
    pub(crate) fn posting(&self) -> PostParams {
        PostParams {
            field_manager: Some(MANAGER.to_owned()),
            ..PostParams::default()
        }
    }

    #[expect(clippy::unused_self, reason = "who writes is the context's to say")]
    pub(crate) fn patching(&self) -> PatchParams {
        PatchParams {
            field_manager: Some(MANAGER.to_owned()),
            ..PatchParams::default()
        }
    }

    /// Now, as objects are stamped.
    pub(crate) fn now(&self) -> Time {
        Time(self.clock.now())
    }
}

/// Deletion of the object of this uid, and of no later one of the same name.
pub(crate) fn deleting(uid: Option<&str>) -> DeleteParams {
    DeleteParams {
        preconditions: Some(Preconditions {
            uid: uid.map(str::to_owned),
            resource_version: None,
        }),
        ..DeleteParams::default()
    }
}
