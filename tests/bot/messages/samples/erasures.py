"""Samples of *Erase my data*: the form, the receipts and the last line."""

from bot.messages import erasures
from tests.bot.messages.samples.people import show

SAMPLES = [
    show("", erasures.offer),
    show("", erasures.form),
    show("", erasures.started),
    show("cards are still being edited", erasures.receipt, 3, words_stay=True, may_hold_bytes=True),
    show("one card is still being edited", erasures.receipt, 1, words_stay=True, may_hold_bytes=False),
    show("nothing to edit", erasures.receipt, 0, words_stay=False, may_hold_bytes=False),
    show("", erasures.last_line),
]
