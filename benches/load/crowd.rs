//! Many watchers of one namespace: what each holds, and when the last of them sees a change.

use std::time::{Duration, Instant};

use http::Method;

use crate::client::Client;
use crate::connection::BoxError;
use crate::connection::{Connection, Form};
use crate::figures::{Figure, Meter};
use crate::objects::map_path;
use crate::watches::{make_objects, open, remove_objects, stamped, watched};

/// Changes that are made one after another, each when all have seen the last one.
const CHANGES: usize = 20;

/// Opens `count` watches, and times a few changes until everybody has seen them.
pub(crate) async fn measure(
    client: &Client,
    connection: &Connection,
    count: usize,
    streams: usize,
    meter: Meter,
) -> Result<Vec<Figure>, BoxError> {
    let mut writer = connection.clone();
    make_objects(connection).await?;
    let before = meter.resident_kib()?;
    let began = Instant::now();
    let mut watches = open(client, count, streams, began).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = meter.resident_kib()?;
    let next = meter.again()?;
    let opened = meter.end("crowd opened", "watchers", count, Vec::new())?;
    let mut times = Vec::with_capacity(CHANGES);
    for number in 0..CHANGES {
        let changed = Instant::now();
        let path = map_path(&watched(number));
        let change = stamped(began);
        writer
            .ask(Method::PATCH, &path, Form::Merge, change)
            .await?;
        for _ in 0..count {
            watches.next().await?;
        }
        times.push(changed.elapsed());
    }
    let told = next.end("crowd told", "deliveries", count * CHANGES, times)?;
    remove_objects(connection).await?;
    let kib = after.saturating_sub(before);
    let held = Figure::memory("crowd, a watcher", kib, count);
    Ok(vec![opened, held, told])
}
