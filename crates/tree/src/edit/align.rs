//! Which items of an old list are which of a new one.

/// Longer lists are not compared item by item with each other: what is alike at both ends counts,
/// and what is between goes by its place.
const MOST_COMPARISONS: usize = 1 << 22;

/// What becomes of the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An old item becomes a new one, by index; they may be equal.
    Pair(usize, usize),
    /// An old item goes.
    Remove(usize),
    /// A new item comes.
    Insert(usize),
}

/// The steps from `old` to `new`, in order: as many items as can be stay, and of those between, the
/// ones that `related` says belong together are paired by their order.
pub(super) fn align<T>(
    old: &[T],
    new: &[T],
    same: impl Fn(&T, &T) -> bool,
    related: impl Fn(&T, &T) -> bool,
) -> Vec<Step> {
    let mut steps = Vec::with_capacity(old.len().max(new.len()));
    let (mut i, mut j) = (0, 0);
    for (kept_old, kept_new) in common(old, new, &same) {
        gap(old, new, i..kept_old, j..kept_new, &related, &mut steps);
        steps.push(Step::Pair(kept_old, kept_new));
        (i, j) = (kept_old + 1, kept_new + 1);
    }
    gap(old, new, i..old.len(), j..new.len(), &related, &mut steps);
    steps
}

fn gap<T>(
    old: &[T],
    new: &[T],
    removed: std::ops::Range<usize>,
    added: std::ops::Range<usize>,
    related: &impl Fn(&T, &T) -> bool,
    steps: &mut Vec<Step>,
) {
    let mut j = added.start;
    for i in removed {
        let found = (j..added.end).find(|&j| related(&old[i], &new[j]));
        match found {
            Some(found) => {
                steps.extend((j..found).map(Step::Insert));
                steps.push(Step::Pair(i, found));
                j = found + 1;
            }
            None => steps.push(Step::Remove(i)),
        }
    }
    steps.extend((j..added.end).map(Step::Insert));
}

/// Pairs of equal items, in order: a longest common subsequence where it can be afforded.
fn common<T>(old: &[T], new: &[T], same: &impl Fn(&T, &T) -> bool) -> Vec<(usize, usize)> {
    let front = old.iter().zip(new).take_while(|(a, b)| same(a, b)).count();
    let (old_rest, new_rest) = (&old[front..], &new[front..]);
    let back = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| same(a, b))
        .count();
    let (n, m) = (old_rest.len() - back, new_rest.len() - back);
    let mut pairs: Vec<_> = (0..front).map(|at| (at, at)).collect();
    if n.saturating_mul(m) <= MOST_COMPARISONS {
        let middle = longest(&old_rest[..n], &new_rest[..m], same);
        pairs.extend(middle.into_iter().map(|(i, j)| (front + i, front + j)));
    }
    pairs.extend((0..back).map(|at| (front + n + at, front + m + at)));
    pairs
}

fn longest<T>(old: &[T], new: &[T], same: &impl Fn(&T, &T) -> bool) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    // How many items the rests have in common.
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i * width + j] = if same(&old[i], &new[j]) {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if same(&old[i], &new[j]) {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(old: &str, new: &str) -> String {
        let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
        let related = |a: &char, b: &char| a.eq_ignore_ascii_case(b);
        let steps = align(&old, &new, |a, b| a == b, related);
        steps
            .iter()
            .map(|step| match *step {
                Step::Pair(i, j) if old[i] == new[j] => format!("={}", old[i]),
                Step::Pair(i, j) => format!("{}>{}", old[i], new[j]),
                Step::Remove(i) => format!("-{}", old[i]),
                Step::Insert(j) => format!("+{}", new[j]),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn as_many_as_can_be_stay() {
        for (old, new, expected) in [
            ("", "", ""),
            ("abc", "abc", "=a =b =c"),
            ("abcd", "bd", "-a =b -c =d"),
            ("abcd", "xabyd", "+x =a =b -c +y =d"),
            ("abc", "aBc", "=a b>B =c"),
            ("ab", "xB", "-a +x b>B"),
            ("ab", "xyAB", "+x +y a>A b>B"),
            ("aba", "baa", "-a =b +a =a"),
        ] {
            assert_eq!(steps(old, new), expected, "{old} to {new}");
        }
    }
}
