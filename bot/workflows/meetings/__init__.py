"""Workflows of meetings between two people, the same for every kind."""
