"""Visits: a sponsor picks a time, a host is asked, and the sponsor writes down what they saw."""

from bot.messages.visits import names
from bot.slack.dispatcher import Dispatcher
from bot.workflows.visits import bookings, outcomes
from handlers.meetings import filled_in, pressed
from handlers.nudges import agree
from handlers.visits import actions, views

TIMES = 3


def register(on: Dispatcher) -> None:
    for nth in range(TIMES):
        on.action(f"{names.PICK}:{nth}")(actions.pick)
    on.action(names.PICK_AT)(actions.open_pick_at)
    on.view(names.PICK_AT_FORM)(views.pick_at)

    on.action(names.YES)(pressed(bookings.accept))
    on.action(names.OTHER_TIME)(actions.open_other_time)
    on.view(names.OTHER_TIME_FORM)(filled_in(bookings.suggest_time))
    on.action(names.NO)(pressed(bookings.decline))
    on.action(names.CANCEL)(pressed(bookings.cancel))

    on.action(names.DEBRIEF)(actions.open_debrief)
    on.view(names.DEBRIEF_FORM)(views.save_debrief)
    on.action(names.MISSED)(pressed(outcomes.mark_missed))
    on.action(names.READ)(actions.open_written)
    on.action(names.KEPT)(actions.fulfil_promise)
    on.action(names.NOTED)(agree)
