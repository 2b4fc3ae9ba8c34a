//! Nodes that are lost, and come back.

use super::{Nodes, RETRY};
use crate::scenario::Pattern;
use tokio::sync::mpsc;

/// Takes nodes away and gives them back.
#[derive(Clone, Debug)]
pub struct NodeControl(pub(super) mpsc::UnboundedSender<Command>);

impl NodeControl {
    /// Nodes of that name are not heard of from now on: they write nothing and learn of nothing.
    pub fn lose(&self, nodes: &Pattern) {
        // Fails only when all nodes are gone already.
        let _ = self.0.send(Command::Lose(nodes.clone()));
    }

    /// They are heard of again, and catch up with what they missed.
    pub fn give_back(&self, nodes: &Pattern) {
        let _ = self.0.send(Command::GiveBack(nodes.clone()));
    }
}

#[derive(Clone, Debug)]
pub(super) enum Command {
    Lose(Pattern),
    GiveBack(Pattern),
}

impl Nodes {
    pub(super) fn obey(&mut self, command: &Command) {
        let (pattern, is_lost) = match command {
            Command::Lose(pattern) => (pattern, true),
            Command::GiveBack(pattern) => (pattern, false),
        };
        for number in 0..self.machines.len() {
            let machine = &mut self.machines[number];
            if machine.is_lost == is_lost || !pattern.matches(&machine.host.name) {
                continue;
            }
            machine.is_lost = is_lost;
            if is_lost {
                // So that it is heard of soon after it is back.
                if let Some(report) = machine.report.take() {
                    self.timers.cancel(report);
                    self.report_in(RETRY, number);
                }
                continue;
            }
            for change in std::mem::take(&mut machine.missed) {
                self.take_in(number, &change);
            }
            // In an order that does not depend on the map.
            let here = self.pods.iter().filter(|(_, it)| it.machine == number);
            let mut here: Vec<String> = here.map(|(uid, _)| uid.clone()).collect();
            here.sort_unstable();
            for uid in here {
                self.enqueue(&uid);
            }
        }
    }
}
