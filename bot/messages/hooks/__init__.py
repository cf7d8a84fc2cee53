"""Hooks in words: the list, the forms, what to enter at each sender, and what a delivery would do."""

from bot.messages.hooks.forms import listing, made, make_form, no_address, removed, rotate_form, rotated, tried
from bot.messages.hooks.names import FORM, MAKE, QUEUE, REMOVE, ROTATE, ROTATE_FORM, SECRET, SENDER, TRY
from bot.messages.hooks.steps import NAMES
from bot.messages.hooks.telling import NO_SECRET, REFUSED, STALE, UNHEARD, UNTRIED, outcome, told, too_large

__all__ = [
    "FORM", "MAKE", "NAMES", "NO_SECRET", "QUEUE", "REFUSED", "REMOVE", "ROTATE", "ROTATE_FORM", "SECRET", "SENDER",
    "STALE", "TRY", "UNHEARD", "UNTRIED", "listing", "made", "make_form", "no_address", "outcome", "removed",
    "rotate_form", "rotated", "told", "too_large", "tried",
]  # fmt: skip
