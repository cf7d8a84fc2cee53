"""One-on-ones: what a leader does about those who are due, how a pair finds a time, and what it keeps."""

from bot.messages.one_on_ones import names
from bot.slack.dispatcher import Dispatcher
from bot.workflows.one_on_ones import bookings, outcomes
from handlers.meetings import filled_in, pressed
from handlers.one_on_ones import actions, commands, views

TIMES = 3


def register(on: Dispatcher) -> None:
    on.command("/1on1")(commands.command)
    on.view(names.PARTNER_FORM)(views.choose_partner)

    on.action(names.PROPOSE)(actions.propose)
    on.action(names.PLANNED)(actions.open_planned)
    on.action(names.SKIP)(actions.skip)
    on.view(names.PLANNED_FORM)(views.save_planned)

    for nth in range(TIMES):
        on.action(f"{names.PICK}:{nth}")(actions.pick)
    on.action(names.COUNTER)(actions.open_other_time)
    on.view(names.COUNTER_FORM)(filled_in(bookings.counter))
    on.action(names.ACCEPT)(pressed(bookings.accept))
    on.action(names.OTHERS)(pressed(bookings.propose_others))
    on.action(names.MOVE)(actions.open_other_time)
    on.view(names.MOVE_FORM)(filled_in(bookings.move))
    on.action(names.CANCEL)(pressed(bookings.cancel))
    for answer in actions.OUTCOMES:
        on.action(answer)(actions.record)

    on.action(names.OPEN)(actions.open_pair)
    on.action(names.FOLLOWED)(pressed(outcomes.finish_follow_up))
    on.view(names.PAIR_FORM)(views.save_pair)
