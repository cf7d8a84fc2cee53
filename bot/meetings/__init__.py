"""Meetings: the shared lifecycle of one-on-ones, shadow sessions and sponsor visits."""
