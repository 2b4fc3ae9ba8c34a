//! What the system says of this process, where it does, and which release it is.

use super::Page;
use super::family;
use trimtab_metrics::Stability;

/// Which release this is, and how many metrics it has.
pub(super) fn build(page: &mut Page) {
    let platform = format!(
        "{}/{}",
        std::env::consts::OS,
        crate::version::architecture()
    );
    let labels = [
        crate::version::GIT_VERSION,
        "1",
        crate::version::MINOR,
        &platform,
    ];
    page.family(&family::BUILD);
    page.sample(&family::BUILD, &labels, 1);
    let binary = crate::version::GIT_VERSION.trim_start_matches('v');
    let binary = binary.split('+').next().unwrap_or_default();
    let releases = [
        crate::version::MINOR,
        crate::version::MIN_COMPATIBILITY_MINOR,
    ];
    let [own, oldest] = releases.map(|minor| format!("1.{minor}"));
    page.family(&family::VERSIONS);
    page.sample(&family::VERSIONS, &[binary, "kube", &own, &oldest], 1);
    page.family(&family::REGISTERED);
    let counts = page.families().clone();
    for (stability, count) in counts {
        if stability != Stability::Unsaid {
            page.sample(&family::REGISTERED, &["", stability.name()], count);
        }
    }
}

/// Memory, time and files.
pub(super) fn tell(page: &mut Page) {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/self/{file}")).ok();
    if let Some(status) = read("status") {
        let kilobytes = |field: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            line.split_whitespace().next()?.parse::<u64>().ok()
        };
        for (field, family) in [("VmRSS:", &family::RESIDENT), ("VmSize:", &family::VIRTUAL)] {
            if let Some(kilobytes) = kilobytes(field) {
                page.single(family, kilobytes * 1024);
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
        page.single(&family::CPU, all.unwrap_or(spent) / 1e9);
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        page.single(&family::OPEN_FILES, open.count());
    }
    let limits = read("limits").unwrap_or_default();
    let limit = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    if let Some(limit) = limit.and_then(first_number) {
        page.single(&family::MOST_FILES, limit);
    }
}

fn first_number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}
