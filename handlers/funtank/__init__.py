"""`/funtank`: what fills the tank; the team's rituals, which are kept, hosted and taken part in."""

from bot.features.rituals import catalogue
from bot.listeners import Listeners
from bot.messages import celebrations as celebrations_messages
from handlers.funtank import celebrate, command, hosting, kickoff, rituals, taking_part


def register(on: Listeners) -> None:
    catalogue()  # a file with a mistake in it is told of now, not on Friday
    on.command("/funtank")(command.command)
    on.view(celebrations_messages.FORM)(celebrate.tell)
    rituals.register(on)
    hosting.register(on)
    kickoff.register(on)
    taking_part.register(on)
