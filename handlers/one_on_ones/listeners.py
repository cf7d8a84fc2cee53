"""One-on-ones: what a leader does about those who are due, how a pair finds a time, and what it keeps."""

from bot.messages.one_on_ones import names
from bot.slack.dispatcher import Dispatcher
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
    on.view(names.COUNTER_FORM)(views.counter)
    on.action(names.ACCEPT)(actions.accept)
    on.action(names.OTHERS)(actions.propose_others)
    on.action(names.MOVE)(actions.open_other_time)
    on.view(names.MOVE_FORM)(views.move)
    on.action(names.CANCEL)(actions.cancel)
    for answer in actions.OUTCOMES:
        on.action(answer)(actions.record)

    on.action(names.OPEN)(actions.open_pair)
    on.action(names.FOLLOWED)(actions.follow_up)
    on.view(names.PAIR_FORM)(views.save_pair)
