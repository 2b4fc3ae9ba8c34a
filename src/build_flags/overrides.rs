//! One-shot changes on top of a target, which touch no file.

use trimtab_kustomize::Overrides;

/// All of them but the namespace, whose flag means something else to some commands.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct OverrideFlags {
    /// Another name, tag or digest of an image: `NAME=NEW`, `NAME=NEW:TAG`, `NAME=NEW@DIGEST`,
    /// `NAME:TAG` or `NAME@DIGEST`, and `*` for a part that stays; can be given again
    #[arg(help_heading = HEADING, long, value_name = "IMAGE")]
    image: Vec<String>,

    /// A number of replicas; can be given again
    #[arg(help_heading = HEADING, long, value_name = "NAME=COUNT")]
    set_replicas: Vec<String>,

    /// What goes before all names
    #[arg(help_heading = HEADING, long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    name_prefix: String,

    /// What goes behind all names
    #[arg(help_heading = HEADING, long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    name_suffix: String,
}

/// What they stand under in a command's help.
pub(crate) const HEADING: &str = "On top of each target, as a kustomization above it would say it";

impl OverrideFlags {
    /// The overrides, with a namespace unless that is empty.
    pub(crate) fn overrides(&self, namespace: &str) -> Overrides {
        Overrides {
            images: self.image.clone(),
            replicas: self.set_replicas.clone(),
            namespace: namespace.to_owned(),
            name_prefix: self.name_prefix.clone(),
            name_suffix: self.name_suffix.clone(),
        }
    }
}
