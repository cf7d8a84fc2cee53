"""One attempt to send an outbox row under a lease, and its possible outcomes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import monotonic_seconds
from bot.db.disposable_keys import DisposableKey
from bot.db.encryption import Vault
from bot.slack.outbox.models import Method, Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.slack.post import Payload

UNREADABLE = {"not_in_channel", "channel_not_found", "missing_scope", "access_denied", "no_permission", "not_visible"}


@dataclass(frozen=True)
class SendAttempt:
    """One attempt to send one outbox row."""

    method: Method
    body: Payload
    delivery: str
    user_id: str | None
    """The recipient of a DM; None for a channel."""
    channel: str | None
    """The channel's id; None for a DM that has not been opened yet."""
    ts: str | None
    """The timestamp of the card to edit or delete."""
    unsure_since: datetime | None
    """When an earlier attempt was made that may have reached Slack; None if there was none."""
    deadline: float
    """When the lease becomes unsafe, by the machine's clock: later, another relay may hold the lane."""
    keep_file: Callable[[str], Awaitable[None]]
    """Saves the id of a file that is uploaded but not shared yet."""
    file_id: str | None = None
    """The file that an earlier attempt uploaded."""
    keeps_hours: bool = False
    """Whether the row is bound to working hours, which must be checked again before another attempt."""

    def must_be_in_time(self) -> None:
        """Raise `TimeoutError` if the lease is over. Call it immediately before a post.

        A relay that was suspended until now has lost the lane (the conversation's queue) and must not post.
        """
        if monotonic_seconds() > self.deadline:
            raise TimeoutError


@dataclass(frozen=True)
class Sent:
    channel: str | None = None
    ts: str | None = None
    doubt: str | None = None
    """Why the message may have been posted twice; None if it was not."""


@dataclass(frozen=True)
class _WithReason:
    """An outcome with a reason: Slack's error code, or one of the bot's own."""

    reason: str


class NothingToDo(_WithReason):
    """The row no longer has anything to do, for example because the message to delete is gone."""


class Refused(_WithReason):
    """A permanent error: a retry cannot succeed."""


class PostInstead(_WithReason):
    """The edit or response is no longer possible; post a new message instead."""


class NotSent(_WithReason):
    """The request certainly did not reach Slack; retry later."""


class StartOver(_WithReason):
    """The file that an earlier attempt uploaded is gone, and nobody has seen it; start over."""


class Unknown(_WithReason):
    """The request may have reached Slack; look for the message before a retry."""


@dataclass(frozen=True)
class Parked(_WithReason):
    """The token that was used no longer works, so nothing is sent to the workspace until a new one is installed."""

    token: str | None


@dataclass(frozen=True)
class Throttled:
    seconds: int


@dataclass(frozen=True)
class Busy:
    """A preliminary call, such as reading the history, is rate limited. Only this conversation waits."""

    seconds: int


@dataclass(frozen=True)
class NotThere:
    """The earlier attempt is not in the history, so it did not reach Slack. The row counts as never attempted."""

    doubt: str | None = None


WORDS: dict[type, str] = {
    Sent: "sent",
    NothingToDo: "moot",
    Refused: "refused",
    PostInstead: "posted_instead",
    Throttled: "rate_limited",
    Busy: "rate_limited",
    Parked: "parked",
    NotSent: "not_sent",
    NotThere: "not_there",
    StartOver: "begun_anew",
    Unknown: "unknown",
}
"""The label of each outcome in the metrics."""

Outcome = (
    Sent | NothingToDo | Refused | PostInstead | Throttled | Busy | Parked | NotSent | NotThere | StartOver | Unknown
)


class HistoryUnreadable(Exception):
    """Raised when the history cannot be read, so that it is unknown whether an earlier post arrived."""


async def channel_of(client: AsyncWebClient, attempt: SendAttempt) -> str:
    """Return the id of the target channel. Opens the DM if that has not been done yet."""
    if attempt.channel is None:
        opened = await client.conversations_open(users=attempt.user_id)
        return str(opened["channel"]["id"])
    return attempt.channel


@dataclass(frozen=True)
class Claim:
    """A snapshot of a row when it was claimed. It may be sent until `deadline`, by the machine's clock."""

    row: Outgoing
    channel: str | None
    ts: str | None
    user_id: str | None
    unsure_since: datetime | None
    deadline: float
    thread_ts: str | None = None
    """The timestamp of the card that the row replies to."""
    key: DisposableKey | None = None
    """The key that the row is sealed with."""

    def attempt(self, vault: Vault, keep_file: Callable[[str], Awaitable[None]]) -> SendAttempt:
        """Decrypt the row. Raises if its key is lost, or if a newer release wrote it with an unknown method."""
        body = decrypt_payload(self.row, vault, self.key)
        return SendAttempt(
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
