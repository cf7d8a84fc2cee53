"""`/queue`: spikes as people call, answer and end them, and which messages are alerts."""

from bot.features.spikes import Answer
from bot.listeners import Listeners
from bot.messages import rules as rule_messages
from bot.messages import spikes as messages
from handlers.queue import asked, command, heard, rules, stints


def register(on: Listeners) -> None:
    on.command("/queue")(command.command)

    for action in messages.JOIN.values():
        on.action(action)(asked.presses(Answer.JOINED))
    on.action(messages.SHADOW)(asked.presses(Answer.SHADOWING))
    on.action(messages.CLEAR)(asked.presses(Answer.CLEARING))
    on.action(messages.CANNOT)(asked.presses(Answer.DECLINED))

    for action in messages.LONGER.values():
        on.action(action)(stints.longer)
    on.action(messages.DONE)(stints.done)
    _register_rules(on)


def _register_rules(on: Listeners) -> None:
    on.event("message")(heard.hear)
    on.action(rule_messages.NEW)(rules.open_form)
    for action_id in (*rule_messages.PICKED.values(), rule_messages.LOOK):
        on.action(action_id)(rules.look)
    on.view(rule_messages.FORM)(rules.make)
    on.action(rule_messages.REMOVE)(rules.open_remove)
    on.view(rule_messages.REMOVE_FORM)(rules.remove)
