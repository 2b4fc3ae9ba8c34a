//! WATCH: a body that goes on.
//!
//! The body is drawn by the client: the next changes are looked up only when the last ones are
//! gone. Between them it waits for the cache, the next bookmark or the end of its time, whichever
//! is first.

use bytes::Bytes;
use futures::stream;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use trimtab_protobuf::{Encoder, STREAM_CONTENT_TYPE};

use super::Call;
use super::event::EventWriter;
use super::read_options::{Freshness, ReadOptions};
use super::selector::selection;
use crate::Status;
use crate::body::{Body, Response};
use crate::cache::{Lost, Seen, Watcher};
use crate::media::{Encoding, Shape};
use crate::metrics::Distribution;
use crate::status::store_failed;
use crate::table::IncludeObject;

/// How often a watch that wants bookmarks is told one (as kube-apiserver's cacher).
const BOOKMARK_EVERY: Duration = Duration::from_secs(60);
/// So many bytes of events are gathered into one frame, about.
const FRAME: usize = 64 << 10;

/// Answers with the events of the objects that are selected.
///
/// # Errors
/// When a parameter is wrong.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Response, Status> {
    let options = ReadOptions::read(call)?;
    let selection = selection(call)?;
    let collection = call.storage()?.collection;
    let cache = &call.server.cache;
    let wants_initial = options.send_initial_events;
    let (initial, watcher) = match (options.freshness, wants_initial) {
        (Freshness::Newest, Some(false)) => {
            cache.catch_up().await.map_err(store_failed)?;
            let revision = cache.revision();
            (None, Watcher::after(cache, collection, selection, revision))
        }
        (Freshness::NotOlderThan(revision) | Freshness::Exact(revision), None | Some(false)) => {
            (None, Watcher::after(cache, collection, selection, revision))
        }
        (freshness, _) => {
            match freshness {
                Freshness::Newest => cache.catch_up().await.map_err(store_failed)?,
                Freshness::Any => {}
                Freshness::NotOlderThan(revision) | Freshness::Exact(revision) => {
                    call.server.reach(revision).await?;
                }
            }
            let (page, watcher) = Watcher::from_now(cache, collection, selection);
            (Some(page.objects), watcher)
        }
    };
    let writer = EventWriter {
        kind: call.resource.kind.clone(),
        accepted: call.accepted,
        include: match call.accepted.shape {
            Shape::Table(_) => IncludeObject::parse(call.query.text("includeObject"))?,
            _ => IncludeObject::default(),
        },
        is_told_plainly: call.is_told_plainly(),
        is_converted: call.resource.is_converted(),
        encoder: (call.accepted.encoding == Encoding::Protobuf)
            .then(|| Encoder::new(&call.server.schema)),
        server: Arc::clone(call.server),
        headers: true,
    };
    let seconds = options.timeout_seconds.map(Duration::from_secs);
    // One that does not say lasts between this and twice this, so that not all end at once.
    let shortest = call.server.min_request_timeout;
    let lasts = seconds.unwrap_or_else(|| shortest.mul_f64(1.0 + call.server.chance.fraction()));
    let now = Instant::now();
    let (metrics, info) = (&call.server.metrics, call.info);
    let stream = EventStream {
        initial: initial.map(|objects| {
            objects
                .into_iter()
                .map(Seen::Added)
                .collect::<Vec<_>>()
                .into_iter()
        }),
        is_initial_converted: false,
        marks_initial_end: wants_initial == Some(true) && options.bookmarks,
        watcher,
        writer,
        sizes: metrics.events(info.group, info.resource, info.version),
        bookmark_at: options.bookmarks.then_some(now + BOOKMARK_EVERY),
        ends_at: now + lasts,
        ends_with_serving: call.trusted.is_none(),
        over: false,
    };
    let mut response = http::Response::new(stream.into_body());
    let content_type = match call.accepted.encoding {
        Encoding::Protobuf => STREAM_CONTENT_TYPE,
        encoding => encoding.content_type(),
    };
    let content_type = http::HeaderValue::from_static(content_type);
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, content_type);
    Ok(response)
}

