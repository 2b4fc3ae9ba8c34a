//! What processes have used, as Linux counts it.

use std::fs::read_to_string;

use crate::connection::BoxError;

/// The unit of CPU time in `/proc/PID/stat` (`USER_HZ`), a second.
const TICKS: f64 = 100.0;

/// CPU time of a process, user and system, in seconds.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64, BoxError> {
    let stat = read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the program, in brackets, may hold anything.
    let (_, fields) = stat.rsplit_once(')').ok_or("no process")?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut ticks = || -> Result<f64, BoxError> { Ok(fields.next().ok_or("no time")?.parse()?) };
    Ok((ticks()? + ticks()?) / TICKS)
}

/// Resident memory of processes together, in KiB.
pub(crate) fn resident_kib(pids: &[u32]) -> Result<u64, BoxError> {
    let mut sum = 0;
    for pid in pids {
        let status = read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_ascii_whitespace().next());
        sum += number.ok_or("no memory")?.parse::<u64>()?;
    }
    Ok(sum)
}
