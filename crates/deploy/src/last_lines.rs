//! The last lines that containers printed, where they may tell why something is not ready.

use crate::error::Result;
use crate::reason::{Logged, Reason};
use crate::target::{LogOptions, ObjectRef, Target};
use std::sync::Arc;
use std::time::Duration;

/// Of so many reasons of an object the logs are asked for.
const MOST_LOGS: usize = 2;

/// So many lines of a log are enough to see why a container ended.
const LOG_LINES: u64 = 10;

/// A node that does not answer must not hold up what is known without it.
const LOG_PATIENCE: Duration = Duration::from_secs(5);

/// Adds to the reasons why `object` is not ready the last lines of the logs that may tell, as far as they can be had.
pub(crate) async fn read_logs(target: &Target, object: &ObjectRef, reasons: &mut [Reason]) {
    let Ok(discovery) = target.discovery().await else {
        return;
    };
    let Ok(pods) = discovery.of_kind("v1", "Pod") else {
        return;
    };
    let pods = Arc::new(pods.clone());
    let logged = reasons
        .iter_mut()
        .filter_map(|reason| Some((reason.object.clone(), reason.logged.as_mut()?)));
    for (pod, logged) in logged.take(MOST_LOGS) {
        let Some(name) = pod.strip_prefix("pod/") else {
            continue;
        };
        let pod = ObjectRef::new(&pods, &object.namespace, name);
        match tokio::time::timeout(LOG_PATIENCE, tail(target, &pod, logged)).await {
            Ok(Ok(lines)) => logged.tail = lines,
            Ok(Err(error)) => tracing::debug!(%error, "the log of {pod} cannot be read"),
            Err(_) => tracing::debug!("the log of {pod} does not come"),
        }
    }
}

async fn tail(target: &Target, pod: &ObjectRef, logged: &Logged) -> Result<Vec<String>> {
    let options = LogOptions {
        container: logged.container.clone(),
        previous: logged.is_previous,
        tail: Some(LOG_LINES),
        ..LogOptions::default()
    };
    let mut log = target.logs(pod, &options).await?;
    let mut lines = Vec::new();
    while let Some(line) = log.next().await? {
        lines.push(String::from_utf8_lossy(&line).trim_end().to_owned());
    }
    Ok(lines)
}
