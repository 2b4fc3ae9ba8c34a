//! Fields that came with a later release than the one aimed at, whose servers drop them.

use crate::codes;
use crate::finding::Findings;
use crate::inventory::Object;
use crate::typed::join;
use trimtab_schema::{Release, Type, field_introduced};
use trimtab_tree::{Node, Value};

/// Tells the fields of an object that `release` does not have. What is below such a field is told
/// with it.
pub(crate) fn check(object: &Object<'_>, ty: Type<'_>, release: Release, findings: &mut Findings) {
    // The types of the latest release are what everything is held against.
    if release >= Release::LATEST {
        return;
    }
    let mut walk = Walk {
        object,
        release,
        findings,
    };
    walk.value(object.value, ty, "");
}

struct Walk<'w, 'a> {
    object: &'w Object<'a>,
    release: Release,
    findings: &'w mut Findings,
}

impl Walk<'_, '_> {
    fn value(&mut self, value: &Value, ty: Type<'_>, path: &str) {
        match &value.node {
            Node::Mapping(fields) => {
                for (name, field) in fields.iter() {
                    let path_of = join(path, name);
                    match self.first(ty, name) {
                        Some(first) => self.tell(ty, name, &path_of, first),
                        // What a status says is not sent.
                        None if path_of == "status" => {}
                        None => {
                            if let Some(below) = ty.field(name) {
                                self.value(field, below, &path_of);
                            }
                        }
                    }
                }
            }
            Node::Sequence(items) => {
                let Some(below) = ty.elements() else { return };
                for (at, item) in items.iter().enumerate() {
                    self.value(item, below, &format!("{path}[{at}]"));
                }
            }
            Node::Scalar(_) => {}
        }
    }

    /// The release that a field came with, if that is a later one.
    fn first(&self, ty: Type<'_>, field: &str) -> Option<Release> {
        let (package, name) = ty.name()?;
        field_introduced(package, name, field).filter(|first| *first > self.release)
    }

    fn tell(&mut self, ty: Type<'_>, field: &str, path: &str, first: Release) {
        let of = ty.name().map_or("", |(_, name)| name);
        let release = self.release;
        let message =
            format!("{path}: `{field}` of {of} came with Kubernetes {first}, {release} drops it");
        self.findings
            .error(self.object, codes::FUTURE_FIELD, path, &message)
            .tell();
    }
}
