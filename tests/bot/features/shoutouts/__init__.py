"""Tests of the rules, settings and nudges of shout-outs."""
