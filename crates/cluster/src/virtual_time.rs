//! Hours in milliseconds: a runtime whose clock moves only when everything waits.

use jiff::Timestamp;
use std::future::Future;
use std::io;
use trimtab_clock::{Chance, Clock};

/// Runs `play` in virtual time, from `start`, to its end. Whatever is spawned in it runs on this
/// thread, in an order that is the same in every process for the same `seed`.
///
/// To be called outside of any runtime.
///
/// # Errors
/// When the operating system gives no runtime.
pub fn in_virtual_time<F, T>(
    start: Timestamp,
    seed: u64,
    play: impl FnOnce(Clock, Chance) -> F,
) -> io::Result<T>
where
    F: Future<Output = T>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    Ok(runtime.block_on(async {
        // The clock has to be made where tokio's is paused already.
        play(Clock::starting_at(start), Chance::seeded(seed)).await
    }))
}
