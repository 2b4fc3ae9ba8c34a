//! Time and chance, handed in.
//!
//! Whoever stamps an object, waits with jitter or invents a name takes a [`Clock`] and a [`Chance`]
//! from its caller. With the wall clock and the system's entropy they are what anybody would use;
//! under tokio's paused clock, with a seed, they give the same answers in every process, so that a
//! rollout can be rehearsed in milliseconds and always the same way.
//!
//! Invariant: nothing above this crate reads the wall clock or the system's entropy for what
//! reaches an object. (Keys and tokens are secrets, not chance: those come from the TLS library.)

mod chance;
mod clock;
mod human;

pub use chance::Chance;
pub use clock::Clock;
pub use human::human_duration;
