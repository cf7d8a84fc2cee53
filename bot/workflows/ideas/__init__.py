"""Workflows of ideas: submissions, votes, decisions and merges."""
