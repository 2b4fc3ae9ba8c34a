//! Counts of what is rare, by labels that are not known before: names of webhooks and policies.

use super::family::{Family, Kind};
use super::{Distribution, Page};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many series of a family are told apart; what comes later is counted as one. Whoever may make
/// webhooks and policies could otherwise make the server remember more and more.
const MOST_SERIES: usize = 1000;
/// The labels of what is counted as one.
const OTHER: &str = "other";

enum Series {
    Count(u64),
    Distribution(Distribution),
}

type OfFamily = (&'static Family, BTreeMap<Box<[String]>, Series>);

/// Counts by family and labels.
#[derive(Default)]
pub(super) struct Recorder(Mutex<BTreeMap<&'static str, OfFamily>>);

impl Recorder {
    /// Counts one of a family of counters, or a value of one of histograms. The labels are in the
    /// order of the family's.
    pub(super) fn add(&self, family: &'static Family, labels: &[&str], value: f64) {
        debug_assert_eq!(family.labels.len(), labels.len(), "{}", family.name);
        let mut known = self.known();
        let (_, series) = known
            .entry(family.name)
            .or_insert_with(|| (family, BTreeMap::new()));
        let mut key: Box<[String]> = labels.iter().map(|&label| label.to_owned()).collect();
        if series.len() >= MOST_SERIES && !series.contains_key(&key) {
            key.fill(OTHER.to_owned());
        }
        let one = series.entry(key).or_insert_with(|| match family.kind {
            Kind::Histogram(_) => Series::Distribution(Distribution::of(family)),
            Kind::Counter | Kind::Gauge => Series::Count(0),
        });
        match one {
            Series::Count(count) => *count += 1,
            Series::Distribution(distribution) => distribution.add(value),
        }
    }

    /// Tells all of them.
    pub(super) fn tell(&self, page: &mut Page) {
        for (family, series) in self.known().values() {
            page.family(family);
            for (labels, series) in series {
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                match series {
                    Series::Count(count) => page.sample(family, &labels, count),
                    Series::Distribution(it) => page.distribution(family, &labels, it),
                }
            }
        }
    }

    /// Counts stay right whatever happens to who counts.
    fn known(&self) -> MutexGuard<'_, BTreeMap<&'static str, OfFamily>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::family;
    use super::*;

    fn told(recorder: &Recorder) -> String {
        let mut page = Page::default();
        recorder.tell(&mut page);
        page.into_text()
    }

    #[test]
    fn what_was_counted_is_told_by_its_labels() {
        let recorder = Recorder::default();
        assert_eq!(told(&recorder), "");
        recorder.add(&family::WEBHOOK_FAIL_OPEN, &["a \"b\"", "admit"], 1.0);
        recorder.add(&family::WEBHOOK_FAIL_OPEN, &["a \"b\"", "admit"], 1.0);
        recorder.add(&family::CONVERSIONS, &["", "success"], 0.01);
        let told = told(&recorder);
        let name = "apiserver_admission_webhook_fail_open_count";
        assert!(told.contains(&format!(
            "{name}{{name=\"a \\\"b\\\"\",type=\"admit\"}} 2\n"
        )));
        let name = "apiserver_crd_conversion_webhook_duration_seconds";
        let labels = "failure_type=\"\",result=\"success\"";
        assert!(told.contains(&format!("{name}_bucket{{{labels},le=\"0.01\"}} 1\n")));
        assert!(told.contains(&format!("{name}_count{{{labels}}} 1\n")));
    }

    #[test]
    fn what_comes_after_too_many_is_counted_as_one() {
        let recorder = Recorder::default();
        for number in 0..MOST_SERIES + 50 {
            let name = format!("hook-{number}");
            recorder.add(&family::WEBHOOK_FAIL_OPEN, &[&name, "admit"], 1.0);
        }
        let told = told(&recorder);
        assert_eq!(told.lines().count(), 2 + MOST_SERIES + 1);
        assert!(told.contains("{name=\"other\",type=\"other\"} 50\n"));
    }
}
