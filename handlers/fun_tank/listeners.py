"""`/funtank`: the gauge, wins that are told, and the rituals a team keeps, hosts and takes part in."""

from bot.messages import celebrations
from bot.messages.fun_tank.names import YES
from bot.slack.dispatcher import Dispatcher
from handlers import celebrations as handlers_celebrations
from handlers import nudges
from handlers.fun_tank import commands


def register(on: Dispatcher) -> None:
    on.command("/funtank")(commands.command)
    on.action(YES)(nudges.agree)
    on.view(celebrations.FORM)(handlers_celebrations.celebrate_by_form)
