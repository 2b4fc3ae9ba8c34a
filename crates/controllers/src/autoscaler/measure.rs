//! What one metric asks for.

use super::calculate::{Proposal, Target, Tolerances, by_pods, by_share, by_total, millis};
use super::look::{Look, Scaled};
use super::metrics;
use super::status::quantity;
use crate::selector::parse;
use k8s_openapi::api::autoscaling::v2::{
    ContainerResourceMetricStatus, ExternalMetricStatus, HPAScalingRules, MetricIdentifier,
    MetricSpec, MetricStatus, MetricTarget, MetricValueStatus, ObjectMetricStatus,
    PodsMetricStatus, ResourceMetricStatus,
};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::sync::Arc;

/// `--horizontal-pod-autoscaler-tolerance`, where the object does not say.
const TOLERANCE: f64 = 0.1;
/// What one metric asks for.
pub(super) struct Computed {
    pub(super) proposal: Proposal,
    /// What it is called in events and conditions.
    pub(super) name: String,
    pub(super) status: MetricStatus,
}

/// Why one metric asks for nothing: the reason, and what is told of the look as a whole.
pub(super) struct Failed {
    pub(super) reason: &'static str,
    pub(super) message: String,
    pub(super) told: String,
}

impl Computed {
    /// What came of a metric; `fill` says in its status how it is now.
    fn new(
        spec: &MetricSpec,
        proposal: Proposal,
        name: String,
        fill: impl FnOnce(&mut MetricStatus),
    ) -> Self {
        let mut status = MetricStatus {
            type_: spec.type_.clone(),
            ..MetricStatus::default()
        };
        fill(&mut status);
        Self {
            proposal,
            name,
            status,
        }
    }
}

impl Failed {
    /// Makes of what went wrong that the value of a metric could not be had.
    fn to_get(reason: &'static str, what: &str) -> impl FnOnce(String) -> Self {
        move |message| Self {
            reason,
            told: format!("failed to get {what} metric value: {message}"),
            message,
        }
    }
}

