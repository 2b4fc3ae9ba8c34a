//! One look at one autoscaler.

use super::HorizontalPodAutoscaling;
use super::behavior::Proposed;
use super::status::{ABLE, ACTIVE, LIMITED, set_condition};
use crate::discovery::Kind;
use crate::error::{is_conflict, message};
use k8s_openapi::api::autoscaling::v1::Scale;
use k8s_openapi::api::autoscaling::v2::{
    HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus,
    MetricStatus,
};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::ResourceExt;
use kube::api::{Api, DynamicObject};
use std::cmp::Ordering;
use std::sync::Arc;
use tokio::time::Instant;
use trimtab_informer::{EventType, ObjectKey, reference};
use trimtab_object::LabelSelector;

/// How often a number is set anew that somebody else was quicker to set.
const TRIES: usize = 5;

pub(super) struct Look<'a> {
    pub(super) controller: &'a HorizontalPodAutoscaling,
    pub(super) key: &'a ObjectKey,
    autoscaler: &'a HorizontalPodAutoscaler,
    pub(super) spec: HorizontalPodAutoscalerSpec,
    status: HorizontalPodAutoscalerStatus,
}

/// What all metrics ask for.
struct Wanted {
    replicas: i32,
    name: String,
}

/// What is there to be scaled.
pub(super) struct Scaled {
    kind: Kind,
    scale: Scale,
}

impl Scaled {
    pub(super) fn replicas(&self) -> i32 {
        self.scale
            .spec
            .as_ref()
            .and_then(|it| it.replicas)
            .unwrap_or_default()
    }

    pub(super) fn observed(&self) -> i32 {
        self.scale.status.as_ref().map_or(0, |it| it.replicas)
    }

    pub(super) fn selector(&self) -> &str {
        let status = self.scale.status.as_ref();
        status
            .and_then(|it| it.selector.as_deref())
            .unwrap_or_default()
    }
}

impl<'a> Look<'a> {
    pub(super) fn new(
        controller: &'a HorizontalPodAutoscaling,
        key: &'a ObjectKey,
        autoscaler: &'a HorizontalPodAutoscaler,
    ) -> Self {
        Self {
            controller,
            key,
            autoscaler,
            spec: autoscaler.spec.clone(),
            status: autoscaler.status.clone().unwrap_or_default(),
        }
    }

    /// Looks, sets the number if another one is wanted, and says what came of it.
    pub(super) async fn run(mut self) -> Result<(), kube::Error> {
        let mut scaled = match self.find().await {
            Ok(scaled) => scaled,
            Err(error) => {
                self.warn("FailedGetScale", &error);
                let message = format!(
                    "the HPA controller was unable to get the target's current scale: {error}"
                );
                self.say(ABLE, false, "FailedGetScale", &message);
                return self.report().await;
            }
        };
        let message = "the HPA controller was able to get the target's current scale";
        self.say(ABLE, true, "SucceededGetScale", message);
        self.status.current_metrics = None;
        let current = scaled.replicas();
        let min = self.spec.min_replicas.unwrap_or(1);
        let max = self.spec.max_replicas;
        self.with_history(|history| history.begin(current, Instant::now()));

        // A target that was set to zero is none of the autoscaler's business.
        let (desired, why) = if current == 0 {
            let message = "scaling is disabled since the replica count of the target is zero";
            self.say(ACTIVE, false, "ScalingDisabled", message);
            self.set_numbers(current, 0, None, false);
            return self.report().await;
        } else if current > max {
            (
                max,
                "Current number of replicas above Spec.MaxReplicas".to_owned(),
            )
        } else if current < min {
            (
                min,
                "Current number of replicas below Spec.MinReplicas".to_owned(),
            )
        } else {
            match self.by_metrics(&scaled, current, min).await {
                Ok(decided) => decided,
                Err(told) => {
                    let desired = self.status.desired_replicas;
                    let metrics = self.status.current_metrics.clone();
                    self.set_numbers(current, desired, metrics, false);
                    self.report().await?;
                    self.warn("FailedComputeMetricsReplicas", &told);
                    return Ok(());
                }
            }
        };
        let metrics = self.status.current_metrics.clone();
        let is_other = desired != current;
        if is_other {
            if let Err(error) = self.set(&mut scaled, desired).await {
                let told = format!("New size: {desired}; reason: {why}; error: {error}");
                self.warn("FailedRescale", &told);
                let message =
                    format!("the HPA controller was unable to update the target scale: {error}");
                self.say(ABLE, false, "FailedUpdateScale", &message);
                let before = self.status.desired_replicas;
                self.set_numbers(current, before, metrics, false);
                return self.report().await;
            }
            self.rescaled(current, desired, &why);
        }
        self.set_numbers(current, desired, metrics, is_other);
        self.report().await
    }

