//! Simulated nodes that play the lives of pods.
