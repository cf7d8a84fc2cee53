"""Simulation of a team's year with the real bot, to measure one-on-ones held and messages sent."""
