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

    pub(super) fn limits(&mut self, mut limits: Vec<(String, usize)>) {
        limits.sort();
        let name = "apiserver_flowcontrol_nominal_limit_seats";
        let help = "Requests of a priority level that are answered at once, by its share.";
        self.family(name, "gauge", help);
        for (level, limit) in limits {
            self.sample(name, &format!("priority_level=\"{level}\""), limit);
        }
    }

    /// Which release this is.
    pub(super) fn build(&mut self) {
        let name = "kubernetes_build_info";
        self.family(
            name,
            "gauge",
            "A metric of the value 1, labelled by the release.",
        );
        let labels = format!(
            "git_version=\"{}\",major=\"1\",minor=\"{}\",platform=\"{}/{}\"",
            crate::version::GIT_VERSION,
            crate::version::MINOR,
            std::env::consts::OS,
            crate::version::architecture()
        );
        self.sample(name, &labels, 1);
    }

    /// What the system says of this process, where it does.
    pub(super) fn process(&mut self) {
        let read = |file: &str| std::fs::read_to_string(format!("/proc/self/{file}")).ok();
        if let Some(status) = read("status") {
            let kilobytes = |field: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(field))?;
                line.split_whitespace().next()?.parse::<u64>().ok()
            };
            for (field, name, help) in [
                (
                    "VmRSS:",
                    "process_resident_memory_bytes",
                    "Resident memory size in bytes.",
                ),
                (
                    "VmSize:",
                    "process_virtual_memory_bytes",
                    "Virtual memory size in bytes.",
                ),
            ] {
                if let Some(kilobytes) = kilobytes(field) {
                    self.family(name, "gauge", help);
                    self.sample(name, "", kilobytes * 1024);
                }
            }
        }
        if let Some(spent) = read("schedstat").as_deref().and_then(first_number) {
            // Of the main thread only; of all threads below, where that is told.
            let all = std::fs::read_dir("/proc/self/task").ok().map(|tasks| {
                let tasks = tasks.filter_map(Result::ok);
                let spent = tasks
                    .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok());
                spent.filter_map(|text| first_number(&text)).sum::<f64>()
            });
            let name = "process_cpu_seconds_total";
            let help = "CPU time that the threads of the process have spent, in seconds.";
            self.family(name, "counter", help);
            self.sample(name, "", all.unwrap_or(spent) / 1e9);
        }
        if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
            let name = "process_open_fds";
            self.family(name, "gauge", "Number of open file descriptors.");
            self.sample(name, "", open.count());
        }
        let limits = read("limits").unwrap_or_default();
        let limit = limits
            .lines()
            .find_map(|line| line.strip_prefix("Max open files"));
        if let Some(limit) = limit.and_then(first_number) {
            let name = "process_max_fds";
            self.family(name, "gauge", "Maximum number of open file descriptors.");
            self.sample(name, "", limit);
        }
    }
}

fn first_number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}
