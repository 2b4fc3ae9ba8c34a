//! Every path that is not about objects: the index, discovery, health, version, metrics, OpenAPI.

use crate::Status;
use crate::authentication::IssuerDiscovery;
use crate::body::{Response, response};
use crate::discovery::Discovery;
use crate::health::Health;
use crate::media::Encoding;
use crate::metrics::Metrics;
use crate::openapi::OpenApi;
use crate::pages::{self, Pages};
use crate::resource::LiveResources;
use crate::version;
use http::header::{ACCEPT, CACHE_CONTROL, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{Method, StatusCode};
use std::sync::Arc;
use trimtab_clock::Clock;
use trimtab_schema::Schema;
use trimtab_tree::Value;

/// When the process began that the metrics are of, in seconds since 1970.
const STARTED: HeaderName = HeaderName::from_static("process-start-time-unix");

/// Paths that are there beside those of discovery and health.
const PATHS: [&str; 2] = ["/metrics", "/version"];

/// Answers paths that are not about objects.
pub(crate) struct NonResource {
    discovery: Discovery,
    openapi: OpenApi,
    health: Health,
    metrics: Arc<Metrics>,
    pages: Option<Pages>,
    issuer: IssuerDiscovery,
}

impl NonResource {
    /// The same, with the pages for people.
    #[must_use]
    pub(crate) fn with_pages(mut self, pages: Pages) -> Self {
        self.pages = Some(pages);
        self
    }

    pub(crate) fn new(
        schema: Schema,
        resources: Arc<LiveResources>,
        health: Health,
        metrics: Arc<Metrics>,
        issuer: IssuerDiscovery,
        clock: Clock,
    ) -> Self {
        Self {
            discovery: Discovery::new(schema.clone(), Arc::clone(&resources)),
            openapi: OpenApi::new(schema, resources, clock),
            health,
            metrics,
            pages: None,
            issuer,
        }
    }

    /// The answer to a request that asks how the server is; `None` to any other.
    pub(crate) async fn health(&self, request: &Parts) -> Option<Response> {
        let query = request.uri.query().unwrap_or_default();
        self.health.answer(request.uri.path(), query).await
    }

    /// The answer to a request that is not about objects and does not ask how the server is. Who sent it must be known and allowed by
    /// now.
    ///
    /// # Errors
    /// As the API tells them; a path that is nowhere is no error but a page that says so.
    pub(crate) fn answer(&self, request: &Parts) -> Result<Response, Status> {
        let path = request.uri.path();
        let query = request.uri.query().unwrap_or_default();
        if let Some(answer) = self
            .discovery
            .answer(&request.method, path, &request.headers)
        {
            return answer;
        }
        if let Some(answer) = self.openapi.answer(path, query, &request.headers) {
            return answer;
        }
        if let Some((document, media_type)) = self.issuer.document(path) {
            return issued(request, document, media_type);
        }
        match path {
            "/" => json(&self.index()),
            "/version" | "/version/" => version(request),
            "/metrics" => {
                let started = self.pages.as_ref().map(|it| it.started().as_second());
                let mut answer = self.metrics.answer(started);
                if let Some(started) = started {
                    let started = HeaderValue::from(started);
                    answer.headers_mut().insert(STARTED, started);
                }
                Ok(answer)
            }
            _ => {
                let pages = self.pages.as_ref();
                let page = pages.and_then(|pages| pages.answer(path, self.paths().into_iter()));
                Ok(page.unwrap_or_else(no_such_page))
            }
        }
    }

    fn paths(&self) -> Vec<String> {
        let pages = self.pages.iter().flat_map(|_| pages::PATHS);
        let discovery = self.discovery.paths().into_iter();
        let mut paths: Vec<String> = discovery
            .chain(self.openapi.paths())
            .chain(self.health.paths())
            .chain(PATHS.into_iter().chain(pages).map(str::to_owned))
            .chain(self.issuer.paths().map(str::to_owned))
            .collect();
        paths.sort_unstable();
        paths
    }

    /// The paths there are.
    fn index(&self) -> Value {
        let paths = self.paths();
        let paths = paths.into_iter().map(Value::string).collect();
        Value::mapping([("paths", Value::sequence(paths))])
    }
}

/// Refuses other methods than reading, and who takes no answer of the one type that there is.
fn only(media_type: &str, request: &Parts) -> Result<(), Status> {
    if request.method != Method::GET {
        return Err(Status::no_such_method());
    }
    let accept = request.headers.get(ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    let takes_it = accept.is_none_or(|accept| {
        let mut types = accept.split(',').map(|clause| {
            let taken = clause.split(';').next().unwrap_or_default();
            taken.trim()
        });
        accept.is_empty() || types.any(|taken| ["*/*", media_type].contains(&taken))
    });
    if takes_it {
        return Ok(());
    }
    Err(Status::none_acceptable(media_type))
}

fn version(request: &Parts) -> Result<Response, Status> {
    only("application/json", request)?;
    json(&version::document())
}

/// What the issuer of tokens tells of itself.
fn issued(request: &Parts, document: &str, media_type: &'static str) -> Result<Response, Status> {
    only(media_type, request)?;
    let mut answer = response(StatusCode::OK, media_type, document.to_owned());
    let cached = HeaderValue::from_static("public, max-age=3600");
    answer.headers_mut().insert(CACHE_CONTROL, cached);
    Ok(answer)
}

fn json(document: &Value) -> Result<Response, Status> {
    let bytes = Encoding::Json.encode(document, true)?;
    Ok(response(StatusCode::OK, "application/json", bytes))
}

/// Go's page for paths that are nowhere, which clients take as a sign that there is no such group.
pub(crate) fn no_such_page() -> Response {
    let text = "404 page not found\n";
    let mut answer = response(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", text);
    let nosniff = HeaderValue::from_static("nosniff");
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Resources;
    use futures::FutureExt as _;
    use http_body_util::BodyExt as _;

    fn ask(method: &str, path: &str, accept: &str) -> (u16, String, String) {
        let issuer = crate::authentication::ServiceAccounts::default().discovery();
        let (schema, health) = (Schema::kubernetes(), Health::default());
        let resources = Arc::new(LiveResources::new(Resources::new(&schema)));
        let paths = NonResource::new(
            schema,
            resources,
            health,
            Arc::default(),
            issuer,
            Clock::system(),
        );
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header(ACCEPT, accept);
        let request = request.body(()).unwrap().into_parts().0;
        // Nothing that health asks here takes time.
        let health = paths.health(&request).now_or_never().unwrap();
        let answer = health.map_or_else(|| paths.answer(&request), Ok);
        let answer = answer.unwrap_or_else(Status::into_response);
        let code = answer.status().as_u16();
        let kind = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let body = answer
            .into_body()
            .collect()
            .now_or_never()
            .unwrap()
            .unwrap();
        (
            code,
            kind,
            String::from_utf8(body.to_bytes().to_vec()).unwrap(),
        )
    }

    #[test]
    fn the_index_names_every_path() {
        let (code, kind, body) = ask("GET", "/", "*/*");
        assert_eq!((code, &*kind), (200, "application/json"));
        for path in [
            "/api",
            "/api/v1",
            "/apis",
            "/apis/",
            "/apis/apps",
            "/apis/apps/v1",
            "/healthz",
            "/healthz/ping",
            "/livez",
            "/metrics",
            "/readyz",
            "/version",
        ] {
            assert!(body.contains(&format!("\"{path}\"")), "{path}");
        }
    }

    #[test]
    fn every_path_of_the_index_is_there() {
        let (_, _, body) = ask("GET", "/", "*/*");
        let index = trimtab_tree::parse_json(&body, 0).unwrap();
        for path in index.get("paths").unwrap().as_sequence().unwrap() {
            let (code, ..) = ask("GET", path.as_str().unwrap(), "*/*");
            assert_eq!(code, 200, "{}", path.as_str().unwrap());
        }
    }

    #[test]
    fn what_is_nowhere_is_gos_page() {
        for (method, path) in [
            ("GET", "/nope"),
            ("POST", "/nope"),
            ("GET", "/apis/no.such.group"),
            ("GET", "/apis/no.such.group/v1"),
            ("GET", "//api/v1"),
            ("GET", "/API/v1"),
            ("GET", "/readyz/nope"),
            ("GET", "/metrics/nope"),
        ] {
            let (code, kind, body) = ask(method, path, "*/*");
            assert_eq!(
                (code, &*kind, &*body),
                (404, "text/plain; charset=utf-8", "404 page not found\n"),
                "{path}"
            );
        }
    }

    #[test]
    fn the_version_is_read_only() {
        assert_eq!(ask("GET", "/version/", "application/json").0, 200);
        assert_eq!(ask("POST", "/version", "application/json").0, 405);
        assert_eq!(ask("HEAD", "/version", "application/json").0, 405);
    }

    #[test]
    fn keys_are_told_in_their_own_type() {
        let keys = "/openid/v1/jwks";
        assert_eq!(ask("GET", keys, "application/jwk-set+json").0, 200);
        assert_eq!(ask("GET", keys, "*/*").0, 200);
        assert_eq!(ask("GET", keys, "application/json").0, 406);
    }

    #[test]
    fn the_version_is_told_in_json_or_not_at_all() {
        for (accept, code) in [
            ("application/json;as=Table;v=v1;g=meta.k8s.io", 200),
            ("text/html, */*;q=0.1", 200),
            ("application/yaml", 406),
            ("application/*", 406),
        ] {
            assert_eq!(ask("GET", "/version", accept).0, code, "{accept}");
        }
    }
}
