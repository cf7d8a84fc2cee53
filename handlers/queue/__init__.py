"""`/queue`: spikes as people call, answer and end them."""

from bot.listeners import Listeners
from handlers.queue import command, hooks


def register(on: Listeners) -> None:
    on.command("/queue")(command.command)
    hooks.register(on)
