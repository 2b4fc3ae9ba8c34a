//! Changes delivered to watchers.

use std::time::{Duration, Instant};

use http::Method;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::connection::BoxError;
use crate::connection::{Connection, Form};
use crate::figures::{Figure, Meter};
use crate::objects::{change, map, map_path, maps_path};

/// The objects that are changed in turn.
const OBJECTS: usize = 16;
/// The field that says when a change was sent, in microseconds since the load began.
const SENT: &[u8] = b"\"sent\":\"";
/// The field that a watch can go on from.
const VERSION: &[u8] = b"\"resourceVersion\":\"";

/// How many watchers there are, and changes for each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) watchers: usize,
    /// Watches on one connection.
    pub(crate) streams: usize,
    pub(crate) changes: usize,
}

/// What one watcher has seen of a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery {
    /// From the moment that the change was sent.
    pub(crate) took: Duration,
}

/// Open watches; dropping them ends them, or the next phase would pay for what they are told.
pub(crate) struct Watches {
    deliveries: mpsc::UnboundedReceiver<Delivery>,
    _followers: JoinSet<()>,
}

impl Watches {
    /// The next delivery to any of them.
    pub(crate) async fn next(&mut self) -> Result<Delivery, BoxError> {
        let delivery = self.deliveries.recv().await;
        delivery.ok_or_else(|| "the watches ended".into())
    }
}

/// Opens watches of all objects, and tells of every delivery.
pub(crate) async fn open(
    client: &Client,
    watchers: usize,
    streams: usize,
    began: Instant,
) -> Result<Watches, BoxError> {
    let (deliveries, receiver) = mpsc::unbounded_channel();
    let mut followers = JoinSet::new();
    for first in (0..watchers).step_by(streams) {
        let mut connection = client.connect().await?;
        for _ in first..watchers.min(first + streams) {
            // Only what is changed from now on counts: what there was says no time.
            let body = connection.watch(&path("0")).await?;
            let follower = Follower {
                connection: connection.clone(),
                began,
                deliveries: deliveries.clone(),
                last: Vec::new(),
            };
            followers.spawn(async move {
                // Deliveries of a watch that failed are waited for in vain, and that is told.
                let _ = follower.follow(body).await;
            });
        }
    }
    Ok(Watches {
        deliveries: receiver,
        _followers: followers,
    })
}

fn path(version: &str) -> String {
    format!("{}?watch=true&resourceVersion={version}", maps_path())
}

/// One watcher.
struct Follower {
    connection: Connection,
    began: Instant,
    deliveries: mpsc::UnboundedSender<Delivery>,
    /// The last line that was read.
    last: Vec<u8>,
}

impl Follower {
    /// Reads a watch; where the server ends it, as kube-apiserver does with slow watchers, another
    /// one that goes on from there.
    async fn follow(mut self, mut body: Incoming) -> Result<(), BoxError> {
        loop {
            self.read(body).await?;
            let version = text_behind(&self.last, VERSION).ok_or("a watch without events ended")?;
            body = self.connection.watch(&path(version)).await?;
        }
    }

    /// Reads a watch to its end, line by line.
    async fn read(&mut self, mut body: Incoming) -> Result<(), BoxError> {
        let mut rest = Vec::new();
        while let Some(frame) = body.frame().await {
            // A watch that was cut off goes on as one that was ended.
            let Ok(frame) = frame else { break };
            let Ok(data) = frame.into_data() else {
                continue;
            };
            rest.extend_from_slice(&data);
            let mut begin = 0;
            let mut last = 0..0;
            while let Some(length) = rest[begin..].iter().position(|byte| *byte == b'\n') {
                last = begin..begin + length;
                if let Some(sent) = sent(&rest[last.clone()]) {
                    let took = self.began.elapsed().saturating_sub(sent);
                    self.deliveries.send(Delivery { took })?;
                }
                begin += length + 1;
            }
            if !last.is_empty() {
                self.last.clear();
                self.last.extend_from_slice(&rest[last]);
            }
            rest.drain(..begin);
        }
        Ok(())
    }
}

/// When the change that a line tells of was sent.
fn sent(line: &[u8]) -> Option<Duration> {
    let micros = text_behind(line, SENT)?.parse().ok()?;
    Some(Duration::from_micros(micros))
}

/// What follows `key` in a line, until the next quote.
fn text_behind<'l>(line: &'l [u8], key: &[u8]) -> Option<&'l str> {
    let at = line.windows(key.len()).rposition(|window| window == key)?;
    let text = line[at + key.len()..].split(|byte| *byte == b'"').next()?;
    std::str::from_utf8(text).ok()
}

/// A change that says when it was sent.
pub(crate) fn stamped(began: Instant) -> String {
    change("sent", &began.elapsed().as_micros().to_string())
}

/// Makes the objects that are changed be there.
pub(crate) async fn make_objects(connection: &Connection) -> Result<(), BoxError> {
    let mut connection = connection.clone();
    for number in 0..OBJECTS {
        let name = watched(number);
        connection
            .ask(Method::POST, &maps_path(), Form::Object, map(&name, number))
            .await?;
    }
    Ok(())
}

/// Deletes them.
pub(crate) async fn remove_objects(connection: &Connection) -> Result<(), BoxError> {
    let mut connection = connection.clone();
    for number in 0..OBJECTS {
        let path = map_path(&watched(number));
        connection
            .ask(Method::DELETE, &path, Form::Object, String::new())
            .await?;
    }
    Ok(())
}

pub(crate) fn watched(number: usize) -> String {
    format!("watched-{}", number % OBJECTS)
}

/// Changes objects as fast as the server takes it, and waits until every watcher has seen all.
pub(crate) async fn measure(
    client: &Client,
    connections: &[Connection],
    load: Load,
    meter: Meter,
) -> Result<Figure, BoxError> {
    let first = connections.first().ok_or("no clients")?;
    make_objects(first).await?;
    let began = Instant::now();
    let mut watches = open(client, load.watchers, load.streams, began).await?;
    // All watches have told what there was.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let meter = meter.again()?;
    let writes = crate::requests::send_all(connections, load.changes, move |number| {
        let path = map_path(&watched(number));
        (Method::PATCH, path, Form::Merge, stamped(began))
    });
    let expected = load.watchers * load.changes;
    let mut times = Vec::with_capacity(expected);
    let seen = async {
        while times.len() < expected {
            times.push(watches.next().await?.took);
        }
        Ok::<_, BoxError>(())
    };
    let (written, seen) = tokio::join!(writes, seen);
    written?;
    seen?;
    let name = format!("{} watchers", load.watchers);
    let figure = meter.end(&name, "deliveries", expected, times)?;
    remove_objects(first).await?;
    Ok(figure)
}
