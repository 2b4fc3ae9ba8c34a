//! The same work many times over, on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use trimtab_tree::make_room;

/// As much as the main thread has on most systems: kustomizations lead to each other.
const STACK: usize = 8 << 20;

/// What `work` gives for each number below `count`, in order.
pub(crate) fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if count <= 1 {
        // To find out how many cores there are reads several files.
        return (0..count).map(work).collect();
    }
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<T>>> = (0..count).map(|_| Mutex::default()).collect();
    let take_turns = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(result) = results.get(at) else { break };
            let done = work(at);
            *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        }
    };
    thread::scope(|scope| {
        for _ in 1..cores.min(count) {
            // Where no thread can be had this one does all.
            let _ = thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, || {
                    make_room();
                    take_turns();
                });
        }
        take_turns();
    });
    let results = results.into_iter().filter_map(|result| {
        let result = result.into_inner();
        result.unwrap_or_else(PoisonError::into_inner)
    });
    results.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_each_once() {
        let squares = map(1000, |number| number * number);
        assert!(
            squares
                .iter()
                .enumerate()
                .all(|(at, &square)| square == at * at)
        );
        assert_eq!(squares.len(), 1000);
        assert!(map(0, |number| number).is_empty());
    }
}
