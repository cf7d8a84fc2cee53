"""Keeps up with what Slack knows: people, channels, user groups, quiet hours; daily in full, in between by events.

Listeners and jobs never wait for Slack: they read tables, which this fills outside of any transaction of theirs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import func, or_, select, update

from bot import directory, places, teams
from bot.clients import Clients
from bot.clock import Clock
from bot.database import Database
from bot.directory import Workspace
from bot.messages.post import Payload
from bot.places import Channel
from bot.teams import Member

log = structlog.get_logger()

PAGE = 1000
MOST_QUIET_AT_ONCE = 50
"""How many people `dnd.teamInfo` takes."""
A_DAY = timedelta(days=1)
POLL_SECONDS = 1.0
STUMBLED_SECONDS = 60.0
SLACKBOT = "USLACKBOT"
NOT_FOR_US = {"missing_scope", "plan_upgrade_required", "paid_teams_only", "not_allowed_token_type"}
"""What some workspaces do not have; everything else works without."""
GONE = {"channel_not_found", "not_in_channel", "is_archived"}

Call = Callable[..., Awaitable[AsyncSlackResponse]]


def person(workspace_id: str, user: Payload) -> dict[str, Any]:
    """Slack's user object as the columns in `directory.NEWS`."""
    return {
        "workspace_id": workspace_id,
        "id": user["id"],
        "name": user.get("name") or user["id"],
        "zone": user.get("tz") or "UTC",
        "is_bot": bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        "has_left": bool(user.get("deleted")),
        "updated": int(user.get("updated") or 0),
        "is_guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        "is_stranger": bool(user.get("is_stranger")) or user.get("team_id", workspace_id) != workspace_id,
        "is_admin": bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
    }


def quiet(status: Payload) -> tuple[datetime, datetime] | None:
    """Slack's Do Not Disturb status as a span; None when there is none."""
    if not status.get("dnd_enabled"):
        return None
    start, end = (datetime.fromtimestamp(status[f"next_dnd_{edge}_ts"], UTC) for edge in ("start", "end"))
    return (start, end) if start < end else None


