"""Refusals: short texts that say why a request is refused, or what to do instead."""
