//! Waits until objects are ready, and says meanwhile why they are not.
//!
//! Everything is learned from watches: of the objects themselves, and, once one of them is not
//! ready at first sight, of the `ReplicaSets`, pods and events in its namespace.

use crate::dependents::{Dependents, dependents};
use crate::error::{Error, Result};
use crate::fields::metadata;
use crate::last_lines::read_logs;
use crate::readiness::{Readiness, exceeded_deadline, pods_replaced, readiness};
use crate::reason::{Reason, reasons};
use crate::seen::Seen;
use crate::stall::Stall;
use crate::target::ObjectRef;
use crate::target::{Collection, Event, EventType, Resource, Target, Update};
use futures::stream::{BoxStream, SelectAll};
use futures::{FutureExt, StreamExt};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::time::Instant;
use trimtab_tree::{Text, Value};

/// What is worth telling while waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The object's status says something new.
    Moved {
        /// Which object.
        object: ObjectRef,
        /// What it says.
        text: String,
    },
    /// The reasons why the object is not ready are others now.
    Explained {
        /// Which object.
        object: ObjectRef,
        /// The reasons; none if those before are gone.
        reasons: Vec<Reason>,
    },
    /// What the object controls is something else now, or further.
    Grown {
        /// Which object.
        object: ObjectRef,
        /// What it controls.
        dependents: Dependents,
    },
    /// The object is ready.
    Ready {
        /// Which object.
        object: ObjectRef,
        /// In the words of its kind.
        text: String,
    },
}

/// An object that is not ready at the end of a wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unready {
    /// Which object.
    pub object: ObjectRef,
    /// How far it is, or why it will never be ready.
    pub text: String,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Whether it will never be ready.
    pub is_final: bool,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All objects are ready.
    Ready,
    /// At least one will never be; with it those that were not ready yet.
    Failed(Vec<Unready>),
    /// Time was up before all were ready.
    TimedOut(Vec<Unready>),
}

/// What becomes of a Deployment that went past its progress deadline before the wait began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// It has failed, as for `kubectl rollout status`.
    Fails,
    /// It is given as much time again: what held it may have been mended since.
    IsGivenTime,
}

/// Kinds that are explained by what surrounds them.
const AROUND: &[(&str, &str)] = &[("apps/v1", "ReplicaSet"), ("v1", "Pod"), ("v1", "Event")];

/// So many updates are taken in before they are looked at together.
const BATCH: usize = 512;

