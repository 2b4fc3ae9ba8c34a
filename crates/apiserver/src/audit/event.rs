//! One event of the audit log (`audit.k8s.io/v1` `Event`).

use bytes::Bytes;
use http::header::USER_AGENT;
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::Timestamp;
use trimtab_tree::{JsonStyle, Mapping, Value, parse_json, write_json};

use super::Trail;
use super::level::{Level, Stage};
use crate::Identity;
use crate::registry::user_info;
use crate::request::RequestInfo;
use crate::server::Peer;

/// What is known of a request by now.
pub(super) struct Event {
    id: String,
    method: Method,
    path: String,
    query: String,
    agent: String,
    sources: Vec<String>,
    received: Timestamp,
    trail: Trail,
    code: Option<StatusCode>,
    pub(super) request: Option<Bytes>,
    pub(super) response: Option<Bytes>,
}

impl Event {
    /// Begins with what stands at the head of a request.
    pub(super) fn of(parts: &Parts, received: Timestamp, id: String) -> Self {
        let header = |name: &str| {
            let value = parts.headers.get(name);
            value
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let mut sources: Vec<String> = header("x-forwarded-for")
            .split(',')
            .map(str::trim)
            .filter(|source| source.parse::<std::net::IpAddr>().is_ok())
            .map(str::to_owned)
            .collect();
        let peer = parts.extensions.get::<Peer>();
        let peer = peer.map_or_else(|| "127.0.0.1".to_owned(), |peer| peer.0.ip().to_string());
        if sources.last() != Some(&peer) {
            sources.push(peer);
        }
        Self {
            id,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            agent: header(USER_AGENT.as_str()).to_owned(),
            sources,
            received,
            trail: Trail::default(),
            code: None,
            request: None,
            response: None,
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn info(&self) -> RequestInfo<'_> {
        RequestInfo::parse(&self.method, &self.path, &self.query)
    }

    /// Who sent it.
    pub(super) fn user(&self) -> Option<&Identity> {
        self.trail.user.as_ref()
    }

    /// What was learnt on its way.
    pub(super) fn learn(&mut self, trail: Trail, annotations: Vec<(String, String)>) {
        self.trail = trail;
        for (key, value) in annotations {
            self.trail.annotate(&key, value);
        }
    }

    /// What it was answered with.
    pub(super) fn answered(&mut self, code: StatusCode) {
        self.code = Some(code);
    }

    /// As a line of the log.
    pub(super) fn line(
        &self,
        stage: Stage,
        level: Level,
        omits_managed_fields: bool,
        now: Timestamp,
    ) -> String {
        let text = |text: &str| Value::string(text);
        let info = self.info();
        let uri = if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        };
        let mut fields = Mapping::from([
            ("kind", text("Event")),
            ("apiVersion", text("audit.k8s.io/v1")),
            ("level", text(level.as_str())),
            ("auditID", text(&self.id)),
            ("stage", text(stage.as_str())),
            ("requestURI", text(&uri)),
            ("verb", text(info.verb)),
        ]);
        let user = self.trail.user.as_ref();
        fields.insert("user", user.map_or_else(|| Value::mapping([]), user_info));
        if let Some((identity, constraint)) = &self.trail.impersonated {
            fields.insert("impersonatedUser", user_info(identity));
            if !constraint.is_empty() {
                let metadata = [("impersonationConstraint", text(constraint))];
                fields.insert("authenticationMetadata", Value::mapping(metadata));
            }
        }
        let sources = self.sources.iter().map(Value::string).collect();
        fields.insert("sourceIPs", Value::sequence(sources));
        if !self.agent.is_empty() {
            fields.insert("userAgent", text(&self.agent));
        }
        let answer = self.response.as_deref().and_then(object);
        if info.is_resource {
            fields.insert("objectRef", object_ref(&info, answer.as_ref()));
        }
        let is_over = stage != Stage::RequestReceived;
        if is_over && let Some(code) = self.code {
            fields.insert("responseStatus", response_status(code, answer.as_ref()));
        }
        if level >= Level::Request
            && let Some(object) = self.request.as_deref().and_then(object)
        {
            fields.insert("requestObject", shown(object, omits_managed_fields));
        }
        if level == Level::RequestResponse
            && stage == Stage::ResponseComplete
            && let Some(answer) = answer
        {
            fields.insert("responseObject", shown(answer, omits_managed_fields));
        }
        fields.insert(
            "requestReceivedTimestamp",
            Value::string(micros(self.received)),
        );
        fields.insert("stageTimestamp", Value::string(micros(now)));
        if is_over && !self.trail.annotations.is_empty() {
            let annotations = self.trail.annotations.iter();
            let annotations: Mapping = annotations
                .map(|(key, value)| (key.as_str().into(), text(value)))
                .collect();
            fields.insert("annotations", Value::from(annotations));
        }
        let mut line = String::new();
        if write_json(&Value::from(fields), &mut line, JsonStyle::Ordered).is_err() {
            // Numbers that JSON does not have came in a body: the event is told without it.
            line = format!(
                "{{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"{}\"}}",
                self.id
            );
        }
        line.push('\n');
        line
    }
}

/// A body that is an object in JSON or YAML; others are not told.
fn object(body: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(body).ok()?;
    let value = parse_json(text, 0).ok()?;
    (!value.is_null()).then_some(value)
}

fn object_ref(info: &RequestInfo<'_>, answer: Option<&Value>) -> Value {
    let mut fields = Mapping::new();
    let metadata = |name: &str| {
        let text = answer.and_then(|answer| answer.get_path(&["metadata", name])?.as_str());
        text.unwrap_or_default()
    };
    let is_object = answer.and_then(|answer| answer.get("kind")?.as_str()) != Some("Status");
    let (name, uid, version) = if is_object {
        (
            metadata("name"),
            metadata("uid"),
            metadata("resourceVersion"),
        )
    } else {
        ("", "", "")
    };
    let name = if info.name.is_empty() {
        name
    } else {
        info.name
    };
    for (key, value) in [
        ("resource", info.resource),
        ("namespace", info.namespace),
        ("name", name),
        ("uid", uid),
        ("apiGroup", info.group),
        ("apiVersion", info.version),
        ("resourceVersion", version),
        ("subresource", info.subresource),
    ] {
        if !value.is_empty() {
            fields.insert(key, Value::string(value));
        }
    }
    Value::from(fields)
}

/// The status of the answer, with what it says if it is an error.
fn response_status(code: StatusCode, answer: Option<&Value>) -> Value {
    let mut fields = Mapping::from([("metadata", Value::mapping([]))]);
    let is_status = |answer: &&Value| answer.get("kind").and_then(Value::as_str) == Some("Status");
    if let Some(status) = answer.filter(is_status) {
        for name in ["status", "message", "reason", "details"] {
            if let Some(value) = status.get(name) {
                fields.insert(name, value.clone());
            }
        }
    }
    fields.insert("code", Value::int(i64::from(code.as_u16())));
    Value::from(fields)
}

fn shown(mut object: Value, omits_managed_fields: bool) -> Value {
    if omits_managed_fields {
        let strip = |object: &mut Value| {
            if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) {
                metadata.remove("managedFields");
            }
        };
        strip(&mut object);
        let items = object.get_mut("items").and_then(Value::as_sequence_mut);
        items.into_iter().flatten().for_each(strip);
    }
    object
}

