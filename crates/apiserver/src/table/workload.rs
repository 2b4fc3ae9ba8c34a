//! What runs pods: Deployments, `ReplicaSets`, Jobs and the like.

use super::age::{seconds, since};
use super::cells::{
    NONE, UNSET, age, condition, count, each, integer, items, labels, name, number, selector,
    string, string_or, text,
};
use super::column::{AGE, CONTAINERS, Column, IMAGES, NAME, text as column};
use super::entry::{Entry, entry};
use jiff::Timestamp;
use trimtab_clock::human_duration;
use trimtab_tree::Value;

pub(super) const ENTRIES: &[Entry] = &[
    entry("apps", "Deployment", DEPLOYMENT, deployment),
    entry("apps", "ReplicaSet", REPLICA_SET, replica_set),
    entry("apps", "StatefulSet", STATEFUL_SET, stateful_set),
    entry("apps", "DaemonSet", DAEMON_SET, daemon_set),
    entry(
        "apps",
        "ControllerRevision",
        CONTROLLER_REVISION,
        controller_revision,
    ),
    entry(
        "",
        "ReplicationController",
        REPLICATION_CONTROLLER,
        replication_controller,
    ),
    entry("batch", "Job", JOB, job),
    entry("batch", "CronJob", CRON_JOB, cron_job),
];

const SELECTOR: Column = column(
    "Selector",
    "The labels of the pods that belong to it. \
     See https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
);

const DEPLOYMENT: &[Column] = &[
    NAME,
    column(
        "Ready",
        "How many pods are ready, of how many that are wanted.",
    ),
    column(
        "Up-to-date",
        "How many pods have the template that is wanted now.",
    ),
    column(
        "Available",
        "How many pods have been ready for at least minReadySeconds.",
    ),
    AGE,
    CONTAINERS.wide(),
    IMAGES.wide(),
    SELECTOR.wide(),
];

const REPLICA_SET: &[Column] = &of_replicas(
    "How many pods are wanted; 1 if nothing is said. \
     See https://kubernetes.io/docs/concepts/workloads/controllers/replicaset",
    "How many pods there are, those that are going away aside. \
     See https://kubernetes.io/docs/concepts/workloads/controllers/replicaset",
);

const REPLICATION_CONTROLLER: &[Column] = &of_replicas(
    "How many pods are wanted; 1 if nothing is said. \
     See https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller",
    "How many pods there are. \
     See https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller",
);

/// The columns of what keeps a number of equal pods.
const fn of_replicas(desired: &'static str, current: &'static str) -> [Column; 8] {
    [
        NAME,
        column("Desired", desired).integer(),
        column("Current", current).integer(),
        column("Ready", "How many pods are ready.").integer(),
        AGE,
        CONTAINERS.wide(),
        IMAGES.wide(),
        SELECTOR.wide(),
    ]
}

const STATEFUL_SET: &[Column] = &[
    NAME,
    column(
        "Ready",
        "How many pods are ready, of how many that are wanted.",
    ),
    AGE,
    CONTAINERS.wide(),
    IMAGES.wide(),
];

const DAEMON_SET: &[Column] = &[
    NAME,
    column(
        "Desired",
        "How many nodes should run the pod. See \
         https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    )
    .integer(),
    column(
        "Current",
        "How many nodes that should run the pod do run at least 1 of it. See \
         https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    )
    .integer(),
    column("Ready", "How many of them run it ready.").integer(),
    column(
        "Up-to-date",
        "How many of them run the pod that is wanted now.",
    )
    .integer(),
    column(
        "Available",
        "How many of them have run it ready for spec.minReadySeconds.",
    )
    .integer(),
    column(
        "Node Selector",
        "The labels of the nodes that should run the pod. See \
         https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
    ),
    AGE,
    CONTAINERS.wide(),
    IMAGES.wide(),
    SELECTOR.wide(),
];

const CONTROLLER_REVISION: &[Column] = &[
    NAME,
    column("Controller", "Which controller keeps the revision."),
    column(
        "Revision",
        "Where the revision stands among those of its controller.",
    ),
    AGE,
];

const JOB: &[Column] = &[
    NAME,
    column("Status", "What the job is at, in a word."),
    column(
        "Completions",
        "How many pods have succeeded, of how many that have to.",
    ),
    column(
        "Duration",
        "How long the job has run, or ran until it was complete.",
    ),
    AGE,
    CONTAINERS.wide(),
    IMAGES.wide(),
    SELECTOR.wide(),
];

const CRON_JOB: &[Column] = &[
    NAME,
    column(
        "Schedule",
        "When jobs are started, in the format of cron. See https://en.wikipedia.org/wiki/Cron",
    ),
    column(
        "Timezone",
        "The time zone in which the schedule is read, by its name in \
         https://en.wikipedia.org/wiki/List_of_tz_database_time_zones; the control plane's own if \
         nothing is said. See \
         https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones",
    ),
    column("Suspend", "Whether no jobs are started for now.").boolean(),
    column("Active", "How many jobs are running.").integer(),
    column(
        "Last Schedule",
        "When the last job was due that was started.",
    ),
    AGE,
    CONTAINERS.wide(),
    IMAGES.wide(),
    SELECTOR.wide(),
];

const TEMPLATE_CONTAINERS: &[&str] = &["spec", "template", "spec", "containers"];
const JOB_TEMPLATE_CONTAINERS: &[&str] = &[
    "spec",
    "jobTemplate",
    "spec",
    "template",
    "spec",
    "containers",
];

/// `2/3`: what there is, of what is wanted.
fn share(object: &Value, there: &[&str], wanted: &[&str]) -> Value {
    Value::string(format!(
        "{}/{}",
        number(object, there),
        number(object, wanted)
    ))
}

fn containers(object: &Value) -> [Value; 2] {
    ["name", "image"].map(|field| Value::string(each(object, TEMPLATE_CONTAINERS, field)))
}

fn label_selector(object: &Value) -> Value {
    Value::string(selector(object.get_path(&["spec", "selector"])))
}

fn deployment(object: &Value, now: Timestamp) -> Vec<Value> {
    let [names, images] = containers(object);
    vec![
        name(object),
        share(object, &["status", "readyReplicas"], &["spec", "replicas"]),
        integer(object, &["status", "updatedReplicas"]),
        integer(object, &["status", "availableReplicas"]),
        age(object, now),
        names,
        images,
        label_selector(object),
    ]
}

fn replicas(object: &Value, now: Timestamp, selector: Value) -> Vec<Value> {
    let [names, images] = containers(object);
    vec![
        name(object),
        integer(object, &["spec", "replicas"]),
        integer(object, &["status", "replicas"]),
        integer(object, &["status", "readyReplicas"]),
        age(object, now),
        names,
        images,
        selector,
    ]
}

fn replica_set(object: &Value, now: Timestamp) -> Vec<Value> {
    replicas(object, now, label_selector(object))
}

fn replication_controller(object: &Value, now: Timestamp) -> Vec<Value> {
    let selector = labels(object.get_path(&["spec", "selector"]));
    replicas(object, now, Value::string(selector))
}

fn stateful_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let [names, images] = containers(object);
    vec![
        name(object),
        share(object, &["status", "readyReplicas"], &["spec", "replicas"]),
        age(object, now),
        names,
        images,
    ]
}

fn daemon_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let [names, images] = containers(object);
    let node_selector = ["spec", "template", "spec", "nodeSelector"];
    vec![
        name(object),
        integer(object, &["status", "desiredNumberScheduled"]),
        integer(object, &["status", "currentNumberScheduled"]),
        integer(object, &["status", "numberReady"]),
        integer(object, &["status", "updatedNumberScheduled"]),
        integer(object, &["status", "numberAvailable"]),
        Value::string(labels(object.get_path(&node_selector))),
        age(object, now),
        names,
        images,
        label_selector(object),
    ]
}

