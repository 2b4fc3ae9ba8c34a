//! Requests of one kind after another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::{Method, StatusCode};

use crate::NAMESPACE;
use crate::connection::BoxError;
use crate::connection::{Connection, Form};
use crate::figures::{Figure, Meter};
use crate::objects::{applied, change, map, map_path, maps_path};

/// Lists that are timed, one after another.
const LISTS: usize = 20;

/// A request: how, where, in what form, and the body.
type Prepared = (Method, String, Form, String);

/// Makes the namespace be there, with the account that pods in it need.
pub(crate) async fn make_namespace(connection: &Connection) -> Result<(), BoxError> {
    let mut connection = connection.clone();
    let accounts = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts");
    let made = [("/api/v1/namespaces", NAMESPACE), (&accounts, "default")];
    for (path, name) in made {
        let body = format!(r#"{{"metadata":{{"name":"{name}"}}}}"#);
        let (status, answer) = connection
            .answer(Method::POST, path, Form::Object, body)
            .await?;
        if !status.is_success() && status != StatusCode::CONFLICT {
            return Err(format!("{path}: {}", String::from_utf8_lossy(&answer)).into());
        }
    }
    Ok(())
}

/// Sends requests 0 to `count` over all connections at once, each as soon as the one before it is
/// answered; -> how long each took.
pub(crate) async fn send_all(
    connections: &[Connection],
    count: usize,
    prepare: impl Fn(usize) -> Prepared + Send + Sync + 'static,
) -> Result<Vec<Duration>, BoxError> {
    let next = Arc::new(AtomicUsize::new(0));
    let prepare = Arc::new(prepare);
    let tasks: Vec<_> = connections
        .iter()
        .map(|connection| {
            let mut connection = connection.clone();
            let (next, prepare) = (Arc::clone(&next), Arc::clone(&prepare));
            tokio::spawn(async move {
                let mut times = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return Ok::<_, BoxError>(times);
                    }
                    let (method, path, form, body) = prepare(number);
                    let began = Instant::now();
                    connection.ask(method, &path, form, body).await?;
                    times.push(began.elapsed());
                }
            })
        })
        .collect();
    let mut times = Vec::with_capacity(count);
    for task in tasks {
        times.extend(task.await??);
    }
    Ok(times)
}

fn name(number: usize) -> String {
    format!("map-{number}")
}

/// Makes `count` objects.
pub(crate) async fn create(
    connections: &[Connection],
    count: usize,
    meter: Meter,
) -> Result<Figure, BoxError> {
    let times = send_all(connections, count, |number| {
        (
            Method::POST,
            maps_path(),
            Form::Object,
            map(&name(number), number),
        )
    });
    meter.end("create", "requests", count, times.await?)
}

/// Reads each of them twice.
pub(crate) async fn get(
    connections: &[Connection],
    count: usize,
    meter: Meter,
) -> Result<Figure, BoxError> {
    let times = send_all(connections, 2 * count, move |number| {
        let path = map_path(&name(number % count));
        (Method::GET, path, Form::Object, String::new())
    });
    meter.end("get", "requests", 2 * count, times.await?)
}

/// Changes each of them with a merge patch.
pub(crate) async fn patch(
    connections: &[Connection],
    count: usize,
    meter: Meter,
) -> Result<Figure, BoxError> {
    let times = send_all(connections, count, |number| {
        let body = change("number", &format!("patched-{number}"));
        (Method::PATCH, map_path(&name(number)), Form::Merge, body)
    });
    meter.end("merge patch", "requests", count, times.await?)
}

/// Applies a field of each of them.
pub(crate) async fn apply(
    connections: &[Connection],
    count: usize,
    meter: Meter,
) -> Result<Figure, BoxError> {
    let times = send_all(connections, count, |number| {
        let name = name(number);
        let path = format!("{}?fieldManager=load&force=true", map_path(&name));
        (Method::PATCH, path, Form::Apply, applied(&name, number))
    });
    meter.end("apply", "requests", count, times.await?)
}

/// Lists all of them, one list after another.
pub(crate) async fn list(
    connections: &[Connection],
    count: usize,
    meter: Meter,
) -> Result<Figure, BoxError> {
    let one = connections.get(..1).unwrap_or_default();
    let times = send_all(one, LISTS, |_| {
        (Method::GET, maps_path(), Form::Object, String::new())
    });
    meter.end(&format!("list of {count}"), "lists", LISTS, times.await?)
}

/// Deletes all of them.
pub(crate) async fn delete(
    connections: &[Connection],
    count: usize,
    meter: Meter,
) -> Result<Figure, BoxError> {
    let times = send_all(connections, count, |number| {
        let path = map_path(&name(number));
        (Method::DELETE, path, Form::Object, String::new())
    });
    meter.end("delete", "requests", count, times.await?)
}
