//! How many files and sockets the process may have open.

/// Left for the store, for webhooks and the like.
const RESERVE: usize = 256;
/// More connections than any cluster has clients; each holds some ten KiB while it is idle.
const MOST: usize = 65_536;

/// Asks the system for as many descriptors as it gives, and says how many connections that is.
pub(crate) fn connections() -> usize {
    limit().saturating_sub(RESERVE).clamp(RESERVE, MOST)
}

#[cfg(unix)]
fn limit() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    let wanted = limit
        .maximum
        .unwrap_or(u64::MAX)
        .min((MOST + RESERVE) as u64);
    if limit.current.is_some_and(|current| current < wanted) {
        let before = limit.current;
        limit.current = Some(wanted);
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::debug!(%error, "the limit of open files stays as it is");
            limit.current = before;
        }
    }
    let current = limit.current.unwrap_or(u64::MAX);
    usize::try_from(current).unwrap_or(usize::MAX)
}

/// Where there is no such limit.
#[cfg(not(unix))]
fn limit() -> usize {
    MOST + RESERVE
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn the_limit_is_as_high_as_it_may_be() {
        use rustix::process::{Resource, getrlimit, setrlimit};

        let mut low = getrlimit(Resource::Nofile);
        let highest = low.maximum.unwrap_or(u64::MAX).min(2048);
        low.current = Some(highest.min(1024));
        setrlimit(Resource::Nofile, low).unwrap();
        let connections = super::connections() as u64;
        let current = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        assert!(current >= highest, "{current} of {highest}");
        assert!(connections <= current, "{connections} of {current}");
    }
}
