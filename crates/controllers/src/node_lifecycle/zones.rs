//! How fast nodes are given up: each zone at its own pace, slower the more of it is lost, and not
//! at all while every zone is.
//!
//! The rules and numbers are those of `handleDisruption` and `ComputeZoneState` in Kubernetes'
//! `pkg/controller/nodelifecycle`. A cluster that loses all of its nodes at once has more likely
//! lost the network to them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Between two nodes of a zone that are given up: `--node-eviction-rate` of 0.1 a second.
const USUAL: Duration = Duration::from_secs(10);
/// The same in a large zone of which much is lost: `--secondary-node-eviction-rate`.
const SLOW: Duration = Duration::from_secs(100);
/// Zones of more nodes are large: `--large-cluster-size-threshold`.
const LARGE: usize = 50;
/// The share of lost nodes, in hundredths, from which on much is lost:
/// `--unhealthy-zone-threshold`.
const MUCH: usize = 55;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing is known of it yet.
    #[default]
    Initial,
    Normal,
    Partial,
    Full,
}

#[derive(Debug)]
struct Zone {
    ready: usize,
    lost: usize,
    state: State,
    /// `None` while no node is given up.
    interval: Option<Duration>,
    /// When the next may be.
    next: Instant,
}

impl Zone {
    fn new(now: Instant) -> Self {
        Self {
            ready: 0,
            lost: 0,
            state: State::Initial,
            interval: Some(USUAL),
            next: now,
        }
    }

    fn computed(&self) -> State {
        let all = self.ready + self.lost;
        if self.ready == 0 && self.lost > 0 {
            State::Full
        } else if self.lost > 2 && self.lost * 100 >= all * MUCH {
            State::Partial
        } else {
            State::Normal
        }
    }

    fn enter(&mut self, state: State, now: Instant) {
        self.state = state;
        self.set_interval(
            match state {
                State::Partial if self.ready + self.lost <= LARGE => None,
                State::Partial => Some(SLOW),
                State::Initial | State::Normal | State::Full => Some(USUAL),
            },
            now,
        );
    }

    /// What was used up at the old pace is made up for at the new one.
    fn set_interval(&mut self, interval: Option<Duration>, now: Instant) {
        if self.next > now {
            self.next = now + interval.unwrap_or(USUAL);
        }
        self.interval = interval;
    }
}

/// What came of a change of the zones.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing that changes any pace.
    None,
    /// The pace of some zone is another.
    Pace,
    /// Every zone is lost: no node is given up, and none stays so.
    AllLost,
    /// Some zone is back: every node is taken to be well from now on, until it shows otherwise.
    SomeBack,
}

/// The nodes by zone, with those that are lost.
#[derive(Debug, Default)]
pub(super) struct Zones {
    /// Zone of each node, and whether it is ready.
    nodes: BTreeMap<Arc<str>, (String, bool)>,
    zones: BTreeMap<String, Zone>,
}

impl Zones {
    /// Takes in how a node is. One that says nothing about being ready counts as lost.
    pub(super) fn put(
        &mut self,
        node: &Arc<str>,
        zone: &str,
        is_ready: bool,
        now: Instant,
    ) -> Turn {
        let before = self.nodes.get(node);
        if before.is_some_and(|before| before.0 == zone && before.1 == is_ready) {
            return Turn::None;
        }
        self.take_out(node);
        let it = self.zones.entry(zone.to_owned());
        let it = it.or_insert_with(|| Zone::new(now));
        if is_ready {
            it.ready += 1;
        } else {
            it.lost += 1;
        }
        self.nodes
            .insert(Arc::clone(node), (zone.to_owned(), is_ready));
        self.turn(now)
    }

    /// Takes in that a node is gone, or does not count.
    pub(super) fn remove(&mut self, node: &str, now: Instant) -> Turn {
        if self.take_out(node) {
            self.turn(now)
        } else {
            Turn::None
        }
    }

    fn take_out(&mut self, node: &str) -> bool {
        let Some((zone, is_ready)) = self.nodes.remove(node) else {
            return false;
        };
        if let Some(zone) = self.zones.get_mut(&zone) {
            let count = if is_ready {
                &mut zone.ready
            } else {
                &mut zone.lost
            };
            *count -= 1;
        }
        true
    }

