//! By what name the scheduler goes.

/// The scheduler that pods ask for unless they name another.
pub const SCHEDULER_NAME: &str = "default-scheduler";
