//! What a value costs those who copy it, walk it or print it.

use crate::{Node, Value};

/// Bytes of a text that count as one more node.
const BYTES_PER_NODE: usize = 64;

/// The size of a [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its nodes, keys among them; every 64 bytes of a text count as one more.
    pub nodes: usize,
    /// How deep it is nested: 0 for a scalar, 1 for a list of scalars.
    pub depth: usize,
}

impl Value {
    /// Counts nodes and levels. The recursion is as deep as the value, which
    /// [`MAX_DEPTH`](crate::MAX_DEPTH) bounds.
    #[must_use]
    pub fn size(&self) -> Size {
        let of_text = |text: &str| 1 + text.len() / BYTES_PER_NODE;
        let mut size = Size { nodes: 1, depth: 1 };
        let mut add = |child: &Self| {
            let child = child.size();
            size.nodes += child.nodes;
            size.depth = size.depth.max(child.depth + 1);
        };
        match &self.node {
            Node::Scalar(scalar) => Size {
                nodes: of_text(scalar.text()),
                depth: 0,
            },
            Node::Sequence(items) => {
                items.iter().for_each(add);
                size
            }
            Node::Mapping(mapping) => {
                mapping.iter().for_each(|(_, child)| add(child));
                size.nodes += mapping.iter().map(|(key, _)| of_text(key)).sum::<usize>();
                size
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_keys_and_long_texts_count() {
        let list = Value::sequence(vec![Value::int(1), Value::string("x".repeat(128))]);
        assert_eq!(list.size(), Size { nodes: 5, depth: 1 });
        let mapping = Value::mapping([("a", list), ("b", Value::null())]);
        assert_eq!(mapping.size(), Size { nodes: 9, depth: 2 });
        assert_eq!(Value::null().size(), Size { nodes: 1, depth: 0 });
    }
}