    fn turn(&mut self, now: Instant) -> Turn {
        let were_all_lost = self.are_all_lost();
        self.zones.retain(|_, zone| zone.ready + zone.lost > 0);
        let is_lost = |zone: &Zone| zone.computed() == State::Full;
        let are_all_lost = !self.zones.is_empty() && self.zones.values().all(is_lost);
        if are_all_lost {
            for zone in self.zones.values_mut() {
                zone.state = State::Full;
                zone.set_interval(None, now);
            }
            return if were_all_lost {
                Turn::None
            } else {
                Turn::AllLost
            };
        }
        let mut turn = Turn::None;
        for zone in self.zones.values_mut() {
            let state = zone.computed();
            if were_all_lost || state != zone.state {
                zone.enter(state, now);
                turn = Turn::Pace;
            }
        }
        if were_all_lost { Turn::SomeBack } else { turn }
    }

    /// Whether there are zones, and every one is lost.
    pub(super) fn are_all_lost(&self) -> bool {
        let mut states = self.zones.values().map(|zone| zone.state);
        !self.zones.is_empty() && states.all(|state| state == State::Full)
    }

    /// Whether a node of `zone` may be given up now; else when to ask again, if that is known: a
    /// pace that changes is told as [`Turn::Pace`].
    pub(super) fn may_give_up(&mut self, zone: &str, now: Instant) -> Result<(), Option<Duration>> {
        let it = self.zones.entry(zone.to_owned());
        let it = it.or_insert_with(|| Zone::new(now));
        let Some(interval) = it.interval else {
            return Err(None);
        };
        if it.next > now {
            return Err(Some(it.next - now));
        }
        it.next = now + interval;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(zones: &mut Zones, number: usize, is_ready: bool, now: Instant) -> Turn {
        let name = format!("n{number}");
        zones.put(&name.as_str().into(), "z", is_ready, now)
    }

    fn cluster(nodes: usize, lost: usize, now: Instant) -> Zones {
        let mut zones = Zones::default();
        for number in 0..nodes {
            put(&mut zones, number, true, now);
        }
        for number in 0..lost {
            put(&mut zones, number, false, now);
        }
        zones
    }

    /// Nodes, lost ones -> seconds until a second one may be given up, if any may.
    #[test]
    fn the_pace_follows_from_how_much_is_lost() {
        let now = Instant::now();
        for (nodes, lost, expected) in [
            (3, 1, Ok(10)),
            // Two are never much.
            (3, 2, Ok(10)),
            (4, 3, Err(())),
            (5, 3, Err(())),
            (6, 3, Ok(10)),
            (50, 30, Err(())),
            (51, 30, Ok(100)),
            (51, 51, Err(())),
        ] {
            let mut zones = cluster(nodes, lost, now);
            let got = zones.may_give_up("z", now).map_err(|wait| {
                assert_eq!(wait, None);
            });
            let got = got.map(|()| {
                let wait = zones.may_give_up("z", now).unwrap_err();
                wait.unwrap().as_secs()
            });
            assert_eq!(got, expected, "{nodes} {lost}");
        }
    }

    #[test]
    fn when_all_is_lost_nobody_is_given_up_and_the_first_back_ends_that() {
        let now = Instant::now();
        let mut zones = cluster(3, 2, now);
        assert_eq!(put(&mut zones, 2, false, now), Turn::AllLost);
        assert_eq!(zones.may_give_up("z", now), Err(None));
        assert_eq!(put(&mut zones, 0, true, now), Turn::SomeBack);
        assert_eq!(zones.may_give_up("z", now), Ok(()));
        assert_eq!(put(&mut zones, 0, true, now), Turn::None);
        // The last that was well is deleted.
        assert_eq!(zones.remove("n0", now), Turn::AllLost);
    }

    #[test]
    fn a_lost_zone_beside_a_sound_one_goes_at_the_usual_pace() {
        let now = Instant::now();
        let mut zones = Zones::default();
        zones.put(&"sound".into(), "y", true, now);
        for number in 0..4 {
            put(&mut zones, number, false, now);
        }
        assert_eq!(zones.may_give_up("z", now), Ok(()));
        assert_eq!(zones.may_give_up("z", now), Err(Some(USUAL)));
        assert_eq!(zones.may_give_up("z", now + USUAL), Ok(()));
    }
}