    fn rescaled(&mut self, current: i32, desired: i32, why: &str) {
        let message =
            format!("the HPA controller was able to update the target scale to {desired}");
        self.say(ABLE, true, "SucceededRescale", &message);
        let told = format!("New size: {desired}; reason: {why}");
        self.tell(EventType::Normal, "SuccessfulRescale", &told);
        let behavior = self.spec.behavior.clone();
        self.with_history(|history| {
            history.done(current, desired, behavior.as_ref(), Instant::now());
        });
    }

    async fn find(&self) -> Result<Scaled, String> {
        let target = &self.spec.scale_target_ref;
        let version = target.api_version.as_deref().unwrap_or_default();
        let kind = self.controller.kind(version, &target.kind).await?;
        let scale = self.objects(&kind).get_scale(&target.name).await;
        let scale = scale.map_err(|error| message(&error))?;
        Ok(Scaled { kind, scale })
    }

    fn objects(&self, kind: &Kind) -> Api<DynamicObject> {
        let client = self.controller.context.client.clone();
        Api::namespaced_with(client, &self.key.namespace, &kind.resource)
    }

    async fn set(&self, scaled: &mut Scaled, replicas: i32) -> Result<(), String> {
        let objects = self.objects(&scaled.kind);
        let name = &self.spec.scale_target_ref.name;
        let posting = self.controller.context.posting();
        let mut tries = 0;
        loop {
            tries += 1;
            scaled.scale.spec.get_or_insert_default().replicas = Some(replicas);
            match objects.replace_scale(name, &posting, &scaled.scale).await {
                Ok(_) => return Ok(()),
                Err(error) if is_conflict(&error) && tries < TRIES => {
                    let fresh = objects.get_scale(name).await;
                    scaled.scale = fresh.map_err(|error| message(&error))?;
                }
                Err(error) => return Err(message(&error)),
            }
        }
    }

    /// How many pods the metrics ask for, within what is allowed, and why.
    async fn by_metrics(
        &mut self,
        scaled: &Scaled,
        current: i32,
        min: i32,
    ) -> Result<(i32, String), String> {
        let wanted = self.compute(scaled, current).await?;
        let desired = wanted.replicas.max(0);
        let why = match desired.cmp(&current) {
            Ordering::Greater => format!("{} above target", wanted.name),
            Ordering::Less => "All metrics below target".to_owned(),
            Ordering::Equal => String::new(),
        };
        let proposed = Proposed {
            current,
            desired,
            min,
            max: self.spec.max_replicas,
        };
        let behavior = self.spec.behavior.clone();
        let decision = self
            .with_history(|history| history.decide(proposed, behavior.as_ref(), Instant::now()));
        self.say(ABLE, true, decision.able.0, decision.able.1);
        let (reason, message) = decision.limit;
        self.say(LIMITED, decision.is_limited, reason, message);
        Ok((decision.replicas, why))
    }

    /// The most that any metric asks for. One that says nothing keeps the number from shrinking.
    async fn compute(&mut self, scaled: &Scaled, current: i32) -> Result<Wanted, String> {
        let selector = self.pod_selector(scaled)?;
        let pods = self.selected(&selector);
        let specs = self.spec.metrics.clone().unwrap_or_default();
        let mut statuses = Vec::with_capacity(specs.len());
        let mut wanted: Option<Wanted> = None;
        let mut failures = Vec::new();
        for spec in &specs {
            match self.compute_one(spec, scaled, &pods).await {
                Ok(computed) => {
                    statuses.push(computed.status);
                    let replicas = computed.proposal.replicas;
                    if wanted
                        .as_ref()
                        .is_none_or(|it| it.replicas == 0 || replicas > it.replicas)
                    {
                        wanted = Some(Wanted {
                            replicas,
                            name: computed.name,
                        });
                    }
                }
                Err(failed) => {
                    self.warn(failed.reason, &failed.message);
                    // A place for each metric, as Kubernetes keeps it.
                    statuses.push(MetricStatus::default());
                    failures.push(failed);
                }
            }
        }
        self.status.current_metrics = Some(statuses);
        let shrinks = wanted.as_ref().is_none_or(|it| it.replicas < current);
        if let Some(first) = failures.first()
            && shrinks
        {
            let message = format!(
                "the HPA was unable to compute the replica count: {}",
                first.message
            );
            self.say(ACTIVE, false, first.reason, &message);
            let (invalid, all) = (failures.len(), specs.len());
            return Err(format!(
                "invalid metrics ({invalid} invalid out of {all}), first error is: {}",
                first.told
            ));
        }
        let Some(wanted) = wanted else {
            return Err("the HPA has no metric to compute a replica count from".to_owned());
        };
        let message = format!(
            "the HPA was able to successfully calculate a replica count from {}",
            wanted.name
        );
        self.say(ACTIVE, true, "ValidMetricFound", &message);
        Ok(wanted)
    }

