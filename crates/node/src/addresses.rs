//! Addresses of nodes and pods, each given out once.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Nodes live in 172.18.0.0/15, as in a Docker network.
const NODES: u32 = u32::from_be_bytes([172, 18, 0, 0]);

/// Addresses that pods live in, cut into one range a node.
#[derive(Debug)]
struct Block {
    first: u32,
    /// How many nodes have their range here.
    nodes: u32,
    /// How many addresses a node has for its pods.
    per_node: u32,
}

/// All of them beside the usual range of services (10.96.0.0/12). The first holds the nodes of any cluster
/// but the largest; a node keeps its range however many others there are.
const BLOCKS: [Block; 3] = [
    // 10.128.0.0/9
    Block {
        first: u32::from_be_bytes([10, 128, 0, 0]),
        nodes: 1 << 11,
        per_node: 1 << 12,
    },
    // 10.0.0.0/10
    Block {
        first: u32::from_be_bytes([10, 0, 0, 0]),
        nodes: 1 << 11,
        per_node: 1 << 11,
    },
    // 100.64.0.0/10, which providers have between themselves and their customers.
    Block {
        first: u32::from_be_bytes([100, 64, 0, 0]),
        nodes: 1 << 11,
        per_node: 1 << 11,
    },
];

/// How many nodes there can be, with a range of pods for each.
pub const MOST_NODES: usize = {
    let [first, second, third] = &BLOCKS;
    (first.nodes + second.nodes + third.nodes) as usize
};

/// The address of the node that has this number, counted from 0.
pub(crate) fn node_address(number: u32) -> Ipv4Addr {
    // The first two are the network and its gateway.
    Ipv4Addr::from_bits(NODES + 2 + number)
}

/// The addresses of one node's pods.
#[derive(Debug)]
pub(crate) struct PodAddresses {
    first: u32,
    /// How many there are from `first`, a power of two.
    size: u32,
    /// The next that was never given out, from `first`.
    next: u32,
    free: BTreeSet<u32>,
    taken: BTreeSet<u32>,
}

impl PodAddresses {
    /// Those of the node that has this number, counted from 0 and below [`MOST_NODES`].
    pub(crate) fn of_node(number: u32) -> Self {
        let (mut at, mut blocks) = (number, BLOCKS.iter());
        let block = blocks.find(|block| {
            let is_here = at < block.nodes;
            if !is_here {
                at -= block.nodes;
            }
            is_here
        });
        let block = block.expect("no more nodes are made than have a range");
        Self {
            first: block.first + at * block.per_node,
            size: block.per_node,
            // The first two are the network and the bridge on the node.
            next: 2,
            free: BTreeSet::new(),
            taken: BTreeSet::new(),
        }
    }

    /// The range, as `spec.podCIDR` has it.
    pub(crate) fn range(&self) -> String {
        let bits = 32 - self.size.trailing_zeros();
        format!("{}/{bits}", Ipv4Addr::from_bits(self.first))
    }

    /// Gives out an address, if one is left. What came back is given out again only when nothing
    /// else is left, so that an address rarely means two pods within a short time.
    pub(crate) fn give(&mut self) -> Option<Ipv4Addr> {
        while self.next < self.size - 1 {
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
        (offset < self.size).then_some(offset)
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
        assert_eq!(given.len(), addresses.size as usize - 4);
        addresses.take_back(first);
        addresses.take_back(first);
        assert_eq!(addresses.give(), Some(first));
        assert_eq!(addresses.give(), None);
    }

    #[test]
    fn every_node_has_a_range_of_its_own_with_room_for_its_pods() {
        let numbers = 0..u32::try_from(MOST_NODES).unwrap();
        let mut ranges: Vec<(u32, u32)> = numbers
            .map(PodAddresses::of_node)
            .map(|it| (it.first, it.first + it.size))
            .collect();
        ranges.sort_unstable();
        assert!(ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0));
        // More than the pods that a node takes, and nowhere a service.
        let services = (0x0a60_0000, 0x0a70_0000);
        for (first, end) in ranges {
            assert!(end - first > 2002 && (end <= services.0 || first >= services.1));
        }
        assert_eq!(PodAddresses::of_node(2048).range(), "10.0.0.0/21");
        assert_eq!(PodAddresses::of_node(4999).range(), "100.92.56.0/21");
    }
}
