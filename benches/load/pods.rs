//! Very many pods: the memory that they take, and what a list of a few of them costs.

use http::Method;

use crate::NAMESPACE;
use crate::connection::BoxError;
use crate::connection::{Connection, Form};
use crate::figures::{Figure, Meter};
use crate::objects::{pod, pod_status};
use crate::process::resident_kib;
use crate::requests::send_all;

/// Lists of a few pods that are timed.
const LISTS: usize = 50;

/// Makes `count` pods, each with the status of one that runs, and lists a few of them.
pub(crate) async fn measure(
    connections: &[Connection],
    pids: &[u32],
    count: usize,
) -> Result<Vec<Figure>, BoxError> {
    let pods = format!("/api/v1/namespaces/{NAMESPACE}/pods");
    let before = resident_kib(pids)?;
    let meter = Meter::begin(pids)?;
    let path = pods.clone();
    let times = send_all(connections, count, move |number| {
        (Method::POST, path.clone(), Form::Object, pod(number))
    });
    let created = meter.end("pods created", "requests", count, times.await?)?;
    let meter = Meter::begin(pids)?;
    let path = pods.clone();
    let times = send_all(connections, count, move |number| {
        let path = format!("{path}/pod-{number}/status");
        (Method::PATCH, path, Form::Merge, pod_status(number))
    });
    let told = meter.end("pods' status", "requests", count, times.await?)?;
    let held = resident_kib(pids)?.saturating_sub(before);
    let mut figures = vec![created, told, Figure::memory("a pod", held, count)];
    let selections = [
        ("by label", "labelSelector=app%3Dapp-0"),
        (
            "by two labels",
            "labelSelector=pod-template-hash%2Capp+in+%28app-0%29",
        ),
        ("by node", "fieldSelector=spec.nodeName%3Dnode-3"),
        ("by name", "fieldSelector=metadata.name%3Dpod-3"),
    ];
    for (name, query) in selections {
        let path = format!("{pods}?{query}");
        let one = connections.get(..1).unwrap_or_default();
        let meter = Meter::begin(pids)?;
        let times = send_all(one, LISTS, move |_| {
            (Method::GET, path.clone(), Form::Object, String::new())
        });
        figures.push(meter.end(&format!("pods {name}"), "lists", LISTS, times.await?)?);
    }
    Ok(figures)
}
