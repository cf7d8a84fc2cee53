"""Shadowing: a leader sits with an agent for a while, to learn where help is needed."""
