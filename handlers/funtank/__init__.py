"""`/funtank`: what fills a team's tank of joy."""

from bot.listeners import Listeners
from bot.messages import celebrations as messages
from handlers.funtank import celebrate, command


def register(on: Listeners) -> None:
    on.command("/funtank")(command.command)
    on.view(messages.FORM)(celebrate.tell)
