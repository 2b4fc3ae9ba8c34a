//! The text format.

use super::{BOUNDS, Durations, Target};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The text under way.
#[derive(Default)]
pub(super) struct Page {
    pub(super) text: String,
}

const WRITE: &str = "writing to a String cannot fail";

impl Page {
    pub(super) fn family(&mut self, name: &str, kind: &str, help: &str) {
        writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}").expect(WRITE);
    }

    pub(super) fn sample(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        if labels.is_empty() {
            writeln!(self.text, "{name} {value}").expect(WRITE);
        } else {
            writeln!(self.text, "{name}{{{labels}}} {value}").expect(WRITE);
        }
    }

    pub(super) fn durations(&mut self, durations: &BTreeMap<Target, Durations>) {
        let name = "apiserver_request_duration_seconds";
        let help = "How long requests took to be answered; of watches, to be established.";
        self.family(name, "histogram", help);
        for (target, durations) in durations {
            let labels = target.labels();
            let mut so_far = 0;
            for (bound, count) in BOUNDS.iter().zip(durations.counts) {
                so_far += count;
                let labels = format!("{labels},le=\"{bound}\"");
                self.sample(&format!("{name}_bucket"), &labels, so_far);
            }
            let all = format!("{labels},le=\"+Inf\"");
            self.sample(&format!("{name}_bucket"), &all, durations.count);
            self.sample(&format!("{name}_sum"), &labels, durations.sum);
            self.sample(&format!("{name}_count"), &labels, durations.count);
        }
    }

    pub(super) fn objects(&mut self, mut counts: Vec<(String, usize)>) {
        counts.sort();
        let name = "apiserver_storage_objects";
        self.family(name, "gauge", "Objects that are stored, by resource.");
        for (resource, count) in counts {
            self.sample(name, &format!("resource=\"{resource}\""), count);
        }
    }

    /// What the system says of this process, where it does.
    pub(super) fn process(&mut self) {
        let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
            return;
        };
        let kilobytes = |field: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        if let Some(resident) = kilobytes("VmRSS:") {
            let name = "process_resident_memory_bytes";
            self.family(name, "gauge", "Resident memory size in bytes.");
            self.sample(name, "", resident * 1024);
        }
    }
}
