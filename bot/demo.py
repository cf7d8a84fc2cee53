"""The sandbox's demo team: set up like a real team, with credits for the thanks in its channel's history."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import Steward
from bot.features.alert_rules import queries
from bot.features.alert_rules.rules import RuleDraft
from bot.features.fun_tank import ledger
from bot.features.shoutouts.models import MessageRef
from bot.messages.shoutouts.parser import parse_command
from bot.messages.shoutouts.reasons import normalize_reason, without_lead
from bot.org import channels, people
from bot.org.channels import Channel
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.slack.post import Payload
from bot.workflows import fun_tank, setup
from bot.workflows.shoutouts import channel_thanks
from bot.workflows.shoutouts.channel_thanks import ChannelMessage

CHANNEL = "harbour-support"
ZONE = "Europe/Lisbon"
LEADERS = ("maya", "tom")
DEPUTIES = ("tom",)
SPONSOR = "grace"
THANKS = "Shout-out to "
ALERTS, QUEUEWATCH, QUEUEWATCH_ID = "queue-alerts", "queuewatch", "B0QUEUEWATCH"
"""The channel and the bot of the sandbox's own alert tool."""


async def ensure_demo_team(steward: Steward, workspace: Workspace) -> None:
    """Create the demo team unless the workspace has a team already."""
    async with steward.database.reading() as session:
        if await session.scalar(select(Team.id).where(Team.workspace_id == workspace.id).limit(1)):
            return
    await steward.sync.sync_due()
    async with steward.database.reading() as session:
        channel = (await session.scalars(select(Channel).where(Channel.name == CHANNEL))).one()
    history = await _history(await steward.clients.of(workspace.id), channel.id)
    now = steward.clock.now()
    async with steward.database.begin() as session:
        team = await _team(session, workspace, channel, now)
        members = await membership.members(session, team)
        await people.lock_people(session, workspace.id, [each.user_id for each in members])
        await setup.start_team(session, team, now=now)
        await _add_alert_rule(session, team, now)
        await _replay_history(session, team, history)
        for member in members:
            member.joined_at = _said_at(history[0])
        (
            await session.get_one(Workspace, workspace.id)
        ).looked_at = None  # sync next, so that the team's quiet hours are learnt


async def _team(session: AsyncSession, workspace: Workspace, channel: Channel, now: datetime) -> Team:
    ids = await people.ids_by_name(session, workspace.id, [*LEADERS, SPONSOR])
    leaders = {ids[name] for name in LEADERS}
    here = await channels.people_in(session, workspace.id, channel.id)
    return await membership.create_team(
        session,
        workspace,
        channel_id=channel.id,
        name=channel.name,
        zone=ZONE,
        leaders=leaders,
        deputies={ids[name] for name in DEPUTIES},
        agents=await people.who_may_join(session, workspace.id, here - {ids[SPONSOR]}) - leaders,
        sponsor_id=ids[SPONSOR],
        now=now,
    )


async def _add_alert_rule(session: AsyncSession, team: Team, now: datetime) -> None:
    """Add the alert rule that Maya would create with `/queue rules`."""
    maya = (await people.ids_by_name(session, team.workspace_id, ["maya"]))["maya"]
    lead = await membership.member(session, team, maya)
    channel = await session.scalar(select(Channel).where(Channel.name == ALERTS))
    if lead and channel:
        await queries.add_rule(session, team, lead, RuleDraft(channel.id, QUEUEWATCH_ID, QUEUEWATCH), now=now)


async def _replay_history(session: AsyncSession, team: Team, history: Sequence[Payload]) -> None:
    """Replay the history day by day, so that the fun tank reflects the thanks in it."""
    for _, day in groupby(history, key=lambda message: _said_at(message).date()):
        messages = [*day]
        await ledger.drain_for_workday(session, team, now=_said_at(messages[0]))
        for message in messages:
            await _credit(session, team, message)


async def _credit(session: AsyncSession, team: Team, message: Payload) -> None:
    """Credit a thank-you from the history without posting anything."""
    said = parse_command(message["text"].removeprefix(THANKS))
    reason = normalize_reason(without_lead(said.words), {})
    if not message["text"].startswith(THANKS) or not said.thanks.whom or not reason:
        return
    place = MessageRef(team.channel_id, message["ts"])
    heard = ChannelMessage(place, message["user"], said.thanks.whom, reason, message["ts"])
    if found := await channel_thanks.record_message(session, team, heard, now=_said_at(message)):
        await fun_tank.record_thanks(session, team, found.shoutout, now=_said_at(message))


def _said_at(message: Payload) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC)


async def _history(client: AsyncWebClient, channel_id: str) -> list[Payload]:
    """Return every message of the channel, oldest first."""
    messages: list[Payload] = []
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_history(channel=channel_id, limit=200, cursor=cursor)
        messages += page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    return messages[::-1]
