"""Hand-ups: an agent needs a leader now, and the leaders at work are asked in turn."""
