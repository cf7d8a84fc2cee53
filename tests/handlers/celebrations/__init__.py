"""Tests of celebrations, end to end."""
