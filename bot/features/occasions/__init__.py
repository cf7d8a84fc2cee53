"""Birthdays and work anniversaries, kept the way each person likes, with a card that their team signs before.

`days` says when one is kept, `planning` finds those that come, `cards` is what teammates sign, `giving` the day itself.
"""

from bot.features.occasions.cards import (
    GONE,
    LONGEST,
    SIGN,
    WORDS,
    Signature,
    open_card,
    open_to,
    sign,
    signed_by,
    to_sign,
    told_on,
)
from bot.features.occasions.days import LATEST, Kind, coming, in_year, moment, opens
from bot.features.occasions.giving import Given, due_with, give, prune
from bot.features.occasions.planning import AHEAD, plan
from bot.features.occasions.settings import Own, Settings, Wish, answer_invitation, is_invited
from bot.features.occasions.tables import Occasion, Signed

__all__ = [
    "AHEAD", "GONE", "LATEST", "LONGEST", "SIGN", "WORDS", "Given", "Kind", "Occasion", "Own", "Settings", "Signature",
    "Signed", "Wish", "answer_invitation", "coming", "due_with", "give", "in_year", "is_invited", "moment", "open_card",
    "open_to", "opens", "plan", "prune", "sign", "signed_by", "to_sign", "told_on",
]  # fmt: skip
