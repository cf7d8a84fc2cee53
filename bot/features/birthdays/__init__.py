"""Birthdays and work anniversaries, kept the way each person likes, with a card that their team signs before."""
