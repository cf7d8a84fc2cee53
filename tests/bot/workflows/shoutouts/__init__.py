"""Tests of the workflows of shout-outs."""
