"""Chaos: random fault injection of every kind, reproducible by a seed.

Faults depend on the order of operations, not on time: with seed 7 the third `chat.postMessage` and the fifth `message`
event get the same fault in every run.
"""

import random
from collections import Counter, deque
from typing import NamedTuple

from sandbox.slack_types import Json


class Kind(NamedTuple):
    """A possible fault: its name, its probability in percent, and its arguments for the control `faults`."""

    name: str
    odds: float
    fault: Json


CALLS = [
    Kind("too many requests", 3, {"status": 429, "retry_after": 1}),
    Kind("server error", 1.5, {"status": 500}),
    Kind("unavailable", 1.5, {"status": 503}),
    Kind("slow", 3, {"delay_ms": 200}),
    Kind("cut before the effect", 2, {"cut": True}),
    Kind("cut after the effect", 3, {"cut": True, "after_effect": True}),
    Kind("server error after the effect", 1.5, {"status": 500, "after_effect": True}),
    Kind("half an answer", 0.7, {"body": "truncated"}),
    Kind("half an answer after the effect", 0.7, {"body": "truncated", "after_effect": True}),
    Kind("a page of HTML", 0.7, {"status": 502, "body": "html"}),
    Kind("a page of HTML after the effect", 0.7, {"body": "html", "after_effect": True}),
    Kind("an empty answer after the effect", 0.7, {"body": "empty", "after_effect": True}),
    Kind("an answer that is no object", 0.7, {"body": "list", "after_effect": True}),
    Kind("token revoked for a while", 0.2, {"error": "token_revoked", "times": 2}),
]
HISTORY = [Kind("history off for a while", 10, {"error": "missing_scope", "times": 3})]
"""Faults of the methods that read history, in addition to `CALLS`."""
EVENTS = [
    Kind("twice", 8, {"double": True}),
    Kind("behind a younger one", 8, {"hold": 1}),
    Kind("behind three younger ones", 4, {"hold": 3}),
]
SOCKETS = [
    Kind("sockets dropped", 1.5, {"socket": "disconnect"}),
    Kind("warning", 1, {"socket": "warning"}),
    Kind("refresh requested", 1, {"socket": "refresh_requested"}),
    Kind("link disabled", 0.5, {"socket": "link_disabled"}),
    Kind("sockets deaf", 0.5, {"socket": "deaf"}),
]
"""Faults of Socket Mode connections, drawn once for each event that is sent."""
CONDITIONS = {
    "late_files": [Kind("late file", 30, {})],
}
"""Faults of workspace switches: whenever such a switch is read while it is off, it may count as on."""
PLAIN = [kind for kind in CALLS if not kind.fault.keys() & {"error", "body"}]
"""Faults of endpoints outside the Web API, whose responses have a status but no JSON."""
BY_METHOD = {
    "conversations.history": HISTORY + CALLS,
    "conversations.replies": HISTORY + CALLS,
    "response_url": PLAIN,
    "upload_url": PLAIN,
}
MOST_REMEMBERED = 10_000


class Chaos:
    """A random fault generator for one seed, with a log of the faults drawn so far."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rolled: deque[Json] = deque(maxlen=MOST_REMEMBERED)
        self._numbers: Counter[str] = Counter()

    def of(self, what: str, name: str) -> Json | None:
        """Return a random fault, or None, for the next call of a method or the next event of a type.

        `what` is `method` or `event`; `name` is the method's name or the event's type.
        """
        return self._roll(name, BY_METHOD.get(name, CALLS) if what == "method" else EVENTS)

    def of_sockets(self) -> str | None:
        fault = self._roll("sockets", SOCKETS)
        return str(fault["socket"]) if fault else None

    def turns_on(self, switch: str) -> bool:
        """Return, at random, whether a workspace switch that is off counts as on for this one check."""
        return switch in CONDITIONS and self._roll(switch, CONDITIONS[switch]) is not None

    def _roll(self, what: str, kinds: list[Kind]) -> Json | None:
        self._numbers[what] += 1
        number = self._numbers[what]
        dice = random.Random(f"{self.seed} {what} {number}").uniform(0, 100)  # noqa: S311
        for kind in kinds:
            dice -= kind.odds
            if dice < 0:
                self.rolled.append({"what": what, "number": number, "kind": kind.name})
                return dict(kind.fault)
        return None