class Lookout:
    """Reads Slack for the tables. `run` it in a live process, or `settle` whatever is to be read at the clock's now."""

    def __init__(self, database: Database, clients: Clients, clock: Clock) -> None:
        self._database = database
        self._clients = clients
        self._clock = clock
        self._reading = asyncio.Lock()

    async def run(self) -> None:
        while True:
            try:
                await self.settle()
                await asyncio.sleep(POLL_SECONDS)
            except Exception:
                log.exception("lookout_stumbled")
                await asyncio.sleep(STUMBLED_SECONDS)

    async def settle(self) -> None:
        """Look at every workspace that was not looked at for a day, and at every channel that was just found."""
        async with self._reading:
            while workspace_id := await self._claim():
                await self._look(workspace_id)
            for channel in await self._unread():
                await self._read(channel)

    async def next_at(self) -> datetime | None:
        """When a workspace is to be looked at next."""
        async with self._database.reading() as session:
            oldest = await session.scalar(select(func.min(Workspace.looked_at)).where(Workspace.parked.is_(None)))
        return oldest + A_DAY if oldest else None

    async def _claim(self) -> str | None:
        """One workspace whose day is over; no other replica looks at it too."""
        now = self._clock.now()
        due = or_(Workspace.looked_at.is_(None), Workspace.looked_at <= now - A_DAY)
        waiting = select(Workspace.id).where(due, Workspace.parked.is_(None)).limit(1)
        async with self._database.reading() as session:
            if await session.scalar(waiting) is None:
                return None
        async with self._database.begin() as session:
            claimed = update(Workspace).where(Workspace.id == waiting.scalar_subquery(), due).values(looked_at=now)
            return await session.scalar(claimed.returning(Workspace.id))

    async def _look(self, workspace_id: str) -> None:
        try:
            client = await self._clients.of(workspace_id)
            await self._meet_people(client, workspace_id)
            await self._find_channels(client, workspace_id)
            await self._gather_groups(client, workspace_id)
            await self._learn_quiet(client, workspace_id)
        except Exception:
            async with self._database.begin() as session:
                (await session.get_one(Workspace, workspace_id)).looked_at = None
            raise

    async def _meet_people(self, client: AsyncWebClient, workspace_id: str) -> None:
        async for page in _pages(client.users_list):
            async with self._database.begin() as session:
                await directory.meet(session, [person(workspace_id, user) for user in page["members"]])

    async def _find_channels(self, client: AsyncWebClient, workspace_id: str) -> None:
        found: dict[str, Payload] = {}
        async for page in _pages(client.conversations_list, types="public_channel,private_channel"):
            found |= {channel["id"]: channel for channel in page["channels"] if channel.get("is_member")}
        async with self._database.begin() as session:
            known = select(Channel.id).where(Channel.workspace_id == workspace_id, Channel.is_open)
            for lost in set((await session.scalars(known)).all()) - found.keys():
                await places.close(session, workspace_id, lost)
                await teams.close(session, workspace_id, lost, is_closed=True)
            for id, channel in found.items():
                is_open = not channel.get("is_archived")
                await places.find(session, workspace_id, id, channel["name"], is_open=is_open)
                await teams.close(session, workspace_id, id, is_closed=not is_open)

    async def _gather_groups(self, client: AsyncWebClient, workspace_id: str) -> None:
        answer = await _if_there(client.usergroups_list, include_users=True, include_disabled=True)
        async with self._database.begin() as session:
            for group in answer["usergroups"] if answer else []:
                await places.gather(
                    session, workspace_id, group["id"], handle=group["handle"], user_ids=group.get("users"),
                    is_disabled=bool(group.get("date_delete")), updated=int(group.get("date_update") or 0),
                )  # fmt: skip

    async def _learn_quiet(self, client: AsyncWebClient, workspace_id: str) -> None:
        async with self._database.reading() as session:
            who = select(Member.user_id).where(Member.workspace_id == workspace_id, Member.left_at.is_(None))
            ids = (await session.scalars(who.distinct())).all()
        for start in range(0, len(ids), MOST_QUIET_AT_ONCE):
            some = ",".join(ids[start : start + MOST_QUIET_AT_ONCE])
            answer = await _if_there(client.dnd_teamInfo, users=some)
            async with self._database.begin() as session:
                for user_id, status in (answer["users"] if answer else {}).items():
                    await directory.go_quiet(session, workspace_id, user_id, quiet(status))

    async def _unread(self) -> list[Channel]:
        async with self._database.reading() as session:
            return list(await places.unread(session))

    async def _read(self, channel: Channel) -> None:
        """Learn a channel's name and who is in it, and bring its team up to date."""
        client = await self._clients.of(channel.workspace_id)
        try:
            about = (await _ask(client.conversations_info, channel=channel.id))["channel"]
            here = {
                id async for page in _pages(client.conversations_members, channel=channel.id) for id in page["members"]
            }
        except SlackApiError as error:
            if error.response["error"] not in GONE:
                raise
            about, here = {"name": channel.name, "is_archived": True}, set()
        async with self._database.begin() as session:
            known = await session.get_one(Channel, (channel.workspace_id, channel.id), with_for_update=True)
            if known.changed != channel.changed:
                return  # somebody came or went meanwhile; it is read once more
            known.name, known.read_at = about["name"], self._clock.now()
            known.is_open = not about.get("is_archived") and bool(about.get("is_member", True))
            if known.is_open:
                await places.fill(session, known, here)
                await teams.follow(session, known, here, now=self._clock.now())
            await teams.close(session, known.workspace_id, known.id, is_closed=not known.is_open)


async def _pages(call: Call, **asked: Any) -> AsyncIterator[AsyncSlackResponse]:
    """Every page of a list."""
    cursor: str | None = None
    while cursor != "":
        page = await _ask(call, limit=PAGE, cursor=cursor, **asked)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""


async def _if_there(call: Call, **asked: Any) -> AsyncSlackResponse | None:
    try:
        return await _ask(call, **asked)
    except SlackApiError as error:
        if error.response["error"] not in NOT_FOR_US:
            raise
        log.info("not_in_this_workspace", error=error.response["error"])
        return None


async def _ask(call: Call, **asked: Any) -> AsyncSlackResponse:
    """As fast as Slack lets us."""
    while True:
        try:
            return await call(**asked)
        except SlackApiError as error:
            if error.response.status_code != 429:
                raise
            await asyncio.sleep(int(error.response.headers.get("Retry-After", 1)))
