//! Gates: what must hold before a change that goes by steps goes on.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;
use std::fmt;
use std::process::{Command, Stdio};

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

    /// Asks it. Nothing is to be done beside meanwhile.
    ///
    /// # Errors
    /// When it does not hold; the text says why.
    pub(super) fn ask(&self, asked: &Asked<'_>) -> Result<(), String> {
        match self {
            Self::Command(line) => run(line, asked),
            Self::Http(address) => fetch(address).map(|_| ()),
            Self::Prometheus { server, query } => {
                let query = utf8_percent_encode(query, NON_ALPHANUMERIC);
                holds(&fetch(&format!("{server}/api/v1/query?query={query}"))?)
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

fn run(line: &str, asked: &Asked<'_>) -> Result<(), String> {
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let status = Command::new(shell)
        .args([flag, line])
        .env("TRIMTAB_RELEASE", asked.release)
        .env("TRIMTAB_STEP", asked.steps_done.to_string())
        .env("TRIMTAB_STEPS", asked.steps.to_string())
        .stdin(Stdio::null())
        // Standard output is for what is applied.
        .stdout(std::io::stderr())
        .status()
        .map_err(|error| format!("cannot run {shell}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("ended with {status}"))
}

fn fetch(address: &str) -> Result<Vec<u8>, String> {
    trimtab_remote::fetch(address).map_err(|error| error.message)
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

    #[test]
    fn a_command_says_yes_by_its_status() {
        let asked = Asked {
            release: "shop",
            steps_done: 1,
            steps: 2,
        };
        let gate = |line: &str| Gate::parse(&format!("command={line}")).expect("it is one");
        assert_eq!(
            gate("test $TRIMTAB_RELEASE-$TRIMTAB_STEP = shop-1").ask(&asked),
            Ok(())
        );
        let refused = gate("exit 3").ask(&asked).expect_err("it says no");
        assert!(refused.contains('3'), "{refused}");
    }
}
