//! What an apply would change, as `diff -u` shows files.

use crate::exit::Failure;
use similar::TextDiff;
use std::fmt::Write as _;
use trimtab_deploy::{Action, Plan, Step};
use trimtab_tree::{Value, write_yaml};

/// The differences of all objects that would change, what is live first.
pub(crate) fn render(plan: &Plan) -> Result<String, Failure> {
    let mut text = String::new();
    for step in &plan.steps {
        if !matches!(step.action, Action::Create { .. } | Action::Change(_)) {
            continue;
        }
        let before = yaml(step.before.as_ref())?;
        let after = yaml(step.after.as_ref())?;
        let name = file_name(step);
        let unified = lines(
            &before,
            &after,
            &format!("live/{name}"),
            &format!("merged/{name}"),
        );
        // Writing to a string never fails.
        let _ = write!(text, "diff -u -N live/{name} merged/{name}\n{unified}");
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

/// The names of kubectl's files: version, kind, namespace and name.
fn file_name(step: &Step) -> String {
    let text = |field: &str| {
        step.object
            .get(field)
            .and_then(Value::text)
            .unwrap_or_default()
    };
    let version = text("apiVersion").replace('/', ".");
    let name = step
        .object
        .get_path(&["metadata", "name"])
        .and_then(Value::text);
    let namespace = step.namespace().unwrap_or_default();
    format!(
        "{version}.{}.{namespace}.{}",
        text("kind"),
        name.unwrap_or_default()
    )
}
