"""Birthdays and work anniversaries, celebrated as each person prefers, with a card that teammates sign beforehand."""
