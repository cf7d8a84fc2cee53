"""Follow-ups: the life of roadblocks, ideas and promises, from the first line to the answer."""
