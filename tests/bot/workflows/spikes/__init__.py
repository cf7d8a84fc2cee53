"""Tests of what follows from spikes."""
