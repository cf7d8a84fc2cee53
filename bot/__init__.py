"""Steward, put together."""
