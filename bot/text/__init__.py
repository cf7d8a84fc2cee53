"""Handling of text that people type: normalization of names and numbers, and escaping."""
