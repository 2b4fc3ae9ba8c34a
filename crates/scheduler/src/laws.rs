//! What every decision keeps to, on random nodes with random pods, each play from a seed of its own: what is
//! counted as pods come and go is what a count from the beginning finds.
//!
//! `TRIMTAB_TEST_RUNS` says how many are played, from `TRIMTAB_TEST_FROM` on.

use crate::asked::Asked;
use crate::filter::{self, View};
use crate::node_info::{HOSTNAME, ZONE};
use crate::nodes::Nodes;
use crate::pick::Picker;
use crate::preempt::{self, Budgets};
use crate::storage::Storage;
use crate::testing::{labelled, list, node_with};
use k8s_openapi::api::core::v1::{Node, Pod};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use trimtab_clock::Chance;

/// How many plays where nothing else is said.
const RUNS: u64 = 60;

/// How many things happen in one.
const STEPS: usize = 120;

const KEYS: [&str; 2] = [HOSTNAME, ZONE];
const APPS: [&str; 3] = ["a", "b", "c"];

/// A node, as the test knows it.
#[derive(Clone, Debug, Default)]
struct Machine {
    zone: Option<String>,
    disk: &'static str,
    cpu: i64,
    most: usize,
    is_cordoned: bool,
    is_tainted: bool,
}

/// A pod, as the test knows it.
#[derive(Clone, Debug, Default)]
struct Guest {
    app: &'static str,
    cpu: i64,
    port: Option<i32>,
    priority: i32,
    disk: Option<&'static str>,
    tolerates: bool,
    is_ending: bool,
    /// Topology keys and the skews that they may have.
    spread: Vec<(&'static str, i64)>,
    apart: Option<(&'static str, &'static str)>,
    near: Option<(&'static str, &'static str)>,
}

impl Machine {
    fn draw(below: &impl Fn(u8) -> u8) -> Self {
        Self {
            zone: [Some("x"), Some("y"), Some("z"), None][usize::from(below(4))].map(str::to_owned),
            disk: ["ssd", "hdd"][usize::from(below(2))],
            cpu: [2, 4, 8][usize::from(below(3))],
            most: [3, 10][usize::from(below(2))],
            is_cordoned: below(8) == 0,
            is_tainted: below(5) == 0,
        }
    }

    fn label<'m>(&'m self, name: &'m str, key: &str) -> Option<&'m str> {
        match key {
            HOSTNAME => Some(name),
            _ => self.zone.as_deref(),
        }
    }

    fn node(&self, name: &str) -> Arc<Node> {
        let taints: &[Value] = &[json!({"key": "k", "effect": "NoSchedule"})];
        let taints = if self.is_tainted { taints } else { &[] };
        let spec = json!({"unschedulable": self.is_cordoned, "taints": taints});
        let mut node = (*node_with(name, "1", spec)).clone();
        let labels = node.metadata.labels.get_or_insert_default();
        labels.insert("disk".to_owned(), self.disk.to_owned());
        labels.extend(self.zone.clone().map(|zone| (ZONE.to_owned(), zone)));
        let (cpu, most) = (self.cpu.to_string(), self.most.to_string());
        let there = list(&[("cpu", &cpu), ("memory", "8Gi"), ("pods", &most)]);
        node.status.as_mut().unwrap().allocatable = Some(there);
        Arc::new(node)
    }
}

impl Guest {
    fn draw(below: &impl Fn(u8) -> u8) -> Self {
        let spread = match below(5) {
            0 => vec![(ZONE, 1)],
            1 => vec![(HOSTNAME, 1 + i64::from(below(2)))],
            2 => vec![(ZONE, 2), (HOSTNAME, 1)],
            _ => Vec::new(),
        };
        let pair = |odds| {
            (below(odds) == 0).then(|| (KEYS[usize::from(below(2))], APPS[usize::from(below(3))]))
        };
        Self {
            apart: pair(6),
            near: pair(6),
            app: APPS[usize::from(below(3))],
            cpu: below(3).into(),
            port: (below(6) == 0).then_some(80),
            priority: below(3).into(),
            disk: (below(4) == 0).then(|| ["ssd", "hdd"][usize::from(below(2))]),
            tolerates: below(3) == 0,
            is_ending: false,
            spread,
        }
    }

