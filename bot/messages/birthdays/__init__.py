"""Birthdays and anniversaries in words: the day itself, and the card before it."""
