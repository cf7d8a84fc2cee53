"""Datadog sender, which does not sign requests: it sends the secret in a custom header. All values are text."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from urllib.parse import parse_qs

from bot.alerts import Alert, NoEffectReason, State, parse_state
from handlers.webhooks.delivery import ParsedDelivery, Receipt, Received, Unreadable, digest, state_receipt
from handlers.webhooks.payloads import Fields, Instant, Link, LongText, Number, Payload, Text, number, parse_json
from handlers.webhooks.signatures import OWN_HEADER, has_shared_secret

PREFIX = re.compile(r"\s*\[([^\]]*)\]")
"""A bracketed prefix of a title such as `[P3] [Triggered on {queue:phones}] …`; by default, one has the state."""
APART = re.compile(r"[,{}]| and | or ", re.IGNORECASE)
"""A separator between the tags of a scope."""
QUEUE = "queue:"
COMPARED = re.compile(r"[<>]=?([^<>=]*)$")
"""The comparison at the end of a monitor's query."""
MOST_PREFIXES = 5


class Event(Payload):
    id: Text = ""
    cycle: Text = ""
    transition: Text = ""
    title: Text = ""
    query: LongText = ""
    scope: LongText = ""
    tags: LongText = ""
    value: Number = None
    url: Link = ""
    date: Instant = None
    last_updated: Instant = None


verify = has_shared_secret


def sign(received: Received, secret: str) -> dict[str, str]:
    return {OWN_HEADER: secret}


def parse(received: Received) -> ParsedDelivery:
    event = Event.model_validate(_fields(received))
    prefixes, title = _split(event.title)
    told = [each for each in (event.transition, *prefixes) if each]
    if not told:
        raise Unreadable("It has neither a `transition` nor a title such as `[Triggered] …`.")
    signal, why = _state(told)
    alert = Alert(
        "datadog", signal,
        key=event.cycle,
        queue=_queue(event.scope, event.tags, " ".join(prefixes)),
        title=title,
        value=event.value,
        threshold=_threshold(event.query),
        url=event.url,
        occurred_at=event.date or event.last_updated,
        why=why,
        word=told[0] if why is NoEffectReason.UNKNOWN else "",
    )  # fmt: skip
    receipt = Receipt([digest(received.body)]) if event.id else state_receipt(received)
    return ParsedDelivery(receipt, [alert])


def _fields(received: Received) -> Fields:
    """Parse the body: JSON, a form with the fields, or a form whose field `payload` is JSON."""
    if "form-urlencoded" not in received.headers.get("content-type", ""):
        return parse_json(received.body)
    try:
        fields = {name: found[0] for name, found in parse_qs(received.body.decode(), max_num_fields=100).items()}
    except ValueError:
        raise Unreadable("I can't read this form.") from None
    return parse_json(fields["payload"].encode("utf-8", "replace")) if "payload" in fields else fields


def _split(title: str) -> tuple[list[str], str]:
    """Split a title into its bracketed prefixes and the text after them."""
    prefixes: list[str] = []
    while len(prefixes) < MOST_PREFIXES and (found := PREFIX.match(title)):
        prefixes.append(found[1].strip())
        title = title[found.end() :]
    return prefixes, title.strip()


def _state(told: Sequence[str]) -> State:
    """Return the first known state in `told`, but prefer one that means a test or missing data."""
    known = [found for found in map(parse_state, told) if found.why is not NoEffectReason.UNKNOWN]
    return next((each for each in known if each.why), next(iter(known), parse_state("")))


def _queue(*texts: str) -> str:
    """Return the queue in the first text that contains one; empty if that text contains several."""
    found = next((named for text in texts if (named := set(_queues(text)))), set())
    return found.pop() if len(found) == 1 else ""


def _queues(text: str) -> Iterator[str]:
    """Yield the values of the tags `queue:…` in a monitor's scope or list of tags."""
    for each in map(str.strip, APART.split(text)):
        if each.lower().startswith(QUEUE):
            yield " ".join(takewhile(lambda word: ":" not in word, each[len(QUEUE) :].split()))


def _threshold(query: str) -> float | None:
    found = COMPARED.search(query)
    return number(found[1]) if found else None