fn controller_revision(object: &Value, now: Timestamp) -> Vec<Value> {
    let owners = items(object, &["metadata", "ownerReferences"]);
    let controller = owners
        .iter()
        .find(|owner| text(owner, &["controller"]) == "true");
    let controller = controller.map_or_else(
        || NONE.to_owned(),
        |owner| {
            let kind = text(owner, &["kind"]).to_lowercase();
            let name = text(owner, &["name"]);
            match text(owner, &["apiVersion"]).split_once('/') {
                Some((group, _)) => format!("{kind}.{group}/{name}"),
                None => format!("{kind}/{name}"),
            }
        },
    );
    vec![
        name(object),
        Value::string(controller),
        integer(object, &["revision"]),
        age(object, now),
    ]
}

fn job(object: &Value, now: Timestamp) -> Vec<Value> {
    let succeeded = number(object, &["status", "succeeded"]);
    let completions = match (
        text(object, &["spec", "completions"]),
        number(object, &["spec", "parallelism"]),
    ) {
        ("", 2..) => format!(
            "{succeeded}/1 of {}",
            number(object, &["spec", "parallelism"])
        ),
        ("", _) => format!("{succeeded}/1"),
        (completions, _) => format!("{succeeded}/{completions}"),
    };
    let [names, images] = containers(object);
    vec![
        name(object),
        Value::string(job_status(object)),
        Value::string(completions),
        Value::string(job_duration(object, now)),
        age(object, now),
        names,
        images,
        label_selector(object),
    ]
}

fn job_status(object: &Value) -> &'static str {
    let is = |kind: &str| {
        let condition = condition(object, kind);
        condition.is_some_and(|condition| text(condition, &["status"]) == "True")
    };
    let ended = ["Complete", "Failed"].into_iter().find(|kind| is(kind));
    if let Some(ended) = ended {
        return ended;
    }
    if object
        .get_path(&["metadata", "deletionTimestamp"])
        .is_some()
    {
        return "Terminating";
    }
    let going = ["Suspended", "FailureTarget", "SuccessCriteriaMet"];
    going.into_iter().find(|kind| is(kind)).unwrap_or("Running")
}

fn job_duration(object: &Value, now: Timestamp) -> String {
    let time = |field| text(object, &["status", field]).parse::<Timestamp>().ok();
    let Some(start) = time("startTime") else {
        return String::new();
    };
    human_duration(seconds(start, time("completionTime").unwrap_or(now)))
}

fn cron_job(object: &Value, now: Timestamp) -> Vec<Value> {
    let last = object.get_path(&["status", "lastScheduleTime"]);
    let last = last.map_or_else(|| NONE.to_owned(), |time| since(Some(time), now));
    let suspend = match text(object, &["spec", "suspend"]) {
        "true" => "True",
        "false" => "False",
        _ => UNSET,
    };
    let job_selector = object.get_path(&["spec", "jobTemplate", "spec", "selector"]);
    vec![
        name(object),
        string(object, &["spec", "schedule"]),
        string_or(object, &["spec", "timeZone"], NONE),
        Value::string(suspend),
        count(items(object, &["status", "active"]).len()),
        Value::string(last),
        age(object, now),
        Value::string(each(object, JOB_TEMPLATE_CONTAINERS, "name")),
        Value::string(each(object, JOB_TEMPLATE_CONTAINERS, "image")),
        Value::string(selector(job_selector)),
    ]
}
