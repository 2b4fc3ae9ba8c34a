//! One of several programs does the work, and another goes on when it cannot.
//!
//! The rules are those of client-go's `tools/leaderelection`: who holds a `Lease` leads, renews it
//! while it does, and gives up in time before anybody else may take it. Clocks of different
//! machines are never compared: a lease is over when nobody has seen it change for as long as it
//! says that it holds.

use crate::events::{EventRecorder, EventType, reference};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use kube::api::{Api, PostParams};
use kube::{Client, Error};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use trimtab_clock::{Chance, Clock};

/// By how much of itself a wait for the lease may be longer, so that those who wait do not all ask
/// at once: client-go's `JitterFactor`.
const JITTER: f64 = 1.2;

/// What is elected for, by whom, and how fast.
#[derive(Clone, Debug)]
pub struct Election {
    /// The namespace of the lease.
    pub namespace: String,
    /// The name of the lease.
    pub name: String,
    /// What this program is called among its likes: each has another name.
    pub identity: String,
    /// What `managedFields` call it.
    pub manager: String,
    /// How long a lease holds that is not renewed.
    pub lease_duration: Duration,
    /// How long the leader tries to renew it before it gives up: less than the lease holds.
    pub renew_deadline: Duration,
    /// From one try to the next.
    pub retry_period: Duration,
}

/// Why a program leads no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to stop, and has let go of the lease.
    Stopped,
    /// It could not renew the lease: others may lead by now.
    Lost,
}

/// Takes part in an election.
pub struct LeaderElection {
    election: Election,
    leases: Api<Lease>,
    events: EventRecorder,
    clock: Clock,
    chance: Chance,
    /// The lease as it was last seen or written, and when that was.
    seen: Option<(Lease, Instant)>,
}

impl LeaderElection {
    /// Asks for nothing yet. `events` tells who leads.
    #[must_use]
    pub fn new(
        client: Client,
        election: Election,
        events: EventRecorder,
        clock: Clock,
        chance: &Chance,
    ) -> Self {
        Self {
            leases: Api::namespaced(client, &election.namespace),
            chance: chance.fork("leader election"),
            election,
            events,
            clock,
            seen: None,
        }
    }

    /// Waits for the lease, leads as long as it can be renewed, and lets go of it when `stop` comes.
    /// What `lead` gives is begun only then, and dropped before anybody else may lead.
    pub async fn run<F: Future<Output = ()>>(
        mut self,
        lead: impl FnOnce() -> F,
        stop: impl Future<Output = ()>,
    ) -> Ended {
        let mut stop = std::pin::pin!(stop);
        tokio::select! {
            biased;
            () = &mut stop => return Ended::Stopped,
            () = self.acquire() => {}
        }
        self.tell("became leader");
        tracing::info!(identity = self.election.identity, "leads");
        let ended = {
            let mut work = std::pin::pin!(lead());
            tokio::select! {
                biased;
                () = &mut stop => Ended::Stopped,
                () = self.renew() => Ended::Lost,
                () = &mut work => Ended::Stopped,
            }
        };
        self.tell("stopped leading");
        tracing::info!(identity = self.election.identity, ?ended, "leads no longer");
        if ended == Ended::Stopped {
            self.release().await;
        }
        ended
    }

    /// Returns once the lease is held.
    async fn acquire(&mut self) {
        while !self.try_to_hold().await {
            let period = self.election.retry_period;
            sleep(period + period.mul_f64(JITTER * self.chance.fraction())).await;
        }
    }

    /// Returns once the lease could not be renewed for too long.
    async fn renew(&mut self) {
        loop {
            let deadline = Instant::now() + self.election.renew_deadline;
            loop {
                match timeout_at(deadline, self.try_to_hold()).await {
                    Ok(true) => break,
                    Ok(false) if Instant::now() + self.election.retry_period < deadline => {
                        sleep(self.election.retry_period).await;
                    }
                    _ => return,
                }
            }
            sleep(self.election.retry_period).await;
        }
    }

    /// Takes the lease, or renews it, if nobody else holds it. Whether it is held then.
    async fn try_to_hold(&mut self) -> bool {
        match self.hold().await {
            Ok(holds) => holds,
            Err(error) => {
                let name = &self.election.name;
                tracing::debug!(%error, lease = name, "could not hold a lease");
                false
            }
        }
    }

