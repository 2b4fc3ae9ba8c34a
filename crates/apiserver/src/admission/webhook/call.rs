//! One call of a webhook.

use super::credentials;
use super::hook::Hook;
use super::review::{Answer, Version, asking};
use crate::Status;
use crate::admission::attributes::Attributes;
use crate::admission::matching::Form;
use crate::metrics::family;
use crate::outgoing::{Limits, Target};
use crate::state::Server;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_tree::{JsonStyle, Value, write_json};

/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 8 << 20;

/// Why a webhook does not let a write through.
pub(super) enum Refused {
    /// It cannot be asked, or what it says makes no sense: that may not matter.
    Unreachable(String),
    /// It says no, or something went wrong here.
    Status(Status),
}

impl Refused {
    /// What the client is told.
    pub(super) fn into_status(self, name: &str) -> Status {
        match self {
            Self::Unreachable(why) => {
                Status::internal(format!("failed calling webhook {name:?}: {why}"))
            }
            Self::Status(status) => status,
        }
    }
}

/// A webhook that is asked about a write.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) server: &'a Arc<Server>,
    pub(super) attributes: &'a Attributes<'a>,
    pub(super) hook: &'a Hook<'a>,
    pub(super) form: &'a Form,
    pub(super) mutating: bool,
}

impl Asked<'_> {
    /// Asks; gives back what else it says if it lets the write through.
    pub(super) async fn call(self, object: Option<&Value>) -> Result<Option<Answer>, Refused> {
        let begun = Instant::now();
        let answer = self.asked(object).await;
        let took = begun.elapsed();
        self.attributes.notes.waited(took);
        self.count(answer.as_ref().err(), took);
        answer
    }

    /// Counts a call.
    fn count(self, refused: Option<&Refused>, took: Duration) {
        let metrics = &self.server.metrics;
        let name = self.hook.name;
        let step = if self.mutating { "admit" } else { "validating" };
        let operation = self.attributes.operation.as_str();
        let rejected = if refused.is_some() { "true" } else { "false" };
        let labels = [name, operation, rejected, step];
        metrics.time(&family::WEBHOOK_DURATIONS, &labels, took);
        let code = match refused {
            None => 200,
            Some(Refused::Unreachable(_)) => 0,
            // As upstream, codes beyond those of errors are one.
            Some(Refused::Status(status)) => status.code.min(600),
        };
        let code = code.to_string();
        let labels = [&*code, name, operation, rejected, step];
        metrics.count(&family::WEBHOOK_REQUESTS, &labels);
        match refused {
            None => {}
            Some(Refused::Unreachable(_)) if self.hook.ignored => {
                metrics.count(&family::WEBHOOK_FAIL_OPEN, &[name, step]);
            }
            Some(refused) => {
                let error = match refused {
                    Refused::Unreachable(_) => "calling_webhook_error",
                    Refused::Status(_) => "no_error",
                };
                let labels = [error, name, operation, &code, step];
                metrics.count(&family::WEBHOOK_REJECTIONS, &labels);
            }
        }
    }

    async fn asked(self, object: Option<&Value>) -> Result<Option<Answer>, Refused> {
        let Self {
            server,
            attributes,
            hook,
            form,
            mutating,
        } = self;
        let name = hook.name;
        if attributes.dry_run && !hook.takes_dry_runs {
            let why = format!("admission webhook {name:?} does not support dry run");
            return Err(Refused::Status(Status::bad_request(why)));
        }
        let version = Version::first_of(hook.versions).ok_or_else(|| {
            let why = "could not create admission objects: webhook does not accept known \
                       AdmissionReview versions (v1, v1beta1)";
            Refused::Unreachable(why.to_owned())
        })?;
        let old = attributes.old.map(|old| form.of_object(server, old));
        let old = old.transpose().map_err(Refused::Status)?;
        let uid = attributes.chance.uid();
        let review = asking(version, attributes, form, &uid, object, old.as_ref());
        let body = self
            .post(&review)
            .await
            .map_err(|why| Refused::Unreachable(format!("failed to call webhook: {why}")))?;
        let answer = Answer::read(version, &uid, mutating, &body).map_err(|why| {
            Refused::Unreachable(format!("received invalid webhook response: {why}"))
        })?;
        for (key, value) in &answer.annotations {
            attributes.notes.annotate(format!("{name}/{key}"), value);
        }
        attributes.notes.warn_all(answer.warnings.iter().cloned());
        if answer.allowed {
            return Ok(Some(answer));
        }
        Err(Refused::Status(denied(name, answer.result.as_ref())))
    }

    /// Posts a review and reads the answer.
    async fn post(self, review: &Value) -> Result<Bytes, String> {
        let config = self.hook.client_config.ok_or("it has no clientConfig")?;
        let mut target = Target::of_client_config(config).map_err(|why| why.to_string())?;
        let settings = self.attributes.settings;
        let credentials = if self.mutating {
            &settings.mutating_webhooks
        } else {
            &settings.validating_webhooks
        };
        let identity = credentials.present(&mut target).await?;
        let mut json = String::new();
        write_json(review, &mut json, JsonStyle::Ordered).map_err(|why| why.to_string())?;
        let left = self.attributes.deadline;
        let left = left.map(|end| end.saturating_duration_since(Instant::now()));
        let time = self.hook.time;
        // It is told in whole seconds, rounded up, of what the request has left, too. When that is over,
        // whoever answers the request says so and drops this call.
        let told = left.map_or(time, |left| left.min(time));
        let told = told.as_millis().div_ceil(1000);
        let url = target.url("", &format!("timeout={told}s"));
        let mut request = http::Request::post(&url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, */*")
            .header(USER_AGENT, "kube-apiserver-admission");
        if let Some(identity) = identity {
            request = request.header(credentials::HEADER, identity);
        }
        let request = request
            .body(Bytes::from(json))
            .map_err(|why| why.to_string())?;
        let limits = Limits {
            time,
            bytes: MAX_ANSWER,
        };
        let server = self.server;
        let answer = server
            .dialer
            .call(server.as_ref(), &target, request, limits)
            .await
            .map_err(|why| format!("Post {url:?}: {why}"))?;
        let code = answer.status();
        if code.is_success() {
            return Ok(answer.into_body());
        }
        let body = String::from_utf8_lossy(answer.body());
        Err(match code.as_u16() {
            404 => "the server could not find the requested resource".to_owned(),
            _ => format!(
                "an error on the server ({:?}) has prevented the request from succeeding ({code})",
                body.trim().chars().take(512).collect::<String>()
            ),
        })
    }
}

/// The refusal, as the webhook words it.
fn denied(name: &str, result: Option<&Value>) -> Status {
    let by = format!("admission webhook {name:?} denied the request");
    let Some(result) = result else {
        return Status::new(
            400,
            crate::Reason::Unknown,
            format!("{by} without explanation"),
        );
    };
    let mut status = Status::of_value(result);
    if !(400..=599).contains(&status.code) {
        status.code = 400;
    }
    let reason = status.reason_text().to_owned();
    let message = match (status.message.as_str(), reason.as_str()) {
        ("", "") => format!("{by} without explanation"),
        ("", reason) => format!("{by}: {reason}"),
        (message, _) => format!("{by}: {message}"),
    };
    status.reworded(message)
}
