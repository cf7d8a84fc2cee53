"""Workflows: one action with everything that follows from it, in one transaction."""