fn micros(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_names_who_asked_what_and_what_came_of_it() {
        let request = http::Request::builder()
            .method("POST")
            .uri("/api/v1/namespaces/ns/pods?dryRun=All")
            .header("user-agent", "test/1.0")
            .header("x-forwarded-for", "10.0.0.1, nobody");
        let parts = request.body(()).unwrap().into_parts().0;
        let mut event = Event::of(&parts, Timestamp::UNIX_EPOCH, "id-1".to_owned());
        let mut trail = Trail {
            user: Some(Identity::user("admin", &[])),
            impersonated: Some((
                Identity::user("jane", &[]),
                "impersonate:user-info".to_owned(),
            )),
            ..Trail::default()
        };
        trail.annotate("authorization.k8s.io/decision", "allow");
        event.learn(trail, vec![("x".to_owned(), "y".to_owned())]);
        event.answered(StatusCode::CREATED);
        event.request = Some(Bytes::from_static(
            b"{\"kind\":\"Pod\",\"metadata\":{\"managedFields\":[]}}",
        ));
        event.response = Some(Bytes::from_static(
            b"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\",\"uid\":\"u\"}}",
        ));
        let line = event.line(
            Stage::ResponseComplete,
            Level::Request,
            true,
            Timestamp::UNIX_EPOCH,
        );
        assert_eq!(
            line.trim_end(),
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Request\",\"auditID\":\"id-1\",\
             \"stage\":\"ResponseComplete\",\"requestURI\":\"/api/v1/namespaces/ns/pods?dryRun=All\",\"verb\":\"create\",\
             \"user\":{\"username\":\"admin\",\"groups\":[\"system:authenticated\"]},\
             \"impersonatedUser\":{\"username\":\"jane\",\"groups\":[\"system:authenticated\"]},\
             \"authenticationMetadata\":{\"impersonationConstraint\":\"impersonate:user-info\"},\
             \"sourceIPs\":[\"10.0.0.1\",\"127.0.0.1\"],\"userAgent\":\"test/1.0\",\
             \"objectRef\":{\"resource\":\"pods\",\"namespace\":\"ns\",\"name\":\"p\",\"uid\":\"u\",\"apiVersion\":\"v1\"},\
             \"responseStatus\":{\"metadata\":{},\"code\":201},\"requestObject\":{\"kind\":\"Pod\",\"metadata\":{}},\
             \"requestReceivedTimestamp\":\"1970-01-01T00:00:00.000000Z\",\"stageTimestamp\":\"1970-01-01T00:00:00.000000Z\",\
             \"annotations\":{\"authorization.k8s.io/decision\":\"allow\",\"x\":\"y\"}}"
        );
    }
}
