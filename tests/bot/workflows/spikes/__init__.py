"""Tests of the workflows of spikes."""
