//! Gates: what must hold before a change that goes by steps goes on.

use crate::duration;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;
use std::fmt;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Something that is asked after each step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Gate {
    /// A line for the shell, which must end with status 0.
    Command(String),
    /// An address that must answer with success.
    Http(String),
    /// A query of a Prometheus server whose result must not be empty, nor any value of it 0.
    Prometheus { server: String, query: String },
}

/// What a gate's command is told in its environment.
pub(super) struct Asked<'a> {
    pub(super) release: &'a str,
    pub(super) steps_done: usize,
    pub(super) steps: usize,
}

impl Gate {
    /// Reads `command=LINE`, an address, or `prometheus=ADDRESS QUERY`.
    ///
    /// # Errors
    /// When it is none; the text says what one looks like.
    pub(in crate::commands) fn parse(text: &str) -> Result<Self, String> {
        let is_web = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        if let Some(line) = text
            .strip_prefix("command=")
            .filter(|it| !it.trim().is_empty())
        {
            return Ok(Self::Command(line.to_owned()));
        }
        if let Some((server, query)) = text
            .strip_prefix("prometheus=")
            .and_then(|rest| rest.split_once(' '))
            .filter(|(server, query)| is_web(server) && !query.trim().is_empty())
        {
            return Ok(Self::Prometheus {
                server: server.trim_end_matches('/').to_owned(),
                query: query.trim().to_owned(),
            });
        }
        if is_web(text) {
            return Ok(Self::Http(text.to_owned()));
        }
        Err(format!(
            "{text:?} is no gate: expected `command=LINE`, `http://...`, or `prometheus=http://... QUERY`"
        ))
    }

    /// Asks it. Whoever does not wait for the answer ends what is asked.
    ///
    /// # Errors
    /// When it does not hold, or there is no answer in time; the text says why.
    pub(super) async fn ask(
        &self,
        asked: &Asked<'_>,
        timeout: Option<Duration>,
    ) -> Result<(), String> {
        let answer = self.answer(asked);
        let Some(timeout) = timeout else {
            return answer.await;
        };
        let answer = tokio::time::timeout(timeout, answer).await;
        answer.unwrap_or_else(|_| Err(format!("no answer within {}", duration::human(timeout))))
    }

    async fn answer(&self, asked: &Asked<'_>) -> Result<(), String> {
        match self {
            Self::Command(line) => run(line, asked).await,
            Self::Http(address) => fetch(address.clone()).await.map(|_| ()),
            Self::Prometheus { server, query } => {
                let query = utf8_percent_encode(query, NON_ALPHANUMERIC);
                holds(&fetch(format!("{server}/api/v1/query?query={query}")).await?)
            }
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(line) => write!(f, "command {line:?}"),
            Self::Http(address) => f.write_str(&trimtab_remote::mask(address)),
            Self::Prometheus { query, .. } => write!(f, "query {query:?}"),
        }
    }
}

