"""`/funtank`: the gauge, and what the team celebrates."""

from bot.listeners import Listeners
from bot.messages import tank as messages
from handlers.funtank import command, gauge


def register(on: Listeners) -> None:
    on.command("/funtank")(command.command)
    on.action(messages.YES)(gauge.agree)
