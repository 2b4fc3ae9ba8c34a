//! Asking the three metrics APIs, which other servers answer behind the API server.
//!
//! Messages are those of Kubernetes' `pkg/controller/podautoscaler/metrics`: people search for them.

use super::calculate::{PodMetric, PodMetrics, millis};
use crate::discovery::Kind;
use crate::error::{message, status};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Write;

const CUSTOM: &str = "custom.metrics.k8s.io";

/// What a metric is measured over where the server does not say.
const WINDOW: SignedDuration = SignedDuration::from_secs(60);

#[derive(Deserialize)]
struct List<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Measured {
    metadata: Named,
    timestamp: Timestamp,
    #[serde(default)]
    window: Option<String>,
    #[serde(default)]
    containers: Vec<ContainerUsage>,
}

#[derive(Deserialize)]
struct ContainerUsage {
    name: String,
    #[serde(default)]
    usage: BTreeMap<String, Quantity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetricValue {
    #[serde(default)]
    described_object: Option<Named>,
    #[serde(default)]
    timestamp: Option<Timestamp>,
    #[serde(default)]
    window_seconds: Option<i64>,
    value: Quantity,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    preferred_version: Version,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    group_version: String,
}

/// What the pods that `selector` selects use of a resource, in one container or in all.
pub(super) async fn of_resource(
    client: &Client,
    namespace: &str,
    selector: &str,
    resource: &str,
    container: Option<&str>,
) -> Result<PodMetrics, String> {
    let path = format!("/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods");
    let query = query(&[("labelSelector", selector)]);
    let list: List<Measured> = get(client, &path, &query, "get pods.metrics.k8s.io")
        .await
        .map_err(|error| format!("unable to fetch metrics from resource metrics API: {error}"))?;
    if list.items.is_empty() {
        return Err("no metrics returned from resource metrics API".to_owned());
    }
    Ok(pod_metrics(list.items, resource, container))
}

fn pod_metrics(measured: Vec<Measured>, resource: &str, container: Option<&str>) -> PodMetrics {
    let measured = measured.into_iter().filter_map(|pod| {
        let mut of = pod
            .containers
            .iter()
            .filter(|it| container.is_none_or(|name| name == it.name))
            .peekable();
        of.peek()?;
        // A pod of which one container was not measured was not measured.
        let value = of
            .map(|it| it.usage.get(resource).map(millis))
            .sum::<Option<i64>>()?;
        let window = pod.window.as_deref().and_then(|text| text.parse().ok());
        let metric = PodMetric {
            at: pod.timestamp,
            window: window.unwrap_or(WINDOW),
            value,
        };
        Some((pod.metadata.name, metric))
    });
    measured.collect()
}

/// The metric called `metric` of each of the pods that `selector` selects.
pub(super) async fn of_pods(
    client: &Client,
    namespace: &str,
    selector: &str,
    metric: &str,
    metric_selector: &str,
) -> Result<PodMetrics, String> {
    let values = custom(client, async |version| {
        let path = format!("/apis/{version}/namespaces/{namespace}/pods/*/{metric}");
        let query = query(&[
            ("labelSelector", selector),
            ("metricLabelSelector", metric_selector),
        ]);
        get(client, &path, &query, &format!("get pods.{CUSTOM} *")).await
    })
    .await?;
    if values.is_empty() {
        return Err("no metrics returned from custom metrics API".to_owned());
    }
    let values = values.into_iter().filter_map(|value| {
        let window = value.window_seconds.map(SignedDuration::from_secs);
        let found = PodMetric {
            at: value.timestamp.unwrap_or(Timestamp::MIN),
            window: window.unwrap_or(WINDOW),
            value: millis(&value.value),
        };
        Some((value.described_object?.name, found))
    });
    Ok(values.collect())
}

/// The metric called `metric` of one object of `kind`.
pub(super) async fn of_object(
    client: &Client,
    namespace: &str,
    kind: &Kind,
    name: &str,
    metric: &str,
    metric_selector: &str,
) -> Result<i64, String> {
    let resource = &kind.resource;
    let plural = if resource.group.is_empty() {
        resource.plural.clone()
    } else {
        format!("{}.{}", resource.plural, resource.group)
    };
    let values = custom(client, async |version| {
        let path = if resource.group.is_empty() && resource.kind == "Namespace" {
            // Whatever it is called: an autoscaler sees its own.
            format!("/apis/{version}/namespaces/{namespace}/metrics/{metric}")
        } else {
            format!("/apis/{version}/namespaces/{namespace}/{plural}/{name}/{metric}")
        };
        let query = query(&[("metricLabelSelector", metric_selector)]);
        get(
            client,
            &path,
            &query,
            &format!("get {plural}.{CUSTOM} {name}"),
        )
        .await
    })
    .await?;
    match values.as_slice() {
        [value] => Ok(millis(&value.value)),
        all => Err(format!(
            "unable to fetch metrics from custom metrics API: the custom metrics API server \
             returned {} results when we asked for exactly one",
            all.len()
        )),
    }
}

/// Asks the custom metrics API in the version its server prefers.
async fn custom(
    client: &Client,
    ask: impl AsyncFnOnce(&str) -> Result<List<MetricValue>, String>,
) -> Result<Vec<MetricValue>, String> {
    let in_context = |error| format!("unable to fetch metrics from custom metrics API: {error}");
    let group: Result<Group, _> = request(client, &format!("/apis/{CUSTOM}")).await;
    let version = match group {
        Ok(group) => group.preferred_version.group_version,
        Err(error) if status(&error).is_some_and(|it| it.code == 404) => {
            return Err(in_context(format!(
                "no custom metrics API ({CUSTOM}) registered"
            )));
        }
        Err(error) => return Err(in_context(message(&error))),
    };
    let list = ask(&version).await.map_err(in_context)?;
    Ok(list.items)
}

/// All values of an external metric.
pub(super) async fn external(
    client: &Client,
    namespace: &str,
    metric: &str,
    metric_selector: &str,
) -> Result<Vec<i64>, String> {
    let path = format!("/apis/external.metrics.k8s.io/v1beta1/namespaces/{namespace}/{metric}");
    let query = query(&[("labelSelector", metric_selector)]);
    let verb = format!("get {metric}.external.metrics.k8s.io");
    let list: List<MetricValue> = get(client, &path, &query, &verb)
        .await
        .map_err(|error| format!("unable to fetch metrics from external metrics API: {error}"))?;
    if list.items.is_empty() {
        return Err("no metrics returned from external metrics API".to_owned());
    }
    Ok(list.items.iter().map(|it| millis(&it.value)).collect())
}

/// `?a=b&c=d` of those that have a value.
fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        let sign = if query.is_empty() { '?' } else { '&' };
        let _ = write!(query, "{sign}{key}=");
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                query.push(char::from(byte));
            } else {
                let _ = write!(query, "%{byte:02X}");
            }
        }
    }
    query
}

