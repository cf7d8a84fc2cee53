"""Steward, a Slack bot that helps leaders serve their team."""
