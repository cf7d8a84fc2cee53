"""Meetings: the shared lifecycle of one-on-ones, shadowing sessions and sponsor visits."""