    /// What the target selects, unless another autoscaler is about the same pods.
    fn pod_selector(&mut self, scaled: &Scaled) -> Result<LabelSelector, String> {
        let text = scaled.selector();
        if text.is_empty() {
            let told = "selector is required";
            self.warn("SelectorRequired", told);
            let message = "the HPA target's scale is missing a selector";
            self.say(ACTIVE, false, "InvalidSelector", message);
            return Err(told.to_owned());
        }
        let selector = match LabelSelector::parse(text) {
            Ok(selector) => selector,
            Err(error) => {
                let told = format!(
                    "couldn't convert selector into a corresponding internal selector object: {}",
                    error.message
                );
                self.warn("InvalidSelector", &told);
                self.say(ACTIVE, false, "InvalidSelector", &told);
                return Err(told);
            }
        };
        let pods = self.selected(&selector);
        let rivals = {
            let mut known = self.controller.known();
            known.selectors.insert(self.key.clone(), selector.clone());
            let is_rival = |(key, other): &(&ObjectKey, &LabelSelector)| {
                key.namespace == self.key.namespace && pods.iter().any(|pod| selects(other, pod))
            };
            let rivals = known.selectors.iter().filter(is_rival);
            let mut rivals: Vec<_> = rivals.map(|(key, _)| key.to_string()).collect();
            rivals.sort_unstable();
            rivals
        };
        if rivals.len() > 1 {
            let rivals = rivals.join(" ");
            let told =
                format!("pods by selector {text} are controlled by multiple HPAs: [{rivals}]");
            self.warn("AmbiguousSelector", &told);
            self.say(ACTIVE, false, "AmbiguousSelector", &told);
            return Err(told);
        }
        Ok(selector)
    }

    fn selected(&self, selector: &LabelSelector) -> Vec<Arc<Pod>> {
        let mut pods = self.controller.pods.list_in(&self.key.namespace);
        pods.retain(|pod| selects(selector, pod));
        pods
    }

    fn with_history<T>(&self, act: impl FnOnce(&mut super::History) -> T) -> T {
        let mut known = self.controller.known();
        act(known.histories.entry(self.key.clone()).or_default())
    }

    fn say(&mut self, type_: &str, is_true: bool, reason: &str, message: &str) {
        let now = self.controller.context.clock.now();
        set_condition(&mut self.status, type_, is_true, reason, message, now);
    }

    fn set_numbers(
        &mut self,
        current: i32,
        desired: i32,
        metrics: Option<Vec<MetricStatus>>,
        is_other: bool,
    ) {
        let status = &mut self.status;
        status.current_replicas = Some(current);
        status.desired_replicas = desired;
        status.current_metrics = metrics;
        if is_other {
            status.last_scale_time = Some(Time(self.controller.context.clock.now()));
        }
    }

    /// Writes what was said, if that is news.
    async fn report(&self) -> Result<(), kube::Error> {
        if self.autoscaler.status.as_ref() == Some(&self.status) {
            return Ok(());
        }
        let context = &self.controller.context;
        let all = context.namespaced::<HorizontalPodAutoscaler>(&self.key.namespace);
        let mut written = self.autoscaler.clone();
        written.status = Some(self.status.clone());
        let replaced = all
            .replace_status(&self.key.name, &context.posting(), &written)
            .await;
        if let Err(error) = replaced {
            self.warn("FailedUpdateStatus", &message(&error));
            return Err(error);
        }
        Ok(())
    }

    fn warn(&self, reason: &str, message: &str) {
        self.tell(EventType::Warning, reason, message);
    }

    fn tell(&self, event_type: EventType, reason: &str, message: &str) {
        let recorder = &self.controller.context.recorder;
        recorder.record(&reference(self.autoscaler), event_type, reason, message);
    }
}

fn selects(selector: &LabelSelector, pod: &Pod) -> bool {
    let labels = pod.labels();
    selector.matches(|key| labels.get(key).map(String::as_str))
}