    fn pod(&self, name: &str) -> Arc<Pod> {
        let mut pod = (*labelled(name, &[("app", self.app)])).clone();
        let selector = |app: &str| json!({"matchLabels": {"app": app}});
        let ports = self
            .port
            .map(|port| json!([{"containerPort": port, "hostPort": port}]));
        let terms = |it: Option<(&str, &str)>| {
            let term =
                it.map(|(key, app)| json!({"topologyKey": key, "labelSelector": selector(app)}));
            json!({"requiredDuringSchedulingIgnoredDuringExecution": term.into_iter().collect::<Vec<_>>()})
        };
        let spread = self.spread.iter().map(|(key, skew)| {
            json!({"topologyKey": key, "maxSkew": skew, "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": selector(self.app)})
        });
        let tolerations: &[Value] = &[json!({"key": "k", "operator": "Exists"})];
        let spec = json!({
            "priority": self.priority,
            "containers": [{"name": "c", "ports": ports,
                "resources": {"requests": {"cpu": self.cpu.to_string()}}}],
            "nodeSelector": self.disk.map(|disk| json!({"disk": disk})),
            "tolerations": if self.tolerates { tolerations } else { &[] },
            "topologySpreadConstraints": spread.collect::<Vec<_>>(),
            "affinity": {"podAffinity": terms(self.near), "podAntiAffinity": terms(self.apart)},
        });
        pod.spec = Some(serde_json::from_value(spec).unwrap());
        if self.is_ending {
            pod.metadata.deletion_timestamp =
                serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        }
        Arc::new(pod)
    }

    fn selects(&self, machine: &Machine) -> bool {
        self.disk.is_none_or(|disk| disk == machine.disk)
    }
}

/// What there is, told anew with every question.
#[derive(Clone, Debug, Default)]
struct World {
    machines: BTreeMap<String, Machine>,
    /// With the nodes that they are on.
    guests: BTreeMap<String, (Guest, String)>,
}

impl World {
    /// The guests whose node has this value of a label, with their nodes.
    fn near<'w>(
        &'w self,
        key: &'w str,
        value: Option<&'w str>,
    ) -> impl Iterator<Item = (&'w Guest, &'w Machine)> {
        let all = self.guests.values();
        all.filter_map(move |(guest, on)| {
            let machine = self.machines.get(on)?;
            let found = machine.label(on, key)?;
            value
                .is_none_or(|value| value == found)
                .then_some((guest, machine))
        })
    }

    fn permits(&self, guest: &Guest, name: &str) -> bool {
        let machine = &self.machines[name];
        let there: Vec<&Guest> = self
            .guests
            .values()
            .filter(|(_, on)| on == name)
            .map(|(guest, _)| guest)
            .collect();
        let cpu: i64 = there.iter().map(|it| it.cpu).sum();
        let is_suited = !machine.is_cordoned
            && (!machine.is_tainted || guest.tolerates)
            && guest.selects(machine);
        let has_room = (guest.cpu == 0 || cpu + guest.cpu <= machine.cpu)
            && there.len() < machine.most
            && (guest.port.is_none() || there.iter().all(|it| it.port != guest.port));
        is_suited && has_room && self.is_even(guest, name) && self.suits_neighbours(guest, name)
    }

    fn is_even(&self, guest: &Guest, name: &str) -> bool {
        let machine = &self.machines[name];
        let counts = |name: &str, machine: &Machine| {
            let mut keys = guest.spread.iter();
            guest.selects(machine) && keys.all(|(key, _)| machine.label(name, key).is_some())
        };
        guest.spread.iter().all(|&(key, skew)| {
            let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
            for (at, other) in self.machines.iter().filter(|(at, it)| counts(at, it)) {
                let alike = self
                    .guests
                    .values()
                    .filter(|(it, on)| on == at && it.app == guest.app && !it.is_ending);
                let value = other.label(at, key).unwrap();
                *sums.entry(value).or_default() += i64::try_from(alike.count()).unwrap();
            }
            let Some(value) = machine.label(name, key) else {
                return false;
            };
            let least = sums.values().min().copied().unwrap_or(0);
            sums.get(value).copied().unwrap_or(0) + 1 - least <= skew
        })
    }

    fn suits_neighbours(&self, guest: &Guest, name: &str) -> bool {
        let value = |key| self.machines[name].label(name, key);
        let is_apart = guest.apart.is_none_or(|(key, app)| {
            value(key).is_none_or(|it| self.near(key, Some(it)).all(|(other, _)| other.app != app))
        });
        let is_welcome = KEYS.iter().all(|key| {
            value(key).is_none_or(|it| {
                let mut others = self.near(key, Some(it));
                others.all(|(other, _)| other.apart != Some((key, guest.app)))
            })
        });
        let is_near = guest.near.is_none_or(|(key, app)| {
            let is_first = guest.app == app && self.near(key, None).all(|(it, _)| it.app != app);
            value(key).is_some_and(|it| {
                is_first || self.near(key, Some(it)).any(|(other, _)| other.app == app)
            })
        });
        is_apart && is_welcome && is_near
    }

    /// Without the guests of a node that matter less.
    fn without_less(&self, priority: i32, name: &str) -> Self {
        let mut world = self.clone();
        world
            .guests
            .retain(|_, (it, on)| on != name || it.priority >= priority);
        world
    }
}

/// One play: the world as it is told and as the scheduler keeps it.
struct Play {
    world: World,
    nodes: Nodes,
    picker: Picker,
    chance: Chance,
    named: usize,
    preempted: usize,
}

