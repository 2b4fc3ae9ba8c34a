//! Names of container images, as far as defaults depend on them.

/// Whether an image name asks for the tag `latest`, by name or by leaving tag and digest out.
pub(crate) fn is_latest(image: &str) -> bool {
    let (name, has_digest) = match image.split_once('@') {
        Some((name, _)) => (name, true),
        None => (image, false),
    };
    // A colon before the last slash belongs to a registry's port.
    let last = name.rsplit('/').next().unwrap_or(name);
    match last.split_once(':') {
        Some((_, tag)) => tag == "latest",
        None => !has_digest && !image.is_empty(),
    }
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
        ] {
            assert!(is_latest(image), "{image}");
        }
        for image in ["", "nginx:1", "r.example:5000/nginx:1", "nginx@sha256:00"] {
            assert!(!is_latest(image), "{image}");
        }
    }
}
