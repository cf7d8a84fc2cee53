"""Tests of the fun tank, end to end."""
