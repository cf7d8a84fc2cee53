"""The pulse: open a round, ask and remind agents, take their answers, close the round, and answer the comments."""
