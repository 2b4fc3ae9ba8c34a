//! `/healthz`, `/livez` and `/readyz`: whether the server lives, and whether it can answer.
//!
//! The texts are those of Kubernetes' `apiserver/pkg/server/healthz`: people and probes read them.

use crate::body::{Response, response};
use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all, ready};
use http::StatusCode;
use http::header::{HeaderValue, X_CONTENT_TYPE_OPTIONS};
use std::fmt::Write as _;

/// What one check found: nothing, or what is wrong (which is logged, not told: the paths are open
/// to everybody).
type Probe = Box<dyn Fn() -> BoxFuture<'static, Finding> + Send + Sync>;

/// What is wrong, if anything is.
pub(crate) type Finding = Result<(), String>;

/// One of the things that must be well.
struct Check {
    name: &'static str,
    /// Which questions it decides.
    decides: &'static [Question],
    probe: Probe,
}

/// The checks of a server, in the order in which they are told.
pub(crate) struct Health(Vec<Check>);

/// Which of the paths is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    Healthz,
    Livez,
    Readyz,
}

impl Default for Health {
    /// The checks that every server has: that it answers at all.
    fn default() -> Self {
        let check = |name| Check {
            name,
            decides: &Question::ALL,
            probe: Box::new(|| ready(Ok(())).boxed()),
        };
        Self(vec![check("ping"), check("log")])
    }
}

impl Health {
    /// Adds a check that decides whether the server must be restarted, and that takes its time. (As
    /// kube-apiserver's check of its store, it is not part of readiness, which asks what depends on
    /// it.)
    #[must_use]
    pub(crate) fn must_live<F>(
        self,
        name: &'static str,
        probe: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Finding> + Send + 'static,
    {
        let decides = &[Question::Healthz, Question::Livez];
        self.with(name, decides, Box::new(move || probe().boxed()))
    }

    /// Adds a check that decides over readiness alone.
    #[must_use]
    pub(crate) fn must_be_ready(
        self,
        name: &'static str,
        probe: impl Fn() -> Finding + Send + Sync + 'static,
    ) -> Self {
        let probe = move || ready(probe()).boxed();
        self.with(name, &[Question::Readyz], Box::new(probe))
    }

    /// Adds a check of something that the server does at its start, and may go on with.
    #[must_use]
    pub(crate) fn must_have_started(
        self,
        name: &'static str,
        probe: impl Fn() -> Finding + Send + Sync + 'static,
    ) -> Self {
        let probe = move || ready(probe()).boxed();
        self.with(name, &Question::ALL, Box::new(probe))
    }

    fn with(mut self, name: &'static str, decides: &'static [Question], probe: Probe) -> Self {
        self.0.push(Check {
            name,
            decides,
            probe,
        });
        self
    }

    /// The answer of `path`; `None` if it is none of these paths.
    pub(crate) async fn answer(&self, path: &str, query: &str) -> Option<Response> {
        let mut segments = path.trim_start_matches('/').splitn(2, '/');
        let question = Question::named(segments.next()?)?;
        let answer = match segments.next().map(|name| name.trim_end_matches('/')) {
            None | Some("") => self.all(question, query).await,
            Some(name) => return self.one(question, name).await,
        };
        Some(answer)
    }

    /// The names of all paths, for the index.
    pub(crate) fn paths(&self) -> impl Iterator<Item = String> {
        Question::ALL.into_iter().flat_map(|question| {
            let root = format!("/{}", question.name());
            let below = self.of(question);
            let below = below.map(|check| format!("/{}/{}", question.name(), check.name));
            std::iter::once(root).chain(below).collect::<Vec<_>>()
        })
    }

    fn of(&self, question: Question) -> impl Iterator<Item = &Check> {
        let checks = self.0.iter();
        checks.filter(move |check| check.decides.contains(&question))
    }

    async fn all(&self, question: Question, query: &str) -> Response {
        let pairs = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let verbose = pairs.clone().any(|(key, _)| key == "verbose");
        let mut excluded: Vec<&str> = pairs
            .filter(|(key, _)| *key == "exclude")
            .map(|(_, name)| name)
            .collect();
        excluded.sort_unstable();
        excluded.dedup();
        let asked = self.of(question).map(|check| {
            let is_excluded = excluded.contains(&check.name);
            async move { (check, is_excluded || check.passes(question).await) }
        });
        let asked = join_all(asked).await;
        let mut told = String::new();
        let mut failed = Vec::new();
        for (check, passes) in asked {
            let line = if let Some(at) = excluded.iter().position(|name| *name == check.name) {
                excluded.remove(at);
                format!("[+]{} excluded: ok", check.name)
            } else if passes {
                format!("[+]{} ok", check.name)
            } else {
                failed.push(check.name);
                format!("[-]{} failed: reason withheld", check.name)
            };
            told.push_str(&line);
            told.push('\n');
        }
        if !excluded.is_empty() {
            let names: Vec<String> = excluded.iter().map(|name| format!("{name:?}")).collect();
            let names = names.join(", ");
            told.push_str("warn: some health checks cannot be excluded: no matches for ");
            told.push_str(&names);
            told.push('\n');
        }
        let name = question.name();
        if !failed.is_empty() {
            tracing::warn!(checks = failed.join(","), "{name} check failed");
            writeln!(told, "{name} check failed").expect("writing to a String cannot fail");
            return page(StatusCode::INTERNAL_SERVER_ERROR, told);
        }
        if !verbose {
            return page(StatusCode::OK, "ok");
        }
        writeln!(told, "{name} check passed").expect("writing to a String cannot fail");
        page(StatusCode::OK, told)
    }

    async fn one(&self, question: Question, name: &str) -> Option<Response> {
        let check = self.of(question).find(|check| check.name == name)?;
        if check.passes(question).await {
            return Some(plain(StatusCode::OK, "ok"));
        }
        let told = "internal server error: reason withheld\n";
        Some(plain(StatusCode::INTERNAL_SERVER_ERROR, told))
    }
}

impl Check {
    async fn passes(&self, question: Question) -> bool {
        let found = (self.probe)().await;
        if let Err(problem) = &found {
            let (check, question) = (self.name, question.name());
            tracing::warn!(check, question, problem, "health check failed");
        }
        found.is_ok()
    }
}

impl Question {
    const ALL: [Self; 3] = [Self::Healthz, Self::Livez, Self::Readyz];

