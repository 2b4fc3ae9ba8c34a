//! Keeping a cache like the server: list, then watch from there.
//!
//! The rules are those of client-go's `tools/cache/reflector.go`.

use crate::backoff::Backoff;
use crate::sink::{Sink, Told};
use crate::statistics::Statistics;
use futures::future::BoxFuture;
use futures::io::Lines;
use futures::{AsyncBufRead, AsyncBufReadExt as _, FutureExt as _, TryStreamExt as _};
use http::header::{ACCEPT_ENCODING, HeaderValue};
use kube::Client;
use kube::api::{ListParams, WatchParams};
use kube::core::request::Request;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use trimtab_clock::Chance;

/// Objects in one page of a list.
const PAGE: u32 = 500;
/// First and longest wait after a failure.
const RETRY: (Duration, Duration) = (Duration::from_millis(800), Duration::from_secs(30));
/// A watch that ends sooner without having told anything counts as failed, so that a server that
/// drops every connection at once is not asked in a tight loop.
const SHORTEST_WATCH: Duration = Duration::from_secs(1);
/// Seconds after which the server is asked to end a watch, at least; spread so that the watches of
/// a process do not all end at once. kube allows less than 295.
const WATCH_SECONDS: (u32, u32) = (230, 60);

/// What to ask the server for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Whole,
    /// `PartialObjectMetadata`.
    Metadata,
}

/// Fills one cache, for as long as it runs.
pub(crate) struct Reflector {
    pub(crate) client: Client,
    /// Of the collection.
    pub(crate) path: String,
    pub(crate) content: Content,
    pub(crate) sink: Box<dyn Sink>,
    pub(crate) chance: Chance,
    pub(crate) statistics: Arc<Statistics>,
}

/// The events of a watch, a line each.
type Events = Lines<Pin<Box<dyn AsyncBufRead + Send>>>;

/// Why a watch ended.
enum End {
    /// It may go on from where it was.
    Closed,
    /// The server no longer knows what happened since.
    Expired,
    Failed(kube::Error),
}

impl Reflector {
    /// Never returns; ends when its task is aborted.
    pub(crate) fn run(self) -> BoxFuture<'static, ()> {
        self.reflect().boxed()
    }

    async fn reflect(mut self) {
        let mut backoff = Backoff::new(RETRY.0, RETRY.1, self.chance.clone());
        loop {
            self.sink.restart();
            match self.list().await {
                Ok(version) => self.watch_from(version, &mut backoff).await,
                Err(error) => tracing::warn!(path = self.path, %error, "cannot list"),
            }
            sleep(backoff.after_failure()).await;
        }
    }

    /// Watches, as often as it takes, until the history that would be needed to go on is gone.
    async fn watch_from(&mut self, mut version: String, backoff: &mut Backoff) {
        loop {
            let (begun, listed) = (Instant::now(), version.clone());
            let end = self.watch(&mut version).await;
            let told = version != listed || begun.elapsed() >= SHORTEST_WATCH;
            if told {
                backoff.reset();
            }
            match end {
                End::Closed if told => continue,
                End::Closed => tracing::debug!(path = self.path, "watch ended at once"),
                End::Expired => {
                    tracing::debug!(path = self.path, version, "history is gone, listing anew");
                    return;
                }
                End::Failed(error) => tracing::warn!(path = self.path, %error, "watch failed"),
            }
            sleep(backoff.after_failure()).await;
        }
    }

    /// Lists everything into the cache; returns the resourceVersion to watch from.
    async fn list(&mut self) -> Result<String, kube::Error> {
        let mut params = ListParams::default().limit(PAGE);
        loop {
            let page = match self.page(&params).await {
                // The list outlived the history its later pages come from: take it whole.
                Err(kube::Error::Api(status))
                    if is_expired(status.code) && self.sink.has_pages() =>
                {
                    self.sink.restart();
                    params = ListParams::default();
                    continue;
                }
                page => page?,
            };
            let metadata = self.sink.page(&page).map_err(kube::Error::SerdeError)?;
            let Some(token) = metadata.continue_.filter(|token| !token.is_empty()) else {
                self.sink.finish();
                return Ok(metadata.resource_version.unwrap_or_default());
            };
            params = params.continue_token(&token);
        }
    }

    async fn page(&self, params: &ListParams) -> Result<String, kube::Error> {
        let request = Request::new(&*self.path);
        let request = match self.content {
            Content::Whole => request.list(params),
            Content::Metadata => request.list_metadata(params),
        };
        let request = request.map_err(kube::Error::BuildRequest)?;
        self.client.request_text(request).await
    }

    /// One watch stream, to its end. `version` follows what was told.
    async fn watch(&mut self, version: &mut String) -> End {
        let followed = match self.events(version).await {
            Ok(events) => self.follow(events, version).await,
            Err(error) => Err(error),
        };
        match followed {
            Ok(()) => End::Closed,
            Err(kube::Error::Api(status)) if is_expired(status.code) => End::Expired,
            Err(error) => End::Failed(error),
        }
    }

    async fn events(&self, version: &str) -> Result<Events, kube::Error> {
        let (least, spread) = WATCH_SECONDS;
        let seconds = least + self.chance.below(spread.into()) as u32;
        let params = WatchParams::default().timeout(seconds);
        let request = Request::new(&*self.path);
        let request = match self.content {
            Content::Whole => request.watch(&params, version),
            Content::Metadata => request.watch_metadata(&params, version),
        };
        self.statistics.watching();
        let mut request = request.map_err(kube::Error::BuildRequest)?;
        // Some servers pack each event by itself, which the client does not unpack.
        let plain = HeaderValue::from_static("identity");
        request.headers_mut().insert(ACCEPT_ENCODING, plain);
        let stream: Pin<Box<dyn AsyncBufRead + Send>> =
            Box::pin(self.client.request_stream(request).await?);
        Ok(stream.lines())
    }

    async fn follow(
        &mut self,
        mut events: Events,
        version: &mut String,
    ) -> Result<(), kube::Error> {
        loop {
            let line = match events.try_next().await {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(()),
                // Connections end in many ways; the next watch goes on where this one was.
                Err(error) => {
                    tracing::debug!(path = self.path, %error, "watch was cut off");
                    return Ok(());
                }
            };
            match self.sink.event(&line) {
                Ok(Told::Version(newer)) => *version = newer.unwrap_or(std::mem::take(version)),
                Ok(Told::Error(status)) => return Err(kube::Error::Api(status)),
                // The rest of a line that was cut off.
                Err(error) if error.is_eof() => {}
                Err(error) => return Err(kube::Error::SerdeError(error)),
            }
        }
    }
}

