"""Trigger ids: each opens one view within three seconds, measured on the machine's clock."""

import secrets
import time
from dataclasses import dataclass
from itertools import takewhile

from sandbox.slack_types import SlackError

LIFE = 3.0
REMEMBERED = 600.0


@dataclass
class Trigger:
    """A trigger id's user and their workspace, its creation time on the monotonic clock, and the modal it came from."""

    user: str
    team: str
    made: float
    view: str | None = None
    used: bool = False


class Triggers:
    """The trigger ids of the last ten minutes."""

    def __init__(self, team: str) -> None:
        self._team = team
        self._made: dict[str, Trigger] = {}

    def make(self, user: str, view: str | None = None, team: str | None = None) -> str:
        """Create a trigger id for a person; `view` is the id of the modal in which they acted, if any.

        `team` is the person's workspace, if it is not the one of these trigger ids.
        """
        now = time.monotonic()
        for old in [*takewhile(lambda id: now - self._made[id].made >= REMEMBERED, self._made)]:
            del self._made[old]
        id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._made[id] = Trigger(user, team or self._team, now, view)
        return id

    def has(self, id: str) -> bool:
        return id in self._made

    def spend(self, id: str) -> Trigger:
        trigger = self._made.get(id)
        if not trigger:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.made > LIFE:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
