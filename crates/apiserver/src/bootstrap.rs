//! The objects that every cluster has, made through the API itself.

use futures::future::{try_join, try_join_all, try_join3, try_join4};
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use http_body_util::BodyExt;
use trimtab_tree::{JsonStyle, Mapping, Value, parse_json, write_json};

use crate::aggregation::priorities;
use crate::body::{Body, Response, full};
use crate::cidr::Cidr;
use crate::flow_control::defaults;
use crate::{Reason, ServingOptions, Status};

/// An object that every cluster has could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{what} could not be made: {status}")]
pub struct BootstrapError {
    /// Which.
    what: String,
    /// Why.
    status: Status,
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
    serving: &ServingOptions,
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
        maker.create(
            priorities::PATH,
            priorities::API_VERSION,
            "APIService",
            service,
        )
    });
    let range = {
        let cidrs = Value::sequence(vec![Value::string(services.to_string())]);
        let range = [
            ("metadata", named("kubernetes")),
            ("spec", Value::mapping([("cidrs", cidrs)])),
        ];
        let path = "/apis/networking.k8s.io/v1/servicecidrs";
        maker.create(path, "networking.k8s.io/v1", "ServiceCIDR", range)
    };
    try_join4(
        try_join_all(namespaces),
        try_join_all(classes),
        try_join3(try_join_all(levels), try_join_all(schemas), range),
        try_join_all(own),
    )
    .await?;
    // Only then, as their namespaces have to be there.
    let service = maker.create(
        "/api/v1/namespaces/default/services",
        "v1",
        "Service",
        own_service(services),
    );
    let authorities = async {
        let path = "/api/v1/namespaces/kube-system/configmaps";
        let own = own_authorities(serving);
        let [_, (_, data)] = &own;
        let wanted = data.clone();
        maker.create(path, "v1", "ConfigMap", own).await?;
        maker.renew(path, AUTHORITIES, "data", &wanted).await
    };
    try_join(service, authorities).await?;
    Ok(())
}

/// Where aggregated API servers look up by what they know others.
const AUTHORITIES: &str = "extension-apiserver-authentication";

fn named(name: &str) -> Value {
    Value::mapping([("name", Value::string(name))])
}

/// By what aggregated API servers know the clients of this one, and this one itself.
fn own_authorities(serving: &ServingOptions) -> [(&'static str, Value); 2] {
    let mut data = Mapping::new();
    if !serving.client_authority.is_empty() {
        let authority = Value::string(serving.client_authority.as_str());
        data.insert("client-ca-file", authority);
    }
    if let Some((_, authority)) = &serving.front_proxy {
        let authority = Value::string(authority.as_str());
        data.insert("requestheader-client-ca-file", authority);
        for (name, list) in [
            ("allowed-names", "[\"front-proxy-client\"]"),
            ("extra-headers-prefix", "[\"X-Remote-Extra-\"]"),
            ("group-headers", "[\"X-Remote-Group\"]"),
            ("uid-headers", "[\"X-Remote-Uid\"]"),
            ("username-headers", "[\"X-Remote-User\"]"),
        ] {
            data.insert(&format!("requestheader-{name}"), Value::string(list));
        }
    }
    [
        ("metadata", named(AUTHORITIES)),
        ("data", Value::from(data)),
    ]
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

impl<S, F> Maker<S>
where
    S: Fn(Request<Body>) -> F,
    F: Future<Output = Response>,
{
    /// Makes an object, if there is none of its name.
    async fn create<const N: usize>(
        &self,
        path: &str,
        api_version: &str,
        kind: &str,
        fields: [(&str, Value); N],
    ) -> Result<(), BootstrapError> {
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
        let found = self
            .send(Method::GET, &format!("{path}/{name}"), String::new())
            .await;
        if found.is_ok() {
            return Ok(());
        }
        let mut json = String::new();
        write_json(&object, &mut json, JsonStyle::Ordered)
            .map_err(|error| failed(Status::internal(error)))?;
        match self.send(Method::POST, path, json).await {
            // Another server on the same store was faster.
            Err(Status { code: 409, .. }) => Ok(()),
            answer => answer.map(|_| ()).map_err(failed),
        }
    }

    /// Brings a field of an object up to date: an earlier start may have written another.
    async fn renew(
        &self,
        path: &str,
        name: &str,
        field: &'static str,
        wanted: &Value,
    ) -> Result<(), BootstrapError> {
        let failed = |status| BootstrapError {
            what: format!("{field} of {name}"),
            status,
        };
        let path = format!("{path}/{name}");
        let found = self.send(Method::GET, &path, String::new()).await;
        let mut found = found.map_err(failed)?;
        let nothing = Value::mapping([]);
        if found.get(field).unwrap_or(&nothing) == wanted {
            return Ok(());
        }
        if let Some(fields) = found.as_mapping_mut() {
            fields.insert(field, wanted.clone());
        }
        let mut json = String::new();
        write_json(&found, &mut json, JsonStyle::Ordered)
            .map_err(|error| failed(Status::internal(error)))?;
        match self.send(Method::PUT, &path, json).await {
            // Another server on the same store was faster.
            Err(Status { code: 409, .. }) => Ok(()),
            answer => answer.map(|_| ()).map_err(failed),
        }
    }

    /// Sends a request, and gives back what is answered.
    async fn send(&self, method: Method, path: &str, json: String) -> Result<Value, Status> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(CONTENT_TYPE, "application/json")
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
        let status = parse_json(&text, 0).unwrap_or_else(|_| Value::null());
        if code.is_success() {
            return Ok(status);
        }
        let message = status
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Err(Status::new(code.as_u16(), Reason::Unknown, message))
    }
}
