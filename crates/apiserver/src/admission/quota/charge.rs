//! What writes have taken of quotas.

use futures::future::BoxFuture;
use std::sync::Arc;
use trimtab_validation::usage::Amounts;

/// What has been taken of one quota.
pub(crate) struct Taken {
    pub(super) quota: String,
    pub(super) uid: String,
    pub(super) amounts: Amounts,
}

/// Who keeps quotas: what was taken of them is given back there.
pub(crate) trait Keeper: Send + Sync {
    /// Gives back what was taken for a write that did not happen.
    fn give_back(self: Arc<Self>, taken: Vec<Taken>) -> BoxFuture<'static, ()>;
}

/// What a write has taken of quotas. Dropped before [`Charge::writing`], it is given back.
#[must_use = "what is taken of a quota is given back when this is dropped"]
pub(crate) struct Charge {
    taken: Vec<Taken>,
    keeper: Option<Arc<dyn Keeper>>,
}

impl Charge {
    /// What was taken of the quotas that `keeper` keeps.
    pub(super) fn of(taken: Vec<Taken>, keeper: Arc<dyn Keeper>) -> Self {
        Self {
            taken,
            keeper: Some(keeper),
        }
    }

    /// Of a write that no quota counts.
    pub(crate) fn none() -> Self {
        Self {
            taken: Vec::new(),
            keeper: None,
        }
    }

    /// The write begins now: from here on it may have happened, so nothing is given back but by
    /// [`Written::failed`].
    pub(crate) fn writing(mut self) -> Written {
        Written {
            taken: std::mem::take(&mut self.taken),
            keeper: self.keeper.take(),
        }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            let taken = std::mem::take(&mut self.taken);
            give_back(keeper, taken);
        }
    }
}

/// What has been taken for a write that may have happened.
pub(crate) struct Written {
    taken: Vec<Taken>,
    keeper: Option<Arc<dyn Keeper>>,
}

impl Written {
    /// The write did not happen: gives back what was taken.
    pub(crate) async fn failed(self) {
        if let Some(keeper) = self.keeper {
            keeper.give_back(self.taken).await;
        }
    }
}

/// Gives back from where nobody can wait for it.
fn give_back(keeper: Arc<dyn Keeper>, taken: Vec<Taken>) {
    if taken.is_empty() {
        return;
    }
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(keeper.give_back(taken));
    } else {
        tracing::warn!("a quota counts a write that did not happen");
    }
}
