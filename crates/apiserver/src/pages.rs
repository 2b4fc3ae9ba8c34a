//! `/statusz` and `/flagz`: what runs here, and how it was started. For people: as text, in no form
//! that is promised to stay.
//!
//! Rules: `component-base/zpages` upstream, on by default since 1.36.

use crate::body::{Response, response};
use crate::version::{GIT_VERSION, KUBERNETES_VERSION};
use http::StatusCode;
use std::fmt::Write as _;
use trimtab_clock::Clock;

const WRITE: &str = "writing to a String cannot fail";

const WARNING: &str = "Warning: This endpoint is not meant to be machine parseable, has no \
                       formatting compatibility guarantees and is for debugging purposes only.";

/// What the pages tell.
pub(crate) struct Pages {
    clock: Clock,
    started: jiff::Timestamp,
    flags: Vec<(String, String)>,
}

/// The paths of the pages.
pub(crate) const PATHS: [&str; 2] = ["/flagz", "/statusz"];

impl Pages {
    /// The pages of a server that starts now, with these flags.
    pub(crate) fn new(clock: Clock, mut flags: Vec<(String, String)>) -> Self {
        flags.sort();
        Self {
            clock,
            started: clock.now(),
            flags,
        }
    }

    /// When the server began.
    pub(crate) fn started(&self) -> jiff::Timestamp {
        self.started
    }

    /// The page at `path`, if it is one; `paths` are those of the whole server.
    pub(crate) fn answer(
        &self,
        path: &str,
        paths: impl Iterator<Item = String>,
    ) -> Option<Response> {
        let text = match path.trim_end_matches('/') {
            "/flagz" => self.flags(),
            "/statusz" => self.status(paths),
            _ => return None,
        };
        let plain = "text/plain; charset=utf-8";
        Some(response(StatusCode::OK, plain, text))
    }

    fn flags(&self) -> String {
        let mut text = format!("\nkube-apiserver flagz\n{WARNING}\n\n");
        for (name, value) in &self.flags {
            writeln!(text, "{name}={value}").expect(WRITE);
        }
        text
    }

    fn status(&self, paths: impl Iterator<Item = String>) -> String {
        let up = self.clock.now().as_second() - self.started.as_second();
        let (hours, minutes, seconds) = (up / 3600, up / 60 % 60, up % 60);
        let mut roots: Vec<String> = paths
            .filter(|path| path.matches('/').count() == 1 && path.len() > 1)
            .collect();
        roots.sort_unstable();
        format!(
            "\nkube-apiserver statusz\n{WARNING}\n\n\
             Started: {}\n\
             Up: {hours} hr {minutes:02} min {seconds:02} sec\n\
             Binary version: {GIT_VERSION}\n\
             Emulation version: {KUBERNETES_VERSION}\n\
             Paths: {}\n",
            self.started,
            roots.join(" ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use http_body_util::BodyExt as _;

    fn page(path: &str) -> Option<String> {
        let clock = Clock::starting_at("2026-01-01T00:00:00Z".parse().unwrap());
        let flags = vec![
            ("secure-port".to_owned(), "0".to_owned()),
            ("ephemeral".to_owned(), "true".to_owned()),
        ];
        let paths = ["/", "/livez", "/livez/ping", "/metrics"].map(str::to_owned);
        let answer = Pages::new(clock, flags).answer(path, paths.into_iter())?;
        let body = answer.into_body().collect().now_or_never().unwrap();
        Some(String::from_utf8(body.unwrap().to_bytes().to_vec()).unwrap())
    }

    #[test]
    fn the_pages_tell_flags_and_paths() {
        assert!(
            page("/flagz")
                .unwrap()
                .ends_with("\nephemeral=true\nsecure-port=0\n")
        );
        let status = page("/statusz").unwrap();
        assert!(status.contains("\nUp: 0 hr 00 min 00 sec\n"), "{status}");
        assert!(status.ends_with("\nPaths: /livez /metrics\n"), "{status}");
        assert_eq!(page("/other"), None);
    }
}
