"""One-on-ones, in words: the leader's list, a meeting's cards, what a pair keeps."""

from bot.messages.oneonones.around import asked_for, outcome, preparation, recorded, wish_answered
from bot.messages.oneonones.cards import (
    called_off,
    card,
    gone,
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
from bot.messages.oneonones.lists import LEADS_ALL, NAME_ONE, NOBODY, asked, overview, topic_kept, usage
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
    PARTNER_FORM,
    PICK,
    PLANNED,
    PLANNED_FORM,
    PROPOSE,
    RULE,
    SAID,
    SKIP,
    SKIPPED,
    TALKED,
    TOPIC,
    WHOM,
    Act,
)
from bot.messages.oneonones.partners import closing, partner_form
from bot.messages.text import mention
from bot.messages.times import at_form, on, short, when

__all__ = [
    "ACCEPT", "ASKED", "CANCEL", "COUNTER", "COUNTER_FORM", "FOLLOWED", "FOLLOW_UP", "LEADS_ALL", "MET", "MOVE",
    "MOVE_FORM", "NAME_ONE", "NOBODY", "NOTE", "NOT_YET", "OPEN", "OTHERS", "PAIR_FORM", "PARTNER_FORM", "PICK",
    "PLANNED", "PLANNED_FORM", "PROPOSE", "RULE", "SAID", "SKIP", "SKIPPED", "TALKED", "TITLE", "TOPIC", "WHOM", "Act",
    "asked", "asked_for", "at_form", "at_home", "called_off", "card", "closing", "due", "follow_up", "gone",
    "invitation", "left_out", "mention", "met_sooner", "moved", "named", "on", "outcome", "overview",
    "pair_form", "partner_form", "preparation", "recorded", "saved", "short", "times", "title", "topic_kept", "usage",
    "when", "wish_answered",
]  # fmt: skip