async fn run(line: &str, asked: &Asked<'_>) -> Result<(), String> {
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let mut command = Command::new(shell);
    command
        .args([flag, line])
        .env("TRIMTAB_RELEASE", asked.release)
        .env("TRIMTAB_STEP", asked.steps_done.to_string())
        .env("TRIMTAB_STEPS", asked.steps.to_string())
        .stdin(Stdio::null())
        // Standard output is for what is applied.
        .stdout(std::io::stderr())
        .kill_on_drop(true);
    // A group of its own, so that what the shell started ends with it.
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot run {shell}: {error}"))?;
    let mut group = Group::of(&child);
    let status = child.wait().await;
    group.let_go();
    let status = status.map_err(|error| format!("cannot wait for {shell}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("ended with {status}"))
}

/// The processes that a command started: when nobody waits for it any more they end, too.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &tokio::process::Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self {
            leader: id.and_then(rustix::process::Pid::from_raw),
        }
    }

    #[cfg(not(unix))]
    fn of(_: &tokio::process::Child) -> Self {
        Self {}
    }

    /// It has ended by itself; what it left running was to go on.
    fn let_go(&mut self) {
        #[cfg(unix)]
        {
            self.leader = None;
        }
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

/// What an address answers: asked on a thread of its own.
async fn fetch(address: String) -> Result<Vec<u8>, String> {
    let fetched = tokio::task::spawn_blocking(move || trimtab_remote::fetch(&address));
    match fetched.await {
        Ok(fetched) => fetched.map_err(|error| error.message),
        Err(error) => Err(format!("cannot ask: {error}")),
    }
}

/// Whether the answer of a query says yes.
fn holds(answer: &[u8]) -> Result<(), String> {
    let answer: Json = serde_json::from_slice(answer)
        .map_err(|error| format!("the answer is no JSON: {error}"))?;
    if answer["status"] != "success" {
        let error = answer["error"].as_str().unwrap_or("no reason given");
        return Err(format!("the query failed: {error}"));
    }
    let result = &answer["data"]["result"];
    let samples: Vec<&Json> = match answer["data"]["resultType"].as_str() {
        Some("scalar") => vec![&result[1]],
        Some("vector") => {
            let samples = result.as_array().map(Vec::as_slice).unwrap_or_default();
            samples.iter().map(|sample| &sample["value"][1]).collect()
        }
        other => {
            let other = other.unwrap_or("nothing");
            return Err(format!(
                "the query gives a {other}: expected a vector or a scalar"
            ));
        }
    };
    if samples.is_empty() {
        return Err("the query gives nothing".to_owned());
    }
    let is_no = |sample: &&&Json| {
        let number = sample.as_str().and_then(|text| text.parse::<f64>().ok());
        number.is_none_or(|number| number == 0.0 || number.is_nan())
    };
    match samples.iter().find(is_no) {
        None => Ok(()),
        Some(sample) => Err(format!("the query gives {sample}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_read_and_what_is_none_is_told() {
        for text in ["command=./check.sh --all", "https://shop.example/healthz"] {
            assert!(Gate::parse(text).is_ok(), "{text}");
        }
        let query = Gate::parse("prometheus=http://p:9090/ rate(e[5m]) < 1");
        let expected = Gate::Prometheus {
            server: "http://p:9090".to_owned(),
            query: "rate(e[5m]) < 1".to_owned(),
        };
        assert_eq!(query, Ok(expected));
        for text in ["command=", "ftp://a", "prometheus=http://p", "./check.sh"] {
            assert!(Gate::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_query_says_yes_by_values_that_are_not_zero() {
        let vector = |samples: &str| {
            format!(
                r#"{{"status":"success","data":{{"resultType":"vector","result":[{samples}]}}}}"#
            )
        };
        let scalar = r#"{"status":"success","data":{"resultType":"scalar","result":[1,"0.5"]}}"#;
        for (answer, expected) in [
            (vector(r#"{"value":[1,"0.2"]},{"value":[1,"3"]}"#), true),
            (vector(r#"{"value":[1,"1"]},{"value":[1,"0"]}"#), false),
            (vector(r#"{"value":[1,"NaN"]}"#), false),
            (vector(""), false),
            (scalar.to_owned(), true),
            (r#"{"status":"error","error":"bad"}"#.to_owned(), false),
            ("[]".to_owned(), false),
            ("<html>".to_owned(), false),
        ] {
            assert_eq!(holds(answer.as_bytes()).is_ok(), expected, "{answer}");
        }
    }

    const ASKED: Asked<'_> = Asked {
        release: "shop",
        steps_done: 1,
        steps: 2,
    };

    fn gate(line: &str) -> Gate {
        Gate::parse(&format!("command={line}")).expect("it is one")
    }

    #[tokio::test]
    async fn a_command_says_yes_by_its_status() {
        let told = gate("test $TRIMTAB_RELEASE-$TRIMTAB_STEP = shop-1");
        assert_eq!(told.ask(&ASKED, None).await, Ok(()));
        let refused = gate("exit 3").ask(&ASKED, None).await;
        let refused = refused.expect_err("it says no");
        assert!(refused.contains('3'), "{refused}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_that_takes_too_long_ends_with_all_that_it_started() {
        let mark = std::env::temp_dir().join(format!("trimtab-gate-{}", std::process::id()));
        let line = format!("(sleep 1; touch {}) & sleep 60", mark.display());
        let limit = Duration::from_millis(300);
        let refused = gate(&line).ask(&ASKED, Some(limit)).await;
        assert!(refused.is_err_and(|why| why.starts_with("no answer within")));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert!(!mark.exists(), "what it started goes on");
    }
}
