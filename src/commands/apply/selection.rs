//! `-l`: only some of the objects that are described, by their labels.

use crate::exit::Failure;
use trimtab_object::LabelSelector;
use trimtab_tree::Value;

/// The flag that selects objects of what is described; kubectl's.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct SelectionFlag {
    /// Only objects with these labels of their own, such as `app=web,tier!=back`: the others stay as they are, in
    /// the cluster and in the release
    #[arg(
        short = 'l',
        long,
        value_name = "LABELS",
        default_value = "",
        hide_default_value = true
    )]
    selector: String,
}

impl SelectionFlag {
    /// What selects objects; nothing where all are meant.
    ///
    /// # Errors
    /// When it is no selector.
    pub(in crate::commands) fn selector(&self) -> Result<Option<LabelSelector>, Failure> {
        let selector = LabelSelector::parse(&self.selector).map_err(Failure::of)?;
        Ok((!selector.is_empty()).then_some(selector))
    }
}

/// Those of `objects` that are selected.
pub(in crate::commands) fn select(
    objects: Vec<Value>,
    selector: Option<&LabelSelector>,
) -> Vec<Value> {
    let Some(selector) = selector else {
        return objects;
    };
    let labels = |object: &Value| selector.matches_value(object.get_path(&["metadata", "labels"]));
    objects.into_iter().filter(labels).collect()
}

/// Nothing that is described is selected.
pub(in crate::commands) fn none_selected(selector: &LabelSelector) -> String {
    format!("no object that is described has the labels {selector}")
}
