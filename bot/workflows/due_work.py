"""One query for all work that is due, so that a step of the sandbox's clock needs one query and not one a part."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Select, exists, func, or_, select

from bot.clock import Clock
from bot.db.sessions import Database
from bot.features.alert_rules.models import RulePreview
from bot.org.channels import Channel
from bot.org.installations import Installation
from bot.org.workspaces import Workspace, can_be_synced
from bot.scheduler.worker import SchedulerWorker
from bot.slack import sync, sync_claims
from bot.slack.outbox import lanes
from bot.slack.outbox.relay import Relay
from bot.slack.sync import SlackSync
from bot.workflows.access_checks import IS_IN_DOUBT
from bot.workflows.alert_rules import PreviewWorker
from bot.workflows.ideas import votes
from bot.workflows.ideas.votes import VoteReader
from bot.workflows.scopes import ScopeReporter
from bot.workflows.token_checks import TokenChecker

Moment = datetime | None
Query = Select[Moment, Moment, Moment, Moment, Moment, bool, bool, bool]
Settled = Callable[[], Awaitable[None]]
"""A function that waits until the sandbox's Slack has delivered everything."""


class Parts(Protocol):
    """The parts of the application that have work to do by the clock, or that wait for none."""

    database: Database
    clock: Clock
    worker: SchedulerWorker
    relay: Relay
    sync: SlackSync
    tokens: TokenChecker
    previews: PreviewWorker
    votes: VoteReader
    scopes: ScopeReporter


@dataclass(frozen=True)
class Due:
    """When the parts of the application that work by the clock are due next, and what waits for no time at all."""

    job_at: datetime | None
    message_at: datetime | None
    synced_at: datetime | None
    """When the workspace whose full sync is longest ago was synced."""
    token_check_at: datetime | None
    votes_read_at: datetime | None
    """When the votes were read that have not been read for longest; None if there are no open ideas."""
    has_access_in_doubt: bool
    has_unsynced: bool
    """Whether a workspace or a channel waits to be synced for another reason than its age."""
    has_previews: bool

    @property
    def full_sync_at(self) -> datetime | None:
        return self.synced_at + sync_claims.FULL_SYNC_INTERVAL if self.synced_at else None

    def has_tokens_to_check(self, now: datetime) -> bool:
        return self.has_access_in_doubt or (self.token_check_at is not None and self.token_check_at <= now)

    def has_sync(self, now: datetime) -> bool:
        return self.has_unsynced or (self.full_sync_at is not None and self.full_sync_at <= now)


def select_due(worker: SchedulerWorker) -> Query:
    """Return the query whose only row has the fields of a `Due`, in their order."""
    alone = select(Workspace.id).join(Installation, Workspace.installation_id == Installation.id)
    return select(
        worker.first_due.scalar_subquery(),
        lanes.READY_AT.scalar_subquery(),
        select(func.min(Workspace.looked_at)).where(can_be_synced()).scalar_subquery(),
        select(func.min(Installation.check_at)).scalar_subquery(),
        votes.FIRST_READ_AT.scalar_subquery(),
        alone.where(IS_IN_DOUBT).exists(),
        or_(
            exists(Workspace.id).where(can_be_synced(), Workspace.looked_at.is_(None)),
            exists(Workspace.id).where(sync.IS_SYNCED),
            exists(Channel.id).where(Channel.is_stale, Workspace.id == Channel.workspace_id, can_be_synced()),
        ),
        exists(RulePreview.view_id),
    )


class DueWork:
    """The work of all parts of the application, one part after the other, at one instant of the sandbox's clock."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._query = select_due(parts.worker)
        self._due: Due | None = None
        """What is due, as of `_commits`. Always None on PostgreSQL, where others write too."""
        self._commits = 0

    def forget(self) -> None:
        """Forget what is due, because another process may have written."""
        self._due = None

    async def run(self, settled: Settled) -> None:
        """Run all work that is due now. `settled` waits until the sandbox has delivered everything to the app."""
        await settled()
        parts, now = self._parts, self._parts.clock.now()
        if (await self._read()).has_tokens_to_check(now):
            await parts.tokens.check_due()
        due = await self._read()
        if parts.sync.is_busy or due.has_sync(now):
            await parts.sync.sync_due()
        if due.has_previews:
            await parts.previews.show_waiting()
        if due.votes_read_at and parts.votes.is_due(due.votes_read_at):
            await parts.votes.read_due()
        await parts.scopes.report_due()
        await parts.worker.tick(self._next_job_at)
        await parts.relay.settle(self._next_message_at)
        await settled()

    async def next_at(self) -> datetime | None:
        """Return when the next work is due, or None if there is none."""
        due = await self._read()
        access_check_at = await self._parts.tokens.next_access_check_at() if due.has_access_in_doubt else None
        moments = (due.job_at, due.message_at, due.full_sync_at, due.token_check_at, access_check_at)
        return min(filter(None, moments), default=None)

    async def _next_job_at(self) -> datetime | None:
        return (await self._read()).job_at

    async def _next_message_at(self) -> datetime | None:
        return (await self._read()).message_at

    async def _read(self) -> Due:
        """Return what is due. It is read again after each commit only, which a step of the clock makes few of."""
        database, due = self._parts.database, self._due
        if due is None or self._commits != database.commits.number:
            self._commits = database.commits.number
            (row,) = await database.look(self._query)
            due = Due(*row)
            self._due = due if database.is_sqlite else None
        return due
