"""Samples of watched tickets: the leader's card in every state, and refusals."""

from bot.alerts import Ticket
from bot.features.tickets.watches import TicketWatch, WatchDetails
from bot.messages import tickets
from bot.refusals import common as refusals
from tests.bot.messages.samples.people import HOUR, MAYA, NOW, TEAM, TODAY, show

DETAILS = WatchDetails(leader_id=MAYA.id, ticket="4711", card="dm:1", seen_until=NOW)
WATCH = TicketWatch("T1", TEAM.id, "hash", "hash", DETAILS.model_dump_json(), "key", TODAY)
WATCH.id = 1
URL = "https://acme.zendesk.com/agent/tickets/4711?a=1&b=<2>"

SAMPLES = [
    show("", tickets.watching_card, WATCH, MAYA),
    show("no status", tickets.changed_card, WATCH, Ticket("phones", "4711", True, NOW - HOUR), MAYA),
    show("closed", tickets.changed_card, WATCH, Ticket("phones", "4711", False, NOW), MAYA),
    show("a link", tickets.changed_card, WATCH, Ticket("phones", "4711", None, NOW, "Pending", URL), MAYA),
    show(
        "odd status",
        tickets.changed_card,
        WATCH,
        Ticket("phones", "4711", None, NOW, "<!channel> " + "wait " * 40),
        MAYA,
    ),
    show("", tickets.stopped_card, DETAILS),
    show("", tickets.stopped_for_former_leader, DETAILS),
    show("", refusals.already_watched, "4711"),
]
