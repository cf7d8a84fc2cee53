"""Webhooks: addresses at which the tools around a queue tell of it, each with a secret of its own."""
