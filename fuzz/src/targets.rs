//! The targets that `mutate` runs, and the inputs that it changes.

use crate::{message, seeds, server, token};

/// A target that needs no nightly toolchain.
#[derive(Clone, Copy)]
pub struct Target {
    /// What it is called.
    pub name: &'static str,
    /// Does with an input what is done with it, and tells whether it was accepted.
    pub run: fn(&str) -> bool,
    /// Inputs that are.
    pub seeds: fn() -> Vec<String>,
}

/// Each target of what requests hold.
pub const TARGETS: [Target; 13] = [
    target("expression", crate::expression, || {
        texts(&seeds::EXPRESSIONS)
    }),
    target("selector", crate::selector, || texts(&seeds::SELECTORS)),
    target("json_path", crate::json_path, || texts(&seeds::JSON_PATHS)),
    target("managed_fields", crate::managed_fields, || {
        texts(&seeds::MANAGED_FIELDS)
    }),
    target("json_patch", crate::json_patch, || {
        texts(&seeds::JSON_PATCHES)
    }),
    target("patch", crate::patch, || texts(&seeds::PATCHES)),
    target("definition", crate::definition, || {
        texts(&seeds::DEFINITIONS)
    }),
    target("apply", crate::apply, || texts(&seeds::APPLIES)),
    target(
        "message",
        |text| crate::message(&bytes_of(text)),
        || {
            let messages = message::seeds().into_iter();
            messages.map(|message| text_of(&message)).collect()
        },
    ),
    target("token", crate::token, token::seeds),
    target("headers", crate::headers, || texts(&seeds::HEADERS)),
    target("query", crate::query, || {
        let roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles\nlimit=1\ncontinue=";
        let mut queries = texts(&seeds::QUERIES);
        queries.push(format!("{roles}{}", server::continuation()));
        queries
    }),
    target("request", crate::request, || texts(&seeds::REQUESTS)),
];

const fn target(name: &'static str, run: fn(&str) -> bool, seeds: fn() -> Vec<String>) -> Target {
    Target { name, run, seeds }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// Bytes as a text that can be changed like any other: a character for each.
fn text_of(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

/// The bytes of such a text; of characters that stand for none, a part.
fn bytes_of(text: &str) -> Vec<u8> {
    text.chars().map(|c| (c as u32 & 0xff) as u8).collect()
}
