"""`/queue`: spikes as people call, answer and end them, and which messages are alerts."""

from bot.features.spikes import Answer
from bot.listeners import Listeners
from bot.messages import spikes as messages
from handlers.queue import asked, command, heard, hooks, rules, stints


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

    on.event("message")(heard.hear)
    rules.register(on)
    hooks.register(on)
