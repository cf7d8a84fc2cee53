"""Refusals: a sentence each, which says what to do instead."""
