"""Follow-ups: every step of roadblocks, ideas and promises, with all that follows from it."""
