"""One try to send an outbox row, under a lease, and what may come of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import machine
from bot.db.encryption import Vault
from bot.slack.outbox.models import Method, Outgoing
from bot.slack.outbox.queries import opened
from bot.slack.post import Payload

UNREADABLE = {"not_in_channel", "channel_not_found", "missing_scope", "access_denied", "no_permission", "not_visible"}


@dataclass(frozen=True)
class SendAttempt:
    """One try at one outbox row."""

    method: Method
    body: Payload
    delivery: str
    user_id: str | None
    """Whose DM it is for; None for a channel."""
    channel: str | None
    """The channel's id; None for a DM that was never opened."""
    ts: str | None
    """Where its card stands."""
    unsure_since: datetime | None
    """When an earlier try may have reached Slack."""
    deadline: float
    """By the machine's clock; later the lane may be somebody else's."""
    keep_file: Callable[[str], Awaitable[None]]
    """Saves the id of a file that is uploaded but not yet shown to anybody."""
    file_id: str | None = None
    """What an earlier try has uploaded."""
    keeps_hours: bool = False
    """Whether the hour has to be asked again before another try."""

    def must_be_in_time(self) -> None:
        """Asked last of all before a post: a relay that stood still until now has lost the lane, and posts no more."""
        if machine() > self.deadline:
            raise TimeoutError


@dataclass(frozen=True)
class Sent:
    channel: str | None = None
    ts: str | None = None
    doubt: str | None = None
    """Why it may stand there twice."""


@dataclass(frozen=True)
class _Because:
    """Slack's own word for it, or ours."""

    reason: str


class Moot(_Because):
    """There is nothing left to do."""


class Refused(_Because):
    """It will not be taken, however often it is tried."""


class PostInstead(_Because):
    """It can no longer be said this way; a new message can."""


class NotSent(_Because):
    """It certainly did not reach Slack; try again later."""


class BeginAnew(_Because):
    """What an earlier try had prepared is gone, and nobody has seen it."""


class Unknown(_Because):
    """It may have reached Slack; look before trying again."""


@dataclass(frozen=True)
class Parked(_Because):
    """The token that was used is dead."""

    token: str | None


@dataclass(frozen=True)
class Throttled:
    seconds: int


@dataclass(frozen=True)
class Busy:
    """Something it needed first, such as a look at the history, is throttled; others need not wait for it."""

    seconds: int


@dataclass(frozen=True)
class NotThere:
    """An earlier try did not reach Slack after all, as far as can be seen; it is as if there had been none."""

    doubt: str | None = None


WORDS: dict[type, str] = {
    Sent: "sent",
    Moot: "moot",
    Refused: "refused",
    PostInstead: "posted_instead",
    Throttled: "rate_limited",
    Busy: "rate_limited",
    Parked: "parked",
    NotSent: "not_sent",
    NotThere: "not_there",
    BeginAnew: "begun_anew",
    Unknown: "unknown",
}
"""Each outcome's name among the metrics."""

Outcome = Sent | Moot | Refused | PostInstead | Throttled | Busy | Parked | NotSent | NotThere | BeginAnew | Unknown


class Blind(Exception):
    """History cannot be read here, so nobody can know whether a post arrived."""


async def channel_of(client: AsyncWebClient, attempt: SendAttempt) -> str:
    """Where it goes; a DM is opened when it never was."""
    if attempt.channel is None:
        opened = await client.conversations_open(users=attempt.user_id)
        return str(opened["channel"]["id"])
    return attempt.channel


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

    def attempt(self, vault: Vault, keep_file: Callable[[str], Awaitable[None]]) -> SendAttempt:
        """The row in plain text. Raises what reading it raises: a lost key, a method of a later release."""
        body = opened(self.row, vault)
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
