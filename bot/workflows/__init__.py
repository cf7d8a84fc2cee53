"""Workflows: one action with all its effects, in one transaction."""
