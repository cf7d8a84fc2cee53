"""Rules, settings and nudges of shout-outs."""
