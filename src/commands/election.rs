//! The flags of leader election, with the names that kube-controller-manager and kube-scheduler have
//! for them.

use crate::duration;
use crate::exit::Failure;
use std::time::Duration;
use trimtab_clock::Chance;
use trimtab_cluster::LeaderElectionOptions;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Leader election")]
pub(crate) struct Election {
    /// Whether to wait for a lease before working, so that of several only one does
    #[arg(long = "leader-elect", value_name = "BOOL", default_value_t = true, default_missing_value = "true", num_args = 0..=1, require_equals = true, action = clap::ArgAction::Set)]
    is_wanted: bool,

    /// How long others wait for a leader that is not heard of before they take its place
    #[arg(long = "leader-elect-lease-duration", value_name = "DURATION", default_value = "15s", value_parser = duration::parse)]
    lease_duration: Duration,

    /// How long a leader tries to renew its lease before it gives up; less than the lease holds
    #[arg(long = "leader-elect-renew-deadline", value_name = "DURATION", default_value = "10s", value_parser = duration::parse)]
    renew_deadline: Duration,

    /// How long to wait from one try to take or renew the lease to the next
    #[arg(long = "leader-elect-retry-period", value_name = "DURATION", default_value = "2s", value_parser = duration::parse)]
    retry_period: Duration,

    /// The name of the lease; without it the one that Kubernetes' own program has
    #[arg(long = "leader-elect-resource-name", value_name = "NAME")]
    resource_name: Option<String>,

    /// The namespace of the lease
    #[arg(
        long = "leader-elect-resource-namespace",
        value_name = "NAMESPACE",
        default_value = "kube-system"
    )]
    resource_namespace: String,
}

impl Election {
    /// What is elected for; `None` if nothing is to be.
    pub(crate) fn options(
        &self,
        chance: &Chance,
    ) -> Result<Option<LeaderElectionOptions>, Failure> {
        if !self.is_wanted {
            return Ok(None);
        }
        let lease = self.lease_duration;
        let deadline = self.renew_deadline;
        let retry = self.retry_period;
        let wrong = |text: String| Err(Failure::new("usage", text));
        if lease.as_secs() == 0 {
            return wrong("--leader-elect-lease-duration must be a second or more".to_owned());
        }
        if lease <= deadline {
            return wrong(format!(
                "--leader-elect-lease-duration ({lease:?}) must be longer than \
                 --leader-elect-renew-deadline ({deadline:?}): a leader gives up before others \
                 take its place"
            ));
        }
        // A wait for the lease may be longer by 1.2 times itself.
        if deadline <= retry.mul_f64(1.2) || retry.is_zero() {
            return wrong(format!(
                "--leader-elect-renew-deadline ({deadline:?}) must be longer than 1.2 times \
                 --leader-elect-retry-period ({retry:?}), which must be longer than nothing"
            ));
        }
        let identity = format!("{}_{}", host_name(), chance.uid());
        Ok(Some(LeaderElectionOptions {
            namespace: self.resource_namespace.clone(),
            name: self.resource_name.clone(),
            lease_duration: lease,
            renew_deadline: deadline,
            retry_period: retry,
            ..LeaderElectionOptions::new(identity)
        }))
    }
}

#[cfg(unix)]
fn host_name() -> String {
    let host = rustix::system::uname();
    host.nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_else(|_| "unknown".to_owned())
}

/// Why a leader that lost its lease ends: what it knows may be out of date, and its likes go on.
pub(crate) fn lost() -> Failure {
    Failure::new(
        "leader-election",
        "the lease could not be renewed in time, and another may lead by now".to_owned(),
    )
    .hint("start it again to wait for the lease anew")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        election: Election,
    }

    fn options(flags: &[&str]) -> Result<Option<LeaderElectionOptions>, Failure> {
        let command = Command::parse_from(["it"].iter().chain(flags));
        command.election.options(&Chance::seeded(1))
    }

    #[test]
    fn times_have_to_fit_together() {
        let usual = options(&[]).unwrap().unwrap();
        assert_eq!(usual.lease_duration, Duration::from_secs(15));
        assert!(usual.identity.contains('_'));
        assert!(options(&["--leader-elect=false"]).unwrap().is_none());
        for flags in [
            ["--leader-elect-lease-duration=10s"],
            ["--leader-elect-lease-duration=500ms"],
            ["--leader-elect-retry-period=9s"],
            ["--leader-elect-retry-period=0s"],
        ] {
            assert!(options(&flags).is_err(), "{flags:?}");
        }
    }
}
