"""Shadowing: a leader asks to sit beside an agent, the two agree on a time, and the leader wraps up."""

from bot.listeners import Listeners
from bot.messages.shadowing.names import (
    ASK,
    ASK_AT,
    ASK_AT_FORM,
    CANCEL,
    MISSED,
    NO,
    OTHER_TIME,
    OTHER_TIME_FORM,
    READ,
    REMOVED,
    WRAP_UP,
    WRAP_UP_FORM,
    YES,
)
from handlers.shadowing import asking, command, sitting, wrapping_up


def register(on: Listeners) -> None:
    on.command("/shadow")(command.command)

    on.action(ASK)(asking.ask)
    on.action(ASK_AT)(asking.open_at)
    on.view(ASK_AT_FORM)(asking.ask_at)

    on.action(YES)(sitting.accept)
    on.action(OTHER_TIME)(sitting.open_other_time)
    on.view(OTHER_TIME_FORM)(sitting.suggest_time)
    on.action(NO)(sitting.decline)
    on.action(CANCEL)(sitting.cancel)

    on.action(WRAP_UP)(wrapping_up.open_form)
    on.view(WRAP_UP_FORM)(wrapping_up.record)
    on.action(MISSED)(wrapping_up.missed)
    on.action(READ)(wrapping_up.read)
    on.action(REMOVED)(wrapping_up.removed)
