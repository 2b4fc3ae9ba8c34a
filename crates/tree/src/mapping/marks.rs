//! A byte of each key of a small mapping, to find a field without a look at the others.

use super::INDEXED_FROM;

/// So many bytes are compared at a time.
const AT_ONCE: usize = size_of::<u64>();

/// One byte in each place.
const ONES: u64 = u64::from_ne_bytes([1; AT_ONCE]);

/// The highest bit of each byte.
const HIGHS: u64 = ONES << 7;

/// The marks of the keys of up to [`INDEXED_FROM`] fields, in order. Keys of one mark may differ, so
/// whoever finds one looks at the key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks([u64; INDEXED_FROM.div_ceil(AT_ONCE)]);

impl Marks {
    /// Those of keys in order. More than there is room for have none.
    pub(super) fn of<'k>(keys: impl Iterator<Item = &'k str>) -> Self {
        let mut marks = Self::default();
        keys.enumerate().for_each(|(at, key)| marks.set(at, key));
        marks
    }

    /// Enters the key at a place, which was empty.
    pub(super) fn set(&mut self, at: usize, key: &str) {
        if let Some(word) = self.0.get_mut(at / AT_ONCE) {
            *word |= u64::from(mark_of(key)) << (8 * (at % AT_ONCE));
        }
    }

    /// The first of `count` places which has the mark of `key` and of which `is_it` says so.
    #[inline]
    pub(super) fn find(
        &self,
        key: &str,
        count: usize,
        is_it: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let wanted = u64::from(mark_of(key)) * ONES;
        for (at, word) in self.0.iter().take(count.div_ceil(AT_ONCE)).enumerate() {
            // Where nothing differs a byte is zero; a borrow tells it by its highest bit. Above one that
            // is so, another may seem to be.
            let differing = word ^ wanted;
            let mut met = differing.wrapping_sub(ONES) & !differing & HIGHS;
            while met != 0 {
                let place = at * AT_ONCE + met.trailing_zeros() as usize / 8;
                if is_it(place) {
                    return Some(place);
                }
                met &= met - 1;
            }
        }
        None
    }
}

/// Never that of a place without a key, which is zero.
pub(super) fn mark_of(key: &str) -> u8 {
    let bytes = key.as_bytes();
    let (first, last) = match bytes {
        [] => (0, 0),
        [first, ..] => (*first, bytes[bytes.len() - 1]),
    };
    let mixed = first ^ last.wrapping_mul(7) ^ (bytes.len() as u8).wrapping_mul(29);
    mixed | 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_at_its_place_and_no_other() {
        let keys: Vec<String> = (0..INDEXED_FROM).map(|at| format!("key{at}")).collect();
        let marks = Marks::of(keys.iter().map(String::as_str));
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(
                marks.find(key, INDEXED_FROM, |place| keys[place] == *key),
                Some(at)
            );
            assert_eq!(marks.find(key, INDEXED_FROM, |_| false), None);
        }
        for other in ["", "k", "key", "key24", "ky5", "something else"] {
            let is_it = |place: usize| keys.get(place).is_some_and(|key| key == other);
            assert_eq!(marks.find(other, INDEXED_FROM, is_it), None);
        }
    }

    #[test]
    fn few_keys_are_looked_at() {
        let keys = [
            "apiVersion",
            "kind",
            "metadata",
            "spec",
            "status",
            "data",
            "name",
            "namespace",
            "labels",
        ];
        let marks = Marks::of(keys.into_iter());
        let looks = std::cell::Cell::new(0);
        for (at, key) in keys.iter().enumerate() {
            let is_it = |place: usize| {
                looks.set(looks.get() + 1);
                place == at
            };
            assert_eq!(marks.find(key, keys.len(), is_it), Some(at));
        }
        assert!(looks.get() <= keys.len() + 1, "{}", looks.get());
    }

    #[test]
    fn what_there_is_no_room_for_is_left_out() {
        let mut marks = Marks::default();
        marks.set(INDEXED_FROM, "a");
        assert_eq!(marks.find("a", INDEXED_FROM + 1, |_| true), None);
    }
}
