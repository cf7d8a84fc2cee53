"""`/funtank rituals`: the list."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.rituals import rules
from bot.messages.errors import which_team
from bot.messages.rituals import lists
from bot.org.teams import membership, queries
from bot.org.teams.models import Role, Team
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, Post
from bot.workflows.rituals import plans


async def show_rituals(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    async with sessions.reading() as session:
        found = await queries.team_meant(session, *actor, channel_id=body["channel_id"])
        if len(found) > 1:
            raise Refusal(which_team(found))
        shown = await list_rituals(session, found[0], actor, now)
    await ack(shown.payload())


async def list_rituals(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> Post:
    member = await membership.member(session, team, actor.person_id)
    leads = member is not None and member.role is Role.LEADER
    entries = await plans.list_entries(session, team, now=now)
    packs = await plans.list_packs(session, team, now=now)
    return lists.ritual_list(team, entries, packs, rules.local_day(team, now), leads=leads)
