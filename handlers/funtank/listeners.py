"""`/funtank`: the gauge, wins that are told, and the rituals a team keeps, hosts and takes part in."""

from bot.features.rituals.catalogue import catalogue
from bot.listeners import Listeners
from bot.messages import celebrations
from bot.messages.tank.names import YES
from handlers.funtank import answering, celebrate, coffee, command, gauge, hosting, kickoff, packs, rituals, taking_part


def register(on: Listeners) -> None:
    catalogue()  # a file with a mistake in it is told of now, not on Friday
    on.command("/funtank")(command.command)
    on.action(YES)(gauge.agree)
    on.view(celebrations.FORM)(celebrate.tell)
    rituals.register(on)
    packs.register(on)
    hosting.register(on)
    kickoff.register(on)
    answering.register(on)
    coffee.register(on)
    taking_part.register(on)
