//! Addresses of nodes and pods, each given out once.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Nodes live in 172.18.0.0/15, as in a Docker network.
const NODES: u32 = u32::from_be_bytes([172, 18, 0, 0]);

/// Pods live in 10.128.0.0/9, beside the usual range of services (10.96.0.0/12).
const PODS: u32 = u32::from_be_bytes([10, 128, 0, 0]);

/// How many addresses a node has for its pods: a /20.
const PER_NODE: u32 = 1 << 12;

/// How many nodes there can be, with a range of pods for each.
pub(crate) const MOST_NODES: usize = (1 << 23) / PER_NODE as usize;

/// The address of the node that has this number, counted from 0.
pub(crate) fn node_address(number: u32) -> Ipv4Addr {
    // The first two are the network and its gateway.
    Ipv4Addr::from_bits(NODES + 2 + number)
}

/// The addresses of one node's pods.
#[derive(Debug)]
pub(crate) struct PodAddresses {
    first: u32,
    /// The next that was never given out, from `first`.
    next: u32,
    free: BTreeSet<u32>,
    taken: BTreeSet<u32>,
}

impl PodAddresses {
    /// Those of the node that has this number, counted from 0.
    pub(crate) fn of_node(number: u32) -> Self {
        Self {
            first: PODS + number * PER_NODE,
            // The first two are the network and the bridge on the node.
            next: 2,
            free: BTreeSet::new(),
            taken: BTreeSet::new(),
        }
    }

    /// The range, as `spec.podCIDR` has it.
    pub(crate) fn range(&self) -> String {
        let bits = 32 - PER_NODE.trailing_zeros();
        format!("{}/{bits}", Ipv4Addr::from_bits(self.first))
    }

    /// Gives out an address, if one is left. What came back is given out again only when nothing
    /// else is left, so that an address rarely means two pods within a short time.
    pub(crate) fn give(&mut self) -> Option<Ipv4Addr> {
        while self.next < PER_NODE - 1 {
            let offset = self.next;
            self.next += 1;
            if self.taken.insert(offset) {
                return Some(Ipv4Addr::from_bits(self.first + offset));
            }
        }
        let offset = self.free.pop_first()?;
        self.taken.insert(offset);
        Some(Ipv4Addr::from_bits(self.first + offset))
    }

    /// Notes that a pod has this address already.
    pub(crate) fn reserve(&mut self, address: Ipv4Addr) {
        if let Some(offset) = self.offset(address) {
            self.free.remove(&offset);
            self.taken.insert(offset);
        }
    }

    /// Takes an address back. One that was not given out does not count.
    pub(crate) fn take_back(&mut self, address: Ipv4Addr) {
        if let Some(offset) = self.offset(address)
            && self.taken.remove(&offset)
        {
            self.free.insert(offset);
        }
    }

    fn offset(&self, address: Ipv4Addr) -> Option<u32> {
        let offset = address.to_bits().checked_sub(self.first)?;
        (offset < PER_NODE).then_some(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_one_pods_at_a_time() {
        let mut addresses = PodAddresses::of_node(1);
        assert_eq!(addresses.range(), "10.128.16.0/20");
        addresses.reserve(Ipv4Addr::new(10, 128, 16, 2));
        let first = addresses.give().unwrap();
        assert_eq!(first, Ipv4Addr::new(10, 128, 16, 3));
        let mut given = BTreeSet::from([first]);
        while let Some(address) = addresses.give() {
            assert!(given.insert(address), "{address}");
        }
        assert_eq!(given.len(), PER_NODE as usize - 4);
        addresses.take_back(first);
        addresses.take_back(first);
        assert_eq!(addresses.give(), Some(first));
        assert_eq!(addresses.give(), None);
    }
}
