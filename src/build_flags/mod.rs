//! The flags of every command that builds kustomizations, one group a file, and the options they
//! come to. Their arguments carry their headings themselves: a heading set for a whole group would
//! go on for whatever a command says after it.

mod functions;
mod helm;
mod load;
mod overrides;
mod remote;

use crate::kustomize_name;
use functions::FunctionFlags;
use helm::HelmFlags;
use load::LoadFlags;
pub(crate) use overrides::{HEADING as OVERRIDES_HEADING, OverrideFlags};
use remote::RemoteFlags;
use trimtab_kustomize::BuildOptions;

/// Flags that say how kustomizations are built, whatever is then done with the resources.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct BuildFlags {
    #[command(flatten)]
    load: LoadFlags,

    #[command(flatten)]
    remote: RemoteFlags,

    #[command(flatten)]
    helm: HelmFlags,

    #[command(flatten)]
    functions: FunctionFlags,
}

impl BuildFlags {
    /// The options of a build; a command adds its own.
    pub(crate) fn options(&self) -> BuildOptions {
        BuildOptions {
            load_restrictions: self.load.restrictions(),
            remote: self.remote.options(),
            helm: self.helm.options(),
            functions: self.functions.options(),
            manager: kustomize_name::manager(),
            ..BuildOptions::default()
        }
    }
}
