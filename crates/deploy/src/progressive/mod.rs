//! Canary and blue-green on plain Deployments and Services: the new version runs in a second Deployment
//! beside the first, until it is applied to the first or taken away.
//!
//! A canary gets its share of the requests by its share of the pods: what a Service divides evenly. Finer
//! shares than a pod are not to be had without a proxy.
//!
//! Where a change stands is written on the second Deployments, so that any process can go on with it.

mod check;
mod second;
mod services;
mod strategy;
mod worker;

pub use second::Pair;
pub use strategy::Strategy;

use crate::autoscale::autoscaler_of;
use crate::delete::delete_and_wait;
use crate::error::Result;
use crate::fields::{field, metadata, number_at};
use crate::plan::{Action, Step};
use crate::release::ReleaseName;
use crate::rollout::leave_template;
use crate::scale::{Precondition, scale};
use crate::target::{
    Collection, Deletion, ObjectRef, PatchType, Propagation, Resource, Selection, Target,
};
use second::Note;
use std::sync::Arc;
use tokio::time::Instant;
use trimtab_tree::Value;

/// A change that goes by steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progression {
    /// By which.
    pub strategy: Strategy,
    /// So many of them are done.
    pub steps_done: usize,
    /// What is changed.
    pub pairs: Vec<Pair>,
}

