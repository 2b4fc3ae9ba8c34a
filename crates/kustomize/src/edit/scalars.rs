//! Fields that hold one text.

use super::accepted::refused_namespace;
use super::fields::set_text;
use super::{KustomizationFile, only};
use trimtab_tree::Result;

/// A field that holds one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// `namespace`
    Namespace,
    /// `namePrefix`
    NamePrefix,
    /// `nameSuffix`
    NameSuffix,
}

impl TextField {
    fn field(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::NamePrefix => "namePrefix",
            Self::NameSuffix => "nameSuffix",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Namespace => "namespace value",
            Self::NamePrefix => "prefix value",
            Self::NameSuffix => "suffix value",
        }
    }
}

impl KustomizationFile<'_> {
    /// Sets a field, or takes it away when the value is empty.
    ///
    /// # Errors
    /// When there is not exactly one argument, and when the file cannot be changed.
    pub fn set_text(&mut self, field: TextField, arguments: &[String]) -> Result<()> {
        let text = only(arguments, field.noun())?;
        if field == TextField::Namespace
            && let Some(warning) = refused_namespace(text)
        {
            self.loader.sources().warn(warning);
        }
        self.change(|tree| {
            set_text(tree, field.field(), text);
            Ok(())
        })
    }
}