/// Where a watch stands.
struct EventStream {
    /// What there was when it began, as far as it has not been told.
    initial: Option<std::vec::IntoIter<Seen>>,
    is_initial_converted: bool,
    marks_initial_end: bool,
    watcher: Watcher,
    writer: EventWriter,
    /// Where the sizes of its events are counted.
    sizes: Arc<Distribution>,
    bookmark_at: Option<Instant>,
    ends_at: Instant,
    /// Whether it is behind a socket.
    ends_with_serving: bool,
    over: bool,
}

impl EventStream {
    fn into_body(self) -> Body {
        let frames = stream::unfold(self, |mut stream| async move {
            let bytes = stream.next().await?;
            Some((Ok(Frame::data(bytes)), stream))
        });
        StreamBody::new(frames).boxed_unsync()
    }

    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if self.over {
            return None;
        }
        let mut out = Vec::new();
        if let Err(status) = self.fill(&mut out).await {
            self.writer.error(&status, &mut out);
            self.over = true;
        }
        (!out.is_empty()).then(|| Bytes::from(out))
    }

    async fn fill(&mut self, out: &mut Vec<u8>) -> Result<(), Status> {
        if let Some(initial) = &mut self.initial {
            if !self.is_initial_converted {
                self.is_initial_converted = true;
                let all: Vec<Seen> = initial.by_ref().collect();
                *initial = self.writer.in_version(all).await?.into_iter();
            }
            for seen in initial.by_ref() {
                write(&mut self.writer, &self.sizes, &seen, out)?;
                if out.len() >= FRAME {
                    return Ok(());
                }
            }
            self.initial = None;
            if self.marks_initial_end {
                self.writer.bookmark(self.watcher.revision(), true, out)?;
            }
            if !out.is_empty() {
                return Ok(());
            }
        }
        let bookmark_at = self.bookmark_at.unwrap_or(self.ends_at);
        let server = Arc::clone(&self.writer.server);
        tokio::select! {
            biased;
            seen = self.watcher.next() => {
                // Its definition is another now: the client begins anew, if there still is one.
                if matches!(seen, Err(Lost::Ended)) {
                    self.over = true;
                    return Ok(());
                }
                for seen in self.writer.in_version(seen.map_err(lost)?).await? {
                    write(&mut self.writer, &self.sizes, &seen, out)?;
                }
            }
            () = server.serving.ended(), if self.ends_with_serving => self.over = true,
            () = sleep_until(self.ends_at) => self.over = true,
            () = sleep_until(bookmark_at) => {
                self.bookmark_at = Some(bookmark_at + BOOKMARK_EVERY);
                // A change of another collection wakes no watcher of this one: see how far it is true
                // that nothing has happened here.
                let (seen, _) = self.watcher.look().map_err(lost)?;
                for seen in self.writer.in_version(seen).await? {
                    write(&mut self.writer, &self.sizes, &seen, out)?;
                }
                self.writer.bookmark(self.watcher.revision(), false, out)?;
            }
        }
        Ok(())
    }
}

/// Writes an event and counts it.
fn write(
    writer: &mut EventWriter,
    sizes: &Distribution,
    seen: &Seen,
    out: &mut Vec<u8>,
) -> Result<(), Status> {
    let before = out.len();
    writer.write(seen, out)?;
    // No event is so long that its length is not exact.
    #[expect(clippy::cast_precision_loss)]
    sizes.add((out.len() - before) as f64);
    Ok(())
}

/// What a watcher that cannot be told everything is told.
fn lost(lost: Lost) -> Status {
    match lost {
        Lost::Expired { wanted, oldest } => {
            Status::expired(format!("too old resource version: {wanted} ({oldest})"))
        }
        Lost::Closed | Lost::Ended => Status::new(
            503,
            crate::Reason::ServiceUnavailable,
            "the server is shutting down",
        ),
    }
}
