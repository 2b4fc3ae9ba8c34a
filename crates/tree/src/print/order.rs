//! The order in which printed mappings have their keys.

use crate::Mapping;
use std::cmp::Ordering;

/// An order of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyOrder {
    /// As the tree has them.
    Written,
    /// By bytes, as Go's `encoding/json`.
    Bytes,
    /// As go-yaml v2: digits compare as numbers, letters come after everything else.
    Natural,
}

impl KeyOrder {
    /// Whether `first` may stay before `second`.
    fn in_order(self, first: &str, second: &str) -> bool {
        match self {
            Self::Written => true,
            Self::Bytes => first <= second,
            Self::Natural => natural(second, first) != Ordering::Less,
        }
    }

    /// Appends to `order` in which order to visit `fields`; leaves it alone and returns false when
    /// they are in order already.
    ///
    /// The natural order is not transitive (`a10`, `a1b`, `a9` go round in a circle), so the sort
    /// is one that ends well under any comparison: a merge sort. (For such keys kustomize's own
    /// output changes from run to run; any order is as good as its.)
    pub(super) fn sort(self, fields: &Mapping, order: &mut Vec<u32>) -> bool {
        if self == Self::Written {
            return false;
        }
        let count = fields.len();
        if fields.difference().is_some() {
            return self.sort_keys(count, |at| fields.at(at as usize).key.text(), order);
        }
        let entries = fields.entries();
        self.sort_keys(count, |at| entries[at as usize].key.text(), order)
    }

    fn sort_keys<'k>(
        self,
        count: usize,
        key: impl Fn(u32) -> &'k str,
        order: &mut Vec<u32>,
    ) -> bool {
        let in_order = |first: u32, second: u32| self.in_order(key(first), key(second));
        if (1..count as u32).all(|at| in_order(at - 1, at)) {
            return false;
        }
        let start = order.len();
        order.extend(0..count as u32);
        let run = &mut order[start..];
        if count <= 16 {
            insertion_sort(run, &in_order);
        } else {
            let mut spare = run.to_vec();
            merge_sort(run, &mut spare, &in_order);
        }
        true
    }
}

fn insertion_sort(run: &mut [u32], in_order: &impl Fn(u32, u32) -> bool) {
    for sorted in 1..run.len() {
        let mut at = sorted;
        while at > 0 && !in_order(run[at - 1], run[at]) {
            run.swap(at - 1, at);
            at -= 1;
        }
    }
}

/// Sorts `run`; `spare` is room of the same size.
fn merge_sort(run: &mut [u32], spare: &mut [u32], in_order: &impl Fn(u32, u32) -> bool) {
    if run.len() <= 16 {
        insertion_sort(run, in_order);
        return;
    }
    let middle = run.len() / 2;
    let (left_spare, right_spare) = spare.split_at_mut(middle);
    merge_sort(&mut run[..middle], left_spare, in_order);
    merge_sort(&mut run[middle..], right_spare, in_order);
    spare.copy_from_slice(run);
    let (mut left, mut right) = spare.split_at(middle);
    for slot in run {
        let from = match (left.first(), right.first()) {
            (Some(&l), Some(&r)) if !in_order(l, r) => &mut right,
            (Some(_), _) => &mut left,
            (None, _) => &mut right,
        };
        let (&next, rest) = from
            .split_first()
            .expect("a side with a first entry was chosen");
        *slot = next;
        *from = rest;
    }
}

