"""Shadowing: a leader asks to sit beside an agent, the two agree on a time, and the leader wraps up."""
