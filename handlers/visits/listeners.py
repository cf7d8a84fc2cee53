"""Visits: a sponsor picks a time, a host is asked, and the sponsor writes down what they saw."""

from bot.listeners import Listeners
from bot.messages.visits.names import (
    CANCEL,
    DEBRIEF,
    DEBRIEF_FORM,
    KEPT,
    MISSED,
    NO,
    NOTED,
    OTHER_TIME,
    OTHER_TIME_FORM,
    PICK,
    PICK_AT,
    PICK_AT_FORM,
    READ,
    YES,
)
from handlers.visits import debriefing, picking, visiting

TIMES = 3


def register(on: Listeners) -> None:
    for nth in range(TIMES):
        on.action(f"{PICK}:{nth}")(picking.pick)
    on.action(PICK_AT)(picking.open_at)
    on.view(PICK_AT_FORM)(picking.pick_at)

    on.action(YES)(visiting.accept)
    on.action(OTHER_TIME)(visiting.open_other_time)
    on.view(OTHER_TIME_FORM)(visiting.suggest_time)
    on.action(NO)(visiting.decline)
    on.action(CANCEL)(visiting.cancel)

    on.action(DEBRIEF)(debriefing.open_form)
    on.view(DEBRIEF_FORM)(debriefing.record)
    on.action(MISSED)(debriefing.missed)
    on.action(READ)(debriefing.read)
    on.action(KEPT)(debriefing.kept)
    on.action(NOTED)(debriefing.noted)
