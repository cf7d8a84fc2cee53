"""Scheduled jobs: one module per feature."""
