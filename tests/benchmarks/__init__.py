"""Tests of the benchmark and simulation tools."""
