//! `buildMetadata`.

use super::fields::{items_mut, remove, retain, texts};
use super::lists::already;
use super::{KustomizationFile, bad_argument};
use crate::kustomization::BUILD_METADATA;
use trimtab_tree::{Result, Value, nearest};

const FIELD: &str = "buildMetadata";

impl KustomizationFile<'_> {
    /// Adds options, given as one argument with commas.
    ///
    /// # Errors
    /// When there is not exactly one argument, when an option is unknown or there already, and when
    /// the file cannot be changed.
    pub fn add_build_metadata(&mut self, arguments: &[String]) -> Result<()> {
        let options = options(arguments)?;
        self.change(|tree| {
            for option in &options {
                if texts(tree, FIELD).contains(&option.as_str()) {
                    return Err(already(&format!("buildMetadata option {option}")));
                }
                push(tree, option);
            }
            Ok(())
        })
    }

    /// Makes options, given as one argument with commas, the only ones.
    ///
    /// # Errors
    /// When there is not exactly one argument, when an option is unknown, and when the file cannot be
    /// changed.
    pub fn set_build_metadata(&mut self, arguments: &[String]) -> Result<()> {
        let options = options(arguments)?;
        self.change(|tree| {
            if texts(tree, FIELD) != options {
                remove(tree, FIELD);
                for option in &options {
                    push(tree, option);
                }
            }
            Ok(())
        })
    }

    /// Removes options, given as one argument with commas.
    ///
    /// # Errors
    /// When there is not exactly one argument, when an option is unknown, and when the file cannot be
    /// changed.
    pub fn remove_build_metadata(&mut self, arguments: &[String]) -> Result<()> {
        let options = options(arguments)?;
        for option in &options {
            if !texts(self.tree(), FIELD).contains(&option.as_str()) {
                self.note(format!(
                    "buildMetadata option {option} is not in the kustomization file"
                ));
            }
        }
        self.change(|tree| {
            let goes = |text: &str| options.iter().any(|option| option == text);
            retain(tree, FIELD, |item| !item.text().is_some_and(goes));
            Ok(())
        })
    }
}

fn push(tree: &mut Value, option: &str) {
    if let Some(items) = items_mut(tree, FIELD) {
        items.push(Value::string(option));
    }
}

fn options(arguments: &[String]) -> Result<Vec<String>> {
    let [argument] = arguments else {
        let message = match arguments {
            [] => "must specify a buildMetadata option".to_owned(),
            _ => format!("too many arguments: {}", arguments.join(" ")),
        };
        return Err(bad_argument(message).expecting("options with commas between them"));
    };
    let options: Vec<String> = argument.split(',').map(str::to_owned).collect();
    for option in &options {
        if BUILD_METADATA.contains(&option.as_str()) {
            continue;
        }
        let error = bad_argument(format!("invalid buildMetadata option: {option}"))
            .expecting(format!("one of: {}", BUILD_METADATA.join(", ")));
        return Err(match nearest(option, BUILD_METADATA) {
            Some(meant) => error.hint(format!("did you mean `{meant}`?")),
            None => error,
        });
    }
    Ok(options)
}
