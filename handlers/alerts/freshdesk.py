"""Freshdesk's automations: tickets that come and go. It signs nothing, so it shows the secret as its password."""

import base64
from collections.abc import Sequence

from bot.alerts import Ticket
from handlers.alerts.delivery import Read, Received, Unreadable, once_a_minute
from handlers.alerts.proving import is_shared
from handlers.alerts.reading import instant, parsed, part, words

GONE = ("resolved", "closed", "4", "5")


def proves(received: Received, secrets: Sequence[str]) -> bool:
    return is_shared(received, secrets)


def sign(received: Received, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"steward:{secret}".encode()).decode()}


def read(received: Received) -> Read:
    said = parsed(received.body)
    ticket = part(said, "freshdesk_webhook") or said
    if not (id := words(ticket, "ticket_id", "id")):
        raise Unreadable("It has no `ticket_id`, neither in `freshdesk_webhook` nor at the top.")
    receipt, happened = once_a_minute(received), words(ticket, "triggered_event")
    is_gone = words(ticket, "ticket_status", "status").lower() in GONE
    if happened and "created" not in happened and not is_gone:
        return Read(receipt, note="The ticket changed, and neither came nor went.")
    queue = words(ticket, "ticket_group_name", "group", "queue")
    at = instant(ticket, "occurred_at") or received.at
    return Read(receipt, tickets=[Ticket(queue, id, not is_gone, at)])
