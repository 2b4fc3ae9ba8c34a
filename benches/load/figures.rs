//! What was measured.

use std::fmt;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::connection::BoxError;
use crate::process::{cpu_seconds, resident_kib};

/// A measurement that has begun.
pub(crate) struct Meter {
    pids: Vec<u32>,
    began: Instant,
    server: f64,
    client: f64,
}

impl Meter {
    /// Begins, with the CPU time that the server's processes have used so far.
    pub(crate) fn begin(pids: &[u32]) -> Result<Self, BoxError> {
        Ok(Self {
            pids: pids.to_vec(),
            began: Instant::now(),
            server: used(pids)?,
            client: used(&[std::process::id()])?,
        })
    }

    /// Begins anew: what was done so far was preparation.
    pub(crate) fn again(&self) -> Result<Self, BoxError> {
        Self::begin(&self.pids)
    }

    /// Memory of the server's processes, in KiB.
    pub(crate) fn resident_kib(&self) -> Result<u64, BoxError> {
        resident_kib(&self.pids)
    }

    /// Ends; `count` things of `unit` were done, and these times passed for each that was timed.
    pub(crate) fn end(
        self,
        name: &str,
        unit: &'static str,
        count: usize,
        mut times: Vec<Duration>,
    ) -> Result<Figure, BoxError> {
        let seconds = self.began.elapsed().as_secs_f64();
        times.sort_unstable();
        Ok(Figure {
            name: name.to_owned(),
            unit,
            count,
            seconds,
            median: percentile(&times, 50),
            slowest: percentile(&times, 99),
            server_cpu: used(&self.pids)? - self.server,
            client_cpu: used(&[std::process::id()])? - self.client,
            resident_kib: resident_kib(&self.pids)?,
        })
    }
}

/// CPU seconds of processes together.
fn used(pids: &[u32]) -> Result<f64, BoxError> {
    pids.iter().map(|pid| cpu_seconds(*pid)).sum()
}

/// Of sorted times.
fn percentile(times: &[Duration], percent: usize) -> Duration {
    let at = (times.len() * percent).div_ceil(100).max(1) - 1;
    times.get(at).copied().unwrap_or_default()
}

/// One line of the result.
pub(crate) struct Figure {
    name: String,
    unit: &'static str,
    count: usize,
    seconds: f64,
    /// The median of the times.
    median: Duration,
    /// What 99 % of them do not exceed.
    slowest: Duration,
    server_cpu: f64,
    client_cpu: f64,
    resident_kib: u64,
}

#[expect(clippy::cast_precision_loss, reason = "figures are rounded for people")]
impl Figure {
    /// Memory that `count` things took together.
    pub(crate) fn memory(name: &str, kib: u64, count: usize) -> Self {
        Self {
            name: format!("{name}: {:.1} KiB", kib as f64 / count.max(1) as f64),
            unit: "held",
            count,
            seconds: f64::INFINITY,
            median: Duration::ZERO,
            slowest: Duration::ZERO,
            server_cpu: 0.0,
            client_cpu: 0.0,
            resident_kib: kib,
        }
    }

    fn rate(&self) -> f64 {
        self.count as f64 / self.seconds
    }

    /// As a line for programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "unit": self.unit,
            "count": self.count,
            "seconds": self.seconds,
            "rate": self.rate(),
            "p50_ms": milliseconds(self.median),
            "p99_ms": milliseconds(self.slowest),
            "server_cpu_s": self.server_cpu,
            "client_cpu_s": self.client_cpu,
            "resident_mib": self.resident_kib as f64 / 1024.0,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures are rounded for people")]
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<16}{:>8} {:<10}{:>10.0}/s  p50 {:>8.2} ms  p99 {:>8.2} ms  server {:>6.2} s CPU, {:>5.0} MiB  client {:>6.2} s CPU",
            self.name,
            self.count,
            self.unit,
            self.rate(),
            milliseconds(self.median),
            milliseconds(self.slowest),
            self.server_cpu,
            self.resident_kib as f64 / 1024.0,
            self.client_cpu,
        )
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
