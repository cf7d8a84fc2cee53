"""Alert rules, in words: what a team listens to, and what a message says."""
