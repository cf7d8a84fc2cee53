"""Simulation of a team's year with the real bot, within minutes: one-on-ones, and how often people are disturbed."""
