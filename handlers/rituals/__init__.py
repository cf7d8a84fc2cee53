"""Handlers for rituals: changes, hosting and participation."""
