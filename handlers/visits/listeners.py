"""Visits: a sponsor picks a time, a host is asked, and the sponsor writes down what they saw."""

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
from bot.slack.dispatcher import Dispatcher
from handlers.visits import actions, views

TIMES = 3


def register(on: Dispatcher) -> None:
    for nth in range(TIMES):
        on.action(f"{PICK}:{nth}")(actions.pick)
    on.action(PICK_AT)(actions.open_pick_at)
    on.view(PICK_AT_FORM)(views.pick_at)

    on.action(YES)(actions.accept)
    on.action(OTHER_TIME)(actions.open_other_time)
    on.view(OTHER_TIME_FORM)(views.suggest_time)
    on.action(NO)(actions.decline)
    on.action(CANCEL)(actions.cancel)

    on.action(DEBRIEF)(actions.open_debrief)
    on.view(DEBRIEF_FORM)(views.save_debrief)
    on.action(MISSED)(actions.mark_missed)
    on.action(READ)(actions.open_written)
    on.action(KEPT)(actions.fulfil_promise)
    on.action(NOTED)(actions.acknowledge_theme)
