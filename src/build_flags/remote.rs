//! How bases and files on other machines are read.

use trimtab_kustomize::RemoteOptions;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct RemoteFlags {}

impl RemoteFlags {
    #[allow(clippy::unused_self, reason = "the flags of remote bases go here")]
    pub(super) fn options(&self) -> RemoteOptions {
        RemoteOptions {}
    }
}
