"""Handlers for rituals: changing, hosting and taking part in them."""
