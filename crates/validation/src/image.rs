//! Names of container images, as far as defaults depend on them.

/// Whether an image name asks for the tag `latest`, by name or by leaving tag and digest out. A text
/// that cannot be the name of an image asks for nothing.
pub(crate) fn is_latest(image: &str) -> bool {
    let (name, has_digest) = match image.split_once('@') {
        Some((name, _)) => (name, true),
        None => (image, false),
    };
    // A colon before the last slash belongs to a registry's port.
    let last_at = name.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match name[last_at..].split_once(':') {
        Some((last, tag)) => (&name[..last_at + last.len()], Some(tag)),
        None => (name, None),
    };
    match tag {
        _ if !is_name(name) => false,
        Some(tag) => tag == "latest",
        None => !has_digest,
    }
}

/// Characters that the name of an image may have at most, its registry included.
const LONGEST: usize = 255;

/// Whether a text is the name of an image, which may begin with a registry, in the form of the
/// distribution project's references.
fn is_name(name: &str) -> bool {
    let (registry, path) = match name.split_once('/') {
        Some((first, path)) if is_registry(first) => (first, path),
        _ => ("", name),
    };
    let length = if registry.is_empty() {
        // The default registry and its library count.
        let library = if path.contains('/') { "" } else { "library/" };
        "docker.io/".len() + library.len() + path.len()
    } else {
        name.len()
    };
    length <= LONGEST && path.split('/').all(is_component)
}

fn is_registry(text: &str) -> bool {
    text == "localhost"
        || text.contains(['.', ':'])
        || text.bytes().any(|it| it.is_ascii_uppercase())
}

/// Lower-case letters and digits, with a `.`, one or two `_`, or some `-` between them.
fn is_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_separator =
        |run: &str| matches!(run, "." | "_" | "__") || run.bytes().all(|it| it == b'-');
    let ends = [text.bytes().next(), text.bytes().last()];
    let mut runs = text.split(|it: char| it.is_ascii() && is_word(it as u8));
    ends.iter().all(|end| end.is_some_and(is_word))
        && runs.all(|run| run.is_empty() || is_separator(run))
}

#[cfg(test)]
mod tests {
    use super::is_latest;

    #[test]
    fn tags_are_found_behind_ports() {
        for image in [
            "nginx",
            "nginx:latest",
            "r.example:5000/nginx",
            "a/b:latest",
            "a-b__c.d/e",
        ] {
            assert!(is_latest(image), "{image}");
        }
        for image in ["", "nginx:1", "r.example:5000/nginx:1", "nginx@sha256:00"] {
            assert!(!is_latest(image), "{image}");
        }
    }

    #[test]
    fn what_is_no_image_asks_for_nothing() {
        let long = "x".repeat(300);
        for image in ["-", "-1", "Bad_Value!", "NotAnEnum", "a..b", &long] {
            assert!(!is_latest(image), "{image}");
        }
    }
}
