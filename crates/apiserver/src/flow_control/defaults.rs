//! The flow schemas and priority levels that every cluster has.
//!
//! The facts are those of `apiserver/pkg/apis/flowcontrol/bootstrap` upstream: the mandatory objects
//! and the suggested ones.

use trimtab_tree::{Mapping, Value};

/// The version that both kinds are of.
pub(crate) const API_VERSION: &str = "flowcontrol.apiserver.k8s.io/v1";

/// Marks objects that the server may bring up to date.
const AUTO_UPDATE: &str = "apf.kubernetes.io/autoupdate-spec";

/// How many requests of a level are answered at once, and what becomes of others.
enum Limit {
    /// There is no limit.
    Exempt,
    /// Shares of the server's concurrency, how many percent of them may be lent, and the queues for
    /// those that wait (how many, and of how many each request sees); without queues they are
    /// refused.
    Limited(i64, i64, Option<(i64, i64)>),
}

const LEVELS: [(&str, Limit); 8] = [
    ("exempt", Limit::Exempt),
    ("catch-all", Limit::Limited(5, 0, None)),
    ("system", Limit::Limited(30, 33, Some((64, 6)))),
    ("node-high", Limit::Limited(40, 25, Some((64, 6)))),
    ("leader-election", Limit::Limited(10, 0, Some((16, 4)))),
    ("workload-high", Limit::Limited(40, 50, Some((128, 6)))),
    ("workload-low", Limit::Limited(100, 90, Some((128, 6)))),
    ("global-default", Limit::Limited(20, 50, Some((128, 6)))),
];

/// How many requests may wait in one queue.
const QUEUE_LENGTH: i64 = 50;

/// Whose requests a flow schema is for.
enum Subject {
    Group(&'static str),
    User(&'static str),
    /// All service accounts of `kube-system`.
    SystemAccounts,
}

/// Which requests about objects: verbs, groups, resources, and whether those in no namespace, too.
type Objects = (
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
    bool,
);

struct Flow {
    name: &'static str,
    level: &'static str,
    precedence: i64,
    /// Empty: all requests are one flow.
    distinguisher: &'static str,
    subjects: &'static [Subject],
    objects: &'static [Objects],
    /// Verbs and paths of requests about no object.
    paths: Option<(&'static [&'static str], &'static [&'static str])>,
}

const ALL: &[&str] = &["*"];
const EVERYTHING: &[Objects] = &[(ALL, "*", ALL, true)];
const EVERY_PATH: Option<(&[&str], &[&str])> = Some((ALL, ALL));
const EVERYBODY: &[Subject] = &[
    Subject::Group("system:unauthenticated"),
    Subject::Group("system:authenticated"),
];

const fn everything(
    name: &'static str,
    level: &'static str,
    precedence: i64,
    distinguisher: &'static str,
    subjects: &'static [Subject],
) -> Flow {
    Flow {
        name,
        level,
        precedence,
        distinguisher,
        subjects,
        objects: EVERYTHING,
        paths: EVERY_PATH,
    }
}

const FLOWS: [Flow; 11] = [
    everything(
        "exempt",
        "exempt",
        1,
        "",
        &[Subject::Group("system:masters")],
    ),
    Flow {
        name: "probes",
        level: "exempt",
        precedence: 2,
        distinguisher: "",
        subjects: EVERYBODY,
        objects: &[],
        paths: Some((&["get"], &["/healthz", "/readyz", "/livez"])),
    },
    Flow {
        name: "system-leader-election",
        level: "leader-election",
        precedence: 100,
        distinguisher: "ByUser",
        subjects: &[
            Subject::User("system:kube-controller-manager"),
            Subject::User("system:kube-scheduler"),
            Subject::SystemAccounts,
        ],
        objects: &[(
            &["get", "create", "update"],
            "coordination.k8s.io",
            &["leases"],
            false,
        )],
        paths: None,
    },
    Flow {
        name: "system-node-high",
        level: "node-high",
        precedence: 400,
        distinguisher: "ByUser",
        subjects: &[Subject::Group("system:nodes")],
        objects: &[
            (ALL, "", &["nodes", "nodes/status"], true),
            (ALL, "coordination.k8s.io", &["leases"], false),
        ],
        paths: None,
    },
    everything(
        "system-nodes",
        "system",
        500,
        "ByUser",
        &[Subject::Group("system:nodes")],
    ),
    everything(
        "kube-controller-manager",
        "workload-high",
        800,
        "ByNamespace",
        &[Subject::User("system:kube-controller-manager")],
    ),
    everything(
        "kube-scheduler",
        "workload-high",
        800,
        "ByNamespace",
        &[Subject::User("system:kube-scheduler")],
    ),
    everything(
        "kube-system-service-accounts",
        "workload-high",
        900,
        "ByNamespace",
        &[Subject::SystemAccounts],
    ),
    everything(
        "service-accounts",
        "workload-low",
        9000,
        "ByUser",
        &[Subject::Group("system:serviceaccounts")],
    ),
    everything(
        "global-default",
        "global-default",
        9900,
        "ByUser",
        EVERYBODY,
    ),
    everything("catch-all", "catch-all", 10000, "ByUser", EVERYBODY),
];

