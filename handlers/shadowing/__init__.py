"""Shadowing: a leader asks to sit beside an agent, the two agree on a time, and the leader wraps up."""

from bot.listeners import Listeners
from bot.messages import shadowing as messages
from handlers.shadowing import asking, command, sitting, wrapping_up


def register(on: Listeners) -> None:
    on.command("/shadow")(command.command)

    on.action(messages.ASK)(asking.ask)
    on.action(messages.ASK_AT)(asking.open_at)
    on.view(messages.ASK_AT_FORM)(asking.ask_at)

    on.action(messages.YES)(sitting.accept)
    on.action(messages.OTHER_TIME)(sitting.open_other_time)
    on.view(messages.OTHER_TIME_FORM)(sitting.suggest_time)
    on.action(messages.NO)(sitting.decline)
    on.action(messages.CANCEL)(sitting.cancel)

    on.action(messages.WRAP_UP)(wrapping_up.open_form)
    on.view(messages.WRAP_UP_FORM)(wrapping_up.record)
    on.action(messages.MISSED)(wrapping_up.missed)
    on.action(messages.READ)(wrapping_up.read)
    on.action(messages.REMOVED)(wrapping_up.removed)
