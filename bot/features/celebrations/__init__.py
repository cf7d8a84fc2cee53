"""Celebrations of wins in a team, each posted once."""
