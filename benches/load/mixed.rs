//! All kinds of requests in turn: the life of many objects.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::Method;

use crate::connection::BoxError;
use crate::connection::{Connection, Form};
use crate::figures::{Figure, Meter};
use crate::objects::{applied, change, map, map_path, maps_path};

/// Each client makes an object, reads, patches, applies and deletes it, and begins again, until
/// `count` requests have been answered.
pub(crate) async fn measure(
    connections: &[Connection],
    count: usize,
    meter: Meter,
) -> Result<Figure, BoxError> {
    let sent = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = connections
        .iter()
        .enumerate()
        .map(|(client, connection)| {
            tokio::spawn(live(connection.clone(), client, Arc::clone(&sent), count))
        })
        .collect();
    let mut times = Vec::with_capacity(count);
    for task in tasks {
        times.extend(task.await??);
    }
    meter.end("mixed", "requests", times.len(), times)
}

async fn live(
    mut connection: Connection,
    client: usize,
    sent: Arc<AtomicUsize>,
    count: usize,
) -> Result<Vec<Duration>, BoxError> {
    let mut times = Vec::new();
    for round in 0.. {
        let name = format!("mixed-{client}-{round}");
        let path = map_path(&name);
        let apply = format!("{path}?fieldManager=load&force=true");
        let get = || (Method::GET, &path, Form::Object, String::new());
        let maps = maps_path();
        let requests = [
            (Method::POST, &maps, Form::Object, map(&name, round)),
            get(),
            (
                Method::PATCH,
                &path,
                Form::Merge,
                change("number", "patched"),
            ),
            get(),
            (Method::PATCH, &apply, Form::Apply, applied(&name, round)),
            get(),
            (Method::DELETE, &path, Form::Object, String::new()),
        ];
        for (method, path, form, body) in requests {
            if sent.fetch_add(1, Ordering::Relaxed) >= count {
                return Ok(times);
            }
            let began = Instant::now();
            connection.ask(method, path, form, body).await?;
            times.push(began.elapsed());
        }
    }
    Ok(times)
}
