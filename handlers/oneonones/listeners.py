"""One-on-ones: what a leader does about those who are due, how a pair finds a time, and what it keeps."""

from bot.listeners import Listeners
from bot.messages.oneonones.names import (
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
from handlers.oneonones import command, due, meeting, pair

TIMES = 3


def register(on: Listeners) -> None:
    on.command("/1on1")(command.command)
    on.view(PARTNER_FORM)(command.choose)

    on.action(PROPOSE)(due.propose)
    on.action(PLANNED)(due.open_planned)
    on.action(SKIP)(due.skip)
    on.view(PLANNED_FORM)(due.plan)

    for nth in range(TIMES):
        on.action(f"{PICK}:{nth}")(meeting.pick)
    on.action(COUNTER)(meeting.open_counter)
    on.view(COUNTER_FORM)(meeting.counter)
    on.action(ACCEPT)(meeting.accept)
    on.action(OTHERS)(meeting.propose_others)
    on.action(MOVE)(meeting.open_move)
    on.view(MOVE_FORM)(meeting.move)
    on.action(CANCEL)(meeting.cancel)
    on.action(MET)(meeting.met)
    on.action(NOT_YET)(meeting.not_yet)
    on.action(SKIPPED)(meeting.skipped)

    on.action(OPEN)(pair.open_form)
    on.action(FOLLOWED)(pair.followed)
    on.view(PAIR_FORM)(pair.save)