/// `PriorityLevelConfiguration`s: the fields behind `apiVersion` and `kind`.
pub(crate) fn levels() -> impl Iterator<Item = [(&'static str, Value); 2]> {
    LEVELS
        .iter()
        .map(|(name, limit)| [metadata(name), ("spec", level(limit))])
}

/// `FlowSchema`s: the fields behind `apiVersion` and `kind`.
pub(crate) fn schemas() -> impl Iterator<Item = [(&'static str, Value); 2]> {
    FLOWS
        .iter()
        .map(|flow| [metadata(flow.name), ("spec", schema(flow))])
}

fn metadata(name: &str) -> (&'static str, Value) {
    let annotations = Value::mapping([(AUTO_UPDATE, Value::string("true"))]);
    let metadata = [("name", Value::string(name)), ("annotations", annotations)];
    ("metadata", Value::mapping(metadata))
}

fn level(limit: &Limit) -> Value {
    let Limit::Limited(shares, lendable, queues) = limit else {
        let nothing = [
            ("nominalConcurrencyShares", Value::int(0)),
            ("lendablePercent", Value::int(0)),
        ];
        return Value::mapping([
            ("type", Value::string("Exempt")),
            ("exempt", Value::mapping(nothing)),
        ]);
    };
    let response = match queues {
        None => Value::mapping([("type", Value::string("Reject"))]),
        Some((queues, hand)) => {
            let queuing = [
                ("queues", Value::int(*queues)),
                ("handSize", Value::int(*hand)),
                ("queueLengthLimit", Value::int(QUEUE_LENGTH)),
            ];
            Value::mapping([
                ("type", Value::string("Queue")),
                ("queuing", Value::mapping(queuing)),
            ])
        }
    };
    let limited = [
        ("nominalConcurrencyShares", Value::int(*shares)),
        ("limitResponse", response),
        ("lendablePercent", Value::int(*lendable)),
    ];
    Value::mapping([
        ("type", Value::string("Limited")),
        ("limited", Value::mapping(limited)),
    ])
}

fn schema(flow: &Flow) -> Value {
    let subjects = flow.subjects.iter().map(|subject| match subject {
        Subject::Group(name) => subject_of("Group", "group", &[("name", name)]),
        Subject::User(name) => subject_of("User", "user", &[("name", name)]),
        Subject::SystemAccounts => subject_of(
            "ServiceAccount",
            "serviceAccount",
            &[("namespace", "kube-system"), ("name", "*")],
        ),
    });
    let mut rule = Mapping::from([("subjects", Value::sequence(subjects.collect()))]);
    let objects = flow
        .objects
        .iter()
        .map(|(verbs, group, resources, cluster)| {
            let mut fields = Mapping::from([
                ("verbs", texts(verbs)),
                ("apiGroups", texts(&[group])),
                ("resources", texts(resources)),
            ]);
            if *cluster {
                fields.insert("clusterScope", Value::bool(true));
            }
            fields.insert("namespaces", texts(ALL));
            Value::from(fields)
        });
    let objects: Vec<Value> = objects.collect();
    if !objects.is_empty() {
        rule.insert("resourceRules", Value::sequence(objects));
    }
    if let Some((verbs, paths)) = flow.paths {
        let paths = [("verbs", texts(verbs)), ("nonResourceURLs", texts(paths))];
        let paths = Value::sequence(vec![Value::mapping(paths)]);
        rule.insert("nonResourceRules", paths);
    }
    let level = Value::mapping([("name", Value::string(flow.level))]);
    let mut spec = Mapping::from([
        ("priorityLevelConfiguration", level),
        ("matchingPrecedence", Value::int(flow.precedence)),
    ]);
    if !flow.distinguisher.is_empty() {
        let method = Value::mapping([("type", Value::string(flow.distinguisher))]);
        spec.insert("distinguisherMethod", method);
    }
    spec.insert("rules", Value::sequence(vec![Value::from(rule)]));
    Value::from(spec)
}

fn subject_of(kind: &str, field: &str, who: &[(&str, &str)]) -> Value {
    let who = who
        .iter()
        .map(|(name, text)| ((*name).into(), Value::string(*text)));
    Value::mapping([
        ("kind", Value::string(kind)),
        (field, Value::from(who.collect::<Mapping>())),
    ])
}

fn texts(texts: &[&str]) -> Value {
    Value::sequence(texts.iter().map(|text| Value::string(*text)).collect())
}
