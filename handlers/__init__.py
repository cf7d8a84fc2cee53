"""Handlers of Slack requests: one module of listeners per feature."""
