"""Intercom sender, which signs with SHA-1. Opened and closed conversations are counted as tickets."""

from collections.abc import Sequence

from bot.alerts import Ticket
from handlers.webhooks.delivery import ParsedDelivery, Received, body_receipt
from handlers.webhooks.payloads import Instant, Part, Payload, Text, parse_json
from handlers.webhooks.signatures import equals_any, hmac_digest

SIGNATURE = "x-hub-signature"
CAME = {
    "conversation.user.created": True,
    "conversation.admin.opened": True,
    "conversation.admin.closed": False,
    "conversation.admin.snoozed": False,
}
SNOOZED = "snoozed"


class Assignee(Payload):
    type: Text = ""
    name: Text = ""


class Item(Payload):
    id: Text = ""
    assignee: Part[Assignee] = Assignee()

    @property
    def queue(self) -> str:
        """The name of the assigned team; empty if the payload does not have it."""
        return self.assignee.name if self.assignee.type == "team" else ""


class Data(Payload):
    item: Part[Item] = Item()


class Notification(Payload):
    id: Text = ""
    topic: Text = ""
    created_at: Instant = None
    data: Part[Data] = Data()


def verify(received: Received, secrets: Sequence[str]) -> bool:
    expected = [_signed(secret, received.body) for secret in secrets]
    return equals_any(received.headers.get(SIGNATURE, ""), expected)


def sign(received: Received, secret: str) -> dict[str, str]:
    return {SIGNATURE: _signed(secret, received.body)}


def parse(received: Received) -> ParsedDelivery:
    told = Notification.model_validate(parse_json(received.body))
    topic, item, at = told.topic, told.data.item, told.created_at
    receipt = body_receipt(told.id, received.body, at)
    if topic not in CAME or not item.id:
        return ParsedDelivery(
            receipt, note=f"`{topic or 'a notification without a topic'}` does not open or close a conversation."
        )
    status = SNOOZED if topic.endswith(SNOOZED) else ""
    return ParsedDelivery(receipt, tickets=[Ticket(item.queue, item.id, CAME[topic], at or received.at, status)])


def _signed(secret: str, body: bytes) -> str:
    return "sha1=" + hmac_digest(secret, body, by="sha1").hex()
