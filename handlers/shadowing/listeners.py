"""Shadowing: a leader asks to sit beside an agent, the two agree on a time, and the leader wraps up."""

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
from bot.slack.dispatcher import Dispatcher
from handlers.shadowing import actions, commands, views


def register(on: Dispatcher) -> None:
    on.command("/shadow")(commands.command)

    on.action(ASK)(actions.ask)
    on.action(ASK_AT)(actions.open_ask_at)
    on.view(ASK_AT_FORM)(views.ask_at)

    on.action(YES)(actions.accept)
    on.action(OTHER_TIME)(actions.open_other_time)
    on.view(OTHER_TIME_FORM)(views.suggest_time)
    on.action(NO)(actions.decline)
    on.action(CANCEL)(actions.cancel)

    on.action(WRAP_UP)(actions.open_wrap_up)
    on.view(WRAP_UP_FORM)(views.save_wrap_up)
    on.action(MISSED)(actions.mark_missed)
    on.action(READ)(actions.open_written)
    on.action(REMOVED)(actions.remove_roadblock)
