"""Handlers for `/queue`: report spikes, help with them, and end them."""
