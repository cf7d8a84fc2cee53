"""One-on-ones, in words: the leader's list, a meeting's cards, what a pair keeps."""

from bot.messages.oneonones.around import asked_for, outcome, preparation, recorded
from bot.messages.oneonones.cards import (
    called_off,
    card,
    invitation,
    left_out,
    met_sooner,
    moved,
    named,
    times,
    title,
)
from bot.messages.oneonones.due import due, follow_up
from bot.messages.oneonones.forms import ASKED, TITLE, pair_form, saved
from bot.messages.oneonones.home import at_home
from bot.messages.oneonones.lists import NOBODY, asked, not_understood, overview, topic_kept, usage, which
from bot.messages.oneonones.names import (
    ACCEPT,
    CANCEL,
    COUNTER,
    COUNTER_FORM,
    FOLLOW_UP,
    FOLLOWED,
    MET,
    MOVE,
    MOVE_FORM,
    NOT_YET,
    NOTE,
    OPEN,
    OTHERS,
    PAIR_FORM,
    PICK,
    PLANNED,
    PLANNED_FORM,
    PROPOSE,
    RULE,
    SKIP,
    SKIPPED,
    TALKED,
    TOPIC,
)
from bot.messages.text import mention
from bot.messages.times import at_form, on, short, when

__all__ = [
    "ACCEPT", "ASKED", "CANCEL", "COUNTER", "COUNTER_FORM", "FOLLOWED", "FOLLOW_UP", "MET", "MOVE", "MOVE_FORM",
    "NOBODY", "NOTE", "NOT_YET", "OPEN", "OTHERS", "PAIR_FORM", "PICK", "PLANNED", "PLANNED_FORM", "PROPOSE", "RULE",
    "SKIP", "SKIPPED", "TALKED", "TITLE", "TOPIC", "asked", "asked_for", "at_form", "at_home", "called_off", "card",
    "due", "follow_up", "invitation", "left_out", "mention", "met_sooner", "moved", "named", "not_understood", "on",
    "outcome", "overview", "pair_form", "preparation", "recorded", "saved", "short", "times", "title", "topic_kept",
    "usage", "when", "which",
]  # fmt: skip
