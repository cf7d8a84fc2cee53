"""A row that one relay may send, for as long as its lease lasts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.crypto import Vault
from bot.outbox.errands import Errand
from bot.outbox.tables import Method, Outgoing
from bot.outbox.writing import opened


@dataclass(frozen=True)
class Claim:
    """What was true of the row when it was claimed; it may be sent until `deadline` of the machine's clock."""

    row: Outgoing
    channel: str | None
    ts: str | None
    user_id: str | None
    unsure_since: datetime | None
    deadline: float
    thread_ts: str | None = None
    """Where the card stands that it answers to."""

    def errand(self, vault: Vault, keep_file: Callable[[str], Awaitable[None]]) -> Errand:
        """The row in plain text. Raises what reading it raises: a lost key, a method of a later release."""
        body = opened(self.row, vault)
        return Errand(
            method=Method(self.row.method),
            body={**body, "thread_ts": self.thread_ts} if self.thread_ts else body,
            delivery=self.row.delivery,
            user_id=self.user_id,
            channel=self.channel,
            ts=self.ts,
            unsure_since=self.unsure_since,
            deadline=self.deadline,
            keep_file=keep_file,
            file_id=self.row.file_id,
            keeps_hours=self.row.team_id is not None,
        )
