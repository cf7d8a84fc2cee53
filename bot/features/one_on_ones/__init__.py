"""One-on-ones: regular meetings of a leader and an agent, and their private topics and notes."""