/// Compares keys as go-yaml v2 sorts them.
fn natural(a: &str, b: &str) -> Ordering {
    // Nearly all keys differ in their first letters.
    if let (Some(left), Some(right)) = (a.bytes().next(), b.bytes().next())
        && left != right
        && left.is_ascii_alphabetic()
        && right.is_ascii_alphabetic()
    {
        return left.cmp(&right);
    }
    let same = a
        .bytes()
        .zip(b.bytes())
        .take_while(|(left, right)| left == right)
        .count();
    let start = (0..=same)
        .rev()
        .find(|&at| a.is_char_boundary(at) && b.is_char_boundary(at))
        .unwrap_or_default();
    let (Some(left), Some(right)) = (a[start..].chars().next(), b[start..].chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (is_letter(left), is_letter(right)) {
        (true, true) => left.cmp(&right),
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => {
            // A zero counts as a digit of the number that began before it.
            let continues_number = (left == '0' || right == '0')
                && a.as_bytes()[..start]
                    .iter()
                    .rev()
                    .take_while(|byte| byte.is_ascii_digit())
                    .any(|&byte| byte != b'0');
            let before = i64::from(continues_number);
            let (left_number, left_digits) = leading_number(before, &a[start..]);
            let (right_number, right_digits) = leading_number(before, &b[start..]);
            left_number
                .cmp(&right_number)
                .then(left_digits.cmp(&right_digits))
                .then(left.cmp(&right))
        }
    }
}

/// The number whose digits go on at the start of `text`, and how many of them there are.
/// Overflow wraps, as in Go.
fn leading_number(before: i64, text: &str) -> (i64, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    digits.fold((before, 0), |(number, count), digit| {
        let digit = i64::from(digit - b'0');
        (number.wrapping_mul(10).wrapping_add(digit), count + 1)
    })
}

/// A letter in Go's sense, Unicode's category L; beyond ASCII, Rust's wider notion of alphabetic
/// characters comes close.
fn is_letter(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_alphabetic()
    } else {
        char.is_alphabetic() && !char.is_numeric()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    fn sorted(order: KeyOrder, keys: &[&str]) -> Vec<String> {
        let mut mapping = Mapping::new();
        for key in keys {
            mapping.insert(key, Value::null());
        }
        let mut places = Vec::new();
        if !order.sort(&mapping, &mut places) {
            places.extend(0..keys.len() as u32);
        }
        places
            .iter()
            .map(|&at| mapping.entries()[at as usize].key.text().to_owned())
            .collect()
    }

    #[test]
    fn natural_order_knows_numbers_and_puts_letters_last() {
        let order = [
            "", "-", "_", "0", "00", "1", "01", "2", "02", "10", "A", "Z", "a", "a-b", "a.b",
            "a/b", "a0", "a1", "a2", "a2b", "a10", "a10b", "aa", "ab", "b", "z", "é",
        ];
        let mut shuffled = order;
        shuffled.reverse();
        assert_eq!(sorted(KeyOrder::Natural, &shuffled), order);
        shuffled.rotate_left(7);
        assert_eq!(sorted(KeyOrder::Natural, &shuffled), order);
    }

    #[test]
    fn a_zero_continues_the_number_before_it() {
        assert_eq!(natural("a10", "a1."), Ordering::Greater);
        assert_eq!(natural("a100", "a11"), Ordering::Greater);
        assert_eq!(natural("a00", "a01"), Ordering::Less);
    }

    #[test]
    fn any_set_of_keys_can_be_sorted() {
        let mut keys: Vec<String> = (0..300_u32)
            .map(|n| {
                let n = n.wrapping_mul(2_654_435_761) >> 20;
                match n % 3 {
                    0 => format!("a{n}"),
                    1 => format!("a{}b", n % 100),
                    _ => format!("a{:05}", n % 1000),
                }
            })
            .collect();
        keys.sort();
        keys.dedup();
        let texts: Vec<&str> = keys.iter().map(String::as_str).collect();
        let mut printed = sorted(KeyOrder::Natural, &texts);
        printed.sort();
        assert_eq!(printed, keys);
    }

    #[test]
    fn json_order_is_that_of_bytes() {
        assert_eq!(
            sorted(KeyOrder::Bytes, &["b", "a10", "B", "a9", "é", "-"]),
            ["-", "B", "a10", "a9", "b", "é"]
        );
    }
}
