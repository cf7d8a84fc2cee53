"""`/funtank`: what fills the tank; the team's rituals, which are kept, hosted and taken part in."""

from bot.listeners import Listeners
from handlers.funtank import command, hosting, kickoff, rituals, taking_part


def register(on: Listeners) -> None:
    on.command("/funtank")(command.command)
    rituals.register(on)
    hosting.register(on)
    kickoff.register(on)
    taking_part.register(on)
