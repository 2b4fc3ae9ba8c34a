//! Image references as text: `[host[:port]/]name[:tag][@digest]`.

/// The parts of an image reference. Tag and digest are empty where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImageReference<'a> {
    /// The name with host and port.
    pub(crate) name: &'a str,
    /// What is behind the colon.
    pub(crate) tag: &'a str,
    /// What is behind the at sign, algorithm included.
    pub(crate) digest: &'a str,
}

impl<'a> ImageReference<'a> {
    /// Takes a reference apart. A colon before the first slash belongs to a port.
    pub(crate) fn parse(text: &'a str) -> Self {
        let start = match text.find('/') {
            Some(slash) if slash > 0 => slash,
            _ => 0,
        };
        let find = |separator| text[start..].find(separator).map(|at| start + at);
        let (name, tag, digest) = match (find(':'), find('@')) {
            (None, None) => (text, "", ""),
            (Some(colon), Some(at)) if colon < at => {
                (&text[..colon], &text[colon + 1..at], &text[at + 1..])
            }
            (_, Some(at)) => (&text[..at], "", &text[at + 1..]),
            (Some(colon), None) => (&text[..colon], &text[colon + 1..], ""),
        };
        Self { name, tag, digest }
    }

    /// The image that an argument in one of the forms of `edit set image` is about, and what it shall
    /// be: `NAME=NEW`, where the parts that NEW does not have are empty, or `NAME:TAG` and the like, where
    /// the name of what it shall be is. `None` when it asks for nothing, or breaks off.
    pub(crate) fn of_argument(argument: &'a str) -> Option<(&'a str, Self)> {
        let (name, new) = match argument.split_once('=') {
            Some((name, new)) => (Some(name).filter(|name| !name.is_empty()), new),
            None => (None, argument),
        };
        let new = Self::parse(new);
        if new.name == argument || !is_whole(argument) {
            return None;
        }
        Some(match name {
            Some(name) => (name, new),
            None => (new.name, Self { name: "", ..new }),
        })
    }
}

/// Whether an argument has something behind every sign that announces it. kustomize takes most that
/// have not, and then silently takes parts of the image away.
fn is_whole(argument: &str) -> bool {
    let (name, new) = argument.split_once('=').unwrap_or(("_", argument));
    let reference = ImageReference::parse(new);
    let is_tagged = !(reference.tag.is_empty() && reference.digest.is_empty());
    let cut_off = new.ends_with([':', '@']) || new.contains(":@");
    // `a=:1` keeps the name.
    let is_named = !reference.name.is_empty() || is_tagged && argument.contains('=');
    let has_stray = new.contains('=') || argument.contains(char::is_whitespace);
    (!name.is_empty() || is_tagged) && is_named && !cut_off && !has_stray
}

/// What an entry's name has to match for the entry to be for the image `text`: the text itself,
/// and what is left of it without what looks like a tag, like a digest, or like both. Some of the
/// four may be equal.
pub(crate) fn stems(text: &str) -> [&str; 4] {
    let without_digest = strip_digest(text).unwrap_or(text);
    [
        text,
        strip_tag(text).unwrap_or(text),
        without_digest,
        strip_tag(without_digest).unwrap_or(without_digest),
    ]
}

/// Without `:tag`, if the text ends with one.
fn strip_tag(text: &str) -> Option<&str> {
    let (rest, tag) = text.rsplit_once(':')?;
    is_tag(tag).then_some(rest)
}

/// Without `@algorithm:digest`, if the text ends with one.
fn strip_digest(text: &str) -> Option<&str> {
    let (rest, digest) = text.rsplit_once(':')?;
    let (rest, algorithm) = rest.rsplit_once('@')?;
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_algorithm = algorithm.split(['.', '+', '_', '-']).all(is_part);
    (is_algorithm && is_tag(digest)).then_some(rest)
}

/// Some tools write `{NAME}` for a tag that they fill in later.
fn is_tag(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.{}-".contains(&byte);
    text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        for (text, name, tag, digest) in [
            ("nginx", "nginx", "", ""),
            ("nginx:1.2", "nginx", "1.2", ""),
            ("nginx@sha256:12", "nginx", "", "sha256:12"),
            ("nginx:1@sha256:12", "nginx", "1", "sha256:12"),
            ("host:5000/app", "host:5000/app", "", ""),
            ("host:5000/app:v1", "host:5000/app", "v1", ""),
            ("a/b@sha256:12", "a/b", "", "sha256:12"),
            ("/a:b", "/a", "b", ""),
            ("", "", "", ""),
        ] {
            assert_eq!(
                ImageReference::parse(text),
                ImageReference { name, tag, digest },
                "{text}"
            );
        }
    }

    #[test]
    fn stems_leave_out_tags_and_digests() {
        assert_eq!(
            stems("a:1@sha256:12"),
            ["a:1@sha256:12", "a:1@sha256", "a:1", "a"]
        );
        assert_eq!(stems("host:5000/a"), ["host:5000/a"; 4]);
        assert_eq!(stems("a@sha256+b64:{X}")[3], "a");
        assert_eq!(stems("a@-:1")[2], "a@-:1");
    }
}
