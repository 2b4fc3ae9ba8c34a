//! How a command reaches the cluster that it works on, and how it tells what went wrong there.

use crate::client::{Connection, Place, failure, unanswered};
use crate::exit::{Failure, Status};
use crate::runtime::{self, Threads};
use crate::ui;
use std::time::Duration;
use tokio::time::Instant;
use trimtab_deploy::{Error, Target};

/// Runs `work` on the cluster that the flags name.
pub(crate) fn on_cluster<T>(
    connection: &Connection,
    work: impl AsyncFnOnce(&Target) -> Result<T, Failed>,
) -> Result<T, Failure> {
    on_known_cluster(connection, |_| Ok(()), work)
}

/// The same, once `check` has seen which cluster that is.
pub(crate) fn on_known_cluster<T>(
    connection: &Connection,
    check: impl FnOnce(&Place) -> Result<(), Failure>,
    work: impl AsyncFnOnce(&Target) -> Result<T, Failed>,
) -> Result<T, Failure> {
    runtime::run(Threads::One, &connection.logging, runtime::ASKING, async {
        let session = connection.open().await?;
        check(&session.place())?;
        let target = Target::new(session.client, &session.namespace)
            .telling(|what| ui::stderr::line(&format!("note: {what}")));
        let result = work(&target).await;
        result.map_err(|failed| failed.into_failure(&session.server))
    })
}

/// Why a command on a cluster ends early.
pub(crate) enum Failed {
    /// As the command wants it told.
    Said(Failure),
    /// As it is told of all commands.
    Error(Error),
    /// More than one, each told for itself.
    Errors(Vec<Error>),
    /// People were told already, at the time; in a line for programs.
    Told(Status, &'static str),
}

impl From<Failure> for Failed {
    fn from(failure: Failure) -> Self {
        Self::Said(failure)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Failed {
    /// The status that the command ends with.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Said(failure) => failure.status(),
            Self::Error(_) | Self::Errors(_) => Status::Failed,
            Self::Told(status, _) => *status,
        }
    }

    /// What went wrong, in a line, if there is one.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Said(failure) => failure.message(),
            Self::Error(error) => Some(words(error)),
            Self::Errors(errors) => {
                let messages: Vec<String> = errors.iter().map(words).collect();
                Some(messages.join("; "))
            }
            Self::Told(_, why) => Some((*why).to_owned()),
        }
    }

    /// As it is told of the cluster at `server`.
    pub(crate) fn into_failure(self, server: &str) -> Failure {
        match self {
            Self::Said(failure) => failure,
            Self::Error(error) => told(server, &error),
            Self::Errors(errors) => {
                for error in &errors {
                    ui::failure::report(told(server, error));
                }
                Failure::Said(Status::Failed)
            }
            Self::Told(status, _) => Failure::Said(status),
        }
    }
}

/// An error in a line.
pub(crate) fn words(error: &Error) -> String {
    let unanswered = match error {
        Error::Request(error) => unanswered(error),
        _ => None,
    };
    unanswered.unwrap_or_else(|| error.message())
}

fn told(server: &str, error: &Error) -> Failure {
    let message = error.to_string();
    match error {
        Error::Request(error) => failure(server, error),
        Error::Usage(_) => Failure::new("usage", message),
        Error::TimedOut(_) => Failure::new("timed-out", message),
        Error::UnknownResource(_) | Error::UnknownKind { .. } => {
            Failure::new("unknown-kind", message).hint(format!(
                "the server at {server} does not serve it: a definition is missing, or the name is wrong"
            ))
        }
        Error::Answer { .. } => Failure::new("bad-answer", message),
        Error::Impossible(_) => Failure::new("impossible", message),
    }
}

/// What `work` gives, unless the server has not answered by `deadline`.
pub(crate) async fn answered_by<T>(
    deadline: Option<Instant>,
    work: impl Future<Output = Result<T, Failed>>,
) -> Result<T, Failed> {
    let Some(deadline) = deadline else {
        return work.await;
    };
    let result = tokio::time::timeout_at(deadline, work).await;
    result.unwrap_or_else(|_| Err(Error::TimedOut("the server to answer".to_owned()).into()))
}

/// When a wait that may take `timeout` is over; never without one.
pub(crate) fn deadline(timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| Instant::now().checked_add(timeout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_hear_why_a_server_is_not_reached() {
        let refused = std::io::Error::other("connection refused");
        let error = Error::Request(kube::Error::Service(Box::new(refused)));
        let message = Failed::Error(error).message();
        let expected = "cannot reach the server: connection refused";
        assert_eq!(message.as_deref(), Some(expected));
    }
}
