"""One-on-ones: a leader and an agent who meet again and again, and what they keep for themselves."""
