"""Handlers for Slack requests: one module of listeners per feature."""
