//! Which changes bring a set back into the queue.

use super::ReplicaSetController;
use super::kinds::Replicated;
use crate::pod_changes::PodChanges;
use std::sync::Arc;
use std::time::Duration;
use trimtab_informer::{Change, ObjectKey};

/// How long a set waits, for each pod it has, before a change of one of them is looked at: a look
/// goes over all of them, so that a big set is looked at once for many changes. 20 ms for a set of
/// a thousand, nothing to speak of for a small one.
const COALESCE_PER_POD: Duration = Duration::from_micros(20);
/// However big the set is.
const COALESCE_AT_MOST: Duration = Duration::from_millis(100);

pub(super) fn register<K: Replicated>(controller: &ReplicaSetController<K>) {
    let it = controller.clone();
    controller.sets.on_change(move |change| {
        let key = ObjectKey::of(&**change.object());
        if matches!(change, Change::Deleted(_)) {
            it.expectations.forget(&key);
        }
        it.queue.add(key);
    });
    let it = controller.clone();
    let changes = PodChanges {
        owners: controller.sets.clone(),
        expectations: Arc::clone(&controller.expectations),
        selector_of: |set: &K| set.selector().ok(),
        wake: Box::new(move |key| it.look_soon(key)),
    };
    changes.register(&controller.pods);
}

impl<K: Replicated> ReplicaSetController<K> {
    fn look_soon(&self, key: ObjectKey) {
        let set = self.sets.find(&key);
        let replicas = set.map_or(0, |set| set.replicas());
        let delay = COALESCE_PER_POD.saturating_mul(u32::try_from(replicas).unwrap_or_default());
        let delay = delay.min(COALESCE_AT_MOST);
        if delay < Duration::from_millis(1) {
            self.queue.add(key);
        } else {
            self.queue.add_after(key, delay);
        }
    }
}
