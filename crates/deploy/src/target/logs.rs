//! What containers print: one request whose answer may never end.

use super::path::{Query, object_path};
use super::retry::Repeat;
use super::{ObjectRef, Target};
use crate::error::{Error, Result};
use futures::io::AsyncBufReadExt;
use futures::{AsyncBufRead, AsyncReadExt};
use jiff::Timestamp;
use std::pin::Pin;

/// Which part of what a container printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// The container; needed where a pod has several.
    pub container: String,
    /// Whether to go on as long as it runs.
    pub follow: bool,
    /// That of the container before the present one.
    pub previous: bool,
    /// Only what is not older: whole seconds.
    pub since_seconds: Option<u64>,
    /// Only what is not older.
    pub since_time: Option<Timestamp>,
    /// Whether each line begins with its time.
    pub timestamps: bool,
    /// So many lines at most, the last ones.
    pub tail: Option<u64>,
    /// So many bytes at most, the first ones.
    pub limit_bytes: Option<u64>,
}

impl LogOptions {
    fn query(&self, path: String) -> String {
        let number = |number: Option<u64>| number.map(|it| it.to_string()).unwrap_or_default();
        let flag = |is_set| if is_set { "true" } else { "" };
        let since = self.since_time.map(|time| time.to_string());
        Query::new(path)
            .optional("container", &self.container)
            .optional("follow", flag(self.follow))
            .optional("previous", flag(self.previous))
            .optional("sinceSeconds", &number(self.since_seconds))
            .optional("sinceTime", &since.unwrap_or_default())
            .optional("timestamps", flag(self.timestamps))
            .optional("tailLines", &number(self.tail))
            .optional("limitBytes", &number(self.limit_bytes))
            .finish()
    }
}

/// Lines of a log, as they come.
pub struct LogLines {
    text: Pin<Box<dyn AsyncBufRead + Send>>,
    pod: String,
}

impl LogLines {
    /// The next line with its line break, which the last one may lack; nothing at the end. Containers
    /// may print what is no text.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        // A container that prints no line breaks must not fill the memory.
        let mut limited = (&mut self.text).take(LONGEST_LINE);
        match limited.read_until(b'\n', &mut line).await {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line)),
            Err(problem) => Err(Error::Impossible(format!(
                "the log of {} breaks off: {problem}",
                self.pod
            ))),
        }
    }
}

/// A longer line comes in parts, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

impl Target {
    /// What a container of a pod printed.
    ///
    /// # Errors
    /// When the pod or the container is not there or has not begun, or the server refuses.
    pub async fn logs(&self, pod: &ObjectRef, options: &LogOptions) -> Result<LogLines> {
        let path = options.query(object_path(pod, Some("log")));
        Ok(LogLines {
            // A node that does not answer is not the server: it is not waited for.
            text: Box::pin(self.stream(&path, "*/*", Repeat::No).await?),
            pod: pod.to_string(),
        })
    }
}
