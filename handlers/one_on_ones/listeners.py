"""One-on-ones: what a leader does about those who are due, how a pair finds a time, and what it keeps."""

from bot.messages.one_on_ones.names import (
    ACCEPT,
    CANCEL,
    COUNTER,
    COUNTER_FORM,
    FOLLOWED,
    MET,
    MOVE,
    MOVE_FORM,
    NOT_YET,
    OPEN,
    OTHERS,
    PAIR_FORM,
    PARTNER_FORM,
    PICK,
    PLANNED,
    PLANNED_FORM,
    PROPOSE,
    SKIP,
    SKIPPED,
)
from bot.slack.dispatcher import Dispatcher
from handlers.one_on_ones import actions, commands, views

TIMES = 3


def register(on: Dispatcher) -> None:
    on.command("/1on1")(commands.command)
    on.view(PARTNER_FORM)(views.choose_partner)

    on.action(PROPOSE)(actions.propose)
    on.action(PLANNED)(actions.open_planned)
    on.action(SKIP)(actions.skip)
    on.view(PLANNED_FORM)(views.save_planned)

    for nth in range(TIMES):
        on.action(f"{PICK}:{nth}")(actions.pick)
    on.action(COUNTER)(actions.open_counter)
    on.view(COUNTER_FORM)(views.counter)
    on.action(ACCEPT)(actions.accept)
    on.action(OTHERS)(actions.propose_others)
    on.action(MOVE)(actions.open_move)
    on.view(MOVE_FORM)(views.move)
    on.action(CANCEL)(actions.cancel)
    on.action(MET)(actions.met)
    on.action(NOT_YET)(actions.not_yet)
    on.action(SKIPPED)(actions.skipped)

    on.action(OPEN)(actions.open_pair)
    on.action(FOLLOWED)(actions.follow_up)
    on.view(PAIR_FORM)(views.save_pair)
