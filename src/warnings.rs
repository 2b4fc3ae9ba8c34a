//! The `Warning` headers of a server's answers, told as kubectl tells them: each once, on standard
//! error.

use crate::ui::stderr;
use http::header::WARNING;
use http::{HeaderMap, Response};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use tower::util::MapResponseLayer;

/// A layer of a client that tells every new warning when the answer comes in.
pub(crate) fn layer<B>()
-> MapResponseLayer<impl FnMut(Response<B>) -> Response<B> + Clone + Send + 'static> {
    let told: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    MapResponseLayer::new(move |response: Response<B>| {
        for text in texts(response.headers()) {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            // A plan and what follows it, and every object of a kind, bring the same again.
            if told.len() < MOST_TOLD && told.insert(text.clone()) {
                stderr::line(&format!("Warning: {text}"));
            }
        }
        response
    })
}

/// A server that never tires is not listened to for ever.
const MOST_TOLD: usize = 1000;

/// What Kubernetes warns of: code 299 alone (RFC 7234, section 5.5.7), as client-go has it.
fn texts(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(WARNING)
        .iter()
        .filter_map(|value| text_of(value.to_str().ok()?))
        .collect()
}

/// The text of `299 AGENT "TEXT"`, free of control characters.
fn text_of(value: &str) -> Option<String> {
    let (_agent, quoted) = value.strip_prefix("299 ")?.split_once(' ')?;
    let mut characters = quoted.strip_prefix('"')?.chars();
    let mut text = String::new();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '\\' => text.push(characters.next()?),
            character if character.is_control() => text.push(' '),
            character => text.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_stands_between_the_quotes() {
        assert_eq!(
            text_of(r#"299 - "use \"v2\" instead""#).as_deref(),
            Some(r#"use "v2" instead"#)
        );
        assert_eq!(
            text_of(r#"299 agent "old" "Sat, 25 Aug 2012 23:34:45 GMT""#).as_deref(),
            Some("old")
        );
    }

    #[test]
    fn other_codes_and_broken_values_are_passed_over() {
        for value in [
            r#"199 - "text""#,
            "299 -",
            "299 - text",
            r#"299 - "open"#,
            "",
        ] {
            assert_eq!(text_of(value), None, "{value}");
        }
    }
}
