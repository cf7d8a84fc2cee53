"""Shadowing: a leader asks to sit beside an agent, the two agree on a time, and the leader wraps up."""

from bot.messages.shadowing import names
from bot.slack.dispatcher import Dispatcher
from bot.workflows.shadowing import bookings, outcomes
from handlers.meetings import filled_in, pressed
from handlers.shadowing import actions, commands, views


def register(on: Dispatcher) -> None:
    on.command("/shadow")(commands.command)

    on.action(names.ASK)(actions.ask)
    on.action(names.ASK_AT)(actions.open_ask_at)
    on.view(names.ASK_AT_FORM)(views.ask_at)

    on.action(names.YES)(pressed(bookings.accept))
    on.action(names.OTHER_TIME)(actions.open_other_time)
    on.view(names.OTHER_TIME_FORM)(filled_in(bookings.suggest_time))
    on.action(names.NO)(pressed(bookings.decline))
    on.action(names.CANCEL)(pressed(bookings.cancel))

    on.action(names.WRAP_UP)(actions.open_wrap_up)
    on.view(names.WRAP_UP_FORM)(views.save_wrap_up)
    on.action(names.MISSED)(pressed(outcomes.mark_missed))
    on.action(names.READ)(actions.open_written)
    on.action(names.REMOVED)(actions.remove_roadblock)
