//! What is left to chance: uids, name suffixes, jitter.

use fastrand::Rng;
use std::sync::{Arc, Mutex, PoisonError};

/// The characters of generated names, as in Kubernetes' `util/rand`: no vowels and no look-alikes,
/// so that no word and no confusion comes out.
const NAME_CHARACTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A source of chance. Clones share one sequence; [`Chance::fork`] begins one of its own.
#[derive(Clone, Debug)]
pub struct Chance {
    seed: u64,
    rng: Arc<Mutex<Rng>>,
}

impl Chance {
    /// Seeded by the system.
    #[must_use]
    pub fn from_system() -> Self {
        Self::seeded(fastrand::u64(..))
    }

    /// The same sequence for the same seed, in every process.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            rng: Arc::new(Mutex::new(Rng::with_seed(seed))),
        }
    }

    /// A sequence of its own for the part called `name`, so that what one part draws does not
    /// depend on when another does. It follows from the seed and the name alone.
    #[must_use]
    pub fn fork(&self, name: &str) -> Self {
        // FNV-1a: stable in every process and release, which std's hashers do not promise.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self::seeded(self.seed ^ hash)
    }

    /// A random UUID (RFC 9562, version 4), as `metadata.uid` wants it.
    #[must_use]
    pub fn uid(&self) -> String {
        let bits = self.draw(|rng| rng.u128(..));
        let bits = (bits & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
        let hex = format!("{bits:032x}");
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    /// `length` characters for the end of a generated name.
    #[must_use]
    pub fn name_suffix(&self, length: usize) -> String {
        self.draw(|rng| {
            (0..length)
                .map(|_| char::from(NAME_CHARACTERS[rng.usize(..NAME_CHARACTERS.len())]))
                .collect()
        })
    }

    /// A number from 0 up to but not including 1, all equally likely.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        self.draw(Rng::f64)
    }

    /// A whole number below `bound`, which must not be 0, all equally likely.
    #[must_use]
    pub fn below(&self, bound: u64) -> u64 {
        self.draw(|rng| rng.u64(..bound))
    }

    fn draw<T>(&self, one: impl FnOnce(&mut Rng) -> T) -> T {
        // A panic elsewhere leaves no half-drawn number behind.
        one(&mut self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_everything() {
        let draws = |seed| {
            let chance = Chance::seeded(seed);
            (chance.uid(), chance.name_suffix(5), chance.below(1 << 40))
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }

    #[test]
    fn a_fork_does_not_depend_on_what_was_drawn_before() {
        let chance = Chance::seeded(1);
        let before = chance.fork("scheduler").uid();
        let _ = chance.uid();
        assert_eq!(chance.fork("scheduler").uid(), before);
        assert_ne!(chance.fork("node").uid(), before);
    }

    #[test]
    fn uids_are_version_4() {
        let uid = Chance::seeded(3).uid();
        assert_eq!(uid.len(), 36);
        assert_eq!(&uid[14..15], "4");
        assert!("89ab".contains(&uid[19..20]), "{uid}");
    }
}
