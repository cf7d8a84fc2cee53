"""Tests of birthdays and work anniversaries, end to end."""
