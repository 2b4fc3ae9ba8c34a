//! Reads and writes definitions through the server's own door.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{Method, Request};
use http_body_util::BodyExt as _;
use trimtab_tree::{JsonStyle, Value, parse_json, write_json};

use super::PATH;
use crate::body::full;
use crate::media::told;
use crate::{ApiServer, Identity, Status};

/// Who writes the status of definitions, in `managedFields`.
const AGENT: &str = "kube-apiserver";

/// A definition, as the API has it.
pub(super) async fn get(api: &ApiServer, name: &str) -> Result<Option<Value>, Status> {
    match ask(api, Method::GET, &format!("{PATH}/{name}"), None).await {
        Ok(definition) => Ok(Some(definition)),
        Err(error) if error.code == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the status of a definition.
pub(super) async fn put_status(
    api: &ApiServer,
    name: &str,
    definition: &Value,
) -> Result<Value, Status> {
    let path = format!("{PATH}/{name}/status");
    ask(
        api,
        Method::PUT,
        &path,
        Some(("application/json", definition)),
    )
    .await
}

/// Asks this server itself.
pub(super) async fn ask(
    api: &ApiServer,
    method: Method,
    path: &str,
    body: Option<(&str, &Value)>,
) -> Result<Value, Status> {
    let mut json = String::new();
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(USER_AGENT, AGENT);
    if let Some((content_type, body)) = body {
        request = request.header(CONTENT_TYPE, content_type);
        write_json(body, &mut json, JsonStyle::Ordered)
            .map_err(|error| Status::internal(told(&error)))?;
    }
    let request = request
        .body(full(Bytes::from(json)))
        .map_err(Status::internal)?;
    let identity = Identity::user("system:apiserver", &[Identity::MASTERS]);
    let response = api.handle_as(identity, request).await;
    let code = response.status().as_u16();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(Status::internal)?;
    let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    if code >= 400 {
        return Err(Status::new(code, crate::Reason::Unknown, text));
    }
    parse_json(&text, 0).map_err(|error| Status::internal(told(&error)))
}
