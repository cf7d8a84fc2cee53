"""How shout-outs look: the card, the note, the answers, the form, the lists and Friday's round-up."""

from bot.messages.shoutouts.answers import (
    NAME_FIRST,
    NO_FORM,
    Unsure,
    empty_group,
    given,
    kept,
    nobody_called,
    offered,
    partly,
    told_too,
    too_many,
    undone,
    unknown,
    usage,
    with_words,
)
from bot.messages.shoutouts.cards import announced, bundle, card, dm, noted
from bot.messages.shoutouts.form import PRIVATE, WHOLE_TEAM, closing, form, offered_form, remembered
from bot.messages.shoutouts.lists import at_home, lately, mine, of_team, round_up
from bot.messages.shoutouts.names import (
    FORM,
    KEEP,
    KIND,
    MAKE,
    MESSAGE,
    OFFERED,
    REFUSED,
    SEE,
    SHORTCUT,
    TEAM,
    TOO,
    UNDO,
    USE,
    card_name,
    dm_name,
    shoutout_of,
)
from bot.messages.shoutouts.nudges import in_passing, question, unseen
from bot.messages.shoutouts.parser import Command, Thanks, commanded, heard
from bot.messages.shoutouts.phrases import manner_of, may_thank, means_everybody
from bot.messages.shoutouts.postponed import kept_lines, unsent, without_card
from bot.messages.shoutouts.reasons import handles, kept_reason, places_in, retyped, unquoted, without_lead

__all__ = [
    "FORM", "KEEP", "KIND", "MAKE", "MESSAGE", "NAME_FIRST", "NO_FORM", "OFFERED", "PRIVATE",
    "REFUSED", "SEE", "SHORTCUT", "TEAM", "TOO", "UNDO", "USE", "WHOLE_TEAM", "Command", "Thanks", "Unsure",
    "announced", "at_home", "bundle", "card", "card_name", "closing", "commanded", "dm", "dm_name", "empty_group",
    "form", "given", "handles", "heard", "in_passing", "kept", "kept_lines", "kept_reason", "lately", "manner_of",
    "may_thank", "means_everybody", "mine", "nobody_called", "noted", "of_team", "offered", "offered_form",
    "partly", "places_in", "question", "remembered", "retyped", "round_up", "shoutout_of", "told_too", "too_many",
    "undone", "unknown", "unquoted", "unseen", "unsent", "usage", "with_words", "without_card", "without_lead",
]  # fmt: skip
