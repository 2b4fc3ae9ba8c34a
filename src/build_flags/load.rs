//! Which files a kustomization may read.

use clap::ValueEnum;
use trimtab_kustomize::LoadRestrictions;

const HEADING: &str = "Kustomizations";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct LoadFlags {
    /// Which files a kustomization may read
    #[arg(help_heading = HEADING, long, value_enum, default_value_t = Restrictor::LoadRestrictionsRootOnly, ignore_case = true)]
    load_restrictor: Restrictor,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(clippy::enum_variant_names, reason = "kustomize's own words")]
enum Restrictor {
    /// Only files in or below the kustomization's own directory
    #[value(name = "LoadRestrictionsRootOnly")]
    LoadRestrictionsRootOnly,
    /// Any file
    #[value(name = "LoadRestrictionsNone")]
    LoadRestrictionsNone,
}

impl LoadFlags {
    pub(super) fn restrictions(&self) -> LoadRestrictions {
        match self.load_restrictor {
            Restrictor::LoadRestrictionsRootOnly => LoadRestrictions::RootOnly,
            Restrictor::LoadRestrictionsNone => LoadRestrictions::None,
        }
    }
}