impl Look<'_> {
    /// What a metric asks for.
    pub(super) async fn compute_one(
        &self,
        spec: &MetricSpec,
        scaled: &Scaled,
        pods: &[Arc<Pod>],
    ) -> Result<Computed, Failed> {
        match spec.type_.as_str() {
            "Resource" => self.by_resource(spec, scaled, pods).await,
            "ContainerResource" => self.by_container(spec, scaled, pods).await,
            "Pods" => self.by_pod_metric(spec, scaled, pods).await,
            "Object" => self.by_object(spec, scaled, pods).await,
            "External" => self.by_external(spec, scaled, pods).await,
            other => {
                let message = format!("unknown metric source type {other:?}");
                Err(Failed {
                    reason: "InvalidMetricSourceType",
                    told: message.clone(),
                    message,
                })
            }
        }
    }

    async fn by_resource(
        &self,
        spec: &MetricSpec,
        scaled: &Scaled,
        pods: &[Arc<Pod>],
    ) -> Result<Computed, Failed> {
        let source = spec.resource.clone().unwrap_or_default();
        let found = self
            .measure(&source.name, None, &source.target, scaled, pods)
            .await;
        let what = format!("{} resource", source.name);
        let (proposal, name, current) =
            found.map_err(Failed::to_get("FailedGetResourceMetric", &what))?;
        Ok(Computed::new(spec, proposal, name, |status| {
            status.resource = Some(ResourceMetricStatus {
                name: source.name,
                current,
            });
        }))
    }

    async fn by_container(
        &self,
        spec: &MetricSpec,
        scaled: &Scaled,
        pods: &[Arc<Pod>],
    ) -> Result<Computed, Failed> {
        let source = spec.container_resource.clone().unwrap_or_default();
        let (resource, container) = (&source.name, Some(source.container.as_str()));
        let found = self
            .measure(resource, container, &source.target, scaled, pods)
            .await;
        let what = format!("{} container", source.container);
        let (proposal, name, current) =
            found.map_err(Failed::to_get("FailedGetContainerResourceMetric", &what))?;
        Ok(Computed::new(spec, proposal, name, |status| {
            status.container_resource = Some(ContainerResourceMetricStatus {
                name: source.name,
                container: source.container,
                current,
            });
        }))
    }

    /// What pods use of a resource: what that asks for, what it is called, and what it is.
    async fn measure(
        &self,
        resource: &str,
        container: Option<&str>,
        target: &MetricTarget,
        scaled: &Scaled,
        pods: &[Arc<Pod>],
    ) -> Result<(Proposal, String, MetricValueStatus), String> {
        let what = match (&target.average_value, target.average_utilization) {
            (Some(_), _) => "usage",
            (None, Some(_)) => "utilization",
            (None, None) => {
                return Err(
                    "invalid resource metric source: neither an average utilization target \
                            nor an average value (usage) target was set"
                        .to_owned(),
                );
            }
        };
        let context = &self.controller.context;
        let (namespace, selector) = (&self.key.namespace, scaled.selector());
        let computed = async {
            let metrics =
                metrics::of_resource(&context.client, namespace, selector, resource, container)
                    .await
                    .map_err(|error| {
                        format!("unable to get metrics for resource {resource}: {error}")
                    })?;
            let target = match (&target.average_value, target.average_utilization) {
                (None, Some(percent)) => Target::Utilization {
                    percent,
                    resource,
                    container,
                },
                (value, _) => Target::Usage(value.as_ref().map_or(0, millis)),
            };
            let (tolerances, now) = (self.tolerances(), context.clock.now());
            let current = scaled.replicas();
            by_pods(
                pods,
                metrics,
                Some(resource),
                current,
                target,
                tolerances,
                now,
            )
        };
        let proposal = computed
            .await
            .map_err(|error| format!("failed to get {resource} {what}: {error}"))?;
        let name = match (proposal.utilization, container) {
            (None, _) => format!("{resource} resource"),
            (Some(_), None) => {
                format!("{resource} resource utilization (percentage of request)")
            }
            (Some(_), Some(_)) => {
                format!("{resource} container resource utilization (percentage of request)")
            }
        };
        let current = MetricValueStatus {
            average_utilization: proposal.utilization,
            average_value: Some(quantity(proposal.usage, resource == "memory")),
            value: None,
        };
        Ok((proposal, name, current))
    }

    async fn by_pod_metric(
        &self,
        spec: &MetricSpec,
        scaled: &Scaled,
        pods: &[Arc<Pod>],
    ) -> Result<Computed, Failed> {
        let source = spec.pods.clone().unwrap_or_default();
        let metric = &source.metric.name;
        let context = &self.controller.context;
        let computed = async {
            let labels = metric_selector(&source.metric)?;
            let (namespace, selector) = (&self.key.namespace, scaled.selector());
            let metrics = metrics::of_pods(&context.client, namespace, selector, metric, &labels)
                .await
                .map_err(|error| format!("unable to get metric {metric}: {error}"))?;
            let target = source.target.average_value.as_ref().map_or(0, millis);
            let (tolerances, now) = (self.tolerances(), context.clock.now());
            let current = scaled.replicas();
            by_pods(
                pods,
                metrics,
                None,
                current,
                Target::Usage(target),
                tolerances,
                now,
            )
        };
        let failed = Failed::to_get("FailedGetPodsMetric", "pods");
        let proposal = computed.await.map_err(failed)?;
        let name = format!("pods metric {metric}");
        let current = averaged(proposal.usage);
        Ok(Computed::new(spec, proposal, name, |status| {
            status.pods = Some(PodsMetricStatus {
                current,
                metric: source.metric,
            });
        }))
    }

    async fn by_object(
        &self,
        spec: &MetricSpec,
        scaled: &Scaled,
        pods: &[Arc<Pod>],
    ) -> Result<Computed, Failed> {
        let source = spec.object.clone().unwrap_or_default();
        let (metric, object) = (&source.metric.name, &source.described_object);
        let client = &self.controller.context.client;
        let computed = async {
            let labels = metric_selector(&source.metric)?;
            let version = object.api_version.as_deref().unwrap_or_default();
            let namespace = &self.key.namespace;
            let measured = async {
                let kind = self.controller.kind(version, &object.kind).await?;
                let name = &object.name;
                metrics::of_object(client, namespace, &kind, name, metric, &labels).await
            };
            let usage = measured.await.map_err(|error| {
                let (kind, name) = (&object.kind, &object.name);
                format!("unable to get metric {metric}: {kind} on {namespace} {name}/{error}")
            })?;
            self.of_one_value(usage, &source.target, scaled, pods, "object")
        };
        let failed = Failed::to_get("FailedGetObjectMetric", "object");
        let (proposal, current) = computed.await.map_err(failed)?;
        let name = match current.value {
            Some(_) => format!("{} metric {metric}", object.kind),
            None => external_name(&source.metric),
        };
        Ok(Computed::new(spec, proposal, name, |status| {
            status.object = Some(ObjectMetricStatus {
                current,
                described_object: source.described_object,
                metric: source.metric,
            });
        }))
    }

    async fn by_external(
        &self,
        spec: &MetricSpec,
        scaled: &Scaled,
        pods: &[Arc<Pod>],
    ) -> Result<Computed, Failed> {
        let source = spec.external.clone().unwrap_or_default();
        let metric = &source.metric.name;
        let client = &self.controller.context.client;
        let computed = async {
            let labels = metric_selector(&source.metric)?;
            let namespace = &self.key.namespace;
            let values = metrics::external(client, namespace, metric, &labels)
                .await
                .map_err(|error| {
                    format!("unable to get external metric {namespace}/{metric}/{labels}: {error}")
                })?;
            let usage = values.into_iter().fold(0_i64, i64::saturating_add);
            self.of_one_value(usage, &source.target, scaled, pods, "external")
        };
        let what = format!("{metric} external");
        let failed = Failed::to_get("FailedGetExternalMetric", &what);
        let (proposal, current) = computed.await.map_err(failed)?;
        let name = external_name(&source.metric);
        Ok(Computed::new(spec, proposal, name, |status| {
            status.external = Some(ExternalMetricStatus {
                current,
                metric: source.metric,
            });
        }))
    }

    /// What one value asks for that all pods share or bring about together, and what it is.
    fn of_one_value(
        &self,
        usage: i64,
        target: &MetricTarget,
        scaled: &Scaled,
        pods: &[Arc<Pod>],
        source: &str,
    ) -> Result<(Proposal, MetricValueStatus), String> {
        let tolerances = self.tolerances();
        if let Some(average) = &target.average_value {
            let proposal = by_share(usage, scaled.observed(), millis(average), tolerances);
            return Ok((proposal, averaged(proposal.usage)));
        }
        let Some(value) = &target.value else {
            return Err(format!(
                "invalid {source} metric source: neither a value target nor an average value \
                 target was set"
            ));
        };
        let proposal = by_total(pods, usage, scaled.replicas(), millis(value), tolerances)?;
        let current = MetricValueStatus {
            value: Some(quantity(usage, false)),
            ..MetricValueStatus::default()
        };
        Ok((proposal, current))
    }

    fn tolerances(&self) -> Tolerances {
        let behavior = self.spec.behavior.as_ref();
        let of = |rules: Option<&HPAScalingRules>| {
            let tolerance = rules.and_then(|rules| rules.tolerance.as_ref());
            let read = |it: &Quantity| trimtab_object::Quantity::parse(&it.0).ok();
            let read = tolerance.and_then(read);
            read.map_or(TOLERANCE, |it| it.as_approximate_float())
        };
        Tolerances {
            down: of(behavior.and_then(|it| it.scale_down.as_ref())),
            up: of(behavior.and_then(|it| it.scale_up.as_ref())),
        }
    }
}

fn averaged(usage: i64) -> MetricValueStatus {
    MetricValueStatus {
        average_value: Some(quantity(usage, false)),
        ..MetricValueStatus::default()
    }
}

/// The selector of a metric as a query has it.
fn metric_selector(metric: &MetricIdentifier) -> Result<String, String> {
    let Some(selector) = &metric.selector else {
        return Ok(String::new());
    };
    let selector = parse(selector).map_err(|error| error.to_string())?;
    Ok(selector.to_string())
}

/// What a metric from outside is called.
fn external_name(metric: &MetricIdentifier) -> String {
    let selector = metric_selector(metric).unwrap_or_default();
    format!("external metric {}({selector})", metric.name)
}
