//! What keeps a pod off a node.

use std::borrow::Cow;

/// What keeps a pod off a node. Also what must change before trying again is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Obstacle {
    /// The node is cordoned.
    Unschedulable,
    /// The pod does not tolerate a taint.
    Taint,
    /// The node is not what the pod asks for.
    Affinity,
    /// Other pods have a port of the node.
    Ports,
    /// Other pods leave too little, or the node is too small.
    Resources,
    /// Volumes are missing, or elsewhere, or another pod's alone.
    Volumes,
    /// Claims of devices are missing, not allocated, or used by others.
    Devices,
    /// There would be too many of its kind near the node.
    Spread,
    /// The wrong pods are near the node, or the right ones are not.
    Neighbours,
}

/// What a node lacks for a pod: of one kind, though of resources there may be several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) obstacle: Obstacle,
    /// The first reason, as it is counted in the message.
    pub(crate) reason: Cow<'static, str>,
    /// The others: of resources there may be several.
    pub(crate) more: Vec<Cow<'static, str>>,
    /// Whether it would be the same if pods went from the node.
    pub(crate) is_final: bool,
}

impl Rejection {
    /// Whatever goes from the node.
    pub(crate) fn for_good(obstacle: Obstacle, reason: &'static str) -> Self {
        Self {
            obstacle,
            reason: reason.into(),
            more: Vec::new(),
            is_final: true,
        }
    }

    /// The reasons, as they are counted in the message.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = &Cow<'static, str>> {
        std::iter::once(&self.reason).chain(&self.more)
    }

    /// Until pods go from the node.
    pub(crate) fn for_now(obstacle: Obstacle, reason: &'static str) -> Self {
        Self {
            is_final: false,
            ..Self::for_good(obstacle, reason)
        }
    }
}
