"""What a rule reads from a message."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.alerts import Alert, Signal, state
from bot.features.rules.patterns import LONGEST_TEXT, compiled
from bot.features.rules.ready import READY
from bot.features.rules.tables import PEOPLE, Rule
from bot.names import queue_name
from bot.numbers import number

SOURCE = "message"
LONGEST_TITLE = 150
LONGEST_QUEUE = 80


@dataclass(frozen=True)
class Message:
    """A message as rules see it: who wrote it, and all that stands in it, a line each."""

    channel_id: str
    ts: str
    senders: frozenset[str]
    """The bot's and the app's id; `PEOPLE` for a person's."""
    text: str
    at: datetime
    """When it was written, or edited."""
    sender_name: str = ""
    is_green: bool = False
    """Its colour says that all is well."""
    url: str = ""


@dataclass(frozen=True)
class Draft:
    """A rule as it is filled in."""

    channel_id: str = ""
    sender: str = ""
    sender_name: str = ""
    way: str = "plain"
    pattern: str = ""
    queue: str = ""


def read(rule: Rule | Draft, message: Message) -> Alert | None:
    """The alert that a message is by a rule, or None."""
    if message.channel_id != rule.channel_id or rule.sender not in message.senders:
        return None
    found = compiled(rule.pattern or READY[rule.way].pattern).search(message.text[:LONGEST_TEXT])
    if found is None:
        return None
    said = {name: (text or "").strip() for name, text in found.groupdict().items()}
    return Alert(
        source=SOURCE,
        signal=state(said["state"]).signal if said.get("state") else _by_colour(message),
        key=said.get("key", ""),
        queue=queue_name(said.get("queue") or rule.queue)[:LONGEST_QUEUE],
        title="" if rule.sender == PEOPLE else message.text.partition("\n")[0][:LONGEST_TITLE],
        value=number(said.get("value", "")),
        threshold=number(said.get("threshold", "")),
        url=message.url,
        occurred_at=message.at,
    )


def _by_colour(message: Message) -> Signal:
    return Signal.RESOLVED if message.is_green else Signal.FIRING


def news(rules: Iterable[Rule], message: Message, was: Message | None) -> Alert | None:
    """What the first rule to which a message means anything reads, unless it read the same before it was edited."""
    for rule in rules:
        alert = read(rule, message)
        if alert is not None:
            return None if was and _told(read(rule, was)) == _told(alert) else alert
    return None


def _told(alert: Alert | None) -> tuple[object, ...]:
    return (alert.signal, alert.key, alert.queue, alert.value, alert.threshold) if alert else ()
