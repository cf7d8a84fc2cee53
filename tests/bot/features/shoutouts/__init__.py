"""Tests of shout-outs: rules, settings and nudges."""