/// 410 Gone says that a resourceVersion or continue token is too old.
fn is_expired(code: u16) -> bool {
    code == 410
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;
    use crate::server_double::{Answer, ServerDouble};
    use crate::sink::CacheSink;
    use k8s_openapi::api::core::v1::Pod;
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

    const PODS: &str = "/api/v1/pods";

    fn start(server: &ServerDouble) -> (Cache<Pod>, tokio::task::JoinHandle<()>) {
        let cache = Cache::new();
        let trim = |meta: &mut ObjectMeta| meta.managed_fields = None;
        let reflector = Reflector {
            client: server.client(),
            path: PODS.to_owned(),
            content: Content::Whole,
            sink: Box::new(CacheSink::new(cache.clone(), trim, Arc::default())),
            chance: Chance::seeded(1),
            statistics: Arc::default(),
        };
        (cache, tokio::spawn(reflector.run()))
    }

    fn names(cache: &Cache<Pod>) -> Vec<String> {
        let pods = cache.list();
        pods.iter()
            .map(|pod| pod.metadata.name.clone().unwrap())
            .collect()
    }

    async fn settle() {
        sleep(Duration::from_millis(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn follows_a_watch_and_trims_what_it_decodes() {
        let server = ServerDouble::new();
        server.put(PODS, "a", 1);
        let (cache, _task) = start(&server);
        cache.synced().await;
        settle().await;
        server.put(PODS, "b", 2);
        server.delete(PODS, "a", 3);
        settle().await;
        assert_eq!(names(&cache), ["b"]);
        assert_eq!(cache.get("a", "b").unwrap().metadata.managed_fields, None);
        assert_eq!(
            server.requests(),
            [
                "GET /api/v1/pods?&limit=500",
                "GET /api/v1/pods?watch from 1",
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn lists_anew_when_the_history_is_gone() {
        let server = ServerDouble::new();
        server.put(PODS, "stays", 1);
        server.put(PODS, "goes", 2);
        let (cache, _task) = start(&server);
        cache.synced().await;
        settle().await;
        // Nobody is told of this one.
        server.forget(PODS, "goes", 9);
        server.next_watch(Answer::Gone);
        server.drop_watches();
        sleep(Duration::from_secs(5)).await;
        assert_eq!(names(&cache), ["stays"]);
        let requests = server.requests();
        assert_eq!(requests.last().unwrap(), "GET /api/v1/pods?watch from 9");
        assert_eq!(requests.iter().filter(|it| it.contains("limit")).count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn goes_on_where_a_dropped_connection_was() {
        let server = ServerDouble::new();
        let (cache, _task) = start(&server);
        cache.synced().await;
        settle().await;
        server.put(PODS, "a", 4);
        server.bookmark(6);
        settle().await;
        server.drop_watches();
        settle().await;
        server.put(PODS, "b", 7);
        settle().await;
        assert_eq!(names(&cache), ["a", "b"]);
        assert_eq!(
            server.requests()[1..],
            [
                "GET /api/v1/pods?watch from 0",
                "GET /api/v1/pods?watch from 6",
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn waits_longer_each_time_the_server_hangs_up_at_once() {
        let server = ServerDouble::new();
        for _ in 0..64 {
            server.next_watch(Answer::HangUp);
        }
        let (cache, _task) = start(&server);
        cache.synced().await;
        sleep(Duration::from_secs(60)).await;
        let watches = server.watches().len();
        assert!((3..=7).contains(&watches), "{watches} watches in a minute");
    }

    #[tokio::test(start_paused = true)]
    async fn a_failing_list_is_tried_again() {
        let server = ServerDouble::new();
        server.put(PODS, "a", 1);
        server.fail_lists(3);
        let (cache, _task) = start(&server);
        cache.synced().await;
        assert_eq!(names(&cache), ["a"]);
    }

    #[tokio::test(start_paused = true)]
    async fn takes_a_list_whole_when_its_pages_expire() {
        let server = ServerDouble::new();
        for name in 0..600 {
            server.put(PODS, &format!("pod-{name:03}"), name + 1);
        }
        server.expire_pages();
        let (cache, _task) = start(&server);
        cache.synced().await;
        assert_eq!(cache.len(), 600);
        assert_eq!(
            server.requests()[..3],
            [
                "GET /api/v1/pods?&limit=500",
                "GET /api/v1/pods?&limit=500&continue=500",
                "GET /api/v1/pods?",
            ]
        );
    }
}
