//! One connection: requests, and watches.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;

/// What can go wrong.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The forms of bodies that are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// An object.
    Object,
    /// A merge patch.
    Merge,
    /// What server-side apply takes.
    Apply,
}

impl Form {
    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Object => "application/json",
            Self::Merge => "application/merge-patch+json",
            Self::Apply => "application/apply-patch+yaml",
        })
    }
}

/// An open connection. Clones share it.
#[derive(Clone)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    base: String,
    authorization: HeaderValue,
}

impl Connection {
    pub(crate) fn new(
        sender: SendRequest<Full<Bytes>>,
        authority: &str,
        authorization: HeaderValue,
    ) -> Self {
        Self {
            sender,
            base: format!("https://{authority}"),
            authorization,
        }
    }

    /// The head of the answer; its body is still to come.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        form: Form,
        body: String,
    ) -> Result<Response<Incoming>, BoxError> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(AUTHORIZATION, &self.authorization)
            .header(ACCEPT, JSON)
            .header(USER_AGENT, "load/1")
            .header(CONTENT_TYPE, form.content_type())
            .body(Full::from(body))?;
        self.sender.ready().await?;
        Ok(self.sender.send_request(request).await?)
    }

    /// The whole answer, whatever it is.
    pub(crate) async fn answer(
        &mut self,
        method: Method,
        path: &str,
        form: Form,
        body: String,
    ) -> Result<(StatusCode, Bytes), BoxError> {
        let answer = self.send(method, path, form, body).await?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await?.to_bytes();
        Ok((status, bytes))
    }

    /// The whole answer, which must be a success.
    pub(crate) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        form: Form,
        body: String,
    ) -> Result<Bytes, BoxError> {
        let (status, bytes) = self.answer(method.clone(), path, form, body).await?;
        if !status.is_success() {
            let text = String::from_utf8_lossy(&bytes);
            return Err(format!("{method} {path}: {status}: {text}").into());
        }
        Ok(bytes)
    }

    /// The events of a watch, once the server has begun to answer.
    pub(crate) async fn watch(&mut self, path: &str) -> Result<Incoming, BoxError> {
        let answer = self
            .send(Method::GET, path, Form::Object, String::new())
            .await?;
        if !answer.status().is_success() {
            return Err(format!("GET {path}: {}", answer.status()).into());
        }
        Ok(answer.into_body())
    }
}
