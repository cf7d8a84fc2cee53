"""Handlers of rituals: changes, hosting and participation."""
