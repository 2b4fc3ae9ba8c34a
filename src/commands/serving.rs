//! Flags of `trimtab server` about how requests are let in and passed on.

use crate::exit::Failure;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use trimtab_apiserver::{AdmissionConfiguration, Encryption, ServingOptions};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Requests")]
pub(crate) struct Serving {
    /// How many requests that change nothing are answered at once; together with those that change
    /// something, it is what priority levels share. 0 and 0 is without limit
    #[arg(long, value_name = "COUNT", default_value_t = 400)]
    max_requests_inflight: usize,

    /// How many requests that change something are answered at once
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    max_mutating_requests_inflight: usize,

    /// How long a request may take that is answered whole: 60s, 2m30s
    #[arg(long, value_name = "TIME", default_value = "1m0s", value_parser = duration)]
    request_timeout: Duration,

    /// How long a watch goes on, at least, that does not say how long it wants to, in seconds; it is up to
    /// twice that
    #[arg(long, value_name = "SECONDS", default_value_t = 1800)]
    min_request_timeout: u64,

    /// Which objects are encrypted at rest, and how: an `EncryptionConfiguration` of Kubernetes
    #[arg(long, value_name = "FILE")]
    encryption_provider_config: Option<PathBuf>,
}

impl Serving {
    /// What the flags say.
    pub(super) fn options(&self) -> Result<ServingOptions, Failure> {
        let encryption = match &self.encryption_provider_config {
            None => None,
            Some(path) => {
                let encryption = Encryption::parse(&read(path)?).map_err(|error| {
                    let what = format!("cannot use {}: {error}", path.display());
                    Failure::new("encryption", what)
                })?;
                Some(Arc::new(encryption))
            }
        };
        Ok(ServingOptions {
            encryption,
            max_requests_inflight: self.max_requests_inflight,
            max_mutating_requests_inflight: self.max_mutating_requests_inflight,
            request_timeout: self.request_timeout,
            min_request_timeout: Duration::from_secs(self.min_request_timeout),
            front_proxy: None,
            admission: AdmissionConfiguration::default(),
            flags: given(std::env::args().skip(2)),
        })
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))
}

fn duration(text: &str) -> Result<Duration, String> {
    trimtab_apiserver::go_duration(text)
        .filter(|time| !time.is_zero())
        .ok_or_else(|| format!("{text:?} is no time such as 60s or 1m30s"))
}

/// The flags of a command line and their values; a flag without one is true.
fn given(words: impl Iterator<Item = String>) -> Vec<(String, String)> {
    let mut flags: Vec<(String, String)> = Vec::new();
    let mut is_open = false;
    for word in words {
        match word.strip_prefix("--") {
            Some(flag) => {
                let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
                is_open = !flag.contains('=');
                flags.push((name.to_owned(), value.to_owned()));
            }
            None if is_open => {
                if let Some((_, value)) = flags.last_mut() {
                    *value = word;
                }
                is_open = false;
            }
            None => {}
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_told_as_they_were_given() {
        let words = ["--ephemeral", "--secure-port", "0", "--nodes=3", "word"];
        let given = given(words.map(str::to_owned).into_iter());
        let told: Vec<String> = given
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(told, ["ephemeral=true", "secure-port=0", "nodes=3"]);
    }

    #[test]
    fn a_time_is_written_as_go_does() {
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        assert!(duration("60").is_err() && duration("0").is_err());
    }
}
