//! Requests of the components in this process, which go through no socket.

use super::spread::Spread;
use super::{Page, family};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Where such requests go to.
const HOST: &str = "in-process";

/// The methods of requests; those beyond are counted as the last.
const METHODS: [&str; 6] = ["DELETE", "GET", "PATCH", "POST", "PUT", "other"];

/// By method and by the code of the answer.
pub(super) struct Clients {
    answers: Mutex<BTreeMap<(u16, usize), u64>>,
    durations: Spread<usize>,
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            answers: Mutex::default(),
            durations: Spread::of(&family::CLIENT_DURATIONS),
        }
    }
}

impl Clients {
    /// Counts a request that was answered.
    pub(super) fn answered(&self, method: &str, code: u16, took: Duration) {
        let last = METHODS.len() - 1;
        let method = METHODS.iter().position(|known| *known == method);
        let method = method.unwrap_or(last);
        let answers = self.answers.lock();
        let mut answers = answers.unwrap_or_else(PoisonError::into_inner);
        *answers.entry((code, method)).or_default() += 1;
        drop(answers);
        self.durations.add(method, took.as_secs_f64());
    }

    pub(super) fn tell(&self, page: &mut Page) {
        let answers = self.answers.lock();
        let answers = answers.unwrap_or_else(PoisonError::into_inner);
        if answers.is_empty() {
            return;
        }
        page.family(&family::CLIENT_REQUESTS);
        for ((code, method), count) in &*answers {
            let labels = [&*code.to_string(), HOST, METHODS[*method]];
            page.sample(&family::CLIENT_REQUESTS, &labels, count);
        }
        self.durations
            .tell(page, None, |method| [HOST, METHODS[method]]);
    }
}
