"""Shadowing: a leader sits beside an agent for a while, and learns where help is needed."""
