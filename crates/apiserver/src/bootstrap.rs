//! The objects that every cluster has, made through the API itself.

use futures::future::{try_join, try_join_all, try_join3, try_join4};
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use http_body_util::BodyExt;
use trimtab_tree::{JsonStyle, Mapping, Value, parse_json, write_json};

use crate::aggregation::priorities;
use crate::authentication::RequestHeader;
use crate::body::{Body, Response, full};
use crate::cidr::Cidr;
use crate::flow_control::defaults;
use crate::{Reason, Status, tls};

/// An object that every cluster has could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{what} could not be made: {status}")]
pub struct BootstrapError {
    /// Which.
    what: String,
    /// Why.
    status: Status,
}

/// The namespaces that are there from the start.
const NAMESPACES: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

/// The priority classes that are there from the start (`pkg/apis/scheduling/v1` upstream).
const PRIORITY_CLASSES: [(&str, i64, &str); 2] = [
    (
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    (
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
];

/// Makes what is not there yet.
///
/// # Errors
/// When something cannot be made.
pub(crate) async fn run<S, F>(
    send: S,
    services: Cidr,
    authorities: Authorities<'_>,
    now: &str,
) -> Result<(), BootstrapError>
where
    S: Fn(Request<Body>) -> F,
    F: Future<Output = Response>,
{
    let maker = Maker { send };
    // At once, so that they share a flush of the store.
    let namespaces = NAMESPACES.map(|name| {
        let metadata = Value::mapping([("name", Value::string(name))]);
        let namespace = [("metadata", metadata)];
        maker.create("/api/v1/namespaces", "v1", "Namespace", namespace)
    });
    let classes = PRIORITY_CLASSES.map(|(name, value, description)| {
        let class = [
            ("metadata", Value::mapping([("name", Value::string(name))])),
            ("value", Value::int(value)),
            ("description", Value::string(description)),
        ];
        let path = "/apis/scheduling.k8s.io/v1/priorityclasses";
        maker.create(path, "scheduling.k8s.io/v1", "PriorityClass", class)
    });
    let range = service_range(&maker, services, now);
    try_join4(
        try_join_all(namespaces),
        try_join_all(classes),
        range,
        flow_control(&maker),
    )
    .await?;
    // Only then, as their namespaces have to be there.
    let path = "/api/v1/namespaces/default/services";
    let service = maker.create(path, "v1", "Service", own_service(services));
    try_join(service, tell_authorities(&maker, authorities)).await?;
    Ok(())
}

/// The flow schemas and priority levels, and the `APIService`s of what is served here.
async fn flow_control<S, F>(maker: &Maker<S>) -> Result<(), BootstrapError>
where
    S: Fn(Request<Body>) -> F,
    F: Future<Output = Response>,
{
    let levels = defaults::levels().map(|level| {
        let kind = "PriorityLevelConfiguration";
        let path = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";
        maker.create(path, defaults::API_VERSION, kind, level)
    });
    let schemas = defaults::schemas().map(|schema| {
        let path = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
        maker.create(path, defaults::API_VERSION, "FlowSchema", schema)
    });
    let own = priorities::built_in().map(|service| {
        let (path, api_version) = (priorities::PATH, priorities::API_VERSION);
        maker.create(path, api_version, "APIService", service)
    });
    try_join3(
        try_join_all(levels),
        try_join_all(schemas),
        try_join_all(own),
    )
    .await?;
    Ok(())
}

/// By which authorities clients are known, and this server to those behind it, in PEM.
#[derive(Clone, Copy)]
pub(crate) struct Authorities<'a> {
    /// Of client certificates.
    pub(crate) clients: Option<&'a tls::Authorities>,
    /// Of the certificates by which requests are passed on, and in which headers.
    pub(crate) front_proxies: Option<&'a RequestHeader>,
}

/// The range of addresses of Services, which is ready as it is.
async fn service_range<S, F>(
    maker: &Maker<S>,
    services: Cidr,
    now: &str,
) -> Result<(), BootstrapError>
where
    S: Fn(Request<Body>) -> F,
    F: Future<Output = Response>,
{
    let text = |text: &str| Value::string(text);
    let path = "/apis/networking.k8s.io/v1/servicecidrs";
    let api_version = "networking.k8s.io/v1";
    let cidrs = Value::sequence(vec![Value::string(services.to_string())]);
    let range = [
        ("metadata", Value::mapping([("name", text("kubernetes"))])),
        ("spec", Value::mapping([("cidrs", cidrs)])),
    ];
    let existing = maker
        .create(path, api_version, "ServiceCIDR", range)
        .await?;
    let conditions = ["status", "conditions"];
    if existing.is_some_and(|range| range.get_path(&conditions).is_some()) {
        return Ok(());
    }
    let condition = Value::mapping([
        ("type", text("Ready")),
        ("status", text("True")),
        ("reason", text("")),
        ("message", text("Kubernetes default Service CIDR is ready")),
        ("lastTransitionTime", text(now)),
    ]);
    let conditions = Value::sequence(vec![condition]);
    let status = Value::mapping([
        ("apiVersion", text(api_version)),
        ("kind", text("ServiceCIDR")),
        ("metadata", Value::mapping([("name", text("kubernetes"))])),
        ("status", Value::mapping([("conditions", conditions)])),
    ]);
    let manager = "fieldManager=kubernetes-service-cidr-controller&force=true";
    maker
        .apply(&format!("{path}/kubernetes/status?{manager}"), &status)
        .await
}

/// Tells servers beside this one by which authorities clients are known, and this one itself.
async fn tell_authorities<S, F>(
    maker: &Maker<S>,
    authorities: Authorities<'_>,
) -> Result<(), BootstrapError>
where
    S: Fn(Request<Body>) -> F,
    F: Future<Output = Response>,
{
    let mut data = Mapping::new();
    if let Some(clients) = authorities.clients {
        data.insert("client-ca-file", Value::string(clients.pem()));
    }
    if let Some(proxies) = authorities.front_proxies {
        let pem = proxies.authorities.pem();
        data.insert("requestheader-client-ca-file", Value::string(pem));
        for (name, list) in [
            ("allowed-names", &proxies.allowed_names),
            ("extra-headers-prefix", &proxies.extra_headers_prefixes),
            ("group-headers", &proxies.group_headers),
            ("uid-headers", &proxies.uid_headers),
            ("username-headers", &proxies.username_headers),
        ] {
            let list = Value::sequence(list.iter().map(Value::string).collect());
            let mut json = String::new();
            let written = write_json(&list, &mut json, JsonStyle::Ordered);
            written.map_err(|error| BootstrapError {
                what: "extension-apiserver-authentication".to_owned(),
                status: Status::internal(error),
            })?;
            data.insert(format!("requestheader-{name}"), Value::string(json));
        }
    }
    let data = Value::from(data);
    let name = "extension-apiserver-authentication";
    let path = "/api/v1/namespaces/kube-system/configmaps";
    let map = [
        ("metadata", Value::mapping([("name", Value::string(name))])),
        ("data", data.clone()),
    ];
    let Some(mut existing) = maker.create(path, "v1", "ConfigMap", map).await? else {
        return Ok(());
    };
    // An earlier start may have had others.
    if existing.get("data") == Some(&data) {
        return Ok(());
    }
    if let Some(fields) = existing.as_mapping_mut() {
        fields.insert("data", data);
    }
    let path = format!("{path}/{name}");
    let written = maker.send(Method::PUT, &path, "application/json", &existing);
    match written.await {
        // Another server on the same store was faster.
        Ok(_) | Err(Status { code: 409, .. }) => Ok(()),
        Err(status) => Err(BootstrapError {
            what: name.to_owned(),
            status,
        }),
    }
}

/// The Service under which pods reach the API.
fn own_service(services: Cidr) -> [(&'static str, Value); 2] {
    let labels = [
        ("component", Value::string("apiserver")),
        ("provider", Value::string("kubernetes")),
    ];
    let metadata = [
        ("name", Value::string("kubernetes")),
        ("labels", Value::mapping(labels)),
    ];
    let port = [
        ("name", Value::string("https")),
        ("protocol", Value::string("TCP")),
        ("port", Value::int(443)),
        ("targetPort", Value::int(6443)),
    ];
    let mut spec = Mapping::from([
        ("ports", Value::sequence(vec![Value::mapping(port)])),
        ("ipFamilyPolicy", Value::string("SingleStack")),
        ("sessionAffinity", Value::string("None")),
        ("type", Value::string("ClusterIP")),
    ]);
    if let Some(address) = services.address(1) {
        spec.insert("clusterIP", Value::string(address.to_string()));
    }
    [
        ("metadata", Value::mapping(metadata)),
        ("spec", Value::from(spec)),
    ]
}

/// Makes objects through the API.
struct Maker<S> {
    send: S,
}

impl BootstrapError {
    /// The schema has no kind of that name.
    pub(crate) fn no_kind(kind: &str) -> Self {
        Self {
            what: format!("what every {kind} needs"),
            status: Status::internal(format!("there is no kind {kind:?}")),
        }
    }
}

impl<S, F> Maker<S>
where
    S: Fn(Request<Body>) -> F,
    F: Future<Output = Response>,
{
    /// Makes an object, if there is none of its name; else gives back that one.
    async fn create<const N: usize>(
        &self,
        path: &str,
        api_version: &str,
        kind: &str,
        fields: [(&str, Value); N],
    ) -> Result<Option<Value>, BootstrapError> {
        let head = [
            ("apiVersion", Value::string(api_version)),
            ("kind", Value::string(kind)),
        ];
        let object: Mapping = head
            .into_iter()
            .chain(fields)
            .map(|(name, value)| (name.into(), value))
            .collect();
        let object = Value::from(object);
        let name = object.get_path(&["metadata", "name"]).and_then(Value::text);
        let name = name.unwrap_or_default();
        let failed = |status| BootstrapError {
            what: format!("{kind} {name}"),
            status,
        };
        // Asked first, as what a new one needs (an address, say) is given to the one that is there.
        let own_path = format!("{path}/{name}");
        if let Ok(found) = self.send(Method::GET, &own_path, "", &Value::null()).await {
            return Ok(Some(found));
        }
        let made = self.send(Method::POST, path, "application/json", &object);
        match made.await {
            // Another server on the same store was faster.
            Ok(_) | Err(Status { code: 409, .. }) => Ok(None),
            Err(status) => Err(failed(status)),
        }
    }

    /// Applies what is told of an object.
    async fn apply(&self, path: &str, object: &Value) -> Result<(), BootstrapError> {
        let media_type = "application/apply-patch+yaml";
        let applied = self.send(Method::PATCH, path, media_type, object).await;
        applied.map(|_| ()).map_err(|status| BootstrapError {
            what: path.to_owned(),
            status,
        })
    }

    /// Sends a request.
    async fn send(
        &self,
        method: Method,
        path: &str,
        media_type: &str,
        object: &Value,
    ) -> Result<Value, Status> {
        let mut json = String::new();
        if !object.is_null() {
            write_json(object, &mut json, JsonStyle::Ordered).map_err(Status::internal)?;
        }
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(CONTENT_TYPE, media_type)
            .header(USER_AGENT, "kube-apiserver")
            .body(full(json))
            .map_err(Status::internal)?;
        let response = (self.send)(request).await;
        let code = response.status();
        let body = response
            .into_body()
            .collect()
            .await
            .map_err(Status::internal)?;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        let answer = parse_json(&text, 0).unwrap_or_else(|_| Value::null());
        if code.is_success() {
            return Ok(answer);
        }
        let message = answer
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Err(Status::new(code.as_u16(), Reason::Unknown, message))
    }
}
