//! Which metrics there are: their names, types and labels, as kube-apiserver has them.

pub(crate) use trimtab_metrics::{Family, Kind};

use Kind::{Counter, Gauge, Histogram};

/// Of requests, in seconds.
const REQUEST: &[f64] = &[
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0,
    10.0, 15.0, 20.0, 30.0, 45.0, 60.0,
];
/// Of requests without what is not the server's own, in seconds.
const SLI: &[f64] = &[
    0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0,
    30.0, 45.0, 60.0,
];
/// Of answers, in bytes.
const ANSWER: &[f64] = &[1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/// Of events of watches, in bytes.
const EVENT: &[f64] = &[
    1024.0, 2048.0, 4096.0, 8192.0, 16384.0, 32768.0, 65536.0, 131_072.0,
];
/// Of who asks and what they may, in seconds.
const DECISION: &[f64] = &[
    0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096,
    8.192, 16.384,
];
/// Of admission, in seconds.
const ADMISSION: &[f64] = &[0.005, 0.025, 0.1, 0.5, 1.0, 2.5];
/// Of the requests of clients, in seconds.
const CLIENT: &[f64] = &[
    0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0,
];
/// Of webhooks, in seconds.
const WEBHOOK: &[f64] = &[0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 25.0];
/// Of conversion by webhooks, in seconds.
const CONVERSION: &[f64] = &[
    0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0,
];
/// Of the wait and the work of requests, in seconds.
const FLOW: &[f64] = &[
    0.0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0,
];
/// Of what certificates have left, in seconds: from none over hours and days to a year.
const CERTIFICATE: &[f64] = &[
    0.0,
    1800.0,
    3600.0,
    7200.0,
    21600.0,
    43200.0,
    86400.0,
    172_800.0,
    345_600.0,
    604_800.0,
    2_592_000.0,
    7_776_000.0,
    15_552_000.0,
    31_104_000.0,
];
/// Of policies, in seconds.
const POLICY: &[f64] = &[0.000_000_5, 0.001, 0.01, 0.1, 1.0];

trimtab_metrics::families! {
    REQUESTS = "apiserver_request_total", Counter, Stable,
        ["code", "component", "dry_run", "group", "resource", "scope", "subresource", "verb", "version"],
        "Requests answered, by verb, resource, scope, dry run and status code.";
    REQUEST_DURATIONS = "apiserver_request_duration_seconds", Histogram(REQUEST), Stable,
        ["component", "dry_run", "group", "resource", "scope", "subresource", "verb", "version"],
        "How long requests took to be answered; of watches, to be established.";
    REQUEST_SLI_DURATIONS = "apiserver_request_sli_duration_seconds", Histogram(SLI), Alpha,
        ["component", "group", "resource", "scope", "subresource", "verb", "version"],
        "How long requests took without the wait for their turn and for webhooks.";
    RESPONSE_SIZES = "apiserver_response_sizes", Histogram(ANSWER), Stable,
        ["component", "group", "resource", "scope", "subresource", "verb", "version"],
        "Bytes of the answers to reads.";
    LONG_RUNNING = "apiserver_longrunning_requests", Gauge, Stable,
        ["component", "group", "resource", "scope", "subresource", "verb", "version"],
        "Watches that are open.";
    TERMINATIONS = "apiserver_request_terminations_total", Counter, Alpha,
        ["code", "component", "group", "resource", "scope", "subresource", "verb", "version"],
        "Requests that the server ended to protect itself: too many, or too slow.";
    IN_FLIGHT = "apiserver_current_inflight_requests", Gauge, Stable, ["request_kind"],
        "Requests that are being answered.";
    IN_QUEUE = "apiserver_current_inqueue_requests", Gauge, Alpha, ["request_kind"],
        "Requests that wait for their turn.";
    DROPPED = "apiserver_dropped_requests_total", Counter, Unsaid, [],
        "Requests that were sent away because there were too many.";
    WATCHERS = "apiserver_registered_watchers", Gauge, Unsaid, [],
        "Watches that are open, of all kinds.";
    WATCH_EVENTS = "apiserver_watch_events_total", Counter, Alpha, ["group", "resource", "version"],
        "Events that watches were sent.";
    WATCH_EVENT_SIZES = "apiserver_watch_events_sizes", Histogram(EVENT), Alpha, ["group", "resource", "version"],
        "Bytes of the events that watches were sent.";
    AUTHENTICATED = "authenticated_user_requests", Counter, Alpha, ["username"],
        "Requests of users that are known, by the names of a few of them.";
    AUTHENTICATIONS = "authentication_attempts", Counter, Alpha, ["result"],
        "Requests, by whether it became known who sent them.";
    AUTHENTICATION_DURATIONS = "authentication_duration_seconds", Histogram(DECISION), Alpha, ["result"],
        "How long it took to know who sent a request.";
    AUTHORIZATIONS = "authorization_attempts_total", Counter, Alpha, ["result"],
        "Requests, by whether who sent them may ask that.";
    AUTHORIZATION_DURATIONS = "authorization_duration_seconds", Histogram(DECISION), Alpha, ["result"],
        "How long it took to know whether a request may be answered.";
    ADMISSION_STEPS = "apiserver_admission_step_admission_duration_seconds", Histogram(ADMISSION), Stable,
        ["operation", "rejected", "type"],
        "How long the plugins that change writes took together, and those that only look.";
    PLUGINS = "apiserver_admission_controller_admission_duration_seconds", Histogram(ADMISSION), Stable,
        ["name", "operation", "rejected", "type"],
        "How long a plugin of admission took.";
    WEBHOOK_DURATIONS = "apiserver_admission_webhook_admission_duration_seconds", Histogram(WEBHOOK), Stable,
        ["name", "operation", "rejected", "type"],
        "How long an admission webhook took.";
    WEBHOOK_REQUESTS = "apiserver_admission_webhook_request_total", Counter, Alpha,
        ["code", "name", "operation", "rejected", "type"],
        "Calls of an admission webhook, by what it answered.";
    WEBHOOK_REJECTIONS = "apiserver_admission_webhook_rejection_count", Counter, Alpha,
        ["error_type", "name", "operation", "rejection_code", "type"],
        "Writes that an admission webhook refused, or that were refused as it could not be asked.";
    WEBHOOK_FAIL_OPEN = "apiserver_admission_webhook_fail_open_count", Counter, Alpha, ["name", "type"],
        "Writes that were let through although an admission webhook could not be asked.";
    POLICY_CHECKS = "apiserver_validating_admission_policy_check_total", Counter, Beta,
        ["enforcement_action", "error_type", "policy", "policy_binding"],
        "Writes that a validating admission policy was asked about.";
    POLICY_DURATIONS = "apiserver_validating_admission_policy_check_duration_seconds", Histogram(POLICY), Beta,
        ["enforcement_action", "error_type", "policy", "policy_binding"],
        "How long a validating admission policy took.";
    CONVERSIONS = "apiserver_crd_conversion_webhook_duration_seconds", Histogram(CONVERSION), Alpha,
        ["failure_type", "result"],
        "How long a conversion webhook took.";
    AUDIT_EVENTS = "apiserver_audit_event_total", Counter, Alpha, [],
        "Events that were written to the audit log.";
    AUDIT_LEVELS = "apiserver_audit_level_total", Counter, Alpha, ["level"],
        "Requests, by how much the audit policy has told of them.";
    TLS_ERRORS = "apiserver_tls_handshake_errors_total", Counter, Alpha, [],
        "Connections that did not get through the TLS handshake.";
    CERTIFICATES = "apiserver_client_certificate_expiration_seconds", Histogram(CERTIFICATE), Alpha, [],
        "How long client certificates were still good when they were shown.";
    FLOW_EXECUTING = "apiserver_flowcontrol_current_executing_requests", Gauge, Beta,
        ["flow_schema", "priority_level"],
        "Requests of a flow schema that are being answered.";
    FLOW_SEATS = "apiserver_flowcontrol_current_executing_seats", Gauge, Beta,
        ["flow_schema", "priority_level"],
        "Places that requests of a flow schema have: one a request.";
    FLOW_WAITING = "apiserver_flowcontrol_current_inqueue_requests", Gauge, Beta,
        ["flow_schema", "priority_level"],
        "Requests of a flow schema that wait for their turn.";
    FLOW_DISPATCHED = "apiserver_flowcontrol_dispatched_requests_total", Counter, Beta,
        ["flow_schema", "priority_level"],
        "Requests of a flow schema that were let in.";
    FLOW_REJECTED = "apiserver_flowcontrol_rejected_requests_total", Counter, Beta,
        ["flow_schema", "priority_level", "reason"],
        "Requests of a flow schema that were sent away.";
    FLOW_WAITS = "apiserver_flowcontrol_request_wait_duration_seconds", Histogram(FLOW), Beta,
        ["execute", "flow_schema", "priority_level"],
        "How long requests of a flow schema waited for their turn.";
    FLOW_NOMINAL = "apiserver_flowcontrol_nominal_limit_seats", Gauge, Beta, ["priority_level"],
        "Requests of a priority level that are answered at once, by its share.";
    FLOW_LIMIT = "apiserver_flowcontrol_current_limit_seats", Gauge, Alpha, ["priority_level"],
        "Requests of a priority level that are answered at once now: levels lend nothing here.";
    STORE_REQUESTS = "etcd_requests_total", Counter, Alpha, ["group", "operation", "resource"],
        "Requests to the store.";
    STORE_DURATIONS = "etcd_request_duration_seconds", Histogram(REQUEST), Alpha, ["group", "operation", "resource"],
        "How long the store took to answer.";
    STORE_SIZE = "apiserver_storage_size_bytes", Gauge, Stable, ["storage_cluster_id"],
        "Bytes of the file that the store is kept in.";
    STORE_EVENTS = "apiserver_storage_events_received_total", Counter, Beta, ["group", "resource"],
        "Writes that the store has told of.";
    CACHE_LISTS = "apiserver_cache_list_total", Counter, Alpha, ["group", "index", "resource"],
        "Lists that the watch cache answered.";
    CACHE_FETCHED = "apiserver_cache_list_fetched_objects_total", Counter, Alpha, ["group", "index", "resource"],
        "Objects that lists looked at in the watch cache.";
    CACHE_RETURNED = "apiserver_cache_list_returned_objects_total", Counter, Alpha, ["group", "resource"],
        "Objects that lists gave from the watch cache.";
    CLIENT_REQUESTS = "rest_client_requests_total", Counter, Alpha, ["code", "host", "method"],
        "Requests of the components in this process, by what was answered.";
    CLIENT_DURATIONS = "rest_client_request_duration_seconds", Histogram(CLIENT), Alpha, ["host", "verb"],
        "How long the components in this process waited for answers.";
    VERSIONS = "version_info", Gauge, Alpha, ["binary", "component", "emulation", "min_compat"],
        "A metric of the value 1, labelled by the releases that this one is compatible with.";
    STORAGE_OBJECTS = "apiserver_storage_objects", Gauge, Stable, ["resource"],
        "Objects that are stored, by resource.";
    RESOURCE_OBJECTS = "apiserver_resource_objects", Gauge, Alpha, ["group", "resource"],
        "Objects that are stored, by group and resource.";
    CACHE_RECEIVED = "apiserver_watch_cache_events_received_total", Counter, Alpha, ["group", "resource"],
        "Writes that the watch cache has heard of.";
    CACHE_REVISION = "apiserver_watch_cache_resource_version", Gauge, Alpha, ["group", "resource"],
        "The last write to a resource that the watch cache has heard of.";
    CACHE_CAPACITY = "watch_cache_capacity", Gauge, Alpha, ["group", "resource"],
        "Changes of a resource that the watch cache keeps at most.";
    ADDRESSES = "kube_apiserver_clusterip_allocator_allocated_ips", Gauge, Alpha, ["cidr"],
        "Addresses that Services have.";
    FREE_ADDRESSES = "kube_apiserver_clusterip_allocator_available_ips", Gauge, Alpha, ["cidr"],
        "Addresses that are left for Services.";
    NODE_PORTS = "kube_apiserver_nodeport_allocator_allocated_ports", Gauge, Alpha, [],
        "Ports of nodes that Services have.";
    FREE_NODE_PORTS = "kube_apiserver_nodeport_allocator_available_ports", Gauge, Alpha, [],
        "Ports of nodes that are left for Services.";
    REMOTES_UNAVAILABLE = "aggregator_unavailable_apiservice", Gauge, Alpha, ["name"],
        "Whether the server of an API service cannot be reached.";
    BUILD = "kubernetes_build_info", Gauge, Alpha, ["git_version", "major", "minor", "platform"],
        "A metric of the value 1, labelled by the release.";
    REGISTERED = "registered_metrics_total", Counter, Beta, ["deprecated_version", "stability_level"],
        "Metrics that there are, by what is promised of them.";
    RESIDENT = "process_resident_memory_bytes", Gauge, Unsaid, [], "Resident memory size in bytes.";
    VIRTUAL = "process_virtual_memory_bytes", Gauge, Unsaid, [], "Virtual memory size in bytes.";
    CPU = "process_cpu_seconds_total", Counter, Unsaid, [],
        "CPU time that the threads of the process have spent, in seconds.";
    STARTED = "process_start_time_seconds", Gauge, Unsaid, [],
        "When the process began, in seconds since 1970.";
    OPEN_FILES = "process_open_fds", Gauge, Unsaid, [], "Number of open file descriptors.";
    MOST_FILES = "process_max_fds", Gauge, Unsaid, [], "Maximum number of open file descriptors.";
}
