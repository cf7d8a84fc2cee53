"""Refusals: short texts that say why a request is refused, and what to do instead."""
