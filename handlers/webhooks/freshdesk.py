"""Freshdesk sender: automations report tickets and their statuses, unsigned, with the secret as password."""

import base64
import re

from bot.alerts import Ticket
from handlers.webhooks.delivery import ParsedDelivery, Received, Unreadable, minute_receipt
from handlers.webhooks.payloads import Instant, Link, Payload, Text, parse_json, unknown_status
from handlers.webhooks.signatures import has_shared_secret

HERE, GONE = ("open", "pending", "new", "2", "3"), ("resolved", "closed", "4", "5")
"""Statuses in English and Freshdesk's numbers for them; accounts may use names in their own language instead."""
MOVED = re.compile(r"status:\{from:[^,{}]*,to:([^,{}]*)\}")
STATUSES = {"2": "open", "3": "pending", "4": "resolved", "5": "closed"}
EVENTS = {"created": True, "reopened": True, "solved": False, "resolved": False, "closed": False}


class Told(Payload):
    ticket_id: Text = ""
    id: Text = ""
    ticket_status: Text = ""
    status: Text = ""
    ticket_group_name: Text = ""
    group: Text = ""
    queue: Text = ""
    event: Text = ""
    """The event in the template that leaders paste, the same in every language: `created` or `solved`."""
    triggered_event: Text = ""
    occurred_at: Instant = None
    ticket_url: Link = ""
    url: Link = ""

    @property
    def new_status(self) -> str:
        """The status that the ticket has changed to; empty if its status has not changed or is not known."""
        status = self.ticket_status or self.status
        if self.triggered_event and not self.event and "created" not in self.triggered_event:
            moved = MOVED.search(self.triggered_event)
            return STATUSES.get(moved[1].strip(), status) if moved else ""
        return STATUSES.get(status, status)


verify = has_shared_secret


def sign(received: Received, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"steward:{secret}".encode()).decode()}


def parse(received: Received) -> ParsedDelivery:
    said = parse_json(received.body)
    wrapped = said.get("freshdesk_webhook")
    ticket = Told.model_validate(wrapped if isinstance(wrapped, dict) and wrapped else said)
    receipt, id, at = minute_receipt(received), ticket.ticket_id or ticket.id, ticket.occurred_at or received.at
    if not id:
        raise Unreadable("`ticket_id` is missing, both in `freshdesk_webhook` and at the top.")
    came, status = _read_arrival(ticket), ticket.new_status
    queue, url = ticket.ticket_group_name or ticket.group or ticket.queue, ticket.ticket_url or ticket.url
    told = [Ticket(queue, id, came, at, status, url)] if status or came is not None else []
    return ParsedDelivery(receipt, tickets=told, note=_why(ticket) if came is None else "")


def _read_arrival(ticket: Told) -> bool | None:
    """Return True if a ticket was opened, False if it was closed, and None for any other or unknown status."""
    status = (ticket.ticket_status or ticket.status).lower()
    if ticket.event:
        return EVENTS.get(ticket.event.lower())
    if status in GONE:
        return False
    if moved := MOVED.search(ticket.triggered_event):
        status = moved[1].strip().lower()
        return False if status in GONE else None
    if ticket.triggered_event:
        return True if "created" in ticket.triggered_event else None
    return True if status in HERE else None


def _why(ticket: Told) -> str:
    if ticket.triggered_event and not ticket.event:
        return "The ticket changed, but it wasn't opened or closed."
    return unknown_status(ticket.event or ticket.ticket_status or ticket.status)
