//! What is counted of every request, by what it was about.

use super::family;
use super::target::Target;
use super::{Distribution, Page};
use std::collections::BTreeMap;
use std::time::Duration;

/// What an answer was like.
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) dry_run: bool,
    pub(super) took: Duration,
    /// What of that was no work of the server's own.
    pub(super) apart: Duration,
    /// Bytes, if that is known before they are sent.
    pub(super) size: Option<u64>,
    /// The server ended it to protect itself.
    pub(super) is_terminated: bool,
}

/// The requests of one target.
#[derive(Default)]
struct About {
    /// How many were answered with a code, for good or only tried.
    answers: BTreeMap<(u16, bool), u64>,
    /// Of those that were for good, and of those that were only tried.
    durations: [Option<Distribution>; 2],
    own_durations: Option<Distribution>,
    sizes: Option<Distribution>,
    terminations: BTreeMap<u16, u64>,
    open: i64,
}

/// Counts by target.
#[derive(Default)]
pub(super) struct Requests(BTreeMap<Target, About>);

impl Requests {
    /// Counts an answered request.
    pub(super) fn add(&mut self, target: Target, answer: &Answer) {
        let about = self.0.entry(target).or_default();
        *about
            .answers
            .entry((answer.code, answer.dry_run))
            .or_default() += 1;
        let durations = &mut about.durations[usize::from(answer.dry_run)];
        durations
            .get_or_insert_with(|| Distribution::of(&family::REQUEST_DURATIONS))
            .add_time(answer.took);
        // How long a watch takes says when its client has enough of it.
        if !target.is_long_running() {
            about
                .own_durations
                .get_or_insert_with(|| Distribution::of(&family::REQUEST_SLI_DURATIONS))
                .add_time(answer.took.saturating_sub(answer.apart));
        }
        if let Some(size) = answer.size.filter(|_| target.is_read()) {
            // No answer is so long that its length is not exact.
            #[expect(clippy::cast_precision_loss)]
            about
                .sizes
                .get_or_insert_with(|| Distribution::of(&family::RESPONSE_SIZES))
                .add(size as f64);
        }
        if answer.is_terminated {
            *about.terminations.entry(answer.code).or_default() += 1;
        }
    }

    /// Counts watches that begin and end.
    pub(super) fn open(&mut self, target: Target, change: i64) {
        self.0.entry(target).or_default().open += change;
    }

    /// Tells all of it.
    pub(super) fn tell(&self, page: &mut Page) {
        page.family(&family::REQUESTS);
        for (target, about) in &self.0 {
            for ((code, dry_run), count) in &about.answers {
                let code = code.to_string();
                let [component, rest @ ..] = target.labels();
                let mut labels = vec![&*code, component, tried(*dry_run)];
                labels.extend(rest);
                page.sample(&family::REQUESTS, &labels, count);
            }
        }
        page.family(&family::REQUEST_DURATIONS);
        for (target, about) in &self.0 {
            for (dry_run, durations) in [false, true].into_iter().zip(&about.durations) {
                let Some(durations) = durations else { continue };
                let [component, rest @ ..] = target.labels();
                let mut labels = vec![component, tried(dry_run)];
                labels.extend(rest);
                page.distribution(&family::REQUEST_DURATIONS, &labels, durations);
            }
        }
        page.family(&family::REQUEST_SLI_DURATIONS);
        for (target, about) in &self.0 {
            if let Some(durations) = &about.own_durations {
                page.distribution(&family::REQUEST_SLI_DURATIONS, &target.labels(), durations);
            }
        }
        page.family(&family::RESPONSE_SIZES);
        for (target, about) in &self.0 {
            if let Some(sizes) = &about.sizes {
                page.distribution(&family::RESPONSE_SIZES, &target.labels(), sizes);
            }
        }
        page.family(&family::TERMINATIONS);
        for (target, about) in &self.0 {
            for (code, count) in &about.terminations {
                let code = code.to_string();
                let mut labels = vec![&*code];
                labels.extend(target.labels());
                page.sample(&family::TERMINATIONS, &labels, count);
            }
        }
        page.family(&family::LONG_RUNNING);
        for (target, about) in &self.0 {
            if target.is_long_running() {
                page.sample(&family::LONG_RUNNING, &target.labels(), about.open);
            }
        }
    }
}

/// `dry_run`
fn tried(dry_run: bool) -> &'static str {
    if dry_run { "All" } else { "" }
}
