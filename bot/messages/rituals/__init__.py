"""Rituals, in words: what a team reads, what a host hears, the list, and the forms that change them."""

from bot.messages.rituals.answers import answered, choices, revealed, you_said
from bot.messages.rituals.cards import card, kickoff, lean_line, let_go, name_of, occasion_of, waits
from bot.messages.rituals.coffee import coffee, have_met, met, paired
from bot.messages.rituals.forms import own_form, pause_form, paused, preview, saved, sure_form, when_form
from bot.messages.rituals.hosts import asked, called_off, skipped, started, swap_form, swapped
from bot.messages.rituals.lists import Entry, Said, listing, told
from bot.messages.rituals.names import (
    ANSWER,
    BEGIN_FORM,
    CARE,
    CHANGE,
    FINE,
    MET,
    NEW,
    NOT_MET,
    OFF,
    ON,
    OWN_FORM,
    PACE,
    PACK_OFF,
    PACK_ON,
    PACK_PREVIEW,
    PAUSE,
    PAUSE_FORM,
    PREVIEW,
    REMOVE,
    RESUME,
    SKIP,
    START,
    START_FORM,
    SURE_FORM,
    SWAP,
    SWAP_FORM,
    WHEN_FORM,
)
from bot.messages.rituals.packs import PackEntry, begin_form, begun, foretold, pack_preview, start_form

__all__ = [
    "ANSWER", "BEGIN_FORM", "CARE", "CHANGE", "FINE", "MET", "NEW", "NOT_MET", "OFF", "ON", "OWN_FORM", "PACE",
    "PACK_OFF", "PACK_ON", "PACK_PREVIEW", "PAUSE", "PAUSE_FORM", "PREVIEW", "REMOVE", "RESUME", "SKIP", "START",
    "START_FORM", "SURE_FORM", "SWAP", "SWAP_FORM", "WHEN_FORM", "Entry", "PackEntry", "Said", "answered", "asked",
    "begin_form", "begun", "called_off", "card", "choices", "coffee", "foretold", "have_met", "kickoff", "lean_line",
    "let_go", "listing", "met", "name_of", "occasion_of", "own_form", "pack_preview", "paired", "pause_form", "paused",
    "preview", "revealed", "saved", "skipped", "start_form", "started", "sure_form", "swap_form", "swapped", "told",
    "waits", "when_form", "you_said",
]  # fmt: skip
