"""Refusals: one sentence each, which says what to do instead."""
