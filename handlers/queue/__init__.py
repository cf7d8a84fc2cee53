"""`/queue`: spikes as people call, answer and end them, and which messages are alerts."""

from bot.listeners import Listeners
from bot.messages import rules as messages
from handlers.queue import command, heard, rules


def register(on: Listeners) -> None:
    on.command("/queue")(command.command)
    _register_rules(on)


def _register_rules(on: Listeners) -> None:
    on.event("message")(heard.hear)
    on.action(messages.NEW)(rules.open_form)
    for action_id in (*messages.PICKED.values(), messages.LOOK):
        on.action(action_id)(rules.look)
    on.view(messages.FORM)(rules.make)
    on.action(messages.REMOVE)(rules.open_remove)
    on.view(messages.REMOVE_FORM)(rules.remove)
