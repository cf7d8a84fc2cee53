"""The names by which Slack and the outbox know the parts of a shout-out."""

from bot.features.shoutouts.models import Shoutout

FORM = "shoutouts:form"
OFFERED = "shoutouts:offered"
UNDO = "shoutouts:undo"
KEEP = "shoutouts:keep"
USE = "shoutouts:use"
SEE = "shoutouts:see"
MAKE = "shoutouts:make"
TOO = "shoutouts:too"
SHORTCUT = "shoutouts:shortcut"
MESSAGE = "shoutouts:message"
TEAM = "team"
KIND = "kind"
REFUSED = "refused"
CARD = "shoutout:"


def card_name(shoutout: Shoutout) -> str:
    return f"{CARD}{shoutout.id}"


def note_name(shoutout: Shoutout, receiver_id: str) -> str:
    return f"{CARD}{shoutout.id}:{receiver_id}"


def parse_card_name(card: str | None) -> int | None:
    """The shout-out whose card in the channel has this name."""
    number = (card or "").removeprefix(CARD)
    return int(number) if card and card.startswith(CARD) and number.isdecimal() else None
