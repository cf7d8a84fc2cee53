"""Rituals that a team changes, hosts and takes part in."""
