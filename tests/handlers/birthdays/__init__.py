"""End-to-end tests of birthdays and work anniversaries."""