impl Play {
    fn below(&self, bound: u8) -> u8 {
        u8::try_from(self.chance.below(bound.into())).unwrap()
    }

    fn some<T>(&self, of: &BTreeMap<String, T>) -> Option<String> {
        let at = self.chance.below(of.len().max(1) as u64) as usize;
        of.keys().nth(at).cloned()
    }

    fn set_machine(&mut self, name: String) {
        let machine = Machine::draw(&|bound| self.below(bound));
        self.nodes.set_node(&machine.node(&name));
        self.world.machines.insert(name, machine);
    }

    fn remove(&mut self, name: &str) {
        self.nodes.remove(name);
        self.world.guests.remove(name);
    }

    fn put(&mut self, name: String, guest: Guest, node: String) {
        self.nodes.place(&guest.pod(&name), &node);
        self.world.guests.insert(name, (guest, node));
    }

    fn step(&mut self) {
        match self.below(12) {
            0 => {
                let name = format!("n{}", self.below(9));
                self.set_machine(name);
            }
            1 if self.below(3) == 0 => {
                if let Some(name) = self.some(&self.world.machines) {
                    self.nodes.remove_node(&name);
                    self.world.machines.remove(&name);
                }
            }
            1..=2 => {
                if let Some(name) = self.some(&self.world.guests) {
                    self.remove(&name);
                }
            }
            3 => {
                if let Some(name) = self.some(&self.world.guests)
                    && let Some((mut guest, node)) = self.world.guests.get(&name).cloned()
                {
                    guest.is_ending = true;
                    self.put(name, guest, node);
                }
            }
            _ => self.schedule(),
        }
    }

    fn schedule(&mut self) {
        self.named += 1;
        let name = format!("p{}", self.named);
        let guest = Guest::draw(&|bound| self.below(bound));
        let (pod, storage) = (guest.pod(&name), Storage::default());
        let asked = Asked::by(&pod, &mut self.nodes, &storage).unwrap();
        for (node, info) in self.nodes.iter() {
            let view = View {
                node,
                info,
                without: &[],
            };
            let found = filter::check(&asked, view, &self.nodes, &storage);
            let permits = self.world.permits(&guest, &info.name);
            assert_eq!(
                found.is_ok(),
                permits,
                "{guest:?} on {}: {found:?}",
                info.name
            );
        }
        match self
            .picker
            .pick(&asked, &self.nodes, &storage, &self.chance)
        {
            Ok(node) => {
                assert!(self.world.permits(&guest, &node));
                drop(asked);
                self.put(name, guest, node);
            }
            Err(none) => {
                let (crowded, budgets) = (&none.crowded, Budgets::new());
                let room = preempt::find(
                    &asked,
                    crowded,
                    &self.nodes,
                    &storage,
                    &budgets,
                    &self.chance,
                );
                drop(asked);
                match room {
                    Ok(room) => self.make_room(name, guest, &room),
                    Err(_) => self.is_stuck(&guest, crowded),
                }
            }
        }
    }

    /// Whatever goes from one of the nodes where that may help, it does not.
    fn is_stuck(&self, guest: &Guest, crowded: &[usize]) {
        for &place in crowded {
            let node = &self.nodes.at(place).name;
            let best = self.world.without_less(guest.priority, node);
            assert!(!best.permits(guest, node), "{guest:?} could have {node}");
        }
    }

    fn make_room(&mut self, name: String, guest: Guest, room: &preempt::Room) {
        self.preempted += 1;
        assert!(!room.victims.is_empty());
        for victim in &room.victims {
            let victim = victim.metadata.name.as_deref().unwrap();
            let (less, on) = &self.world.guests[victim];
            assert!(less.priority < guest.priority && *on == room.node);
            self.remove(victim);
        }
        assert!(self.world.permits(&guest, &room.node), "{guest:?}");
        self.put(name, guest, room.node.clone());
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn what_is_kept_up_to_date_decides_as_a_count_from_the_beginning() {
    let from = number("TRIMTAB_TEST_FROM").unwrap_or(0);
    let runs = number("TRIMTAB_TEST_RUNS").unwrap_or(RUNS);
    let (mut placed, mut preempted) = (0, 0);
    for seed in from..from + runs {
        let mut play = Play {
            world: World::default(),
            nodes: Nodes::default(),
            picker: Picker::default(),
            chance: Chance::seeded(seed),
            named: 0,
            preempted: 0,
        };
        for number in 0..4 {
            play.set_machine(format!("n{number}"));
        }
        // Whoever looks for a broken law finds its seed here.
        let seen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..STEPS {
                play.step();
            }
        }));
        assert!(seen.is_ok(), "seed {seed}");
        placed += play.world.guests.len();
        preempted += play.preempted;
    }
    assert!(placed > 0 && preempted > 0, "nothing was put to the test");
}
