"""Fuzz tests of webhook payloads: no mutation raises an exception, and every result can be stored and displayed.

`FUZZ=100000 pytest tests/handlers/webhooks/test_fuzz.py` tries that many mutations.
"""

import copy
import json
import os
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.alerts import Alert, Ticket
from bot.features.webhooks import Sender
from bot.messages import webhooks
from handlers.webhooks import senders
from handlers.webhooks.delivery import ParsedDelivery
from handlers.webhooks.senders import SENDERS
from tests.handlers.webhooks.drivers import AT, NAMES, SECRET, payload, received

EXAMPLES = int(os.environ.get("FUZZ", "400"))
Draw = Any
Place = tuple[Any, Any]
"""A dictionary or list, and a key or an index of it."""

HOSTILE: list[Any] = [
    None, True, False, 0, -1, 10**400, 1e308, float("inf"), float("nan"), "", " ", "\x00", "\ud800", "{{x}}", "$ID",
    [], {}, [[]], [None], {"": None}, "9" * 5000, "-1e999", "NaN", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59",
    "2026-02-30", "zen:", "zen:event-type:ticket.created", "<!channel>", "\u202e" * 300, "a" * 100_000, "٣", "1_000",
    "https://\x00", "http:// ", {"type": {"type": []}}, [[[[[[{}]]]]]],
]  # fmt: skip
BODIES = {name: json.loads(payload(name)) for name in NAMES}
TYPES = ["", "application/json", "application/x-www-form-urlencoded"]


def places(of: Any) -> list[Place]:
    """Return every place in a payload at which a value can be replaced."""
    inside = list(of.items()) if isinstance(of, dict) else list(enumerate(of)) if isinstance(of, list) else []
    return [found for key, value in inside for found in [(of, key), *places(value)]]


@st.composite
def mutated(draw: Draw) -> tuple[Sender, bytes, str]:
    name = draw(st.sampled_from(NAMES))
    body = copy.deepcopy(BODIES[name])
    for _ in range(draw(st.integers(0, 4))):
        body = _structure(draw, body)
    text = _written(body)
    for _ in range(draw(st.integers(0, 3))):
        text = _bytes(draw, text)
    other = draw(st.integers(0, 9)) == 0
    sender = draw(st.sampled_from(list(Sender))) if other else Sender(name.partition("-")[0])
    return sender, text, draw(st.sampled_from(TYPES))


def _structure(draw: Draw, body: Any) -> Any:
    """Return a payload with a changed value or type, a missing or repeated part, or an extra level of nesting."""
    found = places(body)
    if not found:
        return copy.deepcopy(draw(st.sampled_from(HOSTILE)))
    holder, key = draw(st.sampled_from(found))
    match draw(st.integers(0, 5)):
        case 0:
            del holder[key]
        case 1:
            holder[key] = [holder[key]] * draw(st.integers(0, 3))
        case 2:
            holder[key] = {str(key): holder[key]}
        case 3:
            holder[key] = copy.deepcopy(draw(st.sampled_from([at[key] for at, key in found])))
        case 4:
            holder[key] = draw(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans()))
        case _:
            holder[key] = copy.deepcopy(draw(st.sampled_from(HOSTILE)))
    return body


def _written(body: Any) -> bytes:
    try:
        return json.dumps(body).encode()
    except ValueError:  # an int of thousands of digits
        return b"{}"


def _bytes(draw: Draw, text: bytes) -> bytes:
    at = draw(st.integers(0, len(text)))
    match draw(st.integers(0, 3)):
        case 0:
            return text[:at]
        case 1:
            return b"".join([text[:at], draw(st.binary(max_size=8)), text[at:]])
        case 2:
            return b"".join([text[:at], draw(st.binary(min_size=1, max_size=1)), text[at + 1 :]])
        case _:
            return text[: at // 2] + text[at:]


@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_mutated_payload_raises_no_exception_and_gives_storable_results(mutation: tuple[Sender, bytes, str]) -> None:
    sender, body, kind = mutation
    request = received(body, {"Content-Type": kind})
    found = senders.parse_delivery(sender, request)

    assert not SENDERS[sender].module.verify(request, [SECRET])
    _can_be_kept(found)


@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(list(Sender)), st.binary(max_size=200), st.dictionaries(st.text(), st.text()), st.text())
def test_random_headers_raise_no_exception_and_authenticate_no_request(
    sender: Sender, body: bytes, headers: dict[str, str], said: str
) -> None:
    signed = SENDERS[sender].module.sign(received(body, {}), SECRET)
    request = received(body, {**headers, **dict.fromkeys(signed, said)})

    assert not SENDERS[sender].module.verify(request, [SECRET])
    _can_be_kept(senders.parse_delivery(sender, request))


def _can_be_kept(found: ParsedDelivery) -> None:
    told: list[Alert | Ticket] = [*found.alerts, *found.tickets]
    for each in told:
        at = each.at if isinstance(each, Ticket) else each.occurred_at or AT
        assert datetime(2000, 1, 1, tzinfo=UTC) <= at < datetime(2100, 1, 1, tzinfo=UTC)
        assert "\x00" not in webhooks.event_effect(each, "phones")
        webhooks.event_effect(each, "phones").encode()
        _is_short(each)
    assert len(webhooks.delivery_outcome(found.alerts, found.tickets, found.note)) < 1000
    found.problem.encode()


def _is_short(each: Alert | Ticket) -> None:
    told = [each.queue, each.id] if isinstance(each, Ticket) else [each.queue, each.key, each.title]
    assert max(map(len, told)) <= 200
    if isinstance(each, Alert) and each.url:
        assert each.url.startswith(("http://", "https://"))
