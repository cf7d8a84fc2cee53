"""Votes for ideas: reactions to their cards, from Slack's events and, because events can be lost, by reading them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import Select, String, and_, bindparam, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.db.models import Instant
from bot.db.sessions import Database
from bot.features.ideas import votes as idea_votes
from bot.features.ideas.models import MarkChange
from bot.followups.models import UNSETTLED, Followup, Kind
from bot.followups.settings import Settings
from bot.messages.followups import cards
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.slack.clients import Clients, NoToken
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Card
from bot.slack.post import Payload
from bot.workflows.followups import steps
from bot.workflows.followups.steps import TEXTS

log = structlog.get_logger()

POLL_SECONDS = 60.0
READING_INTERVAL = timedelta(days=1)
MARGIN = timedelta(minutes=1)
"""The tolerance for the difference between Slack's clock and ours, and for events that overtake the answer."""
MOST_AT_ONCE = 20
GONE = {"message_not_found", "channel_not_found", "not_in_channel", "is_archived"}
FAILED = (SlackApiError, aiohttp.ClientError, TimeoutError, NoToken)


class Posted(NamedTuple):
    """An idea, and the location of its current card."""

    workspace_id: str
    idea_id: int
    channel_id: str
    ts: str


async def record_reaction(
    session: AsyncSession, team: Team, idea_id: int, change: MarkChange, *, now: datetime
) -> None:
    """Record a reaction to the card of an idea, and recount the votes."""
    ideas = await idea_votes.lock_with_targets(session, idea_id)
    if ideas and ideas[0].team_id == team.id:
        await idea_votes.save_mark(session, ideas[0], change)
        await recount(session, team, ideas, now=now)


async def recount(session: AsyncSession, team: Team, ideas: Sequence[Followup], *, now: datetime) -> None:
    """Recount the votes of an idea and of those it was merged into, and edit the cards whose number changed."""
    for idea in await idea_votes.recount(session, team, ideas, now=now):
        view = await steps.load_view(session, team, idea)
        post = cards.channel_card(TEXTS[Kind.IDEA], view, idea.card)
        await outbox.change(session, post, to=team.channel, now=now)


READ_AT = func.coalesce(Followup.votes_read_at, Followup.raised_at)
"""When the votes of an idea were read last, or the idea was raised."""


def _select_open() -> Select[str, int, str, str]:
    """Select the open ideas that have a card."""
    name = literal("followup:") + cast(Followup.id, String)
    return (
        select(Followup.workspace_id, Followup.id, Card.channel_id, Card.ts)
        .join(Card, and_(Card.workspace_id == Followup.workspace_id, Card.name == name))
        .join(Workspace, Workspace.id == Followup.workspace_id)
        .where(Followup.kind == Kind.IDEA, Followup.state.in_(UNSETTLED), Workspace.parked.is_(None))
    )


_OPEN = _select_open()
FIRST_READ_AT = _OPEN.with_only_columns(func.min(READ_AT))
"""The query for when the votes were read that have not been read for longest."""
_DUE = _OPEN.where(bindparam("limit", type_=Instant) > READ_AT).order_by(Followup.id).limit(MOST_AT_ONCE)


class VoteReader:
    """Reads the votes of open ideas once a day, and after each start, because events may have been missed."""

    def __init__(self, database: Database, clients: Clients, clock: Clock) -> None:
        self._database = database
        self._clients = clients
        self._clock = clock
        self._started_at = clock.now()

    async def run(self) -> None:
        while True:
            try:
                await self.read_due()
            except Exception:
                log.exception("vote_reader_failed")
            await asyncio.sleep(POLL_SECONDS)

    async def read_due(self) -> None:
        """Read the votes of the ideas that are due. Requests that Slack refuses are retried at the next poll."""
        async with self._database.reading() as session:
            due = await self._find_due(session)
        for posted in due:
            try:
                await self._read(posted)
            except FAILED as error:
                log.info("votes_not_read", idea=posted.idea_id, error=_reason(error))
                if _reason(error) in GONE:
                    await self._skip(posted)

    def is_due(self, read_at: datetime) -> bool:
        """Return whether votes that were read last at `read_at` are to be read again."""
        return read_at < self._limit()

    def _limit(self) -> datetime:
        return max(self._clock.now() - READING_INTERVAL, self._started_at) - MARGIN

    async def _find_due(self, session: AsyncSession) -> Sequence[Posted]:
        return [Posted(*row) for row in await session.execute(_DUE, {"limit": self._limit()})]

    async def _read(self, posted: Posted) -> None:
        as_of = self._clock.now() - MARGIN
        client = await self._clients.of(posted.workspace_id)
        answer = await client.reactions_get(channel=posted.channel_id, timestamp=posted.ts, full=True)
        standing, partial = parse_reactions(answer["message"])
        async with self._database.begin() as session:
            ideas = await idea_votes.lock_with_targets(session, posted.idea_id)
            if ideas:
                team = await session.get_one(Team, ideas[0].team_id)
                standing = {each for each in standing if Settings.of(team).counts(each[1])}
                await idea_votes.replace_marks(session, ideas[0], posted.ts, standing, partial, as_of=as_of)
                await recount(session, team, ideas, now=self._clock.now())

    async def _skip(self, posted: Posted) -> None:
        """Keep the votes of an idea whose card is gone, and mark them as read."""
        async with self._database.begin() as session:
            for idea in (await idea_votes.lock_ideas(session, [posted.idea_id])).values():
                idea.votes_read_at = self._clock.now() - MARGIN


def parse_reactions(message: Payload) -> tuple[set[tuple[str, str]], set[str]]:
    """Return a message's reactions (person and emoji), and the emoji for which Slack does not list everyone."""
    reactions = message.get("reactions") or []
    standing = {(user_id, each["name"]) for each in reactions for user_id in each["users"]}
    return standing, {each["name"] for each in reactions if len(each["users"]) < each.get("count", 0)}


def _reason(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
