"""Follow-ups: every step of roadblocks, ideas and promises, with all its effects."""
