"""Workflows of one-on-ones."""
