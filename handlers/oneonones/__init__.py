"""One-on-ones: what a leader does about those who are due, how a pair finds a time, and what it keeps."""

from bot.listeners import Listeners
from bot.messages import oneonones as messages
from handlers.oneonones import command, due, meeting, pair

TIMES = 3


def register(on: Listeners) -> None:
    on.command("/1on1")(command.command)
    on.view(messages.PARTNER_FORM)(command.choose)

    on.action(messages.PROPOSE)(due.propose)
    on.action(messages.PLANNED)(due.open_planned)
    on.action(messages.SKIP)(due.skip)
    on.view(messages.PLANNED_FORM)(due.plan)

    for nth in range(TIMES):
        on.action(f"{messages.PICK}:{nth}")(meeting.pick)
    on.action(messages.COUNTER)(meeting.open_counter)
    on.view(messages.COUNTER_FORM)(meeting.counter)
    on.action(messages.ACCEPT)(meeting.accept)
    on.action(messages.OTHERS)(meeting.propose_others)
    on.action(messages.MOVE)(meeting.open_move)
    on.view(messages.MOVE_FORM)(meeting.move)
    on.action(messages.CANCEL)(meeting.cancel)
    on.action(messages.MET)(meeting.met)
    on.action(messages.NOT_YET)(meeting.not_yet)
    on.action(messages.SKIPPED)(meeting.skipped)

    on.action(messages.OPEN)(pair.open_form)
    on.action(messages.FOLLOWED)(pair.followed)
    on.view(messages.PAIR_FORM)(pair.save)
