"""Shadowing, in words: whom to sit beside, the question to the agent, and what a leader takes from it."""
