"""Celebrations: what a team is glad about, each told once."""
