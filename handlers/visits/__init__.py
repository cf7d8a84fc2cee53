"""Visits: a sponsor picks a time, a host is asked, and the sponsor writes down what they saw."""

from bot.listeners import Listeners
from bot.messages import visits as messages
from handlers.visits import debriefing, picking, visiting

TIMES = 3


def register(on: Listeners) -> None:
    for nth in range(TIMES):
        on.action(f"{messages.PICK}:{nth}")(picking.pick)
    on.action(messages.PICK_AT)(picking.open_at)
    on.view(messages.PICK_AT_FORM)(picking.pick_at)

    on.action(messages.YES)(visiting.accept)
    on.action(messages.OTHER_TIME)(visiting.open_other_time)
    on.view(messages.OTHER_TIME_FORM)(visiting.suggest_time)
    on.action(messages.NO)(visiting.decline)
    on.action(messages.CANCEL)(visiting.cancel)

    on.action(messages.DEBRIEF)(debriefing.open_form)
    on.view(messages.DEBRIEF_FORM)(debriefing.record)
    on.action(messages.MISSED)(debriefing.missed)
    on.action(messages.READ)(debriefing.read)
    on.action(messages.KEPT)(debriefing.kept)
    on.action(messages.NOTED)(debriefing.noted)