impl Progression {
    /// The one that is under way for a release.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn find(target: &Target, release: &ReleaseName) -> Result<Option<Self>> {
        let deployments = deployments(target).await?;
        let mut collection = Collection {
            resource: Arc::clone(&deployments),
            namespace: None,
            selection: Selection {
                labels: second::selector(release),
                fields: String::new(),
            },
        };
        let found = match target.list(&collection).await {
            // Not everybody may look everywhere.
            Err(error) if error.status().is_some_and(|it| it.code == 403) => {
                collection.namespace = Some(target.namespace().into());
                target.list(&collection).await?
            }
            result => result?,
        };
        let mut progression: Option<Self> = None;
        for item in &found.items {
            let Some(Note {
                strategy,
                steps_done,
                first,
                total,
                before,
            }) = second::note(item)
            else {
                continue;
            };
            let namespace = metadata(item, "namespace");
            let pair = Pair {
                first: ObjectRef::new(&deployments, namespace, &first),
                second: ObjectRef::new(&deployments, namespace, metadata(item, "name")),
                total,
                before,
            };
            let all = progression.get_or_insert(Self {
                strategy,
                steps_done,
                pairs: Vec::new(),
            });
            all.steps_done = all.steps_done.min(steps_done);
            all.pairs.push(pair);
        }
        Ok(progression)
    }

    /// Whether a step of a plan makes other pods of a Deployment that has some.
    #[must_use]
    pub fn concerns(step: &Step) -> bool {
        let has_pods = |after: &Value| replicas(after) > 0;
        field(&step.object, "kind") == "Deployment"
            && field(&step.object, "apiVersion").starts_with("apps/")
            && matches!(step.action, Action::Change(_))
            && step.after.as_ref().is_some_and(has_pods)
            && step.makes_other_pods()
    }

    /// Refuses, before anything is written, a change that could not go by steps to its end.
    ///
    /// # Errors
    /// When it could not, or the server cannot be asked; the text says why not.
    pub async fn check(
        target: &Target,
        release: &ReleaseName,
        strategy: &Strategy,
        steps: &[Step],
    ) -> Result<()> {
        check::check(target, release, strategy, steps).await
    }

    /// Begins one for those steps of a plan that change the pods of Deployments which have some. Nothing if
    /// there are none. That it can is [checked](Self::check) before.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn begin(
        target: &Target,
        release: &ReleaseName,
        strategy: &Strategy,
        steps: &[Step],
    ) -> Result<Option<Self>> {
        let changed = changed(steps, strategy);
        if changed.is_empty() {
            return Ok(None);
        }
        for (step, pair) in &changed {
            if *strategy == Strategy::BlueGreen {
                let hash = services::present_hash(target, &pair.first).await?;
                for service in services_of(target, &pair.first).await? {
                    services::pin(target, &service, &hash).await?;
                }
            }
            let object = second::second(&step.object, pair, strategy, release);
            let kind = PatchType::Apply { force: true };
            target
                .patch(&pair.second, None, kind, &object, false)
                .await?;
        }
        Ok(Some(Self {
            strategy: strategy.clone(),
            steps_done: 0,
            pairs: changed.into_iter().map(|(_, pair)| pair).collect(),
        }))
    }

    /// Whether all steps are done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.steps_done >= self.strategy.steps()
    }

    /// What the next step makes of it, in words.
    #[must_use]
    pub fn next_words(&self) -> String {
        match &self.strategy {
            Strategy::Canary(shares) => {
                let share = shares.get(self.steps_done).copied().unwrap_or(100);
                let pairs = self.pairs.iter().map(|pair| {
                    let (_, second) = self.strategy.divide(self.steps_done, pair.total);
                    format!("{second} of {} replicas of {}", pair.total, pair.first)
                });
                let pairs: Vec<String> = pairs.collect();
                format!("{share}%: {}", pairs.join(", "))
            }
            Strategy::BlueGreen if self.steps_done == 0 => {
                "all replicas beside those that serve".to_owned()
            }
            Strategy::BlueGreen => "Services lead to the new replicas".to_owned(),
        }
    }

    /// Begins the next step: gives the second Deployments their replicas. They are to be ready before it is
    /// ended.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn begin_step(&self, target: &Target) -> Result<Vec<ObjectRef>> {
        for pair in &self.pairs {
            let (_, second) = self.strategy.divide(self.steps_done, pair.total);
            scale(
                target,
                &pair.second,
                second,
                &Precondition::default(),
                false,
            )
            .await?;
        }
        Ok(self.pairs.iter().map(|pair| pair.second.clone()).collect())
    }

    /// Ends the step: takes as much from the first Deployments, or switches the Services, and writes down that
    /// it is done.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn end_step(&mut self, target: &Target) -> Result<()> {
        for pair in &self.pairs {
            let (first, _) = self.strategy.divide(self.steps_done, pair.total);
            match &self.strategy {
                Strategy::Canary(_) => {
                    scale(target, &pair.first, first, &Precondition::default(), false).await?;
                }
                Strategy::BlueGreen if self.steps_done > 0 => {
                    for service in services_of(target, &pair.first).await? {
                        services::switch(target, &service, self.strategy.track()).await?;
                    }
                }
                Strategy::BlueGreen => {}
            }
        }
        self.steps_done += 1;
        let note = second::steps_done(self.steps_done);
        for pair in &self.pairs {
            target
                .patch(&pair.second, None, PatchType::Merge, &note, false)
                .await?;
        }
        Ok(())
    }

    /// Lets Services that were switched stay so while `objects` are applied.
    pub fn hold(&self, objects: &mut [Value], default_namespace: &str) {
        if self.strategy != Strategy::BlueGreen {
            return;
        }
        let place = |object: &Value| match metadata(object, "namespace") {
            "" => default_namespace.to_owned(),
            namespace => namespace.to_owned(),
        };
        let is_first = |object: &&Value| {
            field(object, "kind") == "Deployment"
                && self.pairs.iter().any(|pair| {
                    pair.first.name == metadata(object, "name")
                        && pair.first.namespace == *place(object)
                })
        };
        let templates: Vec<(String, Value)> = objects
            .iter()
            .filter(is_first)
            .filter_map(|object| {
                let template = object.get_path(&["spec", "template"])?;
                Some((place(object), template.clone()))
            })
            .collect();
        for object in objects {
            let leads = |(namespace, template): &(String, Value)| {
                *namespace == place(object) && services::is_leading(object, template)
            };
            if templates.iter().any(leads) {
                services::hold(object, self.strategy.track());
            }
        }
    }

    /// Gives the first Deployments all their replicas; they are to be ready before the second ones go.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn restore(&self, target: &Target) -> Result<Vec<ObjectRef>> {
        for pair in &self.pairs {
            if let Strategy::Canary(_) = self.strategy {
                scale(
                    target,
                    &pair.first,
                    pair.total,
                    &Precondition::default(),
                    false,
                )
                .await?;
            }
        }
        Ok(self.pairs.iter().map(|pair| pair.first.clone()).collect())
    }

    /// Makes the first Deployments what they were before, also where they have the new pods already; they are to
    /// be ready before the second ones go.
    ///
    /// # Errors
    /// When the pods from before are not known any more, or the server refuses.
    pub async fn go_back(&self, target: &Target) -> Result<Vec<ObjectRef>> {
        for pair in &self.pairs {
            let first = target.get_existing(&pair.first).await?;
            let second = target.get(&pair.second).await?;
            let is_new = second.is_some_and(|second| second::has_same_pods(&first, &second));
            if is_new {
                leave_template(target, &pair.first, &first).await?;
            }
            let is_counted = autoscaler_of(target, &pair.first).await?.is_some();
            if replicas(&first) != pair.before && !is_counted {
                scale(
                    target,
                    &pair.first,
                    pair.before,
                    &Precondition::default(),
                    false,
                )
                .await?;
            }
        }
        Ok(self.pairs.iter().map(|pair| pair.first.clone()).collect())
    }

    /// Ends it where the first Deployments are what the second ones were.
    ///
    /// # Errors
    /// When the server refuses, or the second ones are not gone at the `deadline`.
    pub async fn end(&self, target: &Target, deadline: Option<Instant>) -> Result<()> {
        self.give_services_back(target).await?;
        self.delete_seconds(target, deadline).await
    }

    /// Ends it where the first Deployments are what they were before: no Service leads to the second ones for a
    /// moment more.
    ///
    /// # Errors
    /// When the server refuses, or the second ones are not gone at the `deadline`.
    pub async fn take_back(&self, target: &Target, deadline: Option<Instant>) -> Result<()> {
        for pair in self.switched_pairs() {
            let hash = services::present_hash(target, &pair.first).await?;
            for service in services_of(target, &pair.first).await? {
                services::pin(target, &service, &hash).await?;
            }
        }
        self.delete_seconds(target, deadline).await?;
        self.give_services_back(target).await
    }

    /// The pairs that Services are switched between.
    fn switched_pairs(&self) -> &[Pair] {
        match self.strategy {
            Strategy::Canary(_) => &[],
            Strategy::BlueGreen => &self.pairs,
        }
    }

    async fn give_services_back(&self, target: &Target) -> Result<()> {
        for pair in self.switched_pairs() {
            for service in services_of(target, &pair.first).await? {
                services::give_back(target, &service).await?;
            }
        }
        Ok(())
    }

    async fn delete_seconds(&self, target: &Target, deadline: Option<Instant>) -> Result<()> {
        let deletion = Deletion {
            propagation: Some(Propagation::Foreground),
            ..Deletion::default()
        };
        for pair in &self.pairs {
            match delete_and_wait(target, &pair.second, deletion, deadline).await {
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

fn replicas(deployment: &Value) -> u32 {
    let replicas = number_at(deployment, &["spec", "replicas"]).unwrap_or(1);
    u32::try_from(replicas).unwrap_or(0)
}

/// The steps that change the pods of Deployments which have some, with what is changed.
fn changed<'s>(steps: &'s [Step], strategy: &Strategy) -> Vec<(&'s Step, Pair)> {
    let concerned = steps.iter().filter(|step| Progression::concerns(step));
    concerned
        .filter_map(|step| Some((step, pair(step, strategy)?)))
        .collect()
}

fn pair(step: &Step, strategy: &Strategy) -> Option<Pair> {
    let first = step.reference.clone()?;
    let name = format!("{}-{}", first.name, strategy.track());
    Some(Pair {
        second: ObjectRef::new(&first.resource, &first.namespace, &name),
        total: step.after.as_ref().map_or(1, replicas),
        before: step.before.as_ref().map_or(1, replicas),
        first,
    })
}

async fn deployments(target: &Target) -> Result<Arc<Resource>> {
    let discovery = target.discovery().await?;
    Ok(Arc::new(
        discovery.of_kind("apps/v1", "Deployment")?.clone(),
    ))
}

/// The Services that lead to the pods of a Deployment.
async fn services_of(target: &Target, deployment: &ObjectRef) -> Result<Vec<ObjectRef>> {
    let live = target.get_existing(deployment).await?;
    match live.get_path(&["spec", "template"]) {
        Some(template) => services::leading_to(target, &deployment.namespace, template).await,
        None => Ok(Vec::new()),
    }
}
