"""Handlers for votes, which are reactions to ideas' cards in a team's channel."""

import re
from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext

from bot.features.ideas.models import MarkChange
from bot.followups.settings import Settings
from bot.org.teams import queries
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.outbox import queries as outbox_queries
from bot.slack.post import Payload
from bot.workflows.ideas import votes

CARD = re.compile(r"followup:(\d+)")


async def record_reaction(
    actor: Actor, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime
) -> None:
    """Record an added or removed vote. A reaction to any other message costs at most one query."""
    item = event["item"]
    if item["type"] != "message" or event.get("item_user") not in (None, context.bot_user_id):
        return
    async with sessions.reading() as session:
        team = await queries.team_of_channel(session, actor.workspace_id, item["channel"])
        if team is None or not Settings.of(team).counts(event["reaction"]):
            return
        card = await outbox_queries.card_at(session, Address(team.workspace_id, item["channel"]), item["ts"])
    if found := CARD.fullmatch(card or ""):
        is_on = event["type"] == "reaction_added"
        change = MarkChange(item["ts"], event["user"], event["reaction"], event["event_ts"], is_on)
        async with sessions.begin() as session:
            await votes.record_reaction(session, team, int(found[1]), change, now=now)
