//! What the control plane of `trimtab up` is doing.

use super::{Args, Output};
use crate::client::{self, Session};
use crate::duration;
use crate::exit::{Failure, Status};
use crate::instance::{ClusterName, Home, Record, State};
use crate::runtime::{self, Threads};
use crate::ui::{path, stderr, stdout};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::{Api, ListParams};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// All that is shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    state: &'static str,
    #[serde(flatten)]
    running: Option<Running>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Running {
    server: String,
    pid: u32,
    started: String,
    store: Option<PathBuf>,
    name: String,
    context: String,
    kubeconfig: PathBuf,
    log: Option<PathBuf>,
    nodes: usize,
    nodes_ready: usize,
    pods: usize,
    pod_phases: BTreeMap<String, usize>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let home = chosen(args)?;
    if home.repair()? {
        stderr::line("removed what a killed control plane left behind");
    }
    let report = match home.state()? {
        State::Stopped(_) => Report {
            state: "stopped",
            running: None,
        },
        State::Starting => Report {
            state: "starting",
            running: None,
        },
        State::Running(record) => {
            let asked = ask(&home, record);
            let running = runtime::run(
                Threads::One,
                &args.connection.logging,
                runtime::ASKING,
                asked,
            )?;
            Report {
                state: "running",
                running: Some(running),
            }
        }
    };
    let text = match args.output {
        Output::Text => text(&report, home.name()),
        Output::Json => json(&report)?,
    };
    stdout::write(text.as_bytes())?;
    match report.running {
        Some(_) => Ok(()),
        None => Err(Failure::Said(Status::Failed)),
    }
}

/// The one that is asked about.
fn chosen(args: &Args) -> Result<Home, Failure> {
    if let Some(name) = &args.name {
        return Home::locate(name);
    }
    let default = Home::locate(&ClusterName::default())?;
    if matches!(default.state()?, State::Stopped(_)) {
        let mut running = Vec::new();
        for home in Home::all()? {
            if matches!(home.state()?, State::Running(_)) {
                running.push(home);
            }
        }
        if running.len() == 1
            && let Some(only) = running.pop()
        {
            return Ok(only);
        }
    }
    Ok(default)
}

/// Counts nodes and pods. One request each: a laptop's control plane is small.
async fn ask(home: &Home, record: Record) -> Result<Running, Failure> {
    let session = Session::of_file(&home.kubeconfig(), &home.name().context()).await?;
    let failed = |error: kube::Error| client::failure(&session.server, &error);
    let all = ListParams::default();
    let nodes = Api::<Node>::all(session.client.clone());
    let nodes = nodes.list(&all).await.map_err(failed)?.items;
    let pods = Api::<Pod>::all(session.client.clone());
    let pods = pods.list(&all).await.map_err(failed)?.items;
    let mut pod_phases = BTreeMap::new();
    for pod in &pods {
        let phase = pod.status.as_ref().and_then(|status| status.phase.clone());
        *pod_phases
            .entry(phase.unwrap_or_else(|| "Pending".to_owned()))
            .or_default() += 1;
    }
    Ok(Running {
        server: record.server,
        pid: record.pid,
        started: record.started,
        store: record.store,
        name: home.name().as_str().to_owned(),
        context: home.name().context(),
        kubeconfig: record.kubeconfig,
        log: record.log,
        nodes: nodes.len(),
        nodes_ready: nodes.iter().filter(|node| is_ready(node)).count(),
        pods: pods.len(),
        pod_phases,
    })
}

fn is_ready(node: &Node) -> bool {
    let conditions = node
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|conditions| {
        conditions
            .iter()
            .any(|condition| condition.type_ == "Ready" && condition.status == "True")
    })
}

fn json(report: &Report) -> Result<String, Failure> {
    let mut text =
        serde_json::to_string_pretty(report).map_err(|error| Failure::Stdout(error.into()))?;
    text.push('\n');
    Ok(text)
}

fn text(report: &Report, name: &ClusterName) -> String {
    let Some(running) = &report.running else {
        let mut text = format!("{}\n", report.state);
        if report.state == "stopped" {
            let _ = writeln!(text, "start one with `trimtab up{}`", name.argument());
        }
        return text;
    };
    let uptime = match running.started.parse::<jiff::Timestamp>() {
        Ok(started) => {
            let passed = jiff::Timestamp::now().duration_since(started);
            format!(
                ", up for {}",
                duration::human(passed.try_into().unwrap_or_default())
            )
        }
        Err(_) => String::new(),
    };
    let store = match &running.store {
        Some(store) => path::short(store),
        None => "in memory".to_owned(),
    };
    let phases: Vec<String> = running
        .pod_phases
        .iter()
        .map(|(phase, count)| format!("{count} {}", phase.to_lowercase()))
        .collect();
    let pods = match running.pods {
        0 => "none".to_owned(),
        count => format!("{count} ({})", phases.join(", ")),
    };
    let mut text = String::new();
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<9}{value}");
    };
    row("server", &running.server);
    row("process", &format!("{}{uptime}", running.pid));
    row("store", &store);
    row(
        "context",
        &format!(
            "{} in {}",
            running.context,
            path::short(&running.kubeconfig)
        ),
    );
    if let Some(log) = &running.log {
        row("log", &path::short(log));
    }
    row(
        "nodes",
        &format!("{} of {} ready", running.nodes_ready, running.nodes),
    );
    row("pods", &pods);
    text
}
