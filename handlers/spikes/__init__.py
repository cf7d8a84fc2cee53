"""Handlers for `/queue`: report, answer and end spikes."""
