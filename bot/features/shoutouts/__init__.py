"""Shout-outs: thanks from one member to others, told to them and read out to the team.

`giving` has thanks in one's own words, `hearing` those that stand in the channel, `credits` who is credited in the end.
"""

from bot.features.shoutouts.coverage import COVERAGE, coverage, uncovered
from bot.features.shoutouts.credits import Note, stands_elsewhere
from bot.features.shoutouts.giving import PLAIN, Manner, add, give, give_kept, keep, one, put_right, undo
from bot.features.shoutouts.hearing import Heard, Message, Reaction, hear, react
from bot.features.shoutouts.quiet import IN_PASSING, LISTEN, is_quiet, offer
from bot.features.shoutouts.reading import (
    forget_unwanted,
    given_between,
    is_new_to,
    kept_by,
    latest_in,
    latest_of,
    named_in,
    prune,
    quiet_between,
    receivers_of,
    untold,
    was_heard,
)
from bot.features.shoutouts.rules import (
    LONGEST_REASON,
    MANNER,
    MOST_RECEIVERS,
    REASON,
    RECEIVERS,
    others,
    unknown_tags,
    values_in,
)
from bot.features.shoutouts.settings import Announce, Own, Settings
from bot.features.shoutouts.tables import Credit, Kind, Place, Shoutout, Way

__all__ = [
    "COVERAGE", "IN_PASSING", "LISTEN", "LONGEST_REASON", "MANNER", "MOST_RECEIVERS", "PLAIN", "REASON", "RECEIVERS",
    "Announce", "Credit", "Heard", "Kind", "Manner", "Message", "Note", "Own", "Place", "Reaction", "Settings",
    "Shoutout", "Way", "add", "coverage", "forget_unwanted", "give", "give_kept", "given_between", "hear", "is_new_to",
    "is_quiet", "keep", "kept_by", "latest_in", "latest_of", "named_in", "offer", "one", "others", "prune", "put_right",
    "quiet_between", "react", "receivers_of", "stands_elsewhere", "uncovered", "undo", "unknown_tags", "untold",
    "values_in", "was_heard",
]  # fmt: skip