    fn name(self) -> &'static str {
        match self {
            Self::Healthz => "healthz",
            Self::Livez => "livez",
            Self::Readyz => "readyz",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|question| question.name() == name)
    }
}

/// The answer of all checks together, which upstream guards against being taken for something else.
fn page(code: StatusCode, text: impl Into<bytes::Bytes>) -> Response {
    let mut answer = plain(code, text);
    let nosniff = HeaderValue::from_static("nosniff");
    answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    answer
}

fn plain(code: StatusCode, text: impl Into<bytes::Bytes>) -> Response {
    response(code, "text/plain; charset=utf-8", text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    fn health(is_ready: bool) -> Health {
        Health::default()
            .must_live("etcd", || ready(Ok(())))
            .must_be_ready("informer-sync", move || {
                is_ready
                    .then_some(())
                    .ok_or_else(|| "still filling".to_owned())
            })
    }

    fn ask(is_ready: bool, path: &str, query: &str) -> Option<(u16, String)> {
        let answer = health(is_ready).answer(path, query).now_or_never()??;
        let code = answer.status().as_u16();
        let body = answer
            .into_body()
            .collect()
            .now_or_never()
            .unwrap()
            .unwrap();
        Some((code, String::from_utf8(body.to_bytes().to_vec()).unwrap()))
    }

    fn told(code: u16, text: &str) -> (u16, String) {
        (code, text.to_owned())
    }

    #[test]
    fn a_healthy_server_says_ok() {
        for path in [
            "/healthz",
            "/livez",
            "/readyz",
            "/readyz/",
            "/readyz/informer-sync",
        ] {
            assert_eq!(ask(true, path, ""), Some(told(200, "ok")), "{path}");
        }
        let verbose = "[+]ping ok\n[+]log ok\n[+]etcd ok\nlivez check passed\n";
        assert_eq!(ask(true, "/livez", "verbose"), Some(told(200, verbose)));
    }

    #[test]
    fn a_server_that_is_not_ready_lives() {
        assert_eq!(ask(false, "/livez", ""), Some(told(200, "ok")));
        let failed = "[+]ping ok\n[+]log ok\n\
                      [-]informer-sync failed: reason withheld\nreadyz check failed\n";
        assert_eq!(ask(false, "/readyz", ""), Some(told(500, failed)));
        let one = "internal server error: reason withheld\n";
        assert_eq!(
            ask(false, "/readyz/informer-sync", ""),
            Some(told(500, one))
        );
    }

    #[test]
    fn checks_can_be_excluded() {
        assert_eq!(
            ask(false, "/readyz", "exclude=informer-sync"),
            Some(told(200, "ok"))
        );
        let verbose = "[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\n\
                       warn: some health checks cannot be excluded: no matches for \"nope\"\n\
                       livez check passed\n";
        let query = "verbose&exclude=nope&exclude=etcd";
        assert_eq!(ask(true, "/livez", query), Some(told(200, verbose)));
    }

    #[test]
    fn unknown_checks_are_not_there() {
        assert_eq!(ask(true, "/livez/nope", ""), None);
        assert_eq!(ask(true, "/livez/informer-sync", ""), None);
        assert_eq!(ask(true, "/healthz/informer-sync", ""), None);
        assert_eq!(ask(true, "/readyz/etcd", ""), None);
        assert_eq!(ask(true, "/healthy", ""), None);
    }
}
