"""Handlers of `/queue`: report, answer and end spikes."""
