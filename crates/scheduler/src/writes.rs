//! Writes on their way to the API server.

use crate::bind::{self, Nominated};
use crate::storage::Provision;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::resource::v1::ResourceClaim;
use kube::{Client, Error};
use std::sync::Arc;
use tokio::task::JoinSet;
use trimtab_clock::Clock;

/// How many writes are on their way at once. Deciding takes microseconds, a write a flush to the
/// disk; with so many together the flushes are shared.
const IN_FLIGHT: usize = 64;

/// A write that came back.
pub(crate) enum Written {
    Bound {
        pod: Arc<Pod>,
        node: String,
        result: Result<(), Error>,
    },
    Provisioned {
        pod: Arc<Pod>,
        node: String,
        result: Result<(), Error>,
    },
    Marked(Result<(), Error>),
}

/// Sends what was decided, and holds what is on its way.
pub(crate) struct Writes {
    client: Client,
    clock: Clock,
    on_their_way: JoinSet<Written>,
}

impl Writes {
    /// None yet.
    pub(crate) fn new(client: Client, clock: Clock) -> Self {
        Self {
            client,
            clock,
            on_their_way: JoinSet::new(),
        }
    }

    /// Whether one more may go.
    pub(crate) fn have_room(&self) -> bool {
        self.on_their_way.len() < IN_FLIGHT
    }

    /// Waits for one that comes back; nothing if none is on its way.
    pub(crate) async fn next(&mut self) -> Option<Written> {
        self.on_their_way.join_next().await?.ok()
    }

    /// Ties claims to volumes, or has these made for the node that a pod goes to.
    pub(crate) fn provision(&mut self, pod: Arc<Pod>, node: String, plan: Vec<Provision>) {
        let client = self.client.clone();
        self.on_their_way.spawn(async move {
            // So that everybody knows where it will go, for this may take a while.
            if let Err(error) = bind::nominate(&client, &pod, &node).await {
                tracing::debug!(%error, "could not say where a pod is expected");
            }
            let mut result = Ok(());
            for provision in &plan {
                result = bind::provision(&client, provision, &node).await;
                if result.is_err() {
                    break;
                }
            }
            Written::Provisioned { pod, node, result }
        });
    }

    /// Reserves what devices the pod has claims of, then binds it.
    pub(crate) fn bind(
        &mut self,
        pod: Arc<Pod>,
        node: String,
        to_reserve: Vec<Arc<ResourceClaim>>,
    ) {
        let client = self.client.clone();
        self.on_their_way.spawn(async move {
            let mut result = Ok(());
            for claim in &to_reserve {
                result = bind::reserve(&client, claim, &pod).await;
                if result.is_err() {
                    break;
                }
            }
            if result.is_ok() {
                result = bind::bind(&client, &pod, node.clone()).await;
            }
            Written::Bound { pod, node, result }
        });
    }

    /// Lets a pod go that is in the way of a more important one.
    pub(crate) fn evict(&mut self, victim: Arc<Pod>) {
        let (client, clock) = (self.client.clone(), self.clock);
        self.on_their_way
            .spawn(async move { Written::Marked(bind::evict(&client, &clock, &victim).await) });
    }

    /// Takes back that a pod is expected on a node.
    pub(crate) fn clear_nomination(&mut self, pod: Arc<Pod>) {
        let client = self.client.clone();
        self.on_their_way
            .spawn(async move { Written::Marked(bind::clear_nomination(&client, &pod).await) });
    }

    /// Says of a pod that it fits nowhere, and why.
    pub(crate) fn mark(&mut self, pod: Arc<Pod>, why: String, nominated: Nominated<'_>) {
        let (client, clock) = (self.client.clone(), self.clock);
        let node = match nominated {
            Nominated::Node(node) => Some(node.to_owned()),
            Nominated::AsItIs | Nominated::Nowhere => None,
        };
        let stays = matches!(nominated, Nominated::AsItIs);
        self.on_their_way.spawn(async move {
            let nominated = match &node {
                Some(node) => Nominated::Node(node),
                None if stays => Nominated::AsItIs,
                None => Nominated::Nowhere,
            };
            let marked = bind::mark_unschedulable(&client, &clock, &pod, &why, nominated);
            Written::Marked(marked.await)
        });
    }
}
