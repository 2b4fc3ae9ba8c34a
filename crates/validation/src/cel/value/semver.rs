//! Semantic versions.

/// A version as of semver.org 2.0.0; what is behind the `+` does not count.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cel) struct Semver {
    pub(in crate::cel) numbers: [u64; 3],
    release: Release,
}

/// Releases are behind what came before them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Release {
    Before(Vec<Part>),
    Final,
}

/// Numbers are before words.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Word(String),
}

impl Semver {
    /// Reads one; nothing if it is none.
    pub(in crate::cel) fn parse(text: &str) -> Option<Self> {
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        let (core, before) = match text.split_once('-') {
            Some((core, before)) => (core, Some(before)),
            None => (text, None),
        };
        let mut parts = core.split('.');
        let mut next = || number(parts.next()?);
        let numbers = [next()?, next()?, next()?];
        if parts.next().is_some() || !build.is_none_or(|build| build.split('.').all(is_word)) {
            return None;
        }
        let release = match before {
            None => Release::Final,
            Some(before) => {
                let parts = before.split('.').map(|part| match number(part) {
                    Some(value) => Some(Part::Number(value)),
                    None if part.bytes().all(|byte| byte.is_ascii_digit()) => None,
                    None => is_word(part).then(|| Part::Word(part.to_owned())),
                });
                Release::Before(parts.collect::<Option<_>>()?)
            }
        };
        Some(Self { numbers, release })
    }
}

/// Without zeros in front.
fn number(text: &str) -> Option<u64> {
    let is_plain = text == "0" || !text.starts_with('0');
    let are_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain && are_digits)
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
