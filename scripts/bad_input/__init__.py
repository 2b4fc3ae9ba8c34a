"""The parts of `scripts/bad-input`."""
