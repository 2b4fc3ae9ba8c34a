//! Which cluster may be touched: what the command line and the overlay itself say about it.

use crate::client::Place;
use crate::commands::overlays::FILES;
use crate::exit::Failure;
use std::fs;
use std::path::Path;
use trimtab_tree::{ParseOptions, Value, parse_document};

/// The annotation of a kustomization that names the clusters it is for.
const ANNOTATION: &str = "trimtab.dev/cluster";

/// The clusters that objects are for: names of contexts or addresses of servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct Guard {
    /// Each list of names with who says so.
    wanted: Vec<(String, String)>,
}

impl Guard {
    /// What the flag says, and what the kustomization in a directory says of itself.
    pub(in crate::commands) fn of(flag: Option<&str>, directory: Option<&str>) -> Self {
        let flag = flag.map(|names| (names.to_owned(), "--cluster-guard".to_owned()));
        let declared = directory.and_then(declared);
        Self {
            wanted: flag.into_iter().chain(declared).collect(),
        }
    }

    /// Refuses another cluster.
    pub(in crate::commands) fn check(&self, place: &Place) -> Result<(), Failure> {
        let is_here = |name: &str| {
            let name = name.trim().trim_end_matches('/');
            Some(name) == place.context.as_deref() || name == place.server
        };
        for (names, who) in &self.wanted {
            if !names.split(',').any(is_here) {
                let message =
                    format!("nothing was changed: {who} wants {names}, and this is {place}");
                return Err(Failure::new("other-cluster", message)
                    .hint("choose the right one with `--context NAME`"));
            }
        }
        Ok(())
    }
}

/// What the kustomization in a directory declares, and where. What is wrong with it the build has told.
fn declared(directory: &str) -> Option<(String, String)> {
    let mut files = FILES.iter().map(|name| Path::new(directory).join(name));
    let file = files.find(|file| file.is_file())?;
    let text = fs::read_to_string(&file).ok()?;
    let kustomization = parse_document(&text, ParseOptions::default()).ok()?;
    let names = kustomization.get_path(&["metadata", "annotations", ANNOTATION]);
    let names = names.and_then(Value::text_if_not_null)?;
    let who = format!("the annotation {ANNOTATION} in {}", file.display());
    Some((names.to_owned(), who))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            context: Some("live".to_owned()),
            server: "https://live.example.com:6443".to_owned(),
            namespace: "shop".to_owned(),
        }
    }

    #[test]
    fn a_cluster_is_known_by_its_context_or_its_server() {
        for (names, is_allowed) in [
            ("live", true),
            ("staging, live", true),
            ("https://live.example.com:6443/", true),
            ("staging", false),
            ("", false),
        ] {
            let guard = Guard::of(Some(names), None);
            assert_eq!(guard.check(&place()).is_ok(), is_allowed, "{names}");
        }
        assert!(Guard::default().check(&place()).is_ok());
    }

    #[test]
    fn an_overlay_says_what_it_is_for() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().to_str().expect("UTF-8");
        let write = |annotation: &str| {
            let text = format!("metadata: {{annotations: {{{annotation}}}}}\n");
            fs::write(directory.path().join("kustomization.yml"), text).expect("it can be written");
        };
        write("trimtab.dev/cluster: staging");
        let failure = Guard::of(Some("live"), Some(path)).check(&place());
        let failure = format!("{:?}", failure.expect_err("it is for staging"));
        assert!(
            failure.contains("kustomization.yml wants staging"),
            "{failure}"
        );
        write("trimtab.dev/cluster: live");
        assert!(Guard::of(None, Some(path)).check(&place()).is_ok());
        write("other: x");
        assert_eq!(Guard::of(None, Some(path)), Guard::default());
    }
}