async fn request<T: DeserializeOwned>(client: &Client, uri: &str) -> Result<T, kube::Error> {
    let request = http::Request::get(uri).body(Vec::new());
    let request = request.map_err(kube::Error::HttpError)?;
    client.request(request).await
}

/// Asks, and says of an API that is not there what Kubernetes' clients say.
async fn get<T: DeserializeOwned>(
    client: &Client,
    path: &str,
    query: &str,
    verb: &str,
) -> Result<T, String> {
    request(client, &format!("{path}{query}"))
        .await
        .map_err(|error| match status(&error).map(|it| it.code) {
            Some(404) => format!("the server could not find the requested resource ({verb})"),
            Some(503) => {
                format!("the server is currently unable to handle the request ({verb})")
            }
            _ => message(&error),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_is_the_sum_of_its_containers_or_one_of_them() {
        let list = json!([
            {"metadata": {"name": "p"}, "timestamp": "2026-01-01T00:00:00Z", "window": "15s",
             "containers": [{"name": "a", "usage": {"cpu": "250m", "memory": "1Ki"}},
                            {"name": "b", "usage": {"cpu": "1"}}]},
            {"metadata": {"name": "q"}, "timestamp": "2026-01-01T00:00:00Z", "containers": []},
        ]);
        let of = |resource, container| {
            let list: Vec<Measured> = serde_json::from_value(list.clone()).unwrap();
            let metrics = pod_metrics(list, resource, container);
            let values: Vec<_> = metrics
                .iter()
                .map(|(pod, it)| (pod.clone(), it.value))
                .collect();
            values
        };
        assert_eq!(of("cpu", None), [("p".to_owned(), 1_250)]);
        assert_eq!(of("cpu", Some("b")), [("p".to_owned(), 1_000)]);
        assert_eq!(of("memory", None), []);
        assert_eq!(of("memory", Some("a")), [("p".to_owned(), 1_024_000)]);
        let list: Vec<Measured> = serde_json::from_value(list).unwrap();
        let window = pod_metrics(list, "cpu", None)["p"].window;
        assert_eq!(window, SignedDuration::from_secs(15));
    }

    #[test]
    fn a_query_is_encoded() {
        let pairs = [
            ("labelSelector", "a=b,c in (d)"),
            ("metricLabelSelector", ""),
        ];
        assert_eq!(query(&pairs), "?labelSelector=a%3Db%2Cc%20in%20%28d%29");
    }
}
