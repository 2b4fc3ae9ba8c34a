//! What goes wrong in a cluster because its scenario says so.
//!
//! Faults begin to count when [`Faults::begin`] is called, so that a rehearsal can let the state
//! before settle first. What is left to chance is drawn from the seed and the fault's place in the
//! file, not from when it comes up.

mod drain;
mod interference;

pub(crate) use interference::Interference;

use drain::drain;
use kube::Client;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::sleep;
use trimtab_clock::Chance;
use trimtab_node::{Fault, FaultKind, NodeControl};

/// The faults of a scenario, and when they begin.
pub(crate) struct Faults {
    begin: Arc<Notify>,
}

/// What faults are done with.
#[derive(Clone)]
pub(crate) struct Means {
    /// For drains.
    pub(crate) client: Client,
    pub(crate) nodes: Option<NodeControl>,
    pub(crate) interference: Interference,
}

impl Faults {
    /// Has the faults wait for their beginning, among the `components`.
    pub(crate) fn prepare(
        faults: Vec<Fault>,
        means: &Means,
        chance: &Chance,
        components: &mut JoinSet<()>,
    ) -> Self {
        let begin = Arc::new(Notify::new());
        if !faults.is_empty() {
            let (begin, means, chance) = (Arc::clone(&begin), means.clone(), chance.fork("faults"));
            components.spawn(async move {
                begin.notified().await;
                let mut running = JoinSet::new();
                for (at, fault) in faults.into_iter().enumerate() {
                    let chance = chance.fork(&at.to_string());
                    if fault.chance.is_none_or(|likely| chance.fraction() < likely) {
                        running.spawn(play(fault, means.clone(), chance));
                    }
                }
                while running.join_next().await.is_some() {}
            });
        }
        Self { begin }
    }

    /// From now on time counts for them. Once is enough.
    pub(crate) fn begin(&self) {
        self.begin.notify_one();
    }
}

async fn play(fault: Fault, means: Means, chance: Chance) {
    sleep(fault.when.draw(&chance)).await;
    loop {
        once(&fault, &means, &chance).await;
        let Some(every) = fault.every else {
            return;
        };
        sleep(
            every
                .saturating_sub(fault.lasts.unwrap_or_default())
                .max(SHORTEST),
        )
        .await;
    }
}

/// What comes again takes some time.
const SHORTEST: Duration = Duration::from_secs(1);

async fn once(fault: &Fault, means: &Means, chance: &Chance) {
    match &fault.kind {
        FaultKind::NodeLoss { node } => {
            let Some(nodes) = &means.nodes else {
                return;
            };
            nodes.lose(node);
            if let Some(lasts) = fault.lasts {
                sleep(lasts).await;
                nodes.give_back(node);
            }
        }
        FaultKind::NodeDrain { node } => drain(&means.client, node, fault.lasts).await,
        FaultKind::ApiErrors {
            client,
            status,
            share,
            verbs,
        } => {
            let refusing = means
                .interference
                .refuse(client, *status, *share, verbs, chance);
            if let Some(lasts) = fault.lasts {
                sleep(lasts).await;
                means.interference.relent(refusing);
            }
        }
        FaultKind::DroppedWatches { client } => means.interference.drop_watches(client),
    }
}
