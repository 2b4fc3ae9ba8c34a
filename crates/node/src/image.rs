//! What a container runtime makes of an image's name.

use trimtab_clock::Chance;

/// The full reference, as containerd resolves it: `nginx` is `docker.io/library/nginx:latest`.
pub(crate) fn full_reference(image: &str) -> String {
    let (host, path) = match image.split_once('/') {
        // What stands before the first slash is a host only if it looks like one.
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
        _ => ("docker.io", image),
    };
    let library = if host == "docker.io" && !path.contains('/') {
        "library/"
    } else {
        ""
    };
    let last = path.rsplit('/').next().unwrap_or(path);
    let tag = if last.contains([':', '@']) {
        ""
    } else {
        ":latest"
    };
    format!("{host}/{library}{path}{tag}")
}

/// Whether a name says of itself that there is no such image: its tag is `404`, or its registry is
/// called `invalid` or is below a domain that is never given to anybody (RFC 2606).
pub(crate) fn is_nowhere(image: &str) -> bool {
    let reference = full_reference(image);
    let (host, path) = reference.split_once('/').unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let mut labels = host.split('.');
    let first = labels.next();
    first == Some("invalid") || labels.next_back() == Some("invalid") || path.ends_with(":404")
}

/// The reference by content: repository and a digest that follows from the image's name.
pub(crate) fn id(image: &str) -> String {
    let reference = full_reference(image);
    if reference.contains('@') {
        return reference;
    }
    let slash = reference.rfind('/').map_or(0, |at| at + 1);
    let end = reference[slash..]
        .find(':')
        .map_or(reference.len(), |at| slash + at);
    let digest = hex_64(&Chance::seeded(0).fork(&reference));
    format!("{}@sha256:{digest}", &reference[..end])
}

/// The size in bytes that the pull of an image reports: between 5 MB and 300 MB, the same for the
/// same name.
pub(crate) fn size(image: &str) -> u64 {
    5_000_000 + Chance::seeded(1).fork(image).below(295_000_000)
}

/// 64 hexadecimal digits, as digests and container ids have.
pub(crate) fn hex_64(chance: &Chance) -> String {
    let digits = (0..4).map(|_| format!("{:016x}", chance.below(u64::MAX)));
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_completed_as_containerd_does() {
        for (image, full) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("bitnami/redis:7", "docker.io/bitnami/redis:7"),
            ("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"),
            ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
        ] {
            assert_eq!(full_reference(image), full);
        }
    }

    #[test]
    fn some_names_say_that_there_is_no_such_image() {
        for (image, is) in [
            ("web:404", true),
            ("registry.invalid/web:1", true),
            ("registry.invalid:5000/web", true),
            ("invalid.registry.k8s.io/web:1", true),
            ("invalid/web:1", false),
            ("web:1.404", false),
            ("invalid", false),
            ("example.com/invalid:1", false),
        ] {
            assert_eq!(is_nowhere(image), is, "{image}");
        }
    }

    #[test]
    fn an_id_is_the_same_for_the_same_image_only() {
        assert_eq!(id("nginx"), id("docker.io/library/nginx:latest"));
        assert_ne!(id("nginx:1"), id("nginx:2"));
        let (repository, digest) = id("localhost:5000/a:1")
            .split_once("@sha256:")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        assert_eq!((&*repository, digest.len()), ("localhost:5000/a", 64));
    }
}
