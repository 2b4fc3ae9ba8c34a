//! What differs between objects, as `diff -u` shows files.

use crate::exit::Failure;
use similar::TextDiff;
use std::fmt::Write as _;
use trimtab_deploy::{Action, Plan, Step};
use trimtab_tree::{Value, write_yaml};

/// An object as it was and as it would be; one of the two may not be there.
pub(crate) struct Pair {
    /// The name of both files: version, kind, namespace and name, as kubectl has it.
    pub(crate) file: String,
    pub(crate) before: Option<Value>,
    pub(crate) after: Option<Value>,
}

impl Pair {
    /// Of what a plan makes and changes.
    pub(crate) fn all_of(plan: &Plan) -> Vec<Self> {
        let is_shown = |step: &&Step| {
            matches!(
                step.action,
                Action::Create { .. } | Action::Change(_) | Action::Replace { .. }
            )
        };
        let steps = plan.steps.iter().filter(is_shown);
        steps
            .map(|step| Self {
                file: file_name(&step.object, step.namespace().unwrap_or_default()),
                before: step.before.clone(),
                after: step.after.clone(),
            })
            .collect()
    }

    /// The text of both files; that of an object that is not there is empty.
    pub(crate) fn texts(&self) -> Result<[String; 2], Failure> {
        Ok([yaml(self.before.as_ref())?, yaml(self.after.as_ref())?])
    }
}

/// The differences of objects, those before below one name, those after below the other.
pub(crate) fn render(pairs: &[Pair], names: [&str; 2]) -> Result<String, Failure> {
    let mut text = String::new();
    for pair in pairs {
        let [before, after] = pair.texts()?;
        let [old, new] = names.map(|name| format!("{name}/{}", pair.file));
        let unified = lines(&before, &after, &old, &new);
        // Writing to a string never fails.
        let _ = write!(text, "diff -u -N {old} {new}\n{unified}");
    }
    Ok(text)
}

/// The differences of two texts, each under its name.
pub(crate) fn lines(before: &str, after: &str, before_name: &str, after_name: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(before_name, after_name)
        .to_string()
}

fn yaml(object: Option<&Value>) -> Result<String, Failure> {
    let mut text = String::new();
    if let Some(object) = object {
        write_yaml(object, &mut text)
            .map_err(|problem| Failure::new("bad-answer", problem.message))?;
    }
    Ok(text)
}

/// The name of a file for an object in a namespace.
pub(crate) fn file_name(object: &Value, namespace: &str) -> String {
    let text = |field: &str| object.get(field).and_then(Value::text).unwrap_or_default();
    let version = text("apiVersion").replace('/', ".");
    let name = object.get_path(&["metadata", "name"]).and_then(Value::text);
    format!(
        "{version}.{}.{namespace}.{}",
        text("kind"),
        name.unwrap_or_default()
    )
}
