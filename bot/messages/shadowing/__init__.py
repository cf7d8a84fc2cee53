"""Messages of shadowing: who to sit with next, the question to the agent, and the wrap-up."""