/// Waits until all `objects` are ready, one of them can never be, or it is `deadline`. `on_progress`
/// hears of every change that matters, in order.
///
/// # Errors
/// When the objects cannot be watched. What surrounds them may be out of bounds: then there are
/// fewer reasons.
pub async fn until_ready(
    target: &Target,
    objects: &[ObjectRef],
    overdue: Overdue,
    deadline: Option<Instant>,
    on_progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Outcome> {
    let wait = Wait::begin(target, objects, overdue);
    let mut outcome = watch_until_ready(wait, deadline, on_progress).await?;
    if let Outcome::Failed(unready) | Outcome::TimedOut(unready) = &mut outcome {
        for unready in unready {
            read_logs(target, &unready.object, &mut unready.reasons).await;
        }
    }
    Ok(outcome)
}

/// Which of `objects` are not ready now, how far they are, and why not further.
///
/// # Errors
/// Those of [`until_ready`].
pub async fn unready(target: &Target, objects: &[ObjectRef]) -> Result<Vec<Unready>> {
    let mut wait = Wait::begin(target, objects, Overdue::Fails);
    wait.look(None, &mut |_| {}).await?;
    let mut unready = wait.unready();
    for unready in &mut unready {
        read_logs(target, &unready.object, &mut unready.reasons).await;
    }
    Ok(unready)
}

/// The wait itself.
async fn watch_until_ready(
    mut wait: Wait<'_>,
    deadline: Option<Instant>,
    on_progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Outcome> {
    if !wait.look(deadline, on_progress).await? {
        return Ok(Outcome::TimedOut(wait.unready()));
    }
    while wait.is_undecided() {
        if !wait.hear(deadline).await? {
            return Ok(Outcome::TimedOut(wait.unready()));
        }
        wait.judge(on_progress);
    }
    let unready = wait.unready();
    Ok(if unready.is_empty() {
        Outcome::Ready
    } else {
        Outcome::Failed(unready)
    })
}

/// What a stream of updates is about.
#[derive(Clone, Debug)]
enum Source {
    /// Awaited objects of a resource and namespace.
    Awaited(Arc<Resource>, Text),
    /// What explains them.
    Around(Arc<Resource>, Text),
}

type Updates = BoxStream<'static, (Source, Result<Update>)>;

struct Wait<'t> {
    target: &'t Target,
    awaited: IndexMap<ObjectRef, Awaited>,
    overdue: Overdue,
    seen: Seen,
    updates: SelectAll<Updates>,
    /// How many collections around the objects have not been heard of yet.
    around_unheard: usize,
    /// Why the pods of a namespace cannot be seen, where they cannot.
    hidden_pods: BTreeMap<Text, String>,
}

/// One object that is waited for.
#[derive(Default)]
struct Awaited {
    /// As last seen; nothing if it was not there.
    object: Option<Value>,
    /// Whether it has been looked for.
    is_known: bool,
    readiness: Option<Readiness>,
    reasons: Vec<Reason>,
    dependents: Dependents,
    stall: Stall,
    changed: bool,
}

impl Awaited {
    fn is_ready(&self) -> bool {
        matches!(self.readiness, Some(Readiness::Ready(_)))
    }

    fn is_final(&self) -> bool {
        matches!(self.readiness, Some(Readiness::Failed(_)))
            || (!self.is_ready() && self.reasons.iter().any(|reason| reason.is_final))
    }

    /// How far it is: failed, too, if it gets no further.
    fn judge(&mut self, overdue: Overdue) -> Readiness {
        let Some(value) = &self.object else {
            return Readiness::Failed("was deleted".to_owned());
        };
        if overdue == Overdue::IsGivenTime && self.readiness.is_none() {
            self.stall.forgive(value);
        }
        let readiness = match readiness(value) {
            Readiness::Failed(_) if self.stall.forgives(value) => pods_replaced(value),
            readiness => readiness,
        };
        let is_waiting = matches!(readiness, Readiness::Waiting(_));
        if is_waiting && self.stall.is_over(value, Instant::now()) {
            return exceeded_deadline(value);
        }
        readiness
    }
}

impl<'t> Wait<'t> {
    fn begin(target: &'t Target, objects: &[ObjectRef], overdue: Overdue) -> Self {
        let mut collections: IndexMap<(Arc<Resource>, Text), Vec<&ObjectRef>> = IndexMap::new();
        for object in objects {
            let key = (Arc::clone(&object.resource), object.namespace.clone());
            collections.entry(key).or_default().push(object);
        }
        let mut updates = SelectAll::new();
        for ((resource, namespace), objects) in collections {
            let collection = match objects[..] {
                [object] => Collection::of_object(object),
                _ => Collection::in_namespace(&resource, &namespace),
            };
            let source = Source::Awaited(resource, namespace);
            updates.push(follow(target, collection, source));
        }
        let awaited = objects.iter().cloned();
        Self {
            target,
            awaited: awaited.map(|object| (object, Awaited::default())).collect(),
            overdue,
            seen: Seen::default(),
            updates,
            around_unheard: 0,
            hidden_pods: BTreeMap::new(),
        }
    }

    /// Takes in how the objects are, and what surrounds those that are not ready. False when it is the deadline
    /// before that is known.
    async fn look(
        &mut self,
        deadline: Option<Instant>,
        on_progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<bool> {
        while self.has_unknown() {
            if !self.hear(deadline).await? {
                return Ok(false);
            }
        }
        self.judge(on_progress);
        if !self.all_ready() {
            // Even what has failed already is to be explained.
            self.look_around().await?;
            while self.around_unheard > 0 && self.hear(deadline).await? {}
            self.judge(on_progress);
        }
        Ok(true)
    }

    /// Watches what surrounds the objects that are not ready.
    async fn look_around(&mut self) -> Result<()> {
        let discovery = self.target.discovery().await?;
        let namespaces: BTreeSet<&Text> = self
            .awaited
            .iter()
            .filter(|(object, awaited)| !awaited.is_ready() && !object.namespace.is_empty())
            .map(|(object, _)| &object.namespace)
            .collect();
        for namespace in namespaces {
            for (api_version, kind) in AROUND {
                let Ok(resource) = discovery.of_kind(api_version, kind) else {
                    continue;
                };
                let resource = Arc::new(resource.clone());
                let mut collection = Collection::in_namespace(&resource, namespace);
                if *kind == "Event" {
                    "type=Warning".clone_into(&mut collection.selection.fields);
                }
                let source = Source::Around(resource, namespace.clone());
                self.updates.push(follow(self.target, collection, source));
                self.around_unheard += 1;
            }
        }
        Ok(())
    }

    /// Takes in the next updates: at least one, and all that are there already; or none, when it is time to look
    /// at an object that gets no further. False when it is the deadline.
    async fn hear(&mut self, deadline: Option<Instant>) -> Result<bool> {
        let look = self.awaited.values().filter_map(|it| it.stall.due).min();
        let until = deadline.into_iter().chain(look).min();
        let next = self.updates.next();
        let first = match until {
            None => next.await,
            Some(until) => match tokio::time::timeout_at(until, next).await {
                Ok(first) => first,
                Err(_) if deadline == Some(until) => return Ok(false),
                Err(_) => {
                    self.look_at_stalls(until);
                    return Ok(true);
                }
            },
        };
        let Some(first) = first else {
            return Err(Error::Impossible("all watches have ended".to_owned()));
        };
        self.take(first)?;
        for _ in 1..BATCH {
            match self.updates.next().now_or_never() {
                Some(Some(update)) => self.take(update)?,
                _ => break,
            }
        }
        Ok(true)
    }

    /// Has those looked at again for which it is time.
    fn look_at_stalls(&mut self, now: Instant) {
        for awaited in self.awaited.values_mut() {
            if awaited.stall.due.take_if(|due| *due <= now).is_some() {
                awaited.changed = true;
            }
        }
    }

    fn take(&mut self, (source, update): (Source, Result<Update>)) -> Result<()> {
        match source {
            Source::Around(resource, namespace) => {
                if matches!(update, Ok(Update::All(_)) | Err(_)) {
                    self.around_unheard = self.around_unheard.saturating_sub(1);
                }
                match update {
                    Ok(update) => self.seen.update(&resource.kind, &namespace, update),
                    // Not everybody may see all of it; then there are fewer reasons.
                    Err(error) => {
                        tracing::debug!(%error, "{} cannot be watched", resource.plural);
                        if resource.kind == "Pod" {
                            self.hidden_pods.insert(namespace.clone(), error.message());
                        }
                    }
                }
                for (object, awaited) in &mut self.awaited {
                    awaited.changed |= object.namespace == namespace;
                }
            }
            Source::Awaited(resource, namespace) => match update? {
                Update::All(objects) => {
                    for (object, awaited) in &mut self.awaited {
                        if (&object.resource, &object.namespace) == (&resource, &namespace) {
                            awaited.object = None;
                            awaited.is_known = true;
                            awaited.changed = true;
                        }
                    }
                    for object in objects {
                        let name = metadata(&object, "name").to_owned();
                        self.put(&resource, &namespace, &name, Some(object));
                    }
                }
                Update::Change(Event { event_type, object }) => {
                    let name = metadata(&object, "name").to_owned();
                    let object = (event_type != EventType::Deleted).then_some(object);
                    self.put(&resource, &namespace, &name, object);
                }
            },
        }
        Ok(())
    }

    /// Keeps what an awaited object is now; nothing if it is gone.
    fn put(
        &mut self,
        resource: &Arc<Resource>,
        namespace: &str,
        name: &str,
        object: Option<Value>,
    ) {
        let reference = ObjectRef::new(resource, namespace, name);
        if let Some(awaited) = self.awaited.get_mut(&reference) {
            awaited.object = object;
            awaited.is_known = true;
            awaited.changed = true;
        }
    }

    fn has_unknown(&self) -> bool {
        !self.awaited.values().all(|awaited| awaited.is_known)
    }

    fn is_undecided(&self) -> bool {
        let any_final = self.awaited.values().any(Awaited::is_final);
        !any_final && !self.all_ready()
    }

    fn all_ready(&self) -> bool {
        self.awaited.values().all(Awaited::is_ready)
    }

    /// Looks again at what changed, and tells what is new.
    fn judge(&mut self, on_progress: &mut (dyn FnMut(Progress) + Send)) {
        for (object, awaited) in &mut self.awaited {
            if !std::mem::take(&mut awaited.changed) {
                continue;
            }
            let new = awaited.judge(self.overdue);
            let value = awaited.object.as_ref();
            let (reasons, dependents) = match (&new, value) {
                (Readiness::Ready(_), _) | (_, None) => Default::default(),
                (_, Some(value)) => (reasons(value, &self.seen), dependents(value, &self.seen)),
            };
            if awaited.dependents != dependents && !dependents.is_empty() {
                awaited.dependents.clone_from(&dependents);
                on_progress(Progress::Grown {
                    object: object.clone(),
                    dependents,
                });
            }
            if awaited.readiness.as_ref() != Some(&new) {
                let object = object.clone();
                match &new {
                    Readiness::Ready(text) => on_progress(Progress::Ready {
                        object,
                        text: text.clone(),
                    }),
                    Readiness::Waiting(text) => on_progress(Progress::Moved {
                        object,
                        text: text.clone(),
                    }),
                    // The outcome tells it.
                    Readiness::Failed(_) => {}
                }
                awaited.readiness = Some(new);
            }
            if awaited.reasons != reasons {
                awaited.reasons.clone_from(&reasons);
                on_progress(Progress::Explained {
                    object: object.clone(),
                    reasons,
                });
            }
        }
    }

    fn unready(&self) -> Vec<Unready> {
        let unready = self
            .awaited
            .iter()
            .filter(|(_, awaited)| !awaited.is_ready());
        unready
            .map(|(object, awaited)| Unready {
                object: object.clone(),
                text: match &awaited.readiness {
                    Some(Readiness::Waiting(text) | Readiness::Failed(text)) => text.clone(),
                    _ => "nothing is known of it yet".to_owned(),
                },
                reasons: self.reasons_of(object, awaited),
                is_final: awaited.is_final(),
            })
            .collect()
    }

    /// Why an object is not ready; or why that cannot be told.
    fn reasons_of(&self, object: &ObjectRef, awaited: &Awaited) -> Vec<Reason> {
        let template = |it: &Value| it.get_path(&["spec", "template"]).is_some();
        let is_silent = awaited.reasons.is_empty() && awaited.object.as_ref().is_some_and(template);
        let hidden = self.hidden_pods.get(&object.namespace);
        match hidden.filter(|_| is_silent) {
            Some(why) => vec![Reason::of_hidden_pods(why)],
            None => awaited.reasons.clone(),
        }
    }
}

fn follow(target: &Target, collection: Collection, source: Source) -> Updates {
    let updates = target.follow(collection);
    updates.map(move |update| (source.clone(), update)).boxed()
}
