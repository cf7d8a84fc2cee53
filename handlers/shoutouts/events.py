"""Handlers for thanks in a team's channel: messages, their edits and deletions, and reactions.

Message events are frequent, so a message that names nobody costs no query, and one without a thanks phrase costs one.
Only shout-outs are stored.
"""

from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext

from bot.features.shoutouts.models import MessageRef
from bot.features.shoutouts.nudges import PASSING_THANKS
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts import cards, parser
from bot.org.teams import queries
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.outbox import queries as outbox_queries
from bot.slack.post import Payload
from bot.workflows.shoutouts import channel_thanks, receivers
from bot.workflows.shoutouts.channel_thanks import MessageChange, Reaction

BY_PEOPLE = (None, "file_share", "thread_broadcast")


async def record_message(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    said = _parsed(event)
    if said is None or not (said.is_gone or parser.may_thank(said.text) or parser.may_thank(said.was)):
        return
    async with sessions.reading() as session:
        team = await queries.team_of_channel(session, actor.workspace_id, said.place.channel_id)
        if team is None:
            return
        own = Settings.of(team)
        thanks, was = [
            await receivers.parse_thanks(session, team.workspace_id, text, own.phrases)
            for text in (said.text, said.was)
        ]
    if said.is_gone or thanks.whom or was.whom:
        async with sessions.begin() as session:
            await channel_thanks.update_message(session, team, said, thanks, was, now=now)
    elif own.listens and not said.was and (whom := parser.parse_message(said.text, PASSING_THANKS).whom):
        async with sessions.begin() as session:
            await channel_thanks.offer_shoutout(session, team, said, whom, now=now)


def _parsed(event: Payload) -> MessageChange | None:
    """Parse a message event; return None for a bot's message, and for an edit that does not change the text."""
    subtype, message, was = event.get("subtype"), event, event.get("previous_message") or {}
    if subtype in ("message_changed", "message_deleted"):
        message = event.get("message") or {"subtype": "tombstone"}
    elif subtype not in BY_PEOPLE:
        return None
    is_gone = message.get("subtype") == "tombstone"
    written = was if is_gone else message
    is_same = not is_gone and subtype == "message_changed" and message.get("text") == was.get("text")
    if is_same or written.get("subtype") not in BY_PEOPLE or written.get("bot_id") or not written.get("user"):
        return None
    place = MessageRef(event["channel"], written["ts"])
    text = "" if is_gone else message.get("text") or ""
    return MessageChange(
        place, written["user"], text, was.get("text") or "", event.get("event_ts") or event["ts"], is_gone
    )


async def record_reaction(
    actor: Actor, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime
) -> None:
    item, author_id = event["item"], event.get("item_user")
    if item["type"] != "message" or event["user"] == context.bot_user_id:
        return
    async with sessions.reading() as session:
        team = await queries.team_of_channel(session, actor.workspace_id, item["channel"])
        if team is None or not Settings.of(team).is_thanks(event["reaction"]):
            return
        is_ours = author_id in (None, context.bot_user_id)
        there = Address(team.workspace_id, item["channel"])
        joins_id = cards.parse_card_name(await outbox_queries.card_at(session, there, item["ts"])) if is_ours else None
    if is_ours and joins_id is None:
        return
    reaction = Reaction(
        MessageRef(item["channel"], item["ts"]), event["reaction"], event["user"], author_id, event["event_ts"],
        is_on=event["type"] == "reaction_added", joins_id=joins_id,
    )  # fmt: skip
    async with sessions.begin() as session:
        await channel_thanks.record_reaction(session, team, reaction, now=now)
