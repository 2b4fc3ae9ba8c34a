//! What is wrong with complete Kubernetes manifests, found without a cluster.
//!
//! [`Checker::check`] takes the objects of one build and gives its findings: what the API would
//! refuse or drop (the rules are those of `trimtab-validation`, which the API server of trimtab
//! follows too), what it serves no longer, and what leads nowhere: selectors, references, ports.
//! Each finding names the object and, by the position of the node at fault, the line that set it.
//!
//! Architecture invariant: no I/O, no knowledge of kustomize; every step is linear in the objects,
//! which are found through indexes by identity and label.

mod baseline;
pub mod codes;
mod custom;
mod duplicates;
mod finding;
mod future;
mod inventory;
mod kinds;
mod known;
mod locate;
mod misspelt;
mod pods;
mod references;
mod selectors;
mod sent;
mod suppress;
#[cfg(test)]
mod tests;
mod told;
mod typed;

pub use baseline::{Baseline, Entry};
pub use custom::Definitions;
pub use finding::Finding;
pub use known::Known;
pub use sent::{as_sent, is_encrypted, is_substituted};
pub use suppress::{IGNORE_ANNOTATION, IGNORE_PREFIX};

use finding::Findings;
use inventory::Inventory;
use kinds::Kinds;
use pods::Pods;
use trimtab_schema::{Release, Schema};
use trimtab_tree::Value;

/// An object of a build.
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    /// The object, complete.
    pub value: &'a Value,
    /// The name that its file gave it, before prefixes, suffixes and hashes: what references in files
    /// name it by.
    pub original_name: &'a str,
}

/// What to hold objects against.
#[derive(Debug)]
pub struct Options {
    /// The release of Kubernetes that the objects are for.
    pub release: Release,
    /// Definitions of custom kinds beside those that a build holds.
    pub definitions: Definitions,
    /// Objects that exist though no build holds them.
    pub known: Known,
    /// Codes of findings that are not wanted.
    pub ignored: Vec<String>,
}

/// How findings name an object: kind, namespace and name, as in `Deployment shop/web`.
#[must_use]
pub fn subject(object: &Value) -> String {
    inventory::Object::new(0, object).subject()
}

impl Default for Options {
    fn default() -> Self {
        Self {
            release: Release::LATEST,
            definitions: Definitions::default(),
            known: Known::default(),
            ignored: Vec::new(),
        }
    }
}

/// Checks builds.
#[derive(Debug)]
pub struct Checker {
    options: Options,
    schema: Schema,
    old: Schema,
}

impl Checker {
    /// One that checks with these options.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            schema: Schema::kubernetes(),
            old: Schema::kustomize(),
        }
    }

    /// What is wrong with the objects of one build, in their order.
    #[must_use]
    pub fn check<'a>(&self, objects: impl Iterator<Item = Rendered<'a>> + Clone) -> Vec<Finding> {
        self.check_with(objects, &[], |_| Vec::new())
    }

    /// The same with what somebody else finds, who is told what has been found already. `answered`
    /// are the codes, of those in [`codes::OF_A_CONTROL_PLANE`], that he looks for: suppressions of
    /// the others are not for nothing.
    #[must_use]
    pub fn check_with<'a>(
        &self,
        objects: impl Iterator<Item = Rendered<'a>> + Clone,
        answered: &[&str],
        more: impl FnOnce(&[Finding]) -> Vec<Finding>,
    ) -> Vec<Finding> {
        let Options {
            release,
            definitions,
            known,
            ignored,
        } = &self.options;
        let mut of_build = Definitions::default();
        for object in objects.clone() {
            of_build.add(object.value);
        }
        let inventory = Inventory::new(objects, &self.schema);
        let mut findings = Findings::default();
        let kinds = Kinds {
            schema: &self.schema,
            old: &self.old,
            given: definitions,
            of_build: &of_build,
            release: *release,
        };
        kinds.check(&inventory, &mut findings);
        duplicates::check(&inventory, &mut findings);
        let pods = Pods::new(&inventory);
        selectors::check(&inventory, &pods, known, &mut findings);
        references::check(&inventory, &pods, known, &mut findings);
        let more = more(findings.as_found());
        findings.add_all(more);
        let unasked = codes::OF_A_CONTROL_PLANE.into_iter();
        let unasked = unasked.filter(|code| !answered.contains(code));
        let moot: Vec<&str> = ignored.iter().map(String::as_str).chain(unasked).collect();
        let mut found = suppress::apply(&inventory, findings, &moot);
        found.retain(|finding| !ignored.iter().any(|code| code == finding.diagnostic.code));
        found.sort_by_key(|finding| finding.object);
        found
    }
}
