"""The demo team of the sandbox, made by the functions that set-up uses, with the history its channel holds."""

from datetime import UTC, datetime

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

import schedules
from bot import people, teams
from bot.clients import Clients
from bot.clock import Clock
from bot.database import Database
from bot.features import shoutouts
from bot.messages.post import Payload
from bot.messages.text import addressed
from bot.teams import Team, Workspace

CHANNEL = "harbour-support"
ZONE = "Europe/Lisbon"
LEADERS = ("maya", "tom")
DEPUTIES = ("tom",)
SPONSOR = "grace"
THANKS = "Shout-out to "


async def ensure(database: Database, clients: Clients, clock: Clock, workspace: Workspace) -> None:
    """Make the demo team, once."""
    client = await clients.of(workspace.id)
    channel = await _channel(client)
    async with database.reading() as session:
        if await teams.of_channel(session, workspace.id, channel["id"]):
            return
    await people.fetch(client, database, workspace.id)
    joined = (await client.conversations_members(channel=channel["id"]))["members"]
    history = await _history(client, channel["id"])
    async with database.begin() as session:
        team = await _team(session, workspace, channel, joined, clock.now())
        await schedules.plan(session, team, now=clock.now())
        for message in history:
            await _credit(session, team, message)


async def _team(
    session: AsyncSession, workspace: Workspace, channel: Payload, joined: list[str], now: datetime
) -> Team:
    ids = await teams.named(session, workspace.id, [*LEADERS, SPONSOR])
    leaders = {ids[name] for name in LEADERS}
    outside = {ids[SPONSOR], workspace.bot_user_id}
    return await teams.create(
        session,
        workspace,
        channel_id=channel["id"],
        name=channel["name"],
        zone=ZONE,
        leaders=leaders,
        deputies={ids[name] for name in DEPUTIES},
        agents=set(joined) - leaders - outside,
        sponsor_id=ids[SPONSOR],
        now=now,
    )


async def _credit(session: AsyncSession, team: Team, message: Payload) -> None:
    """A thank-you that stands in the channel already: credited, not said again."""
    said = addressed(message["text"].removeprefix(THANKS))
    if not message["text"].startswith(THANKS) or not said.ids or not said.words:
        return
    await shoutouts.give(
        session,
        team,
        message["user"],
        receivers=said.ids,
        reason=said.words,
        message=message["ts"],
        now=datetime.fromtimestamp(float(message["ts"]), UTC),
    )


async def _channel(client: AsyncWebClient) -> Payload:
    channels: list[Payload] = (await client.conversations_list(limit=200))["channels"]
    return next(channel for channel in channels if channel["name"] == CHANNEL)


async def _history(client: AsyncWebClient, channel_id: str) -> list[Payload]:
    """Every message of the channel, oldest first."""
    messages: list[Payload] = []
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_history(channel=channel_id, limit=200, cursor=cursor)
        messages += page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    return messages[::-1]
