"""Birthdays and work anniversaries, kept the way each person likes, with a card that their team signs before.

`days` says when one is kept, `planning` finds those that come, `cards` is what teammates sign, `giving` the day itself.
"""
