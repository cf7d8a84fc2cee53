"""Follow-ups: the shared lifecycle of roadblocks, ideas and promises."""