    async fn hold(&mut self) -> Result<bool, Error> {
        if let Some((lease, at)) = &self.seen
            && self.is_held_by_us(lease)
            && at.elapsed() < self.election.lease_duration
        {
            // Mostly nobody else has written it.
            let lease = lease.clone();
            if self.write(lease).await.is_ok() {
                return Ok(true);
            }
        }
        let Some(lease) = self.leases.get_opt(&self.election.name).await? else {
            return self.create().await.map(|()| true);
        };
        self.see(lease.clone());
        let since = self
            .seen
            .as_ref()
            .map_or(Duration::ZERO, |it| it.1.elapsed());
        let spec = lease.spec.as_ref();
        let holder = spec.and_then(|it| it.holder_identity.as_deref());
        let is_held = !holder.unwrap_or_default().is_empty() && since < held_for(&lease);
        if is_held && !self.is_held_by_us(&lease) {
            return Ok(false);
        }
        self.write(lease).await.map(|()| true)
    }

    fn is_held_by_us(&self, lease: &Lease) -> bool {
        let spec = lease.spec.as_ref();
        let holder = spec.and_then(|it| it.holder_identity.as_deref());
        holder == Some(&*self.election.identity)
    }

    /// Remembers when the lease was first seen as it is.
    fn see(&mut self, lease: Lease) {
        let is_news = self.seen.as_ref().is_none_or(|it| it.0.spec != lease.spec);
        if is_news {
            self.seen = Some((lease, Instant::now()));
        }
    }

    async fn create(&mut self) -> Result<(), Error> {
        let lease = Lease {
            metadata: ObjectMeta {
                name: Some(self.election.name.clone()),
                namespace: Some(self.election.namespace.clone()),
                ..ObjectMeta::default()
            },
            spec: Some(self.spec(None)),
        };
        let created = self.leases.create(&self.posting(), &lease).await?;
        self.seen = Some((created, Instant::now()));
        Ok(())
    }

    /// Writes that it is ours over `before`, unless somebody has written meanwhile.
    async fn write(&mut self, before: Lease) -> Result<(), Error> {
        let lease = Lease {
            spec: Some(self.spec(Some(&before))),
            ..before
        };
        let name = &self.election.name;
        let written = self.leases.replace(name, &self.posting(), &lease).await?;
        self.seen = Some((written, Instant::now()));
        Ok(())
    }

    fn spec(&self, before: Option<&Lease>) -> LeaseSpec {
        let now = MicroTime(self.clock.now());
        let was = before.and_then(|lease| lease.spec.as_ref());
        let goes_on = before.is_some_and(|lease| self.is_held_by_us(lease));
        let transitions = was.and_then(|it| it.lease_transitions).unwrap_or_default();
        let changes_hands = was.is_some() && !goes_on;
        let seconds = i32::try_from(self.election.lease_duration.as_secs());
        LeaseSpec {
            holder_identity: Some(self.election.identity.clone()),
            lease_duration_seconds: Some(seconds.unwrap_or(i32::MAX)),
            acquire_time: was
                .filter(|_| goes_on)
                .and_then(|it| it.acquire_time.clone())
                .or_else(|| Some(now.clone())),
            renew_time: Some(now),
            lease_transitions: Some(transitions + i32::from(changes_hands)),
            ..LeaseSpec::default()
        }
    }

    /// Lets go of the lease, so that another does not have to wait for its end.
    async fn release(&mut self) {
        let Some((mut lease, _)) = self.seen.take().filter(|it| self.is_held_by_us(&it.0)) else {
            return;
        };
        let now = MicroTime(self.clock.now());
        let spec = lease.spec.get_or_insert_default();
        spec.holder_identity = Some(String::new());
        spec.lease_duration_seconds = Some(1);
        spec.acquire_time = Some(now.clone());
        spec.renew_time = Some(now);
        let posting = self.posting();
        let name = &self.election.name;
        let released = self.leases.replace(name, &posting, &lease);
        // Who cannot let go is let go of: the lease ends.
        match timeout(self.election.renew_deadline, released).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "could not let go of the lease"),
            Err(_) => tracing::warn!("could not let go of the lease in time"),
        }
    }

    fn posting(&self) -> PostParams {
        PostParams {
            field_manager: Some(self.election.manager.clone()),
            ..PostParams::default()
        }
    }

    fn tell(&self, what: &str) {
        let Some((lease, _)) = &self.seen else {
            return;
        };
        let message = format!("{} {what}", self.election.identity);
        let recorder = &self.events;
        recorder.record(
            &reference(lease),
            EventType::Normal,
            "LeaderElection",
            message,
        );
    }
}

/// How long the lease holds from when it was last seen to change.
fn held_for(lease: &Lease) -> Duration {
    let spec = lease.spec.as_ref();
    let seconds = spec.and_then(|it| it.lease_duration_seconds);
    Duration::from_secs(seconds.unwrap_or_default().unsigned_abs().into())
}
